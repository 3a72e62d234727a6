import { READY_STAGES } from '@banyan/shared'
import { describe, expect, test } from 'vitest'
import { useStores } from '../../test/stores.ts'
import {
  addDays,
  addMs,
  advanceClock,
  clickhouse,
  dayIn,
  now,
  row,
  rows,
  run,
  setClock,
  shiftMonth,
  sql,
  startOfDay,
  transaction,
} from '../core/index.ts'
import * as identity from '../identity/index.ts'
import * as selection from '../selection/index.ts'
import * as lifecycle from './index.ts'
import {
  atLeast,
  ctxOf,
  heard,
  idsOf,
  mirrored,
  neededMigrations,
  newBrand,
  paidWithin,
  pay,
  people,
  person,
  put,
  refusal,
  settle,
  sizes,
  spend,
  staysOf,
  told,
  useLifecycle,
  where,
} from './lifecycle-fixtures.ts'
import { lifecycleMatrix } from './matrix.ts'
import { stageMomentsOf } from './read-stages.ts'
import { lifecycleTrend } from './stage-days.ts'

/** What is kept of the stages: it is compared with a slow and obvious evaluator, and with itself over a merge and its undoing. */
useStores(neededMigrations)
useLifecycle()

/** The same numbers every time. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

describe('random people, random changes', () => {
  test.each([3, 17, 91])(
    'stand where the obvious evaluator puts them, and its differences are what is announced (%i)',
    async seed => {
      const random = randomOf(seed)
      const brandId = await newBrand()
      const ids = await people(brandId, 24)
      const world = new Map(ids.map(id => [id, { paidFen: 0, paidAt: [] as Date[] }]))
      const stages = [
        { name: '甲', has: (one: { paidFen: number }) => one.paidFen >= 80, rule: atLeast(80) },
        {
          name: '乙',
          has: (one: { paidAt: Date[] }, at: Date) => one.paidAt.some(paid => paid >= addDays(at, -30) && paid < at),
          rule: paidWithin(30),
        },
        { name: '丙', has: (one: { paidFen: number }) => one.paidFen >= 40, rule: atLeast(40) },
      ]
      const obvious = (at: Date) =>
        new Map(ids.map(id => [id, stages.find(stage => stage.has(world.get(id)!, at))?.name ?? '其他'] as const))
      const change = async (count: number) => {
        for (let at = 0; at < count; at += 1) {
          const id = ids[random(ids.length)]!
          const one = world.get(id)!
          if (random(2) === 0) {
            one.paidFen = random(120)
            await spend(brandId, [[id, one.paidFen]])
          } else {
            const paidAt = addMs(now(), -random(60 * 86_400_000) - 60_000)
            one.paidAt.push(paidAt)
            await pay(brandId, id, paidAt)
          }
        }
      }
      await change(40)
      await settle()
      await put(brandId, stages)
      const nameOf = new Map(Object.entries(await idsOf(brandId)).map(([name, id]) => [id, name]))
      let before = obvious(now())
      expect(await standing(brandId, ids)).toEqual(before)
      for (let round = 0; round < 4; round += 1) {
        heard.length = 0
        if (round % 2 === 1) advanceClock((5 + random(20)) * 86_400_000)
        else await change(12)
        await settle()
        await lifecycle.refreshLifecycle(brandId, 'moved')
        await settle()
        const after = obvious(now())
        expect(await standing(brandId, ids)).toEqual(after)
        // Replayed over where they were, what was announced gives where they are, each once.
        const replayed = new Map(before)
        for (const one of told()) {
          for (const id of one.personIds) {
            if (one.name === 'left') expect(replayed.get(id)).toBe(nameOf.get(one.stageId))
            else replayed.set(id, nameOf.get(one.stageId)!)
          }
        }
        expect(replayed).toEqual(after)
        // A round of facts moves nobody twice, and both stores and the kept sizes agree.
        expect(new Map([...(await mirrored(brandId))].map(([id, stage]) => [id, nameOf.get(stage)]))).toEqual(after)
        const counted: Record<string, number> = { 甲: 0, 乙: 0, 丙: 0, 其他: 0 }
        for (const name of after.values()) counted[name] = (counted[name] ?? 0) + 1
        expect(await sizes(brandId)).toEqual(counted)
        before = after
      }
      setClock(null)
    },
  )
})

async function standing(brandId: number, ids: readonly number[]) {
  const names = await where(brandId, ids)
  return new Map(ids.map((id, at) => [id, names[at]]))
}

describe('the matrix of a month', () => {
  test('sums to everybody; a month begins as the one before ended; new and gone are said', async () => {
    const first = startOfDay(`${dayIn(now()).slice(0, 7)}-01`)
    setClock(addDays(first, -40))
    const brandId = await newBrand()
    const [ann, bob, cat] = (await people(brandId, 3)) as [number, number, number]
    await spend(brandId, [
      [ann, 1000],
      [bob, 100],
    ])
    await settle()
    const stages = [
      { name: '高', rule: atLeast(1000) },
      { name: '中', rule: atLeast(50) },
    ]
    const ids = await put(brandId, stages)
    setClock(addDays(first, -20))
    await spend(brandId, [[bob, 2000]])
    const dan = await person(brandId)
    await settle()
    setClock(addDays(first, 2))
    await spend(brandId, [
      [ann, 0],
      [dan, 60],
    ])
    await settle()
    // Somebody whom the brand knows no more.
    await putGone(brandId, cat)
    await settle()
    const ctx = { ...ctxOf(brandId), now: now() }
    const cells = async (month?: string) => {
      const found = await lifecycleMatrix(ctx, month ? { month } : {})
      return found.cells.map(cell => [nameIn(ids, cell.from), nameIn(ids, cell.to), cell.count])
    }
    const months = (await lifecycleMatrix(ctx, {})).months
    const last = shiftMonth(`${months[0]}-01`, -1).slice(0, 7)
    expect(new Set(await cells(last))).toEqual(
      new Set([
        ['高', '高', 1],
        ['中', '高', 1],
        ['其他', '其他', 1],
        [null, '其他', 1],
      ]),
    )
    expect(new Set(await cells())).toEqual(
      new Set([
        ['高', '其他', 1],
        ['高', '高', 1],
        ['其他', '中', 1],
        ['其他', null, 1],
      ]),
    )
    const total = (list: Awaited<ReturnType<typeof cells>>, at: 0 | 1, name: string) =>
      list.filter(cell => cell[at] === name).reduce((sum, cell) => sum + Number(cell[2]), 0)
    for (const name of Object.keys(ids)) expect(total(await cells(last), 1, name)).toBe(total(await cells(), 0, name))
    expect(await refusal(lifecycleMatrix(ctx, { month: '2001-01' }))).toBe('lifecycle.noSuchMonth')

    const trend = await lifecycleTrend(ctx, { days: 90 })
    expect(trend.stages.map(stage => stage.name)).toEqual(['高', '中', '其他'])
    expect(trend.days.at(0)?.counts).toEqual([1, 1, 1])
    // A day without a computation ends as the day before.
    expect(trend.days[1]?.counts).toEqual([1, 1, 1])
    expect(trend.days.at(-1)?.counts).toEqual([1, 1, 1])
    expect((await stageMomentsOf(ctx, bob, { before: addMs(now(), 1), limit: 9 })).map(one => [one.name, one.before])).toEqual([
      ['高', '中'],
      ['中', null],
    ])
    setClock(null)
  })
})

const nameIn = (ids: Record<string, number>, id: number | null) =>
  id === null ? null : (Object.entries(ids).find(([, one]) => one === id)?.[0] ?? `#${id}`)

/** The brand knows him no more, as after an un-merge that took away how it knew him. */
async function putGone(brandId: number, personId: number) {
  await clickhouse.insert('facts_recent', [
    { brand_id: brandId, name: 'inBrand', person_id: personId, is_set: 0, number: 0, text: '', version: 9_000_000 },
  ])
  await lifecycle.refreshLifecycle(brandId, [personId])
}

describe('a merge', () => {
  const mergeOf = async (brandId: number, from: number, to: number) => {
    await transaction(() =>
      identity.mergeByHand(ctxOf(brandId), {
        personIds: [from, to],
        survivorId: to,
        reason: '试',
        matchedTypes: ['phone'],
      } as never),
    )
    await settle()
    const found = await row<{ id: number }>(sql`SELECT MAX(id) AS id FROM merges`)
    return Number(found?.id)
  }
  const undo = async (brandId: number, mergeId: number) => {
    await transaction(() => identity.unmerge(ctxOf(brandId), { mergeId, reason: '试' }))
    await settle()
  }

  test('counts a person once, by the survivor’s own stays; undone, everything is as it was', async () => {
    const brandId = await newBrand()
    const [ann, bob, cat] = (await people(brandId, 3)) as [number, number, number]
    await spend(brandId, [
      [ann, 10],
      [bob, 1000],
    ])
    await settle()
    const ids = await put(brandId, [{ name: '高', rule: atLeast(1000) }])
    const before = { stays: await staysOf(brandId), sizes: await sizes(brandId), mirrored: await mirrored(brandId) }
    heard.length = 0
    const mergeId = await mergeOf(brandId, bob, ann)
    expect(await sizes(brandId)).toEqual({ 高: 0, 其他: 2 })
    const ctx = { ...ctxOf(brandId), now: addMs(now(), 1) }
    const count = async () =>
      (await lifecycleMatrix({ ...ctx, now: addMs(now(), 1) }, {})).cells.reduce((sum, cell) => sum + cell.count, 0)
    expect(await count()).toBe(2)
    // The survivor moves while they are one, which an un-merge forgets.
    await spend(brandId, [[ann, 5000]])
    await settle()
    expect(await where(brandId, [ann])).toEqual(['高'])
    expect(await sizes(brandId)).toEqual({ 高: 1, 其他: 1 })
    await spend(brandId, [[ann, 10]])
    await undo(brandId, mergeId)
    expect(await sizes(brandId)).toEqual(before.sizes)
    expect(await staysOf(brandId)).toEqual(before.stays)
    expect(await mirrored(brandId)).toEqual(before.mirrored)
    expect(await count()).toBe(3)
    expect(await where(brandId, [ann, bob, cat])).toEqual(['其他', '高', '其他'])
    expect(ids).toEqual(await idsOf(brandId))
  })

  test('where the brand knew only the other, the survivor takes his stays over, and gives them back', async () => {
    const [brandId, elsewhere] = [await newBrand(), await newBrand()]
    const ann = await person(elsewhere)
    const bob = await person(brandId)
    await spend(brandId, [[bob, 1000]])
    await settle()
    await put(brandId, [{ name: '高', rule: atLeast(1000) }])
    const before = { stays: await staysOf(brandId), sizes: await sizes(brandId), mirrored: await mirrored(brandId) }
    const mergeId = await transaction(async () => {
      await identity.mergeByHand({ ...ctxOf(brandId), brandId: null, brandIds: 'all' }, {
        personIds: [bob, ann],
        survivorId: ann,
        reason: '试',
        matchedTypes: ['phone'],
      } as never)
      return Number((await row<{ id: number }>(sql`SELECT MAX(id) AS id FROM merges`))?.id)
    })
    await spend(brandId, [[ann, 1000]])
    await settle()
    expect(await sizes(brandId)).toEqual({ 高: 1, 其他: 0 })
    expect(await where(brandId, [ann, bob])).toEqual(['高', null])
    const since = (stays: object[]) => (stays[0] as { from_at: Date }).from_at
    expect(since((await staysOf(brandId)).filter(stay => (stay as { person_id: number }).person_id === ann))).toEqual(
      since(before.stays),
    )
    await undo(brandId, mergeId)
    expect(await sizes(brandId)).toEqual(before.sizes)
    expect(await where(brandId, [ann, bob])).toEqual([null, '高'])
    expect((await mirrored(brandId)).get(bob)).toBe(before.mirrored.get(bob))
  })

  test('an erased person leaves no stay behind, and is counted no more', async () => {
    const brandId = await newBrand()
    const [ann] = (await people(brandId, 2)) as [number, number]
    await settle()
    await put(brandId, [{ name: '高', rule: atLeast(1000) }])
    expect(await sizes(brandId)).toEqual({ 高: 0, 其他: 2 })
    // As an erasure does: of what rules read of him nothing is left either.
    await transaction(async () => {
      for (const carrier of [...selection.carriers, ...lifecycle.carriers]) await carrier.erase(ctxOf(brandId), ann)
    })
    expect(await rows(sql`SELECT id FROM lifecycle_stays WHERE person_id = ${ann}`)).toEqual([])
    expect(await sizes(brandId)).toEqual({ 高: 0, 其他: 1 })
    await settle()
    expect((await mirrored(brandId)).has(ann)).toBe(false)
    expect(await sizes(brandId)).toEqual({ 高: 0, 其他: 1 })
  })
})

describe('past months', () => {
  test('are worked out as of then when the rules read tracks alone, and are refused otherwise', async () => {
    const brandId = await newBrand()
    const thisMonth = `${dayIn(now()).slice(0, 7)}-01`
    const [ann, bob] = (await people(brandId, 2)) as [number, number]
    // Known to the brand since long ago, and since the latest month.
    await run(
      sql`UPDATE person_brands SET first_seen_at = ${startOfDay(shiftMonth(thisMonth, -11))} WHERE person_id = ${ann} AND brand_id = ${brandId}`,
    )
    await pay(brandId, ann, addDays(startOfDay(shiftMonth(thisMonth, -8)), 3))
    await pay(brandId, bob, addDays(startOfDay(shiftMonth(thisMonth, -1)), -1))
    await settle()
    const ready = READY_STAGES.stages.map(({ zh, rule }) => ({ name: zh, rule }))
    const reading = { name: '看属性', rule: atLeast(1) }
    expect(await refusal(put(brandId, [reading, ...ready], { recallMonths: 3 }))).toBe('lifecycle.cannotRecall')
    const ids = await put(brandId, ready, { rest: READY_STAGES.rest.zh, recallMonths: 12 })
    const ctx = { ...ctxOf(brandId), now: addMs(now(), 1) }
    const ofMonth = async (back: number) => {
      const { cells, isRecalled } = await lifecycleMatrix(ctx, { month: shiftMonth(thisMonth, -back).slice(0, 7) })
      expect(isRecalled).toBe(true)
      return cells.map(cell => [nameIn(ids, cell.from), nameIn(ids, cell.to), cell.count])
    }
    expect(await ofMonth(9)).toEqual([['潜客', '潜客', 1]])
    expect(await ofMonth(8)).toEqual([['潜客', '新客', 1]])
    expect(await ofMonth(6)).toEqual([['新客', '新客', 1]])
    expect(await ofMonth(5)).toEqual([['新客', '沉睡', 1]])
    // By his order the brand knew the other before it first saw him.
    expect(new Set(await ofMonth(2))).toEqual(
      new Set([
        ['流失', '流失', 1],
        [null, '新客', 1],
      ]),
    )
    // Nobody is told of the past, and the facts say where they are now.
    expect(heard.every(one => one.isFirst && one.personIds.length === 0)).toBe(true)
    const [fact] = await clickhouse.query<{ text: string }>(
      `SELECT argMax(text, version) AS text FROM facts_all WHERE brand_id = {b:UInt32} AND name = 'lifecycleStage' AND person_id = {p:UInt32}`,
      { b: brandId, p: ann },
    )
    expect(fact?.text).toBe(String(ids.流失))
  })
})
