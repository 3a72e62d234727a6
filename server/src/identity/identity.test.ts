import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useStores } from '../../test/stores.ts'
import * as core from '../core/index.ts'
import { isDeadlock, rows, run, sql, systemCtx, transaction } from '../core/index.ts'
import { emptyForTest, ownersOf, snapshotOf } from './identity-fixtures.ts'
import { findPeople, migrations, openidOf, phoneOf, resolve, resolveMany, rowsCarrier, seed, setCarriers } from './index.ts'
import { mergeByHand } from './merge-by-hand.ts'
import { personGraph } from './person-graph.ts'
import { listReviews, mergeReview, rejectReview } from './reviews.ts'
import { unmerge } from './unmerge.ts'

const things = core.migration('test-things', async m =>
  m.create('things', { id: core.id(), personId: core.ref(), name: core.text(20) }, {}),
)
useStores([...core.migrations, ...migrations, things])
const carrier = rowsCarrier({ name: 'things', columns: [{ table: 'things', column: 'person_id' }] })

beforeAll(seed)
beforeEach(async () => {
  await emptyForTest()
  setCarriers([carrier])
})

const ctx = () => systemCtx({ brandId: 1 })
const on = (texts: string[], more: Partial<Parameters<typeof resolve>[1]> = {}) => ({
  identifiers: texts.map(text => {
    const [type = '', value = '', scope = ''] = text.split(':')
    return { type, value, scope }
  }),
  source: 'test',
  ...more,
})

test('the same person by phone, openid and unionid, whoever comes first', async () => {
  const ann = await resolve(ctx(), on(['phone:13800138001']))
  const visitor = await resolve(ctx(), on(['openid:o-1:wx1']))
  expect(visitor.isNew).toBe(true)
  const tie = await resolve(ctx(), on(['openid:o-1:wx1', 'phone:+86 138 0013 8001', 'unionid:u-1:op']))
  expect(tie).toMatchObject({ personId: ann.personId, merged: [visitor.personId], isNew: false })
  expect(await resolve(ctx(), on(['unionid:u-1:op']))).toMatchObject({ personId: ann.personId })
  expect(await openidOf(ann.personId, 'wx1')).toBe('o-1')
  expect(await phoneOf(ann.personId)).toBe('+8613800138001')
})

test('nothing readable is stored: phones and openids are ciphertext beside keyed hashes', async () => {
  await resolve(ctx(), on(['phone:13800138001', 'openid:oSecretOpenid:wx1']))
  const stored = JSON.stringify(await rows(sql`SELECT * FROM identifiers`))
  expect(stored).not.toContain('13800138001')
  expect(stored).not.toContain('oSecretOpenid')
  expect(stored).toContain('138****8001')
})

test('a call with nothing usable is refused and leaves nothing', async () => {
  await expect(resolve(ctx(), on(['phone:13800138000', 'openid::wx1']))).rejects.toMatchObject({ code: 'identity.noIdentifier' })
  await expect(resolve(ctx(), on(['horoscope:leo']))).rejects.toMatchObject({ code: 'identity.unknownType' })
  expect(await rows(sql`SELECT id FROM people`)).toEqual([])
})

test('who is slower finds the person of the faster, and nobody made in vain is left', async () => {
  const call = (n: number) => [on([`phone:1390013900${n % 3}`, `openid:o-${n}:wx1`], { profile: { name: `n${n}` } })]
  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, n) => transaction(() => resolveMany(ctx(), call(n))).catch(error => error as Error)),
  )
  const people = await rows<{ id: number }>(sql`SELECT id FROM people`)
  expect(people).toHaveLength(3)
  expect(await rows(sql`SELECT id FROM identifiers WHERE person_id NOT IN (${people.map(one => one.id)})`)).toEqual([])
  expect(await rows(sql`SELECT id FROM person_fields WHERE person_id NOT IN (${people.map(one => one.id)})`)).toEqual([])
  for (const answer of answers) expect(answer instanceof Error ? isDeadlock(answer) : true).toBe(true)
})

test('concurrent calls that meet make one person', async () => {
  const calls = Array.from({ length: 24 }, (_, n) =>
    on(
      n % 3 === 0
        ? ['phone:13800138001']
        : n % 3 === 1
          ? ['phone:13800138001', 'openid:o:wx1']
          : ['openid:o:wx1', 'unionid:u:op'],
    ),
  )
  const answers = await Promise.all(calls.map(call => resolve(ctx(), call)))
  const last = await resolve(ctx(), on(['phone:13800138001', 'openid:o:wx1', 'unionid:u:op']))
  expect(new Set(await ownersOf(['phone', 'openid', 'unionid']))).toEqual(new Set([last.personId]))
  expect(answers.filter(answer => answer.isNew).length).toBeLessThanOrEqual(3)
})

test('a batch gives what the same calls give one by one', async () => {
  const calls = [
    on(['phone:13800138001']),
    on(['openid:a:wx1']),
    on(['device:d']),
    on(['phone:13800138001', 'openid:a:wx1']),
    on(['device:d', 'openid:b:wx1']),
    on(['phone:13800138002', 'unionid:u:op']),
    on(['unionid:v:op', 'phone:13800138002']),
  ]
  await resolveMany(ctx(), calls)
  const together = await snapshotOf()
  await emptyForTest()
  for (const call of calls) await resolve(ctx(), call)
  expect(await snapshotOf()).toEqual(together)
})

test('law: joins that come in one batch join whom they join one by one, and undone they leave nothing', async () => {
  const people = 8
  const keyOf = (n: number) =>
    [`phone:1390013900${n}`, `openid:o${n}:wx1`, `unionid:u${n}:op`, `externalUserid:e${n}:ww1`][n % 4] as string
  const known = async () => {
    await emptyForTest()
    const calls = Array.from({ length: people }, (_, n) => on([keyOf(n)], { profile: { name: `第${n}` } }))
    for (const [n, one] of (await resolveMany(ctx(), calls)).entries())
      await run(sql`INSERT INTO things (person_id, name) VALUES (${one.personId}, ${`t${n}`})`)
  }
  const pairs = fc.array(fc.tuple(fc.nat(people - 1), fc.nat(people - 1)), { minLength: 2, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(pairs, async list => {
      const calls = list.map(([a, b]) => on([keyOf(a), keyOf(b)]))
      await known()
      for (const call of calls) await resolve(ctx(), call)
      const oneByOne = await snapshotOf()
      await known()
      const before = await snapshotOf()
      await resolveMany(ctx(), calls)
      expect(await snapshotOf()).toEqual(oneByOne)
      const merges = await rows<{ id: number }>(sql`SELECT id FROM merges ORDER BY id DESC`)
      for (const { id } of merges) await transaction(() => unmerge(ctx(), { mergeId: id, reason: null }))
      expect(await snapshotOf()).toEqual(before)
    }),
    { numRuns: 15 },
  )
})

test('two unionids behind one phone: a careful review, merged or kept apart by hand', async () => {
  const ann = await resolve(ctx(), on(['unionid:u1:op', 'phone:13800138001']))
  const other = await resolve(ctx(), on(['unionid:u2:op', 'phone:13800138001']))
  expect(other).toMatchObject({ isNew: true, merged: [] })
  expect(other.reviewId).not.toBeNull()
  const again = await resolve(ctx(), on(['unionid:u2:op', 'phone:13800138001']))
  expect(again.reviewId).toBe(other.reviewId)
  const { items } = await listReviews(ctx(), { page: 1, pageSize: 20, status: 'open' })
  expect(items).toHaveLength(1)
  expect(items[0]).toMatchObject({
    kind: 'careful',
    reasonType: 'unionid',
    text: '手机号相同，但两人的 UnionID 不同，系统没有自动合并',
  })

  await transaction(() => rejectReview(ctx(), { reviewId: items[0]!.id }))
  await expect(
    transaction(() => mergeByHand(ctx(), { personIds: [ann.personId, other.personId], reason: null, matchedTypes: [] })),
  ).rejects.toMatchObject({ code: 'identity.neverLinked' })
  // Also by way of a third person.
  await resolve(ctx(), on(['openid:x:wx1', 'unionid:u1:op']))
  const third = await resolve(ctx(), on(['openid:x:wx1', 'unionid:u2:op']))
  expect(third.merged).toEqual([])
})

test('a review decided as one joins them, over the limit', async () => {
  const ann = await resolve(ctx(), on(['unionid:u1:op', 'phone:13800138001']))
  const other = await resolve(ctx(), on(['unionid:u2:op', 'phone:13800138001']))
  const merged = await transaction(() => mergeReview(ctx(), { reviewId: other.reviewId! }))
  expect(merged.personId).toBe(ann.personId)
  expect(await resolve(ctx(), on(['unionid:u2:op']))).toMatchObject({ personId: ann.personId, homeId: other.personId })
  expect((await listReviews(ctx(), { page: 1, pageSize: 20, status: 'open' })).total).toBe(0)
})

test('merge then un-merge gives back identifiers, profile and rows; what came later stays with its identifier', async () => {
  const ann = await resolve(ctx(), on(['phone:13800138001'], { profile: { name: '安' } }))
  const bob = await resolve(ctx(), on(['openid:b:wx1'], { profile: { name: '博', city: '上海' }, brandId: 2 }))
  await run(sql`INSERT INTO things (person_id, name) VALUES (${ann.personId}, 'a'), (${bob.personId}, 'b')`)
  const before = await snapshotOf()

  const { mergeIds } = await transaction(() =>
    mergeByHand(ctx(), { personIds: [ann.personId, bob.personId], reason: null, matchedTypes: [] }),
  )
  await resolve(ctx(), on(['openid:b:wx1', 'thirdParty:t:tmall'], { brandId: 2 })) // after the merge, by bob's openid
  expect((await rows(sql`SELECT id FROM things WHERE person_id = ${ann.personId}`)).length).toBe(2)
  const graph = await personGraph(systemCtx(), { personId: bob.personId })
  expect(graph.person).toMatchObject({ id: ann.personId, city: '上海' })
  expect(graph.decisions.some(decision => decision.kind === 'merged' && decision.canUndo)).toBe(true)

  await transaction(() => unmerge(ctx(), { mergeId: mergeIds[0]!, reason: null }))
  expect(await resolve(ctx(), on(['thirdParty:t:tmall'], { brandId: 2 }))).toMatchObject({ personId: bob.personId })
  await run(sql`DELETE FROM identifiers WHERE type = 'thirdParty'`)
  expect(await snapshotOf()).toEqual(before)
  // Never again by itself.
  expect((await resolve(ctx(), on(['openid:b:wx1', 'phone:13800138001']))).merged).toEqual([])
})

test('law: any merges undone in any order restore the people', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat(100)),
      async (pairs, picks) => {
        await emptyForTest()
        for (let n = 0; n < 6; n += 1) {
          const person = await resolve(
            ctx(),
            on([`phone:1380013800${n + 1}`, `openid:o${n}:wx1`], { profile: { name: `第${n}` } }),
          )
          await run(sql`INSERT INTO things (person_id, name) VALUES (${person.personId}, ${`t${n}`})`)
        }
        const before = await snapshotOf()
        const made: number[] = []
        for (const [a, b] of pairs) {
          const [left, right] = [await resolve(ctx(), on([`openid:o${a}:wx1`])), await resolve(ctx(), on([`openid:o${b}:wx1`]))]
          if (left.personId === right.personId) continue
          made.push(
            ...(
              await transaction(() =>
                mergeByHand(ctx(), { personIds: [left.personId, right.personId], reason: null, matchedTypes: [] }),
              )
            ).mergeIds,
          )
        }
        while (made.length > 0) {
          const [mergeId] = made.splice((picks.next().value ?? 0) % made.length, 1)
          await transaction(() => unmerge(ctx(), { mergeId: mergeId!, reason: null }))
        }
        expect(await snapshotOf()).toEqual(before)
      },
    ),
    { numRuns: 12 },
  )
})

test('people are found by what one has: phone, last four digits, openid, name', async () => {
  const ann = await resolve(ctx(), on(['phone:13800138001', 'openid:oAnn:wx1'], { profile: { name: '安小姐' } }))
  for (const q of ['13800138001', '+86 138-0013-8001', '8001', 'oAnn:wx1'.split(':')[0]!, '安', '小姐', `#${ann.personId}`]) {
    if (q === 'oAnn') continue // shorter than any openid: not looked for
    expect((await findPeople(ctx(), q)).personIds, q).toEqual([ann.personId])
  }
  expect((await findPeople(systemCtx({ brandId: 9 }), '8001')).personIds).toEqual([])
  expect((await findPeople(ctx(), '%')).personIds).toEqual([])
})

test('an avatar that WeChat gives by http is kept as https, which our pages may show', async () => {
  const avatarOf = async (personId: number) =>
    (await rows<{ avatar: string }>(sql`SELECT avatar FROM people WHERE id = ${personId}`))[0]?.avatar
  const call = (n: number) => on(['phone:13900139001'], { profile: { avatar: `http://wx.qlogo.cn/mmhead/${n}` } })
  const { personId } = await resolve(ctx(), call(1))
  expect(await avatarOf(personId)).toBe('https://wx.qlogo.cn/mmhead/1')
  await resolve(ctx(), call(2))
  expect(await avatarOf(personId)).toBe('https://wx.qlogo.cn/mmhead/2')
})

test('the last word on a field counts, whatever order it came in, and 微信用户 is no name', async () => {
  const ann = await resolve(
    ctx(),
    on(['phone:13800138001'], { profile: { name: '安', city: '杭州' }, occurredAt: new Date('2026-03-01'), source: 'a' }),
  )
  await resolve(
    ctx(),
    on(['phone:13800138001'], { profile: { name: '旧名', city: '上海' }, occurredAt: new Date('2025-03-01'), source: 'b' }),
  )
  await resolve(
    ctx(),
    on(['phone:13800138001'], { profile: { name: '微信用户' }, occurredAt: new Date('2026-05-01'), source: 'c' }),
  )
  const [person] = await rows<{ name: string; city: string }>(sql`SELECT name, city FROM people WHERE id = ${ann.personId}`)
  expect(person).toEqual({ name: '安', city: '杭州' })
})
