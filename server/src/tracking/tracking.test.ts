import { describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { clickhouse } from '../core/index.ts'
import { keepTracks } from './keep-tracks.ts'

/** The doors: what a mini program sends is stored once, or kept with the reason why not; what was stored can be asked. */
const product = useProduct()
const iso = (msAgo = 0) => new Date(Date.now() - msAgo).toISOString()
const DAY = 86_400_000

describe('tracks', () => {
  test('good ones reach the timeline and the rules, bad ones the quarantine', async () => {
    const brand = await make.brand()
    const { client, personId } = await make.member(product, brand.id)
    const headers = { 'X-Brand-Id': String(brand.id) }
    const owner = product.owner.with(headers)
    const occurredAt = iso(60_000)
    const view = (messageId: string, more: object = {}) => ({
      name: 'page_view',
      occurredAt,
      messageId,
      properties: { page: 'coupons', title: '领券中心' },
      ...more,
    })
    const answer = await client.call('tracks.collect', {
      tracks: [
        view('a'),
        view('a'),
        view('b', { personId: 999_999 }),
        view('ahead', { occurredAt: iso(-25 * 3_600_000) }),
        view('old', { occurredAt: iso(366 * DAY) }),
        view('kind', { properties: { page: 7 } }),
        view('extra', { properties: { page: 'x', shoe: 'y' } }),
        view('missing', { properties: {} }),
        { ...view('name'), name: 'shoe_tied' },
      ],
    })
    expect(answer).toEqual({
      accepted: 3,
      quarantined: [
        { messageId: 'ahead', reason: 'tooFarAhead', field: 'occurredAt' },
        { messageId: 'old', reason: 'tooOld', field: 'occurredAt' },
        { messageId: 'kind', reason: 'wrongType', field: 'page' },
        { messageId: 'extra', reason: 'unknownProperty', field: 'shoe' },
        { messageId: 'missing', reason: 'missingProperty', field: 'page' },
        { messageId: 'name', reason: 'unknownName', field: null },
      ],
    })
    await product.settle()

    const { items } = await owner.call('tracks.timeline', { personId, names: ['page_view'] })
    const first = await owner.call('tracks.timeline', { personId, names: ['page_view'], limit: 1 })
    const cursor = { before: first.nextBefore ?? '', beforeId: first.nextBeforeId ?? '' }
    const second = await owner.call('tracks.timeline', { personId, names: ['page_view'], limit: 1, ...cursor })
    // Both are of one millisecond: neither is skipped nor shown twice.
    expect([...first.items, ...second.items].map(item => item.id)).toEqual(items.map(item => item.id))
    expect(second).toMatchObject({ nextBefore: null, nextBeforeId: null })
    // A person's session speaks for that person only, whoever the track names.
    expect(items.map(item => item.summary)).toEqual(['页面 coupons · 标题 领券中心', '页面 coupons · 标题 领券中心'])
    const rule = (value: number) => ({
      kind: 'tracks' as const,
      name: 'page_view',
      window: { type: 'rolling' as const, last: 1, unit: 'hours' as const },
      filters: [{ property: 'page', is: { op: 'is' as const, values: ['coupons'] } }],
      measure: { of: 'count' as const },
      is: { op: '>=' as const, value },
    })
    expect(await owner.call('segments.estimate', { rule: rule(2) })).toMatchObject({ count: 1, population: 1 })
    expect(await owner.call('segments.estimate', { rule: rule(3) })).toMatchObject({ count: 0 })

    const held = await owner.call('tracks.quarantine', {})
    expect(held.map(one => one.reason).sort()).toEqual([
      'missingProperty',
      'tooFarAhead',
      'tooOld',
      'unknownName',
      'unknownProperty',
      'wrongType',
    ])
    const plan = await owner.call('trackPlan.list', {})
    expect(plan.find(one => one.name === 'page_view')).toMatchObject({ storedCount: 2, quarantinedCount: 5, isBuiltIn: true })
  })

  test('the plan grows, built-in properties stay, and the catalogue shows both with what they hold', async () => {
    const brand = await make.brand()
    const { client } = await make.member(product, brand.id)
    const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
    await owner.call('trackPlan.update', {
      name: 'quiz_done',
      zh: '完成测肤',
      properties: [{ key: 'skin', zh: '肤质', kind: 'text', isRequired: true }],
    })
    await client.call('tracks.collect', {
      tracks: [{ name: 'quiz_done', occurredAt: iso(), messageId: 'q', properties: { skin: '干性' } }],
    })
    await product.settle()
    const catalogue = await owner.call('selection.catalogue', {})
    expect(catalogue.tracks.find(track => track.name === 'quiz_done')).toEqual({
      name: 'quiz_done',
      zh: '完成测肤',
      en: '完成测肤',
      properties: [
        { key: 'skin', zh: '肤质', en: '肤质', kind: 'text', choices: [{ value: '干性', zh: '干性', en: '干性', count: 1 }] },
      ],
    })
    expect(catalogue.fields.find(field => field.key === 'gender')?.choices).toHaveLength(3)
    expect(catalogue.fields.find(field => field.key === 'tierRank')?.choices).toMatchObject([{ value: '0', count: 1 }])
    expect(catalogue.fields.find(field => field.key === 'isMember')).toMatchObject({ kind: 'flag', scope: 'brand' })
    await expect(owner.call('trackPlan.update', { name: 'page_view', zh: '浏览', properties: [] })).rejects.toMatchObject({
      code: 'track.builtIn',
    })
  })

  test('a segment is made, counted, listed, explained and removed at the door', async () => {
    const brand = await make.brand()
    const { personId } = await make.member(product, brand.id)
    const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
    await product.settle()
    const made = await owner.call('segments.create', {
      kind: 'dynamic',
      name: '会员',
      rule: { kind: 'all', rules: [{ kind: 'flag', field: 'isMember', isTrue: true }] },
    })
    expect(made).toMatchObject({ status: 'building', count: null })
    await product.settle()
    expect(await owner.call('segments.get', { segmentId: made.id })).toMatchObject({
      status: 'ready',
      count: 1,
      rule: { kind: 'all', rules: [{ kind: 'flag', field: 'isMember', isTrue: true }] },
    })
    expect((await owner.call('segments.members', { segmentId: made.id })).items).toMatchObject([{ personId }])
    expect(await owner.call('segments.explain', { segmentId: made.id, personId })).toMatchObject({
      isIn: true,
      tree: { kind: 'all', text: '同时满足', isTrue: true },
    })
    expect((await owner.call('segments.list', {})).items).toMatchObject([{ name: '会员', count: 1 }])
    await expect(
      owner.call('segments.create', { kind: 'dynamic', name: '会员', rule: { kind: 'all', rules: [] } }),
    ).rejects.toMatchObject({ code: 'segment.nameTaken' })
    await expect(owner.call('segments.create', { kind: 'static', name: '空', personIds: [] })).rejects.toMatchObject({
      code: 'segment.emptyList',
    })
    await expect(owner.call('segments.estimate', { rule: { kind: 'shoe' } as never })).rejects.toMatchObject({
      code: 'input.invalid',
    })
    await owner.call('segments.remove', { segmentId: made.id })
    expect((await owner.call('segments.list', {})).items).toEqual([])
  })
})

test('ClickHouse forgets tracks by itself after as many days as the setting says, and only then', async () => {
  const days = async () => {
    const tables = await clickhouse.query<{ engine_full: string }>(
      "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name IN ('tracks', 'tracks_local') AND engine LIKE '%MergeTree'",
    )
    return tables.map(one => Number(/TTL .* toIntervalDay\((\d+)\)/.exec(one.engine_full)?.[1] ?? 0))
  }
  expect(await days()).toEqual([0])
  await clickhouse.insert(
    'tracks',
    [399, 500].map(daysAgo => ({
      brand_id: 900,
      name: 'kept',
      person_id: 9,
      occurred_at: iso(daysAgo * DAY),
      received_at: iso(daysAgo * DAY),
      message_key: `${daysAgo}`,
      batch_id: 1,
      numbers: {},
      texts: {},
    })),
  )
  const left = async () =>
    (await clickhouse.query<{ k: string }>("SELECT message_key AS k FROM tracks WHERE name = 'kept' ORDER BY k")).map(
      row => row.k,
    )
  await keepTracks(null)
  expect(await left()).toEqual(['399', '500'])
  for (const wanted of [450, 450]) await keepTracks(wanted)
  expect(await days()).toEqual([450])
  await clickhouse.command('OPTIMIZE TABLE tracks FINAL')
  expect(await left()).toEqual(['399'])
  await keepTracks(null)
  expect(await days()).toEqual([0])
})
