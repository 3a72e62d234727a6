import { addDays, dayIn, shiftDay, startOfDay } from '../core/index.ts'
import { DAYS, type SamplePerson } from './population.ts'
import { type Random, randomOf } from './random.ts'
import {
  brandDefs,
  monthIndex,
  onlineHours,
  products,
  type SampleBrand,
  springFestivals,
  storeDefs,
  storeHours,
  weekdayIndex,
} from './world.ts'

export type Purchase = {
  orderNo: string
  personIndex: number
  storeCode: string
  paidAt: Date
  lines: { sku: string; name: string; quantity: number; unitPriceFen: number; discountFen: number }[]
  /** Sent back this many days later. */
  returnedAfterDays: number | null
  wantsCoupon: boolean
}

/** Of those who join and buy at all, so many buy within thirty days. */
const SOON = 0.42

/** A year of purchases of one brand, oldest first, with its seasons, weekdays, hours and products. */
export function makePurchases(seed: string, brand: SampleBrand, people: readonly SamplePerson[], today: Date): Purchase[] {
  const random = randomOf(`${seed}:orders:${brand}`)
  const days = Array.from({ length: DAYS }, (_, at) => shiftDay(dayIn(today), at - DAYS + 1))
  const sums: number[] = []
  days.reduce((sum, day) => {
    sums.push(sum + weightOf(brand, day))
    return sum + weightOf(brand, day)
  }, 0)
  const list: Purchase[] = []
  for (const person of people) {
    const membership = person.members[brand]
    if (!membership) continue
    const firstDay = Math.max(0, days.indexOf(dayIn(membership.joinedAt)))
    for (let n = 0; n < membership.orders; n += 1) {
      const at =
        n === 0 && firstDay > 0 && random.chance(SOON) ? firstDay + random.int(0, 29) : dayBetween(random, sums, firstDay)
      const day = days[at] ?? days.at(-1) ?? dayIn(today)
      const purchase = makePurchase(random, brand, person, membership.storeCode, day)
      // Nobody buys before he has joined or after now.
      if (purchase.paidAt <= membership.joinedAt)
        purchase.paidAt = new Date(membership.joinedAt.getTime() + random.int(5, 90) * 60_000)
      // What today has yet to bring was brought yesterday.
      if (purchase.paidAt >= today && addDays(purchase.paidAt, -1) > membership.joinedAt)
        purchase.paidAt = addDays(purchase.paidAt, -1)
      if (purchase.paidAt >= today)
        purchase.paidAt = new Date(Math.max(membership.joinedAt.getTime() + 1000, today.getTime() - random.int(60, 5400) * 1000))
      list.push(purchase)
    }
  }
  list.sort((a, b) => a.paidAt.getTime() - b.paidAt.getTime())
  const prefix = brand === 'lieye' ? 'LY' : 'RJ'
  let owed = 0
  list.forEach((purchase, at) => {
    // The brand's share to the order, at irregular distances.
    owed += brandDefs[brand].returnShare * 2 * random.next()
    if (owed >= 1) {
      owed -= 1
      purchase.returnedAfterDays = random.int(1, 12)
    }
    purchase.orderNo = `${prefix}${dayIn(purchase.paidAt).replaceAll('-', '').slice(2)}${String(at + 1).padStart(5, '0')}`
  })
  return list
}

function weightOf(brand: SampleBrand, day: string): number {
  const month = Number(day.slice(5, 7)) - 1
  const weekday = (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7
  const isFestival = springFestivals.some(start => day >= start && day < shiftDay(start, 7))
  return (monthIndex[brand][month] ?? 1) * (weekdayIndex[weekday] ?? 1) * (isFestival ? 0.3 : 1) * peakOf(day)
}

/** The days themselves: 3/8, 6/18, 11/11. */
function peakOf(day: string): number {
  return ['03-08', '06-18', '11-11'].includes(day.slice(5)) ? 3.2 : 1
}

/** A day by its weight, not before `from`: by bisection in the running sums. */
function dayBetween(random: Random, sums: readonly number[], from: number): number {
  const low = from === 0 ? 0 : (sums[from - 1] ?? 0)
  const target = low + random.next() * ((sums.at(-1) ?? 0) - low)
  let [left, right] = [from, sums.length - 1]
  while (left < right) {
    const middle = (left + right) >> 1
    if ((sums[middle] ?? 0) > target) right = middle
    else left = middle + 1
  }
  return left
}

function makePurchase(random: Random, brand: SampleBrand, person: SamplePerson, homeCode: string, day: string): Purchase {
  const stores = storeDefs.filter(store => store.brand === brand)
  const online = stores.find(store => store.kind === 'online')
  const place = random.next()
  const store =
    online && place < 0.24 ? online : place < 0.9 ? (stores.find(one => one.code === homeCode) ?? stores[0]) : random.pick(stores)
  const hour = random.weighted(store?.kind === 'online' ? onlineHours : storeHours)
  const paidAt = new Date(startOfDay(day).getTime() + (hour * 3600 + random.int(0, 3599)) * 1000 + random.int(0, 999))
  const month = Number(day.slice(5, 7))
  const weights = products[brand].map(one => one.weight * (one.season?.months.includes(month) ? one.season.factor : 1))
  const lines = new Map<string, Purchase['lines'][number]>()
  const isLoyal = (person.members[brand]?.orders ?? 0) >= 5
  const count =
    ([1, 2, 3, 4][random.weighted(brand === 'lieye' ? [60, 27, 9, 4] : [70, 22, 6, 2])] ?? 1) +
    (isLoyal && random.chance(0.22) ? 1 : 0)
  for (let n = 0; n < count; n += 1) {
    const one = products[brand][random.weighted(weights)]
    if (!one) continue
    const known = lines.get(one.sku)
    if (known) known.quantity += 1
    else
      lines.set(one.sku, {
        sku: one.sku,
        name: one.name,
        quantity: random.chance(0.08) ? 2 : 1,
        unitPriceFen: one.priceFen,
        discountFen: 0,
      })
  }
  return {
    orderNo: '',
    personIndex: person.index,
    storeCode: store?.code ?? '',
    paidAt,
    lines: [...lines.values()],
    returnedAfterDays: null,
    wantsCoupon: random.chance(0.42),
  }
}
