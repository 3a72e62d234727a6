import type { Rule } from '@banyan/shared'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clickhouse, migrateClickhouse } from '../core/index.ts'
import { clickhouseMigrations as trackingMigrations } from '../tracking/index.ts'
import { clickhouseMigrations } from './migrations.ts'
import type { Scope } from './scope.ts'
import { countPeople, nextChangeOfRule, selectAmong, selectByMany } from './select-people.ts'

/** The edges of the clock, of zones and of quantity, each with people who stand just inside and just outside. */
let brand = 0
let person = 0
let message = 0

beforeAll(() => migrateClickhouse([...trackingMigrations, ...clickhouseMigrations]))
afterAll(() => clickhouse.close())

const scopeAt = (now: string, zone = 'Asia/Shanghai'): Scope => ({
  brands: [brand],
  stores: [],
  now: new Date(now),
  zone,
  candidates: null,
})

/** A brand of its own whose people have each one of these lists of tracks: `[name, instant]`. Answers their ids. */
async function peopleWith(lists: readonly (readonly (readonly [name: string, at: string])[])[]): Promise<number[]> {
  brand += 1
  const ids = lists.map(() => (person += 1))
  await clickhouse.insert(
    'facts_recent',
    ids.map(person_id => ({ brand_id: brand, name: 'inBrand', person_id, is_set: 1, number: 1, text: '', version: 1 })),
  )
  await clickhouse.insert(
    'tracks',
    lists.flatMap((list, at) =>
      list.map(([name, occurred]) => ({
        brand_id: brand,
        name,
        person_id: ids[at],
        occurred_at: new Date(occurred).toISOString(),
        received_at: new Date().toISOString(),
        message_key: `m${String((message += 1)).padStart(6, '0')}`,
        batch_id: 1,
        numbers: {},
        texts: {},
      })),
    ),
  )
  return ids
}

const count = (window: object, op: string, value: number, name = 'a') =>
  ({ kind: 'tracks', name, filters: [], window, measure: { of: 'count' }, is: { op, value } }) as unknown as Rule
const selected = async (rule: Rule, scope: Scope) => (await selectByMany([rule], scope))[0] as number[]
/** Who of these people has a track in the window. */
async function within(window: object, scope: Scope, ids: readonly number[]): Promise<boolean[]> {
  const found = await selected(count(window, '>=', 1), scope)
  // The query for a few people is another one.
  expect(await selectAmong(count(window, '>=', 1), scope, ids)).toEqual(found)
  return ids.map(id => found.includes(id))
}
const each = (instants: readonly string[]) => instants.map(at => [['a', at] as const])

describe('the clock', () => {
  test.each([
    ['hours', 24, '2026-03-14T10:30:00.000Z'],
    ['minutes', 1, '2026-03-15T10:29:00.000Z'],
    ['weeks', 2, '2026-03-01T10:30:00.000Z'],
    ['months', 1, '2026-02-15T10:30:00.000Z'],
  ])('a rolling window of %s begins with its first millisecond and ends before now', async (unit, last, from) => {
    const now = '2026-03-15T10:30:00.000Z'
    const at = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString()
    const ids = await peopleWith(each([at(from, -1), from, at(from, 1), at(now, -1), now, at(now, 1)]))
    const window = { type: 'rolling', last, unit }
    expect(await within(window, scopeAt(now), ids)).toEqual([false, true, true, true, false, false])
    // A millisecond later each edge has moved by one.
    expect(await within(window, scopeAt(at(now, 1)), ids)).toEqual([false, false, true, true, true, false])
    expect((await nextChangeOfRule(count(window, '>=', 1), scopeAt(now)))?.getTime()).toBe(Date.parse(now) + 1)
  })

  test('an absolute window holds its beginning and not its end', async () => {
    const ids = await peopleWith(
      each(['2026-03-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z', '2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00.000Z']),
    )
    const window = { type: 'absolute', from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') }
    expect(await within(window, scopeAt('2026-06-01T00:00:00Z'), ids)).toEqual([true, false, true, false])
  })

  test('what came late counts by when it happened; what is dated ahead counts from its instant on', async () => {
    const ids = await peopleWith(each(['2025-04-01T00:00:00.000Z', '2026-03-15T20:00:00.000Z']))
    const year = { type: 'rolling', last: 365, unit: 'days' }
    const [now, later] = ['2026-03-15T10:30:00.000Z', '2026-03-15T20:00:00.001Z']
    expect(await within(year, scopeAt(now), ids)).toEqual([true, false])
    expect(await within({ type: 'rolling', last: 1, unit: 'days' }, scopeAt(now), ids)).toEqual([false, false])
    expect(
      (await nextChangeOfRule(count({ type: 'rolling', last: 1, unit: 'days' }, '>=', 1), scopeAt(now)))?.toISOString(),
    ).toBe(later)
    expect(await within({ type: 'rolling', last: 1, unit: 'days' }, scopeAt(later), ids)).toEqual([false, true])
  })

  test('tracks of one millisecond are all counted, and follow each other in the order of their messages', async () => {
    const at = '2026-03-10T08:00:00.000Z'
    const ids = await peopleWith([
      [
        ['a', at],
        ['b', at],
      ],
      [
        ['b', at],
        ['a', at],
      ],
      [
        ['a', at],
        ['a', at],
        ['a', at],
      ],
    ])
    const sequence = {
      kind: 'sequence',
      steps: ['a', 'b'].map(name => ({ name, filters: [] })),
      within: null,
      last: 'did',
      window: { type: 'none' },
    }
    const scope = scopeAt('2026-03-15T10:30:00Z')
    expect(await selected(sequence as unknown as Rule, scope)).toEqual([ids[0]])
    expect(await selected(count({ type: 'none' }, '=', 3), scope)).toEqual([ids[2]])
    expect(await selected(count({ type: 'none' }, '=', 1), scope)).toEqual([ids[0], ids[1]])
  })
})

describe('zones', () => {
  test.each([
    // Where the day is, what it is, and the two instants at its ends.
    ['Asia/Shanghai', '2026-03-15T16:30:00Z', '2026-03-15T16:00:00.000Z', '2026-03-16T15:59:59.999Z'],
    ['America/New_York', '2026-03-08T20:00:00Z', '2026-03-08T05:00:00.000Z', '2026-03-09T03:59:59.999Z'], // 23 hours
    ['America/New_York', '2026-11-01T20:00:00Z', '2026-11-01T04:00:00.000Z', '2026-11-02T04:59:59.999Z'], // 25 hours
    ['Asia/Kathmandu', '2026-05-01T12:00:00Z', '2026-04-30T18:15:00.000Z', '2026-05-01T18:14:59.999Z'],
    ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-31T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
  ])('today in %s at %s', async (zone, now, first, last) => {
    const ms = (instant: string, by: number) => new Date(Date.parse(instant) + by).toISOString()
    const ids = await peopleWith(each([ms(first, -1), first, last, ms(last, 1)]))
    expect(await within({ type: 'calendar', period: 'today' }, scopeAt(now, zone), ids)).toEqual([false, true, true, false])
    expect(await within({ type: 'calendar', period: 'yesterday' }, scopeAt(ms(last, 1), zone), ids)).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('days are counted as the brand’s zone has them', async () => {
    const [two, one] = await peopleWith([
      [
        ['a', '2026-03-10T15:59:59.999Z'],
        ['a', '2026-03-10T16:00:00.000Z'],
      ],
      [
        ['a', '2026-03-10T16:00:00.000Z'],
        ['a', '2026-03-11T15:59:59.999Z'],
      ],
    ])
    const days = { ...count({ type: 'none' }, '=', 2), measure: { of: 'days' } } as unknown as Rule
    expect(await selected(days, scopeAt('2026-03-15T10:30:00Z'))).toEqual([two])
    expect(await selected(days, scopeAt('2026-03-15T10:30:00Z', 'UTC'))).toEqual([one])
  })
})

describe('29 February', () => {
  test('a month back from the 29th, 30th and 31st of March is the end of February', async () => {
    const ids = await peopleWith(each(['2026-02-28T03:59:59.999Z', '2026-02-28T04:00:00.000Z']))
    const month = { type: 'rolling', last: 1, unit: 'months' }
    for (const day of ['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31'])
      expect(await within(month, scopeAt(`${day}T04:00:00Z`), ids), day).toEqual([false, true])
    const leap = await peopleWith(each(['2028-02-29T03:59:59.999Z', '2028-02-29T04:00:00.000Z']))
    for (const day of ['2028-03-29', '2028-03-30', '2028-03-31'])
      expect(await within(month, scopeAt(`${day}T04:00:00Z`), leap), day).toEqual([false, true])
    expect(await within({ type: 'rolling', last: 12, unit: 'months' }, scopeAt('2029-02-28T04:00:00Z'), leap)).toEqual([
      true,
      true,
    ])
  })

  test('who was born on it has his birthday on the 28th in other years', async () => {
    const [id] = await peopleWith([[]])
    await clickhouse.insert('facts_recent', [
      { brand_id: 0, name: 'birthday', person_id: id, is_set: 1, number: 0, text: '2000-02-29', version: 1 },
    ])
    const today = { kind: 'anniversary', field: 'birthday', is: { op: 'inDays', fromDays: 0, toDays: 0 } } as unknown as Rule
    const isToday = async (day: string) => (await selected(today, scopeAt(`${day}T04:00:00Z`))).length === 1
    const days = ['2027-02-27', '2027-02-28', '2027-03-01', '2028-02-28', '2028-02-29', '2028-03-01']
    const found: boolean[] = []
    for (const day of days) found.push(await isToday(day))
    expect(found).toEqual([false, true, false, false, true, false])
  })
})

describe('quantity', () => {
  const scopeNow = () => scopeAt('2026-03-15T10:30:00Z')

  test('0 times holds for those with no track at all, and fewer than 1 is the same', async () => {
    const [none, once, before] = await peopleWith([[], [['a', '2026-03-15T00:00:00Z']], [['a', '2026-01-01T00:00:00Z']]])
    const week = { type: 'rolling', last: 7, unit: 'days' }
    for (const [op, value] of [
      ['=', 0],
      ['<', 1],
      ['<=', 0],
    ] as const)
      expect(await selected(count(week, op, value), scopeNow()), op).toEqual([none, before])
    expect(await selected(count(week, '>=', 0), scopeNow())).toEqual([none, once, before])
    expect(await selected({ kind: 'none', rules: [count(week, '=', 0)] }, scopeNow())).toEqual([once])
    // Of nothing there is no average: every ordering on it is false.
    const average = (op: string) => ({ ...count(week, op, 0), measure: { of: 'avg', property: 'amountFen' } }) as unknown as Rule
    for (const op of ['<', '>=', '=']) expect(await selected(average(op), scopeNow()), op).toEqual([])
  })

  test('of nobody every rule selects nobody', async () => {
    brand += 1
    const all: Rule = { kind: 'all', rules: [] }
    for (const rule of [all, { kind: 'none', rules: [all] } as Rule, count({ type: 'none' }, '=', 0)]) {
      expect(await selected(rule, scopeNow())).toEqual([])
      expect(await countPeople(rule, scopeNow())).toMatchObject({ count: 0, population: 0 })
      expect(await selectAmong(rule, scopeNow(), [1, 2, 3])).toEqual([])
    }
    expect(await selectAmong(all, scopeNow(), [])).toEqual([])
  })

  test('a list of a million ids is a question like others', async () => {
    const ids = await peopleWith(each(['2026-03-15T00:00:00Z', '2026-01-01T00:00:00Z', '2026-03-14T00:00:00Z']))
    const million = Array.from({ length: 1_000_000 }, (_, at) => 2_000_000 + at)
    const asked = [...million.slice(0, 500_000), ids[0] as number, ...million.slice(500_000), ids[1] as number]
    const week = { type: 'rolling', last: 7, unit: 'days' }
    const rule: Rule = { kind: 'any', rules: [count(week, '>=', 1), { kind: 'none', rules: [count(week, '<', 1)] }] }
    expect(await selectAmong(rule, scopeNow(), asked)).toEqual([ids[0]])
  }, 120_000)
})
