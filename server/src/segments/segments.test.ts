import type { Rule } from '@banyan/shared'
import { Rule as RuleShape } from '@banyan/shared'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { drain, useStores } from '../../test/stores.ts'
import * as consent from '../consent/index.ts'
import * as contacts from '../contacts/index.ts'
import * as core from '../core/index.ts'
import {
  advanceClock,
  type Ctx,
  clickhouse,
  migrateClickhouse,
  now,
  on,
  registerSubscribers,
  registerTasks,
  rows,
  run,
  setClock,
  sql,
  systemCtx,
  transaction,
} from '../core/index.ts'
import * as identity from '../identity/index.ts'
import * as platform from '../platform/index.ts'
import * as selection from '../selection/index.ts'
import { putFacts } from '../selection/index.ts'
import * as subjects from '../subjects/index.ts'
import * as tags from '../tags/index.ts'
import { putTag } from '../tags/index.ts'
import * as tracking from '../tracking/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { estimateRule, explainSegment, segmentMembers, whoIsIn } from './ask-segments.ts'
import * as segments from './index.ts'
import { cancelBuild, getSegment, removeSegment, requestRefresh, updateSegment } from './manage-segments.ts'

/** The story of a segment on real stores: facts and tracks come in by the doors that later modules use, workers run when the test says so. */
const parts: core.ModuleParts[] = [
  platform,
  identity,
  consent,
  { migrations: contacts.migrations },
  subjects,
  tracking,
  selection,
  tags,
  segments,
]
// biome-ignore lint/suspicious/noExplicitAny: workers over different row types.
const workers: core.WorkerDef<any>[] = [...core.relayWorkers(), ...core.taskWorkers(), ...tracking.workers, ...selection.workers]
const heard: { name: string; personIds: number[]; isFirst: boolean; count: number }[] = []

// Many small queries on two stores: slow on a machine that is busy with other test files.
vi.setConfig({ testTimeout: 90_000 })
useStores([...core.migrations, ...parts.flatMap(part => part.migrations ?? [])])
beforeAll(async () => {
  await migrateClickhouse(parts.flatMap(part => part.clickhouseMigrations ?? []))
  await identity.seed()
  await tracking.seed()
  identity.setCarriers([...(identity.carriers ?? []), ...tags.carriers, ...selection.carriers, ...tracking.carriers])
  registerTasks(segments.tasks)
  registerSubscribers([
    ...parts.flatMap(part => part.subscribers ?? []),
    on(segments.segmentEntered, 'test.entered', async (_ctx, fact) => heard.push({ name: 'entered', ...fact })),
    on(segments.segmentLeft, 'test.left', async (_ctx, fact) => heard.push({ name: 'left', ...fact })),
  ])
})
afterAll(() => clickhouse.close())

const settle = () => drain(workers)
const ctxOf = (brandId = 1): Ctx => systemCtx({ brandId })
let phone = 13_900_000_000

async function person(brandId = 1): Promise<number> {
  phone += 1
  const { personId } = await transaction(() =>
    identity.resolve(ctxOf(brandId), {
      identifiers: [{ type: 'phone', scope: '', value: String(phone) }],
      brandId,
      source: 'test',
    }),
  )
  return personId
}

const pay = (personId: number, amountFen: number, daysAgo = 0, brandId = 1) =>
  transaction(() =>
    recordTracks(ctxOf(brandId), brandId, [
      {
        personId,
        name: 'order_paid',
        occurredAt: new Date(now().getTime() - daysAgo * 86_400_000),
        messageId: `o${Math.random()}`,
        properties: { amountFen, orderNo: 'A1' },
      },
    ]),
  )
const create = async (name: string, rule: Rule, brandId = 1) => {
  const made = await transaction(() =>
    segments.createSegment(ctxOf(brandId), {
      kind: 'dynamic',
      name,
      description: '',
      rule: RuleShape.decode(RuleShape.encode(rule)),
    }),
  )
  await settle()
  return made.id
}
const members = async (segmentId: number) =>
  (await segmentMembers(ctxOf(), { segmentId, page: 1, pageSize: 200 })).items.map(item => item.personId)

/** paid 2 or more orders in the last 90 days, spent over 1,000, holds an unused coupon, tier at least silver */
const worthwhile: Rule = {
  kind: 'all',
  rules: [
    {
      kind: 'tracks',
      name: 'order_paid',
      filters: [],
      window: { type: 'rolling', last: 90, unit: 'days' },
      measure: { of: 'count' },
      is: { op: '>=', value: 2 },
    },
    {
      kind: 'tracks',
      name: 'order_paid',
      filters: [],
      window: { type: 'none' },
      measure: { of: 'sum', property: 'amountFen' },
      is: { op: '>', value: 100_000 },
    },
    { kind: 'number', field: 'couponsHeld', is: { op: '>=', value: 1 } },
    { kind: 'number', field: 'tierRank', is: { op: '>=', value: 2 } },
  ],
}

beforeEach(() => {
  heard.length = 0
})

describe('the segment of the story', () => {
  let ann: number
  let bob: number
  let segmentId: number

  test('counts while it is written, and the first build tells nobody’s name', async () => {
    ann = await person()
    bob = await person()
    for (const who of [ann, bob]) {
      await pay(who, 60_000, 10)
      await pay(who, 50_000, 20)
    }
    await transaction(() =>
      putFacts(ctxOf(), 1, [
        { personId: ann, facts: { couponsHeld: 1, tierRank: 2 } },
        { personId: bob, facts: { couponsHeld: 0, tierRank: 3 } },
      ]),
    )
    await settle()
    const estimate = await estimateRule(ctxOf(), { rule: worthwhile })
    expect(estimate).toMatchObject({ count: 1, population: 2, parts: [2, 2, 1, 2], sampledMargin: null })
    segmentId = await create('高价值', worthwhile)
    expect(await members(segmentId)).toEqual([ann])
    expect(heard).toMatchObject([{ name: 'entered', personIds: [], isFirst: true, count: 1 }])
    expect(await getSegment(ctxOf(), { segmentId })).toMatchObject({
      status: 'ready',
      count: 1,
      isTimeDependent: true,
      kind: 'dynamic',
    })
  })

  test('members are searched and sorted by the server', async () => {
    const made = await transaction(() =>
      segments.createSegment(ctxOf(), { kind: 'static', name: '两个人', description: '', personIds: [ann, bob] }),
    )
    await settle()
    const asked = { segmentId: made.id, page: 1, pageSize: 200 }
    const all = await members(made.id)
    expect(all).toEqual([ann, bob])
    const [first] = all
    const found = await segmentMembers(ctxOf(), { ...asked, search: `#${first}` })
    expect(found).toMatchObject({ total: 1, items: [{ personId: first }] })
    expect(await segmentMembers(ctxOf(), { ...asked, search: '没有这个人' })).toEqual({ items: [], total: 0 })
    const byId = await segmentMembers(ctxOf(), { ...asked, sort: '-personId' })
    expect(byId.items.map(item => item.personId)).toEqual([...all].reverse())
    const times = (await segmentMembers(ctxOf(), { ...asked, sort: '-enteredAt' })).items.map(item => item.enteredAt.getTime())
    expect(times).toEqual([...times].sort((a, b) => b - a))
    await expect(segmentMembers(ctxOf(), { ...asked, sort: 'phone' })).rejects.toMatchObject({ code: 'input.invalid' })
  })

  test('a fact that arrives brings its person in, once', async () => {
    await transaction(() => putFacts(ctxOf(), 1, [{ personId: bob, facts: { couponsHeld: 2 } }]))
    await settle()
    expect(await members(segmentId)).toEqual([ann, bob])
    expect(heard).toMatchObject([{ name: 'entered', personIds: [bob], isFirst: false, count: 1 }])
    await transaction(() => putFacts(ctxOf(), 1, [{ personId: bob, facts: { couponsHeld: 3 } }]))
    await settle()
    expect(heard).toHaveLength(1)
  })

  test('why: node by node, in words', async () => {
    await transaction(() => putFacts(ctxOf(), 1, [{ personId: bob, facts: { tierRank: 1 } }]))
    await settle()
    const { isIn, tree } = await explainSegment(ctxOf(), { segmentId, personId: bob })
    expect(isIn).toBe(false)
    expect(tree.rules.map(({ text, isTrue }) => [text, isTrue])).toEqual([
      ['过去 90 天内支付订单至少 2 次', true],
      ['有史以来支付订单的金额（分）合计多于 ¥1,000', true],
      ['未用优惠券至少 1', true],
      ['等级高低至少 2', false],
    ])
    expect(heard).toMatchObject([{ name: 'left', personIds: [bob] }])
  })

  test('time alone moves people out, at the instant that was foretold', async () => {
    const { recheckAt } = await getSegment(ctxOf(), { segmentId })
    // Ann's older order leaves the 90 days in 70 days.
    expect(Math.round(((recheckAt?.getTime() ?? 0) - now().getTime()) / 86_400_000)).toBe(70)
    const recheck = segments.jobs.find(job => job.name === 'segments.recheck')
    advanceClock((recheckAt?.getTime() ?? 0) - now().getTime() - 5_000)
    await recheck?.handle(systemCtx())
    await settle()
    expect(await members(segmentId)).toEqual([ann])
    advanceClock(5_001)
    await recheck?.handle(systemCtx())
    await settle()
    expect(await members(segmentId)).toEqual([])
    expect((await whoIsIn(ctxOf(), { segmentId, personIds: [ann, bob] })).personIds).toEqual([])
    setClock(null)
  })
})

test('a difference that was announced and not stored is stored, and not announced again', async () => {
  const cat = await person()
  await settle()
  const segmentId = await create('有标签或积分', { kind: 'number', field: 'points', is: { op: '>', value: 0 } })
  heard.length = 0
  // The process dies between the announcement and ClickHouse.
  const insert = clickhouse.insert
  let isDead = true
  clickhouse.insert = async (table, list) => {
    if (table === 'segment_members' && isDead) throw new Error('killed')
    return insert(table, list)
  }
  await transaction(() => putFacts(ctxOf(), 1, [{ personId: cat, facts: { points: 5 } }]))
  await settle()
  expect(await members(segmentId)).toEqual([])
  isDead = false
  advanceClock(60_000)
  await settle()
  clickhouse.insert = insert
  expect(await members(segmentId)).toEqual([cat])
  expect(heard.filter(fact => fact.name === 'entered')).toMatchObject([{ personIds: [cat] }])
  setClock(null)
})

test('a merge makes one member of two: tracks of both count, and an un-merge takes it back', async () => {
  const [dan, eve] = [await person(), await person()]
  await pay(dan, 100)
  await pay(eve, 100)
  await settle()
  const twice: Rule = {
    kind: 'tracks',
    name: 'order_paid',
    filters: [],
    window: { type: 'none' },
    measure: { of: 'count' },
    is: { op: '=', value: 2 },
  }
  const segmentId = await create('恰好两单', {
    kind: 'all',
    rules: [twice, { kind: 'number', field: 'couponsHeld', is: { op: 'isNotSet' } }],
  })
  expect(await members(segmentId)).toEqual([])
  const loyal = await transaction(() => tags.createTag(ctxOf(), { name: '老客', groupName: '', color: null, isExclusive: false }))
  await transaction(() => putTag(ctxOf(), { tagId: loyal.id, personIds: [eve], source: 'operator' }))
  const tagged = await create('老客', { kind: 'tag', op: 'any', tagIds: [loyal.id] })
  expect(await members(tagged)).toEqual([eve])
  const { mergeIds } = await transaction(() =>
    identity.mergeByHand(ctxOf(), { personIds: [dan, eve], survivorId: dan, reason: '同一人', matchedTypes: [] }),
  )
  await settle()
  expect([await members(segmentId), await members(tagged)]).toEqual([[dan], [dan]])
  expect((await whoIsIn(ctxOf(), { segmentId, personIds: [eve] })).personIds).toEqual([eve])
  await transaction(() => identity.unmerge(ctxOf(), { mergeId: mergeIds[0] ?? 0, reason: null }))
  await settle()
  expect([await members(segmentId), await members(tagged)]).toEqual([[], [eve]])
  expect((await whoIsIn(ctxOf(), { segmentId, personIds: [dan, eve] })).personIds).toEqual([])
})

test('tags bring people in; a segment inside a segment means its rule; cycles are refused', async () => {
  const [fay, gil] = [await person(), await person()]
  const vip = await transaction(() => tags.createTag(ctxOf(), { name: 'VIP', groupName: '价值', color: null, isExclusive: true }))
  const plain = await transaction(() =>
    tags.createTag(ctxOf(), { name: '普通', groupName: '价值', color: null, isExclusive: true }),
  )
  await settle()
  const inner = await create('VIP 客户', { kind: 'tag', op: 'any', tagIds: [vip.id] })
  const outer = await create('非 VIP', {
    kind: 'all',
    rules: [
      { kind: 'tag', op: 'any', tagIds: [vip.id, plain.id] },
      { kind: 'segment', segmentId: inner, isIn: false },
    ],
  })
  await transaction(() => putTag(ctxOf(), { tagId: vip.id, personIds: [fay], source: 'operator', why: '大客户' }))
  await transaction(() => putTag(ctxOf(), { tagId: plain.id, personIds: [gil], source: 'operator' }))
  await settle()
  expect([await members(inner), await members(outer)]).toEqual([[fay], [gil]])
  // Exclusive: the new one takes the old one off.
  await transaction(() => putTag(ctxOf(), { tagId: plain.id, personIds: [fay], source: 'operator' }))
  await settle()
  expect([await members(inner), await members(outer)]).toEqual([[], [fay, gil]])
  expect((await tags.tagsOfPeople(ctxOf(), [fay])).get(fay)).toMatchObject([{ name: '普通' }])
  const cycle = transaction(() =>
    updateSegment(ctxOf(), { segmentId: inner, rule: { kind: 'segment', segmentId: outer, isIn: true } }),
  )
  await expect(cycle).rejects.toMatchObject({ code: 'selection.cycle' })
  await expect(transaction(() => removeSegment(ctxOf(), { segmentId: inner }))).rejects.toMatchObject({ code: 'segment.inUse' })
  await transaction(() => updateSegment(ctxOf(), { segmentId: inner, rule: { kind: 'tag', op: 'any', tagIds: [plain.id] } }))
  await settle()
  expect([await members(inner), await members(outer)]).toEqual([[fay, gil], []])
})

test('another brand’s people, tags and segments stay out of reach', async () => {
  const hal = await person(2)
  const secret = await transaction(() =>
    tags.createTag(ctxOf(2), { name: '机密', groupName: '', color: null, isExclusive: false }),
  )
  await settle()
  const everybody: Rule = {
    kind: 'any',
    rules: [
      { kind: 'all', rules: [] },
      { kind: 'none', rules: [] },
    ],
  }
  const segmentId = await create('所有人', everybody)
  expect(await members(segmentId)).not.toContain(hal)
  const theirs = await create('他们的人', everybody, 2)
  await expect(estimateRule(ctxOf(), { rule: { kind: 'tag', op: 'any', tagIds: [secret.id] } })).rejects.toMatchObject({
    code: 'selection.unknownTag',
  })
  await expect(estimateRule(ctxOf(), { rule: { kind: 'segment', segmentId: theirs, isIn: true } })).rejects.toMatchObject({
    code: 'selection.unknownSegment',
  })
  await expect(getSegment(ctxOf(), { segmentId: theirs })).rejects.toMatchObject({ code: 'thing.notFound' })
  await expect(explainSegment(ctxOf(), { segmentId, personId: hal })).rejects.toMatchObject({ code: 'thing.notFound' })
})

test('consent counts as the consent module decides, and a static list never changes by itself', async () => {
  const ivy = await person()
  await transaction(() =>
    consent.giveConsents(ctxOf(), {
      personId: ivy,
      brandId: 1,
      answers: [{ purpose: 'marketing', channel: 'any', isGranted: true }],
      source: 'test',
    }),
  )
  await settle()
  const agreed: Rule = { kind: 'consent', purpose: 'marketing', channel: 'subscribe', isGranted: true }
  const dynamic = await create('同意营销', agreed)
  const frozen = (
    await transaction(() =>
      segments.createSegment(ctxOf(), { kind: 'static', name: '当时同意的', description: '', rule: agreed }),
    )
  ).id
  const listed = (
    await transaction(() =>
      segments.createSegment(ctxOf(), { kind: 'static', name: '名单', description: '', personIds: [ivy, 999_999] }),
    )
  ).id
  await settle()
  advanceClock(2_000)
  await transaction(() =>
    consent.giveConsents(ctxOf(), {
      personId: ivy,
      brandId: 1,
      answers: [{ purpose: 'marketing', channel: 'any', isGranted: false }],
      source: 'test',
    }),
  )
  await settle()
  expect([await members(dynamic), await members(frozen), await members(listed)]).toEqual([[], [ivy], [ivy]])
  setClock(null)
})

test('a message that comes twice is one track, also after a worker died', async () => {
  const joe = await person()
  await settle()
  const track = (messageId: string) => ({
    personId: joe,
    name: 'page_view',
    occurredAt: now(),
    messageId,
    properties: { page: 'home' },
  })
  await transaction(() => recordTracks(ctxOf(), 1, [track('m1'), track('m1'), track('m2')]))
  await transaction(() => recordTracks(ctxOf(), 1, [track('m2'), track('m3')]))
  await settle()
  const count = async () =>
    (await clickhouse.query<{ n: number }>('SELECT count() AS n FROM tracks WHERE person_id = {id:UInt32}', { id: joe }))[0]?.n
  expect(await count()).toBe(3)
  // The worker died after ClickHouse had it and before the row was marked.
  await run(sql`UPDATE track_batches SET status = 'due', attempts = 1`)
  await settle()
  expect(await count()).toBe(3)
  expect((await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM track_batches WHERE status <> 'done'`))[0]?.n).toBe(0)
})

test('ClickHouse can be lost and filled again from the relational store, and nobody is messaged for it', async () => {
  const kim = await person()
  await pay(kim, 100)
  const tag = await transaction(() => tags.createTag(ctxOf(), { name: '重建', groupName: '', color: null, isExclusive: false }))
  await transaction(() => putTag(ctxOf(), { tagId: tag.id, personIds: [kim], source: 'operator' }))
  await transaction(() => putFacts(ctxOf(), 1, [{ personId: kim, facts: { tier: '繁叶', points: 7 } }]))
  await settle()
  const rule: Rule = {
    kind: 'all',
    rules: [
      { kind: 'tag', op: 'any', tagIds: [tag.id] },
      { kind: 'text', field: 'tier', is: { op: 'is', values: ['繁叶'] } },
      { kind: 'number', field: 'points', is: { op: '=', value: 7 } },
      {
        kind: 'tracks',
        name: 'order_paid',
        filters: [],
        window: { type: 'none' },
        measure: { of: 'count' },
        is: { op: '=', value: 1 },
      },
    ],
  }
  const segmentId = await create('重建前后', rule)
  const list = await rows<{ id: number }>(sql`SELECT id FROM segments WHERE brand_id = 1 AND removed_at IS NULL ORDER BY id`)
  const snapshot = async () => Promise.all(list.map(one => members(one.id)))
  const before = await snapshot()
  expect(before.at(-1)).toEqual([kim])
  const [tracksBefore] = await clickhouse.query('SELECT count() AS n, sum(cityHash64(message_key)) AS h FROM tracks')
  for (const table of ['tracks', 'facts_settled', 'facts_recent', 'person_aliases', 'segment_members'])
    await clickhouse.command(`TRUNCATE TABLE ${table}`)
  await tracking.rebuild()
  await selection.rebuild()
  await tags.rebuild(systemCtx())
  await settle()
  heard.length = 0
  await segments.rebuild(systemCtx())
  await settle()
  expect(await snapshot()).toEqual(before)
  expect(await clickhouse.query('SELECT count() AS n, sum(cityHash64(message_key)) AS h FROM tracks')).toEqual([tracksBefore])
  expect(heard.filter(fact => !fact.isFirst)).toEqual([])
  expect((await whoIsIn(ctxOf(), { segmentId, personIds: [kim] })).personIds).toEqual([kim])
})

test('a build that is stopped really stops, leaves the members as they were, and goes on when it is asked for again', async () => {
  const leo = await person()
  await transaction(() => putFacts(ctxOf(), 1, [{ personId: leo, facts: { points: 9 } }]))
  await settle()
  const made = await transaction(() =>
    segments.createSegment(ctxOf(), {
      kind: 'dynamic',
      name: '要停下的',
      description: '',
      rule: { kind: 'number', field: 'points', is: { op: '=', value: 9 } },
    }),
  )
  // The same query, with the same mark, that would take minutes.
  const command = clickhouse.command
  let began: () => void = () => undefined
  const isRunning = new Promise<void>(resolve => {
    began = resolve
  })
  clickhouse.command = async (text, params, options) => {
    if (!text.includes('INSERT INTO segment_members')) return command(text, params, options)
    setTimeout(began, 300)
    const mark = text.match(/^\/\* build:\d+ \*\/ /)?.[0] ?? ''
    await clickhouse.query(`${mark}SELECT sum(sipHash64(number, 1)) AS s FROM numbers(200000000000)`, {}, { lane: 'build' })
  }
  const settling = settle()
  await isRunning
  await transaction(() => cancelBuild(ctxOf(), { segmentId: made.id }))
  await settling
  clickhouse.command = command
  expect(await getSegment(ctxOf(), { segmentId: made.id })).toMatchObject({
    status: 'failed',
    failure: 'segment.cancelled',
    count: null,
  })
  expect(await members(made.id)).toEqual([])
  // Nobody but a person starts it again: what comes in does not.
  await transaction(() => putFacts(ctxOf(), 1, [{ personId: leo, facts: { points: 9, couponsHeld: 1 } }]))
  await settle()
  expect(await members(made.id)).toEqual([])
  await transaction(() => requestRefresh(ctxOf(), { segmentId: made.id }))
  await settle()
  expect(await getSegment(ctxOf(), { segmentId: made.id })).toMatchObject({ status: 'ready', failure: null, count: 1 })
  await expect(transaction(() => cancelBuild(ctxOf(), { segmentId: made.id }))).rejects.toMatchObject({
    code: 'segment.notBuilding',
  })
})
