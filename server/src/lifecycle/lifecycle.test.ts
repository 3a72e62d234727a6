import type { ClientRule } from '@banyan/shared'
import { Rule } from '@banyan/shared'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { useStores } from '../../test/stores.ts'
import { clickhouse, now, row, run, setClock, sql, systemCtx, transaction } from '../core/index.ts'
import * as segments from '../segments/index.ts'
import * as tags from '../tags/index.ts'
import * as lifecycle from './index.ts'
import {
  act,
  atLeast,
  ctxOf,
  draftOf,
  heard,
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
  type Wanted,
  where,
} from './lifecycle-fixtures.ts'
import { previewStages } from './preview-stages.ts'
import { cancelBuild, requestRefresh } from './put-stages.ts'
import { getLifecycle, stagesOfPeople } from './read-stages.ts'

/** Who is in which stage, from when, and who is told. */
useStores(neededMigrations)
useLifecycle()

describe('everybody is in exactly one stage', () => {
  test('the first whose rule selects him, else the rest; the order decides; the first build names nobody', async () => {
    const brandId = await newBrand()
    const [ann, bob, cat, dan] = (await people(brandId, 4)) as [number, number, number, number]
    await spend(brandId, [
      [ann, 1000],
      [bob, 100],
      [cat, 5],
    ])
    await settle()
    const ids = await put(brandId, [
      { name: '高', rule: atLeast(1000) },
      { name: '中', rule: atLeast(50) },
    ])
    expect(await where(brandId, [ann, bob, cat, dan])).toEqual(['高', '中', '其他', '其他'])
    expect(await sizes(brandId)).toEqual({ 高: 1, 中: 1, 其他: 2 })
    expect(told().map(one => [one.name, one.stageId, one.personIds, one.isFirst, one.count])).toEqual([
      ['entered', ids.高, [], true, 1],
      ['entered', ids.中, [], true, 1],
      ['entered', ids.其他, [], true, 2],
    ])
    heard.length = 0
    // Turned round, the wider rule takes all; they keep their ids, and who moved did because the rules did.
    await put(brandId, [
      { id: ids.中!, name: '中', rule: atLeast(50) },
      { id: ids.高!, name: '高', rule: atLeast(1000) },
    ])
    expect(await where(brandId, [ann, bob, cat, dan])).toEqual(['中', '中', '其他', '其他'])
    expect(told().map(one => [one.name, one.stageId, one.personIds, one.isNewRules])).toEqual([
      ['left', ids.高, [ann], true],
      ['entered', ids.中, [ann], true],
    ])
  })

  test('a fact that arrives moves its person, once, and says from where to where', async () => {
    const brandId = await newBrand()
    const [ann, bob] = (await people(brandId, 2)) as [number, number]
    await settle()
    const ids = await put(brandId, [{ name: '高', rule: atLeast(1000) }])
    heard.length = 0
    await spend(brandId, [[ann, 2000]])
    await settle()
    expect(await where(brandId, [ann, bob])).toEqual(['高', '其他'])
    expect(told().map(one => [one.name, one.stageId, one.personIds, one.isFirst, one.isNewRules])).toEqual([
      ['left', ids.其他, [ann], false, false],
      ['entered', ids.高, [ann], false, false],
    ])
    await spend(brandId, [[ann, 3000]])
    await settle()
    expect(heard).toHaveLength(2)
    // Somebody new is in the rest at once; nothing is left.
    const eve = await person(brandId)
    await settle()
    expect(await where(brandId, [eve])).toEqual(['其他'])
    expect(
      told()
        .slice(2)
        .map(one => [one.name, one.stageId, one.personIds]),
    ).toEqual([['entered', ids.其他, [eve]]])
    expect(await mirrored(brandId)).toEqual(
      new Map([
        [ann, ids.高],
        [bob, ids.其他],
        [eve, ids.其他],
      ]),
    )
  })

  test('time alone moves somebody at the very millisecond, and the brand knows that instant beforehand', async () => {
    const brandId = await newBrand()
    const ann = await person(brandId)
    const paidAt = new Date(Math.floor(now().getTime() / 1000) * 1000 + 123)
    await pay(brandId, ann, new Date(paidAt.getTime() - 86_400_000))
    await settle()
    await put(brandId, [{ name: '活跃', rule: paidWithin(30) }], { rest: '沉睡' })
    expect(await where(brandId, [ann])).toEqual(['活跃'])
    // In the window [now - 30 days, now): at thirty days to the millisecond still in, one later out.
    const lastIn = new Date(paidAt.getTime() + 29 * 86_400_000)
    const { recheckAt } = await getLifecycle(ctxOf(brandId))
    expect(recheckAt).toEqual(new Date(lastIn.getTime() + 1))
    const at = async (instant: Date) => {
      vi.useFakeTimers({ now: instant, toFake: ['Date'] })
      setClock(null)
      try {
        await lifecycle.refreshLifecycle(brandId, 'moved')
      } finally {
        vi.useRealTimers()
      }
      return (await where(brandId, [ann]))[0]
    }
    expect(await at(lastIn)).toBe('活跃')
    expect(await at(new Date(lastIn.getTime() + 1))).toBe('沉睡')
    expect((await stagesOfPeople(ctxOf(brandId), [ann])).get(ann)?.[0]?.since).toEqual(new Date(lastIn.getTime() + 1))
    expect((await getLifecycle(ctxOf(brandId))).recheckAt).toBeNull()
    // The job finds what is due, and only that.
    await run(sql`UPDATE lifecycles SET recheck_at = ${new Date(now().getTime() - 1)} WHERE brand_id = ${brandId}`)
    await lifecycle.jobs[0]!.handle(systemCtx())
    expect(
      await row(sql`SELECT id FROM tasks WHERE name = 'lifecycle.refresh' AND brand_id = ${brandId} AND status = 'due'`),
    ).toBeTruthy()
    await settle()
  })
})

describe('what is refused', () => {
  test('an empty rule, two of one name, a rule that asks for the stages, directly or by way of a tag or a segment', async () => {
    const brandId = await newBrand()
    const ctx = ctxOf(brandId)
    const putting = (stages: readonly Wanted[], rest?: string) =>
      refusal(transaction(() => lifecycle.putStages(ctx, { ...draftOf(stages, rest), recallMonths: 0 })))
    expect(await putting([{ name: '空', rule: { kind: 'all', rules: [] } }])).toBe('lifecycle.emptyRule')
    expect(await putting([{ name: '空', rule: { kind: 'any', rules: [{ kind: 'none', rules: [] }] } }])).toBe(
      'lifecycle.emptyRule',
    )
    expect(
      await putting([
        { name: '同', rule: atLeast(1) },
        { name: '同', rule: atLeast(2) },
      ]),
    ).toBe('lifecycle.nameTaken')
    expect(await putting([{ name: '同', rule: atLeast(1) }], '同')).toBe('lifecycle.nameTaken')
    const own: ClientRule = { kind: 'text', field: 'lifecycleStage', is: { op: 'is', values: ['1'] } }
    expect(await putting([{ name: '绕', rule: own }])).toBe('lifecycle.cycle')

    const ofRule = (name: string, rule: ClientRule) =>
      transaction(() => segments.createSegment(ctx, { kind: 'dynamic', name, description: '', rule: z.decode(Rule, rule) }))
    const round = await ofRule('绕回来', own)
    expect(await putting([{ name: '绕', rule: { kind: 'segment', segmentId: round.id, isIn: true } }])).toBe('lifecycle.cycle')
    const tag = await transaction(() =>
      tags.createTag(ctx, { name: '绕签', groupName: '试', kind: 'rule', rule: z.decode(Rule, own) } as never),
    )
    expect(await putting([{ name: '绕', rule: { kind: 'tag', op: 'any', tagIds: [tag.id] } }])).toBe('lifecycle.cycle')

    // And what a stage already stands on may not turn round to it.
    const plain = await ofRule('直的', atLeast(10))
    const around = await ofRule('隔一层', { kind: 'segment', segmentId: plain.id, isIn: true })
    expect(await putting([{ name: '站在人群上', rule: { kind: 'segment', segmentId: around.id, isIn: true } }])).toBe('ok')
    await settle()
    const change = (rule: ClientRule) =>
      refusal(act(segments.routes, 'segments.update', ctx, { segmentId: plain.id, rule: z.decode(Rule, rule) }))
    expect(await change(own)).toBe('lifecycle.cycle')
    expect(await change(atLeast(20))).toBe('ok')
    expect(await refusal(act(segments.routes, 'segments.remove', ctx, { segmentId: around.id }))).toBe('segment.inUse')
    expect(await putting([{ id: 999_999, name: '别家', rule: atLeast(1) }])).toBe('thing.notFound')
  })

  test('a segment that a stage stands on moves its people when its rule changes', async () => {
    const brandId = await newBrand()
    const ann = await person(brandId)
    await spend(brandId, [[ann, 30]])
    await settle()
    const segment = await transaction(() =>
      segments.createSegment(ctxOf(brandId), { kind: 'dynamic', name: '好', description: '', rule: z.decode(Rule, atLeast(10)) }),
    )
    await put(brandId, [{ name: '好客', rule: { kind: 'segment', segmentId: segment.id, isIn: true } }])
    expect(await where(brandId, [ann])).toEqual(['好客'])
    await act(segments.routes, 'segments.update', ctxOf(brandId), { segmentId: segment.id, rule: z.decode(Rule, atLeast(100)) })
    await settle()
    expect(await where(brandId, [ann])).toEqual(['其他'])
  })
})

describe('a draft', () => {
  test('is counted before it is put in force, with who would move from where; nothing moves', async () => {
    const brandId = await newBrand()
    const [ann, bob, cat] = (await people(brandId, 3)) as [number, number, number]
    await spend(brandId, [
      [ann, 1000],
      [bob, 100],
    ])
    await settle()
    const fresh = await previewStages(ctxOf(brandId), draftOf([{ name: '高', rule: atLeast(1000) }]))
    expect(fresh).toMatchObject({ counts: [1, 2], population: 3, movedCount: 3 })
    const ids = await put(brandId, [{ name: '高', rule: atLeast(1000) }])
    const before = await staysOf(brandId)
    const draft = draftOf([
      { name: '中', rule: atLeast(50) },
      { id: ids.高!, name: '高', rule: atLeast(1000) },
    ])
    const found = await previewStages(ctxOf(brandId), draft)
    expect(found).toMatchObject({ counts: [2, 0, 1], population: 3, movedCount: 2 })
    expect(found.moves).toEqual(
      expect.arrayContaining([
        { fromId: ids.高, toAt: 0, count: 1 },
        { fromId: ids.其他, toAt: 0, count: 1 },
      ]),
    )
    expect(found.moves).toHaveLength(2)
    expect(await staysOf(brandId)).toEqual(before)
    // What it said is what happens.
    heard.length = 0
    await transaction(() => lifecycle.putStages(ctxOf(brandId), { ...draft, recallMonths: 0 }))
    await settle()
    expect(heard.filter(one => one.name === 'entered').reduce((sum, one) => sum + one.count, 0)).toBe(2)
    expect(await where(brandId, [ann, bob, cat])).toEqual(['中', '中', '其他'])
  })
})

describe('a computation', () => {
  test('that was cancelled stops: whoever waits does not begin, everybody stays', async () => {
    const brandId = await newBrand()
    const ann = await person(brandId)
    await spend(brandId, [[ann, 1000]])
    await settle()
    await transaction(() =>
      lifecycle.putStages(ctxOf(brandId), { ...draftOf([{ name: '高', rule: atLeast(1000) }]), recallMonths: 0 }),
    )
    await transaction(() => cancelBuild(ctxOf(brandId)))
    await settle()
    expect(await getLifecycle(ctxOf(brandId))).toMatchObject({ status: 'failed', failure: 'lifecycle.cancelled', isBuilt: false })
    expect(await where(brandId, [ann])).toEqual([null])
    await spend(brandId, [[ann, 2000]])
    await settle()
    expect(await where(brandId, [ann])).toEqual([null])
    expect(await refusal(transaction(() => cancelBuild(ctxOf(brandId))))).toBe('lifecycle.notBuilding')
    await transaction(() => requestRefresh(ctxOf(brandId)))
    await settle()
    expect(await where(brandId, [ann])).toEqual(['高'])
  })

  test('that died between the two stores is made good, and nobody is told twice', async () => {
    const brandId = await newBrand()
    const [ann, bob] = (await people(brandId, 2)) as [number, number]
    await settle()
    const ids = await put(brandId, [{ name: '高', rule: atLeast(1000) }])
    await spend(brandId, [[ann, 2000]])
    await settle()
    heard.length = 0
    // As if the process had ended before ClickHouse heard of it: the move is committed, its row is not there.
    await clickhouse.command('DELETE FROM lifecycle_stays WHERE brand_id = {b:UInt32} AND stage_id = {s:UInt32}', {
      b: brandId,
      s: ids.高,
    })
    await run(
      sql`UPDATE lifecycle_builds SET status = 'open' WHERE id = (SELECT b FROM (SELECT MAX(build_id) AS b FROM lifecycle_stays WHERE brand_id = ${brandId}) AS latest)`,
    )
    // Meanwhile he fell back: without the lost row nothing would seem to have changed.
    await spend(brandId, [[ann, 1]])
    await settle()
    expect(await where(brandId, [ann, bob])).toEqual(['其他', '其他'])
    expect(told().map(one => [one.name, one.stageId, one.personIds])).toEqual([
      ['left', ids.高, [ann]],
      ['entered', ids.其他, [ann]],
    ])
    expect((await mirrored(brandId)).get(ann)).toBe(ids.其他)
  })
})
