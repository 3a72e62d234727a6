import { type Endpoint, type EndpointName, endpoints } from '@banyan/shared'
import { beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { systemCtx, transaction } from '../src/core/index.ts'
import { resolveMany } from '../src/identity/index.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'

/**
 * The admin's lists: what is typed finds people by whatever they go by, a search and filters hold together, a list is sorted by what it offers
 * and by nothing else, and what is done to many is told of each.
 */
const product = useProduct()
const [PHONE, OTHER_PHONE] = ['13911112222', '13911113333']

let operator: Client
let brandId = 0
let templateId = 0
const ids = { ann: 0, bob: 0, typeId: 0, segmentId: 0, campaignId: 0 }

type Known = { type: string; scope?: string; value: string }[]
async function known(name: string, identifiers: Known): Promise<number> {
  return (await operator.call('identity.resolve', { identifiers, profile: { name }, source: 'test' })).personId
}

const draft = async (name: string) =>
  (
    await operator.call('campaigns.create', {
      name,
      templateId,
      segmentId: ids.segmentId,
      content: { values: { thing1: '满 300 减 40', thing2: '全部门店', time3: '2026年11月28日' }, page: '' },
    })
  ).id

beforeAll(async () => {
  brandId = (await make.brand({ name: '名单' })).id
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
  await make.connections(product.simulator, { first: brandId })
  ids.ann = await known('安平', [{ type: 'phone', value: PHONE }])
  ids.bob = await known('博文', [
    { type: 'phone', value: OTHER_PHONE },
    { type: 'unionid', scope: 'open', value: 'union-of-bob' }, // kinds of identifiers in use are looked up every half minute only
  ])
  ids.segmentId = (await operator.call('segments.create', { kind: 'static', name: '只有博文', personIds: [ids.bob] })).id
  await operator.call('subjectTypes.load', { template: 'car', withSample: false })
  ids.typeId = (await operator.call('subjectTypes.list', {}))[0]?.id ?? 0
  const account = (await operator.call('connections.list', { type: 'officialAccount' })).find(one => one.brandId === brandId)
  templateId = (
    await operator.call('messageTemplates.create', {
      channel: 'template',
      connectionId: account?.id ?? 0,
      templateId: 'LYcouponExpiring0000000000000000000000000001',
      title: '优惠券到期提醒',
      purpose: 'service',
      fields: ['thing1', 'thing2', 'time3'].map(key => ({ key, label: key })),
    })
  ).id
  ids.campaignId = await draft('第一条')
  await product.settle()
})

const sortable = (Object.entries(endpoints) as unknown as [EndpointName, Endpoint][]).filter(
  ([, { input, access }]) => 'sort' in ((input as z.ZodObject).shape ?? {}) && access.includes('operator'),
)

describe('a list', () => {
  test('that can be sorted refuses a field that it does not offer, and names those that it does; each of them works', async () => {
    expect(sortable.length).toBeGreaterThan(20)
    const wrong: string[] = []
    for (const [name] of sortable) {
      const ask = (sort: string) => operator.call(name as 'segments.members', { ...ids, sort } as never)
      const refusal = await ask('nonsense; DROP TABLE people').then(
        () => null,
        error => error as { code: string; detail?: { field: string; reason: string } },
      )
      if (refusal?.code !== 'input.invalid' || refusal.detail?.field !== 'sort') {
        wrong.push(`${name}: ${refusal?.code ?? 'took it'}`)
        continue
      }
      for (const field of refusal.detail.reason.replace('one of ', '').split(', '))
        for (const sort of [field, `-${field}`])
          await ask(sort).catch(error => wrong.push(`${name} by ${sort}: ${(error as { code: string }).code}`))
    }
    expect(wrong).toEqual([])
  })

  test('of segments is sorted by what it says', async () => {
    for (const name of ['甲', '乙'])
      await operator.call('segments.create', { kind: 'static', name, personIds: name === '甲' ? [ids.ann, ids.bob] : [ids.ann] })
    await product.settle()
    const counts = async (sort: string) => (await operator.call('segments.list', { sort })).items.map(one => one.count)
    expect(await counts('count')).toEqual([1, 1, 2])
    expect(await counts('-count')).toEqual([2, 1, 1])
    expect((await operator.call('segments.list', {})).items.map(one => one.name)).toEqual(['乙', '甲', '只有博文'])
  })
})

describe('a search', () => {
  test('of people holds together with the filters, is sorted and paged', async () => {
    for (const n of [1, 2, 3]) await known(`安平${n}`, [{ type: 'email', value: `an${n}@example.com` }])
    const names = async (input: object) => (await operator.call('people.list', input)).items.map(one => one.name)
    expect(await names({ search: '安平', sort: 'name' })).toEqual(['安平', '安平1', '安平2', '安平3'])
    expect(await names({ search: '安平', sort: '-name', page: 2, pageSize: 2 })).toEqual(['安平1', '安平'])
    expect((await operator.call('people.list', { search: '安平', pageSize: 2 })).total).toBe(4)
    expect(await names({ search: '安平', segmentId: ids.segmentId })).toEqual([])
    expect(await names({ search: '博', segmentId: ids.segmentId })).toEqual(['博文'])
    expect(await names({ search: 'an2@example.com' })).toEqual(['安平2'])
    expect(await names({ search: '100%' })).toEqual([])
  })

  test.each([
    ['a whole phone', PHONE],
    ['its last four digits', '2222'],
    ['a name', '安平'],
    ['an id', () => `#${ids.ann}`],
  ])('of orders, members and coupons understands %s of the person', async (_, typed) => {
    const search = typeof typed === 'function' ? typed() : typed
    const store = await make.store(brandId)
    const isIn = { storeId: store.id, lines: [{ name: '洁面', sku: 'J', quantity: 1, unitPriceFen: 9_800 }] }
    const { order } = await operator.call('orders.record', { ...isIn, personId: ids.ann, orderNo: `A${Math.random()}` })
    await operator.call('orders.record', { ...isIn, personId: ids.bob, orderNo: `B${Math.random()}` })
    const batch = await make.couponBatch(product, brandId, { stock: 5 })
    for (const personId of [ids.ann, ids.bob]) await operator.call('coupons.grant', { batchId: batch.id, personId })

    const found = await operator.call('orders.list', { search, storeId: store.id })
    expect(found.items.map(one => one.id)).toEqual([order.id])
    const coupons = await operator.call('coupons.list', { search, batchId: batch.id })
    expect(coupons.items.map(one => one.personId)).toEqual([ids.ann])
  })

  test('of members understands a phone and its last four digits', async () => {
    const { personId, client } = await make.member(product, brandId)
    const { member } = await client.call('members.me', {})
    await operator.call('identity.resolve', {
      identifiers: [
        { type: 'memberNumber', scope: String(brandId), value: member?.memberNo ?? '' },
        { type: 'phone', value: '13700009876' },
      ],
      source: 'test',
    })
    for (const search of ['13700009876', '9876', member?.memberNo ?? ''])
      expect((await operator.call('members.list', { search })).items.map(one => one.personId)).toEqual([personId])
    expect((await operator.call('members.list', { search: '13700000000' })).total).toBe(0)
  })

  test('of reviews finds them by either side, also by whoever was merged meanwhile', async () => {
    const ctx = systemCtx({ brandId })
    const unionid = (value: string) => ({ type: 'unionid', scope: 'open', value })
    const phone = { type: 'phone', scope: '', value: '13600001111' }
    await transaction(() =>
      resolveMany(ctx, [
        { identifiers: [unionid('union-1'), phone], profile: { name: '左边' }, brandId, source: 'test' },
        { identifiers: [unionid('union-2'), phone], profile: { name: '右边' }, brandId, source: 'test' },
        {
          identifiers: [{ type: 'email', scope: '', value: 'late@example.com' }],
          profile: { name: '后来' },
          brandId,
          source: 'test',
        },
      ]),
    )
    const [review] = (await operator.call('reviews.list', {})).items
    expect(review).toBeDefined()
    const found = async (search: string) => (await operator.call('reviews.list', { search })).items.map(one => one.id)
    for (const search of ['左边', '右边', 'union-2', '1111']) expect(await found(search), search).toEqual([review?.id])
    expect(await found('安平')).toEqual([])

    const right = review?.people.find(one => one.name === '右边')?.id ?? 0
    const late = (await operator.call('people.find', { q: 'late@example.com' })).items[0]?.id ?? 0
    await operator.call('identity.merge', { personIds: [right, late], survivorId: late })
    expect(await found('late@example.com')).toEqual([review?.id])
  })
})

describe('what is done to many', () => {
  test('sends are taken back and drafts removed, each by itself; the others are named with their reason', async () => {
    const [sent, other] = [await draft('要撤回的'), await draft('草稿')]
    await operator.call('reachSettings.update', { largeSendMin: 1 })
    expect((await operator.call('campaigns.send', { campaignId: sent })).status).toBe('holding')
    const undone = await operator.call('campaigns.undoMany', { campaignIds: [other, sent, 999_999, sent] })
    expect(undone).toEqual({
      items: [
        { id: other, error: 'campaign.tooLate' },
        { id: sent, error: null },
        { id: 999_999, error: 'thing.notFound' },
      ],
      doneCount: 1,
    })
    expect((await operator.call('campaigns.get', { campaignId: sent })).status).toBe('cancelled')
    const removed = await operator.call('campaigns.removeMany', { campaignIds: [sent, other] })
    expect(removed.items).toEqual([
      { id: sent, error: 'campaign.notDraft' },
      { id: other, error: null },
    ])
    expect(await operator.codeOf('campaigns.get', { campaignId: other })).toBe('thing.notFound')
    expect(await operator.codeOf('campaigns.undoMany', { campaignIds: Array.from({ length: 101 }, (_, n) => n + 1) })).toBe(
      'input.invalid',
    )
  })

  test('a coupon is given to each who may have one, while there are any; another brand takes nothing of it', async () => {
    const crowd: number[] = []
    for (let n = 0; n < 4; n += 1) crowd.push(await known(`领券${n}`, [{ type: 'email', value: `grant${n}@example.com` }]))
    const batch = await make.couponBatch(product, brandId, { stock: 3 })
    await operator.call('coupons.grant', { batchId: batch.id, personId: crowd[0] as number })
    const other = await make.brand()
    const stranger = await product.owner
      .with({ 'X-Brand-Id': String(other.id) })
      .call('identity.resolve', { identifiers: [{ type: 'email', value: 'stranger@example.com' }], source: 'test' })
    const given = await operator.call('coupons.grantMany', { batchId: batch.id, personIds: [...crowd, stranger.personId] })
    expect(given).toEqual({
      items: [
        { id: crowd[0], error: 'coupon.limitReached' },
        { id: crowd[1], error: null },
        { id: crowd[2], error: null },
        { id: crowd[3], error: 'coupon.soldOut' },
        { id: stranger.personId, error: 'thing.notFound' },
      ],
      doneCount: 2,
    })
    expect((await operator.call('coupons.list', { batchId: batch.id })).total).toBe(3)
    const theirs = product.owner.with({ 'X-Brand-Id': String(other.id) })
    expect(await theirs.codeOf('coupons.grantMany', { batchId: batch.id, personIds: crowd })).toBe('thing.notFound')
  })

  test('a tag says whom it could not be put on', async () => {
    const { id: tagId } = await operator.call('tags.create', { name: '老客' })
    expect(await operator.call('tags.put', { tagId, personIds: [ids.ann, 999_999] })).toEqual({ count: 1, unknownIds: [999_999] })
    expect(await operator.call('tags.take', { tagId, personIds: [ids.ann, 999_999] })).toEqual({
      count: 1,
      unknownIds: [999_999],
    })
  })
})
