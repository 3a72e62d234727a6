import { addDays } from '../core/index.ts'
import { staffDefs } from './directory.ts'
import type { SamplePerson } from './population.ts'
import { type Random, randomOf } from './random.ts'
import { BRANDS, storeDefs } from './world.ts'

export type Friend = { personIndex: number; userId: string; storeCode: string; addedAt: Date; remark: string }

/** Staff with a fixed number of friends: two who leave (210 customers in all to hand over), and one who has many elsewhere. */
const fixedCounts: readonly { storeCode: string; userId: string; count: number }[] = [
  { storeCode: 'LY-NJQX', userId: 'LYNJQX03', count: 105 },
  { storeCode: 'RJ-CSLN', userId: 'RJCSLN03', count: 105 },
  { storeCode: 'LY-SHYA', userId: 'LYSHYA02', count: 80 },
]
const LONG_AGO_DAYS = 60

/** Whom each friend has added: staff of his store; some are known by several, one by four. Whoever adds before our eyes is not here. */
export function friendsOf(people: readonly SamplePerson[], seed: string, today: Date): Friend[] {
  const random = randomOf(`${seed}:friends`)
  const remarks = randomOf(`${seed}:remarks`)
  const left = new Map(fixedCounts.map(one => [one.userId, one.count]))
  const longAgo = addDays(today, -LONG_AGO_DAYS)
  const knownByFour = people.find(person => isKnownByFour(person, longAgo))
  return people.flatMap(person => {
    if (!person.externalUserId || person.comesLate) return []
    const storeCode = homeOf(random, person)
    const staff = staffDefs.filter(one => one.storeCode === storeCode && !fixedCounts.some(each => each.userId === one.userid))
    const count = person === knownByFour ? 4 : random.chance(0.06) ? 2 : 1
    const first = random.int(0, staff.length - 1)
    const base = { personIndex: person.index, storeCode }
    const fixed = fixedCounts.find(one => one.storeCode === storeCode && (left.get(one.userId) ?? 0) > 0)
    if (fixed && person.firstSeenAt < longAgo) {
      left.set(fixed.userId, (left.get(fixed.userId) ?? 0) - 1)
      return [{ ...base, userId: fixed.userId, addedAt: person.firstSeenAt, remark: '' }]
    }
    return Array.from({ length: count }, (_, n) => ({
      ...base,
      userId: staff[(first + n) % staff.length]?.userid ?? 'QianHe',
      addedAt: addDays(person.firstSeenAt, n * 9),
      remark: remarkOf(person.name, count === 4 ? (OF_FOUR[n] ?? '') : remarks.pick(REMARKS)),
    })).filter(friend => friend.addedAt < today)
  })
}

/** Of a store with four staff who may all add him. */
function isKnownByFour(person: SamplePerson, longAgo: Date): boolean {
  const storeCode = person.members.lieye?.storeCode
  return (
    person.externalUserId !== null &&
    person.firstSeenAt < longAgo &&
    storeCode !== undefined &&
    !fixedCounts.some(one => one.storeCode === storeCode)
  )
}

function homeOf(random: Random, person: SamplePerson): string {
  const brand = BRANDS.find(key => person.members[key]) ?? 'lieye'
  return person.members[brand]?.storeCode ?? random.pick(storeDefs.filter(store => store.brand === brand)).code
}

const remarkOf = (name: string, words: string) => (words ? `${name}-${words}` : '')
const REMARKS = ['', '', '', '老客', '敏感肌', '喜欢精华', '爱参加活动', '给女儿买', '尺码偏大', '要发票', '周末来']
const OF_FOUR = ['老客', '敏感肌', '给女儿买', '周末来']
