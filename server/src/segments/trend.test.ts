import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { advanceClock, dayIn, now, row, rows, run, setClock, shiftDay, sql, systemCtx, transaction } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'
import { removeOldDays } from './segment-days.ts'

/** How large a segment was on the days before today. */
const product = useProduct()
let brandId = 0
let owner: Client
const people: number[] = []
const DAY_MS = 86_400_000

beforeAll(async () => {
  brandId = (await make.brand()).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  for (let i = 0; i < 4; i++) people.push((await make.member(product, brandId)).personId)
  await product.settle()
})
afterEach(() => setClock(null))

async function give(personId: number, paidFen: number) {
  await transaction(() => putFacts(systemCtx({ brandId }), brandId, [{ personId, facts: { paidFen } }]))
  await product.settle()
}

const signedIn = async () =>
  (await make.signedInOperator(product, { permissions: ['*'] })).with({ 'X-Brand-Id': String(brandId) })
const trendOf = async (segmentId: number, days = 7) => (await signedIn()).call('segments.trend', { segmentId, days })

describe('the trend of a segment', () => {
  test('has a row for each day with the size at its end, who came and went, and a gap where nothing was computed', async () => {
    setClock(new Date(`${shiftDay(dayIn(now()), -4)}T02:00:00Z`))
    await give(people[0]!, 500_00)
    const made = await owner.call('segments.create', {
      kind: 'dynamic',
      name: '花过一百',
      rule: { kind: 'number', field: 'paidFen', is: { op: '>=', value: 100_00 } },
    })
    await product.settle()
    await give(people[1]!, 200_00)
    await give(people[2]!, 300_00)
    const first = dayIn(now())
    advanceClock(DAY_MS)
    await give(people[0]!, 1_00)
    // Two days on which nobody looked.
    advanceClock(3 * DAY_MS)
    await give(people[3]!, 900_00)
    await give(people[1]!, 0)
    const { days, isWithheld } = await trendOf(made.id)
    expect(isWithheld).toBe(false)
    expect(days.map(one => [one.day, one.count, one.enteredCount, one.leftCount])).toEqual([
      [first, 3, 2, 0],
      [shiftDay(first, 1), 2, 0, 1],
      [shiftDay(first, 2), null, 0, 0],
      [shiftDay(first, 3), null, 0, 0],
      [shiftDay(first, 4), 2, 1, 1],
    ])
    expect(days[2]?.at).toBeNull()
    expect((await owner.call('segments.get', { segmentId: made.id })).count).toBe(2)
  })

  test('a day ends at midnight of the brand’s zone, not of UTC', async () => {
    const eve = shiftDay(dayIn(now()), -1)
    setClock(new Date(`${eve}T15:59:00Z`)) // 23:59 in Shanghai
    const made = await owner.call('segments.create', {
      kind: 'dynamic',
      name: '花过一千',
      rule: { kind: 'number', field: 'paidFen', is: { op: '>=', value: 1_000_00 } },
    })
    await product.settle()
    setClock(new Date(`${eve}T16:01:00Z`))
    await give(people[0]!, 2_000_00)
    expect((await trendOf(made.id)).days.map(one => [one.day, one.count])).toEqual([
      [eve, 0],
      [shiftDay(eve, 1), 1],
    ])
  })

  test('an operator of single stores is not told how many come and go among everybody; another brand’s segment is not there', async () => {
    const made = await owner.call('segments.create', { kind: 'dynamic', name: '全部', rule: { kind: 'all', rules: [] } })
    await product.settle()
    const store = await make.store(brandId)
    const limited = (
      await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId], storeIds: [store.id] })
    ).with({ 'X-Brand-Id': String(brandId) })
    expect(await limited.call('segments.trend', { segmentId: made.id })).toMatchObject({ isWithheld: true, days: [] })
    const his = await limited.call('segments.create', { kind: 'dynamic', name: '我店的', rule: { kind: 'all', rules: [] } })
    await product.settle()
    const { isWithheld, days } = await limited.call('segments.trend', { segmentId: his.id })
    expect([isWithheld, days.at(-1)?.count]).toEqual([false, 0])
    const other = await make.signedInOperator(product, { permissions: ['*'], brandIds: [(await make.brand()).id] })
    expect(await other.codeOf('segments.trend', { segmentId: made.id })).toBe('thing.notFound')
  })

  test('days of removed segments, and of years ago, go', async () => {
    const made = await owner.call('segments.create', { kind: 'dynamic', name: '不要的', rule: { kind: 'all', rules: [] } })
    await product.settle()
    const kept = await row<{ segment_id: number }>(
      sql`SELECT segment_id FROM segment_days WHERE segment_id <> ${made.id} LIMIT 1`,
    )
    const old = { segmentId: kept!.segment_id, day: '2019-01-01' }
    await run(
      sql`INSERT INTO segment_days (segment_id, day, count, at, entered_count, left_count) VALUES (${old.segmentId}, ${old.day}, 1, ${now()}, 0, 0)`,
    )
    await owner.call('segments.remove', { segmentId: made.id })
    await removeOldDays(systemCtx())
    expect(await rows(sql`SELECT id FROM segment_days WHERE segment_id = ${made.id} OR day = ${old.day}`)).toEqual([])
    expect(await rows(sql`SELECT id FROM segment_days`)).not.toEqual([])
  })
})
