import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Rule } from '@banyan/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clickhouse, migrateClickhouse } from '../core/index.ts'
import { clickhouseMigrations as trackingMigrations } from '../tracking/index.ts'
import { measurePeople, quintileCuts } from './measure-people.ts'
import { clickhouseMigrations } from './migrations.ts'
import type { Scope } from './scope.ts'
import { selectAmong, selectByMany } from './select-people.ts'

/**
 * What a real shop's orders say, asked of the engine and counted in plain loops over the lines of the file. The numbers that are written down are those of the excerpt
 * (test/data/README.md), and of the whole set, when REAL_ORDERS_FILE names it.
 */
const whole = process.env.REAL_ORDERS_FILE
const file = whole ?? join(import.meta.dirname, '../../test/data/online-retail-excerpt.csv.gz')
/** Of the excerpt, of the whole. */
const known = <T>(excerpt: T, all: T): T => (whole ? all : excerpt)

type Order = { no: string; customer: string; at: string; fen: number; isBack: boolean }
const orders = readOrders()
const buys = orders.filter(order => !order.isBack)
const backs = orders.filter(order => order.isBack)
const buyers = [...new Set(buys.map(order => order.customer))]
const MONTHS = ['2010-12', ...Array.from({ length: 12 }, (_, at) => `2011-${String(at + 1).padStart(2, '0')}`)]
const ofMonth = (month: string) => (order: Order) => order.at.startsWith(month)

/** The shop's clock is on the wall in Shanghai: what it calls the first of a month began eight hours earlier in UTC. */
const instant = (local: string) => new Date(`${local.replace(' ', 'T')}+08:00`)
const NOW = instant('2011-12-10 00:00:00')
const scope: Scope = { brands: [1], stores: [], now: NOW, zone: 'Asia/Shanghai', candidates: null }

beforeAll(async () => {
  await migrateClickhouse([...trackingMigrations, ...clickhouseMigrations])
  const people = [...new Set(orders.map(order => Number(order.customer)))]
  const fact = { name: 'inBrand', brand_id: 1, is_set: 1, number: 1, text: '', version: 1 }
  await clickhouse.insert(
    'facts_settled',
    people.map(person_id => ({ ...fact, person_id })),
  )
  const tracks = orders.map(order => ({
    brand_id: 1,
    name: order.isBack ? 'order_refunded' : 'order_paid',
    person_id: Number(order.customer),
    occurred_at: instant(order.at).toISOString(),
    received_at: NOW.toISOString(),
    message_key: order.no,
    batch_id: 1,
    numbers: { amountFen: Math.abs(order.fen) },
    texts: { orderNo: order.no },
  }))
  for (let from = 0; from < tracks.length; from += 5_000) await clickhouse.insert('tracks', tracks.slice(from, from + 5_000))
}, 120_000)
afterAll(() => clickhouse.close())

const count = (name: string, window: object, op: string, value: number) =>
  ({ kind: 'tracks', name, filters: [], window, measure: { of: 'count' }, is: { op, value } }) as unknown as Rule
const all = (...rules: Rule[]): Rule => ({ kind: 'all', rules })
const ever = { type: 'none' }
/** A month by the wall's clock: its first instant in it, the next month's outside. */
function month(name: string): object {
  const [year, number] = name.split('-').map(Number) as [number, number]
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
  return { type: 'absolute', from: instant(`${name}-01 00:00:00`), to: instant(`${next}-01 00:00:00`) }
}
const before = (name: string) => ({ type: 'absolute', from: null, to: instant(`${name}-01 00:00:00`) })
const sorted = (customers: Iterable<string>) => [...new Set(customers)].map(Number).sort((a, b) => a - b)

test('the file is what it was: so many orders, returns and buyers', () => {
  expect([buys.length, backs.length, buyers.length]).toEqual(known([342, 55, 108], [18_536, 3_654, 4_339]))
  expect(buys.reduce((sum, order) => sum + order.fen, 0)).toBe(known(19_563_861, 891_140_790))
})

test('monthly cohorts: of those who first bought in a month, how many bought in each month after', async () => {
  const pairs = MONTHS.flatMap((first, at) => MONTHS.slice(at).map(later => ({ first, later })))
  const rules = pairs.map(({ first, later }) =>
    all(
      count('order_paid', before(first), '=', 0),
      count('order_paid', month(first), '>=', 1),
      count('order_paid', month(later), '>=', 1),
    ),
  )
  const firstMonth = new Map<string, string>()
  for (const order of [...buys].sort((a, b) => (a.at < b.at ? -1 : 1)))
    if (!firstMonth.has(order.customer)) firstMonth.set(order.customer, order.at.slice(0, 7))
  const sizes: number[] = []
  for (let from = 0; from < rules.length; from += 20) {
    const found = await selectByMany(rules.slice(from, from + 20), scope)
    for (const [at, people] of found.entries()) {
      const { first, later } = pairs[from + at] as (typeof pairs)[number]
      const expected = buys.filter(order => firstMonth.get(order.customer) === first && order.at.startsWith(later))
      expect(people, `${first} in ${later}`).toEqual(sorted(expected.map(order => order.customer)))
      sizes.push(people.length)
    }
  }
  expect(sizes.slice(0, 13)).toEqual(
    known([16, 4, 5, 5, 6, 6, 6, 2, 3, 6, 6, 7, 6], [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]),
  )
  const diagonal = pairs.flatMap(({ first, later }, at) => (first === later ? [sizes[at]] : []))
  expect(diagonal).toEqual(
    known([16, 9, 10, 16, 9, 4, 6, 4, 6, 8, 10, 8, 2], [885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 324, 41]),
  )
}, 120_000)

test('bought in each of the last three months: the months on the wall, not the last 92 days', async () => {
  const rule = all(
    count('order_paid', month('2011-09'), '>=', 1),
    count('order_paid', month('2011-10'), '>=', 1),
    count('order_paid', { type: 'calendar', period: 'lastMonth' }, '>=', 1),
  )
  const inMonth = (name: string) => new Set(buys.filter(ofMonth(name)).map(order => order.customer))
  const [september, october, november] = ['2011-09', '2011-10', '2011-11'].map(inMonth) as [Set<string>, Set<string>, Set<string>]
  const expected = sorted(buyers.filter(one => september.has(one) && october.has(one) && november.has(one)))
  const [found] = await selectByMany([rule], scope)
  expect(found).toEqual(expected)
  expect(expected).toHaveLength(known(6, 329))
  if (!whole) expect(found).toEqual([12685, 15218, 15484, 15910, 17001, 17402])
  // The same people when each is asked about by himself, and when everybody is asked again.
  expect(await selectAmong(rule, scope, sorted(buyers))).toEqual(expected)
  expect(await selectByMany([rule, { kind: 'none', rules: [rule] }], scope)).toEqual([
    expected,
    sorted(orders.map(order => order.customer)).filter(id => !expected.includes(id)),
  ])
})

test('returns are no purchases: who only returned has not bought, and nobody bought less for having returned', async () => {
  const rules = [
    all(count('order_paid', ever, '=', 0), count('order_refunded', ever, '>=', 1)),
    all(count('order_paid', ever, '>=', 1), count('order_refunded', ever, '=', 0)),
    count('order_paid', ever, '>=', 5),
    {
      ...count('order_paid', ever, '>=', 100_000),
      measure: { of: 'sum', property: 'amountFen' },
    } as unknown as Rule,
  ]
  const returned = new Set(backs.map(order => order.customer))
  const times = (customer: string) => buys.filter(order => order.customer === customer)
  const expected = [
    sorted([...returned].filter(one => !buyers.includes(one))),
    sorted(buyers.filter(one => !returned.has(one))),
    sorted(buyers.filter(one => times(one).length >= 5)),
    sorted(buyers.filter(one => times(one).reduce((sum, order) => sum + order.fen, 0) >= 100_000)),
  ]
  expect(await selectByMany(rules, scope)).toEqual(expected)
  expect(expected.slice(0, 2).map(list => list.length)).toEqual(known([2, 76], [33, 2_783]))
  if (!whole) expect(expected[0]).toEqual([13958, 15590])
  // He bought once, for 77,183.60, and took it back 16 minutes later.
  expect(backs.filter(order => order.customer === '12346').map(order => [order.no, order.fen])).toEqual([['C541433', -7_718_360]])
  expect([expected[1], expected[3]].map(list => list?.includes(12_346))).toEqual([false, true])
}, 60_000)

test('RFM: the fifths of everybody, as one would sort them by hand', async () => {
  const rfm = { of: 'rfm' as const, name: 'order_paid', filters: [], property: 'amountFen', days: 365 }
  const since = NOW.getTime() - 365 * 86_400_000
  const values = buyers.flatMap(customer => {
    const own = buys.filter(order => order.customer === customer && instant(order.at).getTime() >= since)
    const latest = Math.max(...own.map(order => instant(order.at).getTime()))
    return own.length > 0 ? [{ customer, measured: [latest, own.length, own.reduce((sum, order) => sum + order.fen, 0)] }] : []
  })
  const cuts = [0, 1, 2].map(part => {
    const list = values.map(one => one.measured[part] as number).sort((a, b) => a - b)
    return [0.2, 0.4, 0.6, 0.8].map(level => list[Math.floor(level * list.length)] as number)
  })
  const cellOf = (measured: number[]) =>
    measured.map((value, part) => 1 + (cuts[part] ?? []).filter(cut => cut < value).length).join('')
  const expected = Object.fromEntries(values.map(one => [Number(one.customer), cellOf(one.measured)]))

  const found = await quintileCuts(rfm, scope)
  expect([found.recency, found.frequency, found.money]).toEqual(cuts)
  const cells: Record<number, string> = {}
  for await (const page of measurePeople(rfm, scope, { cuts: found }))
    for (const one of page) cells[one.personId] = String(one.value)
  expect(cells).toEqual(expected)
  if (!whole) expect([cells[12_346], cells[14_667], cells[17_402]]).toEqual(['115', '455', '555'])
  // Again, and for one of them alone, it is the same.
  expect(await quintileCuts(rfm, scope)).toEqual(found)
  for await (const page of measurePeople(rfm, { ...scope, candidates: [12_346] }, { cuts: found }))
    expect(page).toEqual([{ personId: 12_346, value: cells[12_346] }])
}, 60_000)

/** One per order number with a customer; a cancellation, or what is worth less than nothing, takes back. */
function readOrders(): Order[] {
  const [head, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split(/\r?\n/)
  expect(head).toBe('InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country')
  const byNo = new Map<string, Order & { quantities: number[] }>()
  for (const line of lines) {
    // Only the description may hold commas, and then it stands in quotes.
    const cells = line.replace(/"(?:[^"]|"")*"/, 'x').split(',')
    const [no, , , quantity, at, price, customer] = cells as [string, string, string, string, string, string, string]
    if (cells.length !== 8) throw new Error(line)
    if (customer === '') continue
    const order = byNo.get(no) ?? { no, customer, at, fen: 0, isBack: false, quantities: [] }
    byNo.set(no, order)
    order.fen += Math.round(Number(price) * 100 * Number(quantity))
    if (at < order.at) order.at = at
    order.quantities.push(Number(quantity))
  }
  return [...byNo.values()].map(({ quantities, ...order }) => ({
    ...order,
    isBack: order.no.startsWith('C') || order.fen < 0 || quantities.every(quantity => quantity < 0),
  }))
}
