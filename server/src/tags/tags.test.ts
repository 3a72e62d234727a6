import type { Rule, TagComputation } from '@banyan/shared'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { drain, useStores } from '../../test/stores.ts'
import * as consent from '../consent/index.ts'
import * as contacts from '../contacts/index.ts'
import * as core from '../core/index.ts'
import {
  advanceClock,
  clickhouse,
  migrateClickhouse,
  now,
  registerSubscribers,
  registerTasks,
  rows,
  setClock,
  sql,
  systemCtx,
  transaction,
} from '../core/index.ts'
import * as identity from '../identity/index.ts'
import * as platform from '../platform/index.ts'
import * as selection from '../selection/index.ts'
import { putFacts, scopeOf, selectAmong, subjectKinds } from '../selection/index.ts'
import * as subjects from '../subjects/index.ts'
import * as tracking from '../tracking/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { getTag } from './get-tag.ts'
import * as tags from './index.ts'
import { createTag, putTag, takeTag } from './index.ts'
import { type NewTag, refreshTagByHand, removeTag, updateTag } from './manage-tags.ts'
import { putTagByHand, takeTagByHand } from './put-tag.ts'
import { tagHistory } from './tag-history.ts'

/** Tags on real stores: facts and tracks come in by the doors that later modules use, workers and jobs run when the test says so. */
const parts: core.ModuleParts[] = [
  platform,
  identity,
  consent,
  { migrations: contacts.migrations },
  subjects,
  tracking,
  selection,
  tags,
]
// biome-ignore lint/suspicious/noExplicitAny: workers over different row types.
const workers: core.WorkerDef<any>[] = [...core.relayWorkers(), ...core.taskWorkers(), ...tracking.workers, ...selection.workers]

// Many small queries on two stores: slow on a machine that is busy with other test files.
vi.setConfig({ testTimeout: 90_000 })
useStores([...core.migrations, ...parts.flatMap(part => part.migrations ?? [])])
beforeAll(async () => {
  await migrateClickhouse(parts.flatMap(part => part.clickhouseMigrations ?? []))
  await identity.seed()
  await tracking.seed()
  identity.setCarriers([...(identity.carriers ?? []), ...tags.carriers, ...selection.carriers, ...tracking.carriers])
  registerTasks(tags.tasks)
  registerSubscribers(parts.flatMap(part => part.subscribers ?? []))
})
afterAll(() => clickhouse.close())

const settle = () => drain(workers)
const ctxOf = (brandId = 1) => systemCtx({ brandId })
let phone = 13_700_000_000
let brands = 100

async function person(brandId: number): Promise<number> {
  phone += 1
  const call = { identifiers: [{ type: 'phone', scope: '', value: String(phone) }], brandId, source: 'test' }
  return (await transaction(() => identity.resolve(ctxOf(brandId), call))).personId
}

/** A brand of its own, so that nobody of another test is in its population. */
const aBrand = () => {
  brands += 1
  return brands
}

async function make(brandId: number, tag: NewTag): Promise<number> {
  const { id } = await transaction(() => createTag(ctxOf(brandId), tag))
  await settle()
  return id
}

const pay = (brandId: number, personId: number, amountFen: number, daysAgo = 0, category = '') =>
  transaction(() =>
    recordTracks(ctxOf(brandId), brandId, [
      {
        personId,
        name: 'order_paid',
        occurredAt: new Date(now().getTime() - daysAgo * 86_400_000),
        messageId: `o${Math.random()}`,
        properties: { amountFen, orderNo: category || 'A1' },
      },
    ]),
  )

/** What everybody who has the tag has it say. */
const said = async (tagId: number): Promise<Record<number, string | null>> =>
  Object.fromEntries(
    (
      await rows<{ person_id: number; value: string | null }>(
        sql`SELECT person_id, value FROM person_tags WHERE tag_id = ${tagId}`,
      )
    ).map(one => [Number(one.person_id), one.value]),
  )
const holders = async (tagId: number) => Object.keys(await said(tagId)).map(Number)
const history = async (brandId: number, tagId: number) =>
  (await tagHistory(ctxOf(brandId), { tagId, page: 1, pageSize: 50 })).items
const runJob = (name: string) => tags.jobs.find(job => job.name === name)?.handle(systemCtx())
const among = async (brandId: number, rule: Rule, people: number[]) => {
  const ctx = ctxOf(brandId)
  return selectAmong(rule, { ...scopeOf(ctx), kinds: await subjectKinds(ctx) }, people)
}

describe('manual tags', () => {
  test('one value of a list: rules read it, another value takes its place, and both are remembered', async () => {
    const brandId = aBrand()
    const ann = await person(brandId)
    const skin = await make(brandId, { name: '肤质', valueKind: 'choice', choices: ['干性', '油性'], owner: '会员组' })
    const put = (value?: string) =>
      transaction(() => putTag(ctxOf(brandId), { tagId: skin, personIds: [ann], value, source: 'operator', why: '问卷' }))
    await expect(put()).rejects.toMatchObject({ code: 'tag.valueMissing' })
    await expect(put('中性')).rejects.toMatchObject({ code: 'tag.wrongValue' })
    expect([await put('干性'), await put('干性'), await put('油性')]).toEqual([1, 0, 0])
    await settle()
    const oily: Rule = { kind: 'text', field: `tag${skin}`, is: { op: 'is', values: ['油性'] } }
    const dry: Rule = { kind: 'text', field: `tag${skin}`, is: { op: 'is', values: ['干性'] } }
    expect([await among(brandId, oily, [ann]), await among(brandId, dry, [ann])]).toEqual([[ann], []])
    expect(await among(brandId, { kind: 'tag', op: 'any', tagIds: [skin] }, [ann])).toEqual([ann])
    expect((await history(brandId, skin)).map(({ isOn, value, why }) => ({ isOn, value, why }))).toEqual([
      { isOn: true, value: '油性', why: '问卷' },
      { isOn: true, value: '干性', why: '问卷' },
    ])
    expect((await getTag(ctxOf(brandId), { tagId: skin })).values).toMatchObject([{ value: '油性', count: 1 }])
    const without = (choices: string[]) => transaction(() => updateTag(ctxOf(brandId), { tagId: skin, choices }))
    await expect(without(['干性'])).rejects.toMatchObject({ code: 'tag.choiceInUse' })
    expect((await without(['油性'])).choices).toEqual(['油性'])
  })

  test('comes off by itself after its days, not before, and not when it was put on again', async () => {
    const brandId = aBrand()
    const [ann, bob] = [await person(brandId), await person(brandId)]
    const hot = await make(brandId, { name: '高意向', validDays: 7 })
    const put = (personIds: number[]) => transaction(() => putTag(ctxOf(brandId), { tagId: hot, personIds, source: 'operator' }))
    setClock(new Date())
    try {
      await put([ann, bob])
      advanceClock(7 * 86_400_000 - 1_000)
      await runJob('tags.expire')
      expect(await holders(hot)).toEqual([ann, bob])
      await put([bob])
      advanceClock(1_000)
      await runJob('tags.expire')
      expect(await holders(hot)).toEqual([bob])
      await settle()
      expect(await among(brandId, { kind: 'tag', op: 'any', tagIds: [hot] }, [ann, bob])).toEqual([bob])
      expect((await history(brandId, hot))[0]).toMatchObject({
        isOn: false,
        personId: ann,
        source: 'validity',
        why: '标签已过有效期',
      })
    } finally {
      setClock(null)
    }
  })

  test('a tag belongs to people or to one type of thing', async () => {
    const brandId = aBrand()
    const ann = await person(brandId)
    const plain = await make(brandId, { name: '客户用' })
    const thing = 2 ** 31 + 5
    expect(await transaction(() => putTag(ctxOf(brandId), { tagId: plain, personIds: [ann, thing], source: 'operator' }))).toBe(1)
    await expect(transaction(() => createTag(ctxOf(brandId), { name: '没有这种主体', typeId: 999 }))).rejects.toMatchObject({
      code: 'thing.notFound',
    })
  })
})

describe('rule tags', () => {
  const spent = (fen: number): Rule => ({
    kind: 'tracks',
    name: 'order_paid',
    filters: [],
    window: { type: 'rolling', last: 30, unit: 'days' },
    measure: { of: 'sum', property: 'amountFen' },
    is: { op: '>=', value: fen },
  })

  test('follow what people do at once, and time by itself; the history says the rule', async () => {
    const brandId = aBrand()
    const [ann, bob] = [await person(brandId), await person(brandId)]
    await pay(brandId, ann, 60_000, 29)
    await settle()
    const tag = await make(brandId, { name: '大额', kind: 'rule', rule: spent(50_000) })
    expect(await holders(tag)).toEqual([ann])
    await pay(brandId, bob, 50_000)
    await settle()
    expect(await holders(tag)).toEqual([ann, bob])
    const [latest] = await history(brandId, tag)
    expect(latest).toMatchObject({ personId: bob, isOn: true, source: 'rule' })
    expect(latest?.why).toContain('过去 30 天内')
    const ctx = { ...ctxOf(brandId), language: 'en' as const }
    const inEnglish = await tagHistory(ctx, { tagId: tag, page: 1, pageSize: 1 })
    expect(inEnglish.items[0]?.why).toContain('in the last 30 days')
    setClock(new Date())
    try {
      advanceClock(2 * 86_400_000)
      await runJob('tags.followTime')
      await settle()
      expect(await holders(tag)).toEqual([bob])
    } finally {
      setClock(null)
    }
  })

  test('are never touched by hand, nor by a live code', async () => {
    const brandId = aBrand()
    const ann = await person(brandId)
    const tag = await make(brandId, { name: '自动', kind: 'rule', rule: spent(1) })
    const change = { tagId: tag, personIds: [ann], why: '' }
    const byHand = (act: typeof putTagByHand | typeof takeTagByHand) => transaction(() => act(ctxOf(brandId), change))
    await expect(byHand(putTagByHand)).rejects.toMatchObject({ code: 'tag.keptByRule' })
    await expect(byHand(takeTagByHand)).rejects.toMatchObject({ code: 'tag.keptByRule' })
    expect(await transaction(() => putTag(ctxOf(brandId), { ...change, source: 'livecode' }))).toBe(0)
    expect(await transaction(() => takeTag(ctxOf(brandId), { ...change, source: 'livecode' }))).toBe(0)
    expect(await holders(tag)).toEqual([])
  })

  test('of an hour of the day wait for it', async () => {
    const brandId = aBrand()
    const ann = await person(brandId)
    await settle()
    const tomorrow = core.shiftDay(core.dayIn(now()), 1)
    setClock(new Date(`${tomorrow}T02:00:00Z`)) // 10:00 in Shanghai
    try {
      const tag = await make(brandId, { name: '每日', kind: 'rule', rule: spent(1), schedule: { when: 'daily', hour: 11 } })
      await pay(brandId, ann, 100)
      await settle()
      expect(await holders(tag)).toEqual([])
      advanceClock(3_600_000)
      await runJob('tags.followTime')
      await settle()
      expect(await holders(tag)).toEqual([ann])
    } finally {
      setClock(null)
    }
  })

  test('may stand on each other, not in a circle, nor on segments; one that another stands on stays', async () => {
    const brandId = aBrand()
    const [ann, bob] = [await person(brandId), await person(brandId)]
    const base = await make(brandId, { name: '底', kind: 'rule', rule: spent(1) })
    const on = (id: number): Rule => ({ kind: 'tag', op: 'none', tagIds: [id] })
    const other = await make(brandId, { name: '没有底', kind: 'rule', rule: on(base) })
    expect(await holders(other)).toEqual([ann, bob])
    await pay(brandId, ann, 100)
    await settle()
    expect([await holders(base), await holders(other)]).toEqual([[ann], [bob]])
    const change = (tagId: number, rule: Rule) => transaction(() => updateTag(ctxOf(brandId), { tagId, rule }))
    await expect(change(base, on(other))).rejects.toMatchObject({ code: 'tag.cycle' })
    await expect(change(base, on(base))).rejects.toMatchObject({ code: 'tag.cycle' })
    await expect(change(base, { kind: 'segment', segmentId: 1, isIn: true })).rejects.toMatchObject({
      code: 'tag.noSegmentsInRule',
    })
    await expect(transaction(() => removeTag(ctxOf(brandId), { tagId: base }))).rejects.toMatchObject({ code: 'tag.inUse' })
    await transaction(() => removeTag(ctxOf(brandId), { tagId: other }))
    expect(await holders(other)).toEqual([])
  })
})

describe('computed tags', () => {
  const onOrders = { name: 'order_paid', filters: [] }
  const computed = (brandId: number, name: string, computation: TagComputation) =>
    make(brandId, { name, kind: 'computed', computation })

  test('count, sum, days since, first and last follow what people do; rules compare them', async () => {
    const brandId = aBrand()
    const [ann, bob, cat] = [await person(brandId), await person(brandId), await person(brandId)]
    await pay(brandId, ann, 30_000, 40, 'FIRST')
    await pay(brandId, ann, 20_000, 3, 'LAST')
    await pay(brandId, bob, 500, 100, 'ONLY')
    await settle()
    const count = await computed(brandId, '90 天订单', { of: 'count', ...onOrders, days: 90 })
    const sum = await computed(brandId, '累计', { of: 'sum', ...onOrders, property: 'amountFen', days: null })
    const since = await computed(brandId, '未购天数', { of: 'daysSince', ...onOrders })
    const first = await computed(brandId, '首单号', { of: 'first', ...onOrders, property: 'orderNo' })
    const last = await computed(brandId, '末单金额', { of: 'last', ...onOrders, property: 'amountFen' })
    expect(await said(count)).toEqual({ [ann]: '2' })
    expect(await said(sum)).toEqual({ [ann]: '50000', [bob]: '500' })
    expect(await said(since)).toEqual({ [ann]: '3', [bob]: '100' })
    expect(await said(first)).toEqual({ [ann]: 'FIRST', [bob]: 'ONLY' })
    expect(await said(last)).toEqual({ [ann]: '20000', [bob]: '500' })
    const much: Rule = { kind: 'number', field: `tag${sum}`, is: { op: '>=', value: 1_000 } }
    await settle()
    expect(await among(brandId, much, [ann, bob, cat])).toEqual([ann])
    await pay(brandId, bob, 700)
    await pay(brandId, cat, 100)
    await settle()
    expect(await said(sum)).toEqual({ [ann]: '50000', [bob]: '1200', [cat]: '100' })
    expect(await among(brandId, much, [ann, bob, cat])).toEqual([ann, bob])
    expect((await said(since))[bob]).toBe('0')
    const detail = await getTag(ctxOf(brandId), { tagId: sum })
    expect(detail).toMatchObject({ peopleCount: 3, population: 3 })
    expect(detail.values.reduce((all, one) => all + one.count, 0)).toBe(3)
  })

  test('a merge counts both as one; the daily run lets windows pass', async () => {
    const brandId = aBrand()
    const [ann, bob] = [await person(brandId), await person(brandId)]
    await pay(brandId, ann, 100, 1)
    await pay(brandId, bob, 200, 80)
    await settle()
    const count = await computed(brandId, '90 天订单', { of: 'count', ...onOrders, days: 90 })
    await transaction(() =>
      identity.mergeByHand(ctxOf(brandId), { personIds: [ann, bob], survivorId: ann, reason: '同一人', matchedTypes: [] }),
    )
    await settle()
    expect((await said(count))[ann]).toBe('2')
    setClock(new Date())
    try {
      advanceClock(11 * 86_400_000)
      await runJob('tags.followTime')
      await settle()
      expect((await said(count))[ann]).toBe('1')
    } finally {
      setClock(null)
    }
  })

  test('the favourite is what comes most often, of equals the first of the alphabet', async () => {
    const brandId = aBrand()
    const [ann, bob] = [await person(brandId), await person(brandId)]
    for (const word of ['b', 'a', 'c', 'c']) await pay(brandId, ann, 1, 1, word)
    for (const word of ['b', 'a']) await pay(brandId, bob, 1, 1, word)
    await settle()
    const favourite = await computed(brandId, '最爱', { of: 'favourite', ...onOrders, property: 'orderNo', days: null })
    expect(await said(favourite)).toEqual({ [ann]: 'c', [bob]: 'a' })
  })

  test('days since a fact', async () => {
    const brandId = aBrand()
    const ann = await person(brandId)
    await transaction(() =>
      putFacts(ctxOf(brandId), brandId, [{ personId: ann, facts: { joinedAt: new Date(now().getTime() - 12 * 86_400_000) } }]),
    )
    await settle()
    const days = await computed(brandId, '入会天数', { of: 'daysSinceField', field: 'joinedAt' })
    expect(await said(days)).toEqual({ [ann]: '12' })
  })

  test('RFM: five fifths each, the same people always get the same cells', async () => {
    const brandId = aBrand()
    const people: number[] = []
    for (let at = 0; at < 10; at += 1) {
      const one = await person(brandId)
      people.push(one)
      // The later in the list, the more lately, often and much.
      for (let order = 0; order <= at; order += 1) await pay(brandId, one, 1_000 * (at + 1), 50 - at * 2)
    }
    await settle()
    const rfm = await computed(brandId, 'RFM', { of: 'rfm', ...onOrders, property: 'amountFen', days: 365 })
    const cells = await said(rfm)
    expect([cells[people[0] ?? 0], cells[people[9] ?? 0]]).toEqual(['111', '555'])
    const fifths = people.map(one => Number(cells[one]?.[1]))
    expect([...fifths]).toEqual([...fifths].sort((a, b) => a - b))
    expect(new Set(fifths).size).toBe(5)
    await transaction(() => refreshTagByHand(ctxOf(brandId), { tagId: rfm }))
    await settle()
    expect(await said(rfm)).toEqual(cells)
    // Whoever changes is placed by the cuts of the last run.
    await pay(brandId, people[0] ?? 0, 1_000)
    await settle()
    expect((await said(rfm))[people[0] ?? 0]?.[0]).toBe('5')
  })

  test('what does not exist or does not fit is refused by name', async () => {
    const brandId = aBrand()
    const refusedAs = (computation: TagComputation) =>
      transaction(() => createTag(ctxOf(brandId), { name: '错', kind: 'computed', computation })).catch(error => error.code)
    expect(await refusedAs({ of: 'daysSince', name: 'no_such_track', filters: [] })).toBe('selection.unknownTrack')
    expect(await refusedAs({ of: 'sum', ...onOrders, property: 'orderNo', days: null })).toBe('selection.wrongKind')
    expect(await refusedAs({ of: 'favourite', ...onOrders, property: 'amountFen', days: null })).toBe('selection.wrongKind')
    expect(await refusedAs({ of: 'last', ...onOrders, property: 'nothing' })).toBe('selection.unknownField')
    expect(await refusedAs({ of: 'daysSinceField', field: 'city' })).toBe('selection.wrongKind')
  })
})
