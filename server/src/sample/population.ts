import { addDays, dayIn, shiftDay, startOfDay } from '../core/index.ts'
import { type Random, randomOf } from './random.ts'
import { BRANDS, brandDefs, cities, femaleNames, maleNames, type SampleBrand, storeDefs, surnameAt } from './world.ts'

export const PEOPLE = 5000
export const DAYS = 365

export type Membership = { joinedAt: Date; storeCode: string; orders: number }
export type SamplePerson = {
  index: number
  name: string
  gender: 'female' | 'male'
  birthday: string | null
  city: string
  phone: string | null
  unionid: string | null
  externalUserId: string | null
  openids: Partial<Record<SampleBrand, string>>
  followerOpenids: Partial<Record<SampleBrand, string>>
  tmallId: string | null
  firstSeenAt: Date
  members: Partial<Record<SampleBrand, Membership>>
  /** Known by two records that a later visit joins. */
  isTwoRecords: boolean
  /** Adds a shop assistant only yesterday, before our eyes: all in one second, or with a callback that gets lost. */
  comesLate: 'together' | 'lost' | null
}

/** The same five thousand people for the same seed and day. */
export function makePopulation(seed: string, today: Date): SamplePerson[] {
  const random = randomOf(`${seed}:people`)
  const people = Array.from({ length: PEOPLE }, (_, index) => makePerson(random, index, today))
  haveFriends(people, FRIENDS)
  haveTwoRecords(people, AUTO_MERGES)
  for (const person of people.slice(LATE_FROM, LATE_FROM + TOGETHER + LOST)) comeLate(person, today)
  for (const brand of BRANDS) giveOrders(random, people, brand, today)
  return people
}

export const FRIENDS = 3900
export const AUTO_MERGES = 180
export const TOGETHER = 30
export const LOST = 5
const LATE_FROM = 4950

/** Exactly so many have added a shop assistant: the last members of the list make up the difference. */
function haveFriends(people: readonly SamplePerson[], count: number): void {
  let missing = count - people.filter(person => person.externalUserId).length
  for (const person of [...people].reverse()) {
    if (missing === 0) return
    if (BRANDS.every(brand => !person.members[brand]) || missing > 0 === (person.externalUserId !== null)) continue
    person.externalUserId = missing > 0 ? externalUserIdOf(person.index) : null
    missing -= Math.sign(missing)
  }
}

/** Known to a shop assistant as one record and to the till by phone as another, evenly through the list. */
function haveTwoRecords(people: readonly SamplePerson[], count: number): void {
  const fitting = people.filter(person => person.externalUserId && person.phone)
  for (let n = 0; n < count; n += 1) {
    const person = fitting[Math.floor((n * fitting.length) / count)]
    if (person) person.isTwoRecords = true
  }
}

function comeLate(person: SamplePerson, today: Date): void {
  person.comesLate = person.index < LATE_FROM + TOGETHER ? 'together' : 'lost'
  person.firstSeenAt = yesterdayAt(today, person.comesLate === 'together' ? '16:05' : '17:20')
  person.phone = null
  person.followerOpenids = {}
}

export function yesterdayAt(today: Date, clock: string): Date {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return new Date(startOfDay(shiftDay(dayIn(today), -1)).getTime() + (hours * 60 + minutes) * 60_000)
}

/** 0..2499 枥野 only, ..3399 both, ..4599 绒啾 only, the rest neither: they only added a shop assistant or follow. */
function brandsOf(index: number): SampleBrand[] {
  if (index < 2500) return ['lieye']
  if (index < 3400) return ['lieye', 'rongjiu']
  return index < 4600 ? ['rongjiu'] : []
}

function makePerson(random: Random, index: number, today: Date): SamplePerson {
  const brands = brandsOf(index)
  const isMember = brands.length > 0
  const gender = random.chance(brandDefs[brands[0] ?? 'lieye'].femaleShare) ? 'female' : 'male'
  const joinedDaysAgo = joinDay(random)
  const metAt = atHour(random, today, joinedDaysAgo)
  const hasUnionid = random.chance(0.73)
  const isFriend = !isMember || random.chance(0.76)
  // Many of the friends joined only long after they had added somebody.
  const firstSeenAt =
    isMember && isFriend && random.chance(0.44) ? atHour(random, today, joinedDaysAgo + random.int(31, 150)) : metAt
  const members: SamplePerson['members'] = {}
  brands.forEach((brand, at) => {
    const daysAgo = at === 0 ? joinedDaysAgo : random.int(0, joinedDaysAgo)
    const joinedAt = at === 0 ? new Date(metAt.getTime() + random.int(1, 40) * 60_000) : atHour(random, today, daysAgo)
    members[brand] = {
      joinedAt: joinedAt < today ? joinedAt : addDays(today, -0.01),
      storeCode: homeStore(random, brand),
      orders: 0,
    }
  })
  const openids: SamplePerson['openids'] = {}
  const followerOpenids: SamplePerson['followerOpenids'] = {}
  const tail = String(index).padStart(5, '0')
  for (const brand of brands) if (random.chance(0.9)) openids[brand] = `oS${brand.slice(0, 2)}mp-sample-${tail}x9K`
  for (const brand of brands.length > 0 ? brands.slice(0, 1) : (['lieye'] as const))
    if (random.chance(0.46)) followerOpenids[brand] = `oS${brand.slice(0, 2)}oa-sample-${tail}q2V`
  return {
    index,
    gender,
    name: `${surnameAt(random.int(0, 119))}${random.pick(gender === 'female' ? femaleNames : maleNames)}`,
    birthday: random.chance(0.61)
      ? `${random.int(1972, 2003)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`
      : null,
    city: brands[0] ? cityOf(members[brands[0]]?.storeCode, random) : random.pick(cities),
    phone: isMember && random.chance(0.985) ? phoneOf(index) : random.chance(0.15) ? phoneOf(index) : null,
    unionid: hasUnionid ? `o6_sample_union_${tail}aB` : null,
    externalUserId: isFriend ? externalUserIdOf(index) : null,
    openids,
    followerOpenids,
    tmallId: isMember && random.chance(0.135) ? `tm-enc-${tail}-7f3a` : null,
    firstSeenAt,
    members,
    isTwoRecords: false,
    comesLate: null,
  }
}

function externalUserIdOf(index: number): string {
  return `wmSampleCustomer${String(index).padStart(5, '0')}AAAAAAAA`
}

/** 130-139 and an index: numbers that nobody of the hard cases has. */
function phoneOf(index: number): string {
  return `1${['36', '37', '58', '59', '77', '88'][index % 6]}${String(10_000_000 + index * 1733).slice(0, 8)}`
}

/** Half were members before the year began; the others came evenly through it. */
function joinDay(random: Random): number {
  return random.chance(0.5) ? random.int(DAYS, 900) : random.int(0, DAYS - 1)
}

function atHour(random: Random, today: Date, daysAgo: number): Date {
  const start = startOfDay(shiftDay(dayIn(today), -daysAgo))
  const at = new Date(start.getTime() + (10 * 3600 + random.int(0, 11 * 3600)) * 1000)
  return at < today ? at : new Date(today.getTime() - random.int(60, 7200) * 1000)
}

function homeStore(random: Random, brand: SampleBrand): string {
  const stores = storeDefs.filter(store => store.brand === brand)
  return stores[random.weighted(stores.map(store => store.share))]?.code ?? ''
}

function cityOf(storeCode: string | undefined, random: Random): string {
  return storeDefs.find(store => store.code === storeCode)?.city || random.pick(cities)
}

const TIMES = [38, 21, 13, 9, 19] as const

/** Who buys how often: 38% once, 21% twice ... 19% five times or more (8.4 on average), to the brand's number of orders exactly; old members more often. */
function giveOrders(random: Random, people: readonly SamplePerson[], brand: SampleBrand, today: Date): void {
  const { buyers, orders } = brandDefs[brand]
  // Of those who have just joined fewer have bought yet.
  const fresh = addDays(today, -40)
  const chosen = people
    .flatMap(person => person.members[brand] ?? [])
    .map(one => ({ one, key: random.next() + (one.joinedAt > fresh ? 0.32 : 0) }))
    .sort((a, b) => a.key - b.key)
    .slice(0, buyers)
    .map(({ one }) => one)
  const counts = chosen.map(() => {
    const kind = random.weighted(TIMES)
    return kind < 4 ? kind + 1 : 5 + Math.floor(-Math.log(1 - random.next()) * 3.9)
  })
  const frequent = counts.flatMap((count, at) => (count >= 5 ? [at] : []))
  let left = orders - counts.reduce((sum, count) => sum + count, 0)
  for (let turn = 0; left !== 0 && frequent.length > 0; turn += 1) {
    const at = frequent[turn % frequent.length] ?? 0
    const next = (counts[at] ?? 0) + Math.sign(left)
    if (next < 5 && turn < frequent.length * 40) continue
    counts[at] = next
    left -= Math.sign(left)
  }
  const byCount = counts.map(count => ({ count, key: Math.min(count, 6) + random.next() * 5 })).sort((a, b) => b.key - a.key)
  const byTenure = chosen
    .map(one => ({ one, key: one.joinedAt.getTime() / 86_400_000 + random.next() * 260 }))
    .sort((a, b) => a.key - b.key)
  byTenure.forEach(({ one }, at) => {
    one.orders = byCount[at]?.count ?? 1
  })
}
