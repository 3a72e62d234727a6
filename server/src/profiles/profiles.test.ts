import { beforeAll, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { giveConsents } from '../consent/index.ts'
import { dayIn, rows, run, sql, systemCtx, transaction } from '../core/index.ts'
import { claimPast } from '../coupons/index.ts'
import { daysToBirthday } from './words.ts'

const product = useProduct()
const appId = demoIds.miniPrograms.lieye

let operator: Client
let manager: Client
let stranger: Client
let brandId = 0
let personId = 0
let couponCode = ''
let orderNo = ''

beforeAll(async () => {
  const play = player(product)
  brandId = (await make.brand({ name: '枥野' })).id
  const store = await make.store(brandId, { name: '静里店' })
  const other = await make.brand({ name: '绒啾' })
  await make.connections(product.simulator, { first: brandId, second: other.id })
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
  stranger = await make.signedInOperator(product, { permissions: ['*'], brandIds: [other.id] })
  await operator.call('staff.sync', {})
  await product.settle()
  const staff = (await operator.call('staff.list', { hasStore: false })).items
  for (const one of staff)
    await operator.call('staff.update', {
      staffId: one.id,
      storeId: store.id,
      role: one.userId === 'ZhaoYueXi' ? 'manager' : 'clerk',
    })

  const simUser = await play.addPerson('林小满', '13912345678')
  const opened = await play.signIn(simUser, appId)
  const phone = await opened.client.call('memberAuth.phone', { code: await play.phoneCode(simUser, appId) })
  const consumer = phone.token ? product.as(phone.token) : opened.client
  personId = phone.personId
  await consumer.call('members.join', {
    consents: [
      { purpose: 'privacy', isGranted: true },
      { purpose: 'marketing', isGranted: true },
    ],
    storeId: store.id,
  })
  await consumer.call('members.updateProfile', { name: '林小满' })
  const batch = await make.couponBatch(product, brandId, { name: '满百减十', thresholdFen: 10_000 })
  const coupon = await consumer.call('coupons.claim', { batchId: batch.id })
  couponCode = (await consumer.call('coupons.qr', { couponId: coupon.id })).code
  const clerk = (await play.staff('QianHe')).client
  const recorded = await clerk.call('orders.record', {
    personId,
    lines: [{ sku: 'A1', name: '修护精华', quantity: 2, unitPriceFen: 32_800 }],
    couponCode,
  })
  orderNo = recorded.order.orderNo
  manager = (await play.staff('ZhaoYueXi')).client
  await consumer.call('consent.withdraw', { purpose: 'marketing' })
  await product.settle()
})

test('one page says who he is, what he is worth and what to know first', async () => {
  const profile = await operator.call('profiles.get', { personId })
  expect(profile.person).toMatchObject({ name: '林小满', phoneMasked: '139****5678' })
  expect(profile.headline).toMatch(/^枥野.*会员，累计 1 单 ¥646\.00，最近一单 今天$/)
  expect(profile.value).toMatchObject({ ordersCount: 1, paidFen: 64_600, averageFen: 64_600 })
  expect(profile.memberships[0]).toMatchObject({ brandName: '枥野', storeName: '静里店' })
  expect(profile.coupons[0]).toMatchObject({ name: '满百减十', status: 'used' })
  expect(profile.coupons[0]?.whyNot.join()).toContain('使用')
  expect(profile.orders[0]).toMatchObject({ orderNo, goods: expect.stringContaining('修护精华') })
  expect(profile.hints.map(hint => hint.kind)).toContain('optedOut')
  expect(profile.identifiers.map(one => one.scopeName)).toContain('枥野会员')
  expect(JSON.stringify(profile)).not.toContain('13912345678')
  expect(JSON.stringify(profile)).not.toContain(couponCode)
})

test('the timeline merges every module by time, and can be filtered and paged', async () => {
  const all = await operator.call('profiles.timeline', { personId, limit: 100 })
  expect(new Set(all.items.map(one => one.kind))).toEqual(new Set(['order', 'coupon', 'points', 'member', 'identity', 'consent']))
  const times = all.items.map(one => Date.parse(one.at))
  expect(times).toEqual([...times].sort((a, b) => b - a))
  const paged = await operator.call('profiles.timeline', { personId, limit: 2 })
  expect(paged).toMatchObject({ hasMore: true, items: all.items.slice(0, 2) })
  // Page by page it is the same list, though several things happened in one millisecond.
  expect(new Set(times).size).toBeLessThan(times.length)
  for (const limit of [1, 2, 3]) {
    const ids: string[] = []
    for (let last: (typeof all.items)[number] | undefined; ids.length < all.items.length; ) {
      const page = await operator.call('profiles.timeline', {
        personId,
        limit,
        ...(last ? { before: last.at, beforeId: last.id } : {}),
      })
      ids.push(...page.items.map(one => one.id))
      last = page.items.at(-1)
      if (!page.hasMore) break
    }
    expect(ids).toEqual(all.items.map(one => one.id))
  }
  const orders = await operator.call('profiles.timeline', { personId, kinds: ['order'] })
  expect(orders.items.map(one => one.title)).toEqual(['消费 ¥646.00'])
})

test('customer service: any identifier in, the story in words out', async () => {
  for (const q of ['13912345678', '5678', orderNo, '林小']) {
    const { answer, candidates } = await operator.call('desk.find', { q })
    expect(
      candidates.map(one => one.id),
      q,
    ).toEqual([personId])
    expect(answer?.person.id, q).toBe(personId)
  }
  const byCode = await operator.call('desk.find', { q: couponCode })
  expect(byCode.answer?.person.id).toBe(personId)
  expect(byCode.coupon).toMatchObject({ name: '满百减十', status: 'used' })
  expect(byCode.coupon?.whyNot.length).toBeGreaterThan(0)
  const story = byCode.answer?.points[0]
  expect(story?.summary).toMatch(/现有可用/)
  expect(story?.lines[0]?.text).toMatch(/增加 [\d,]+ 分，余额/)
})

test("people are listed and found within the caller's brand only", async () => {
  expect((await operator.call('people.list', {})).items[0]).toMatchObject({
    id: personId,
    ordersCount: 1,
    paidFen: 64_600,
    tierName: expect.any(String),
  })
  expect((await operator.call('people.list', { isMember: true })).total).toBe(1)
  expect((await operator.call('people.list', { isMember: false })).total).toBe(0)
  const tag = await operator.call('tags.create', { name: '敏感肌' })
  await operator.call('tags.put', { personIds: [personId], tagId: tag.id })
  expect((await operator.call('people.list', { tagId: tag.id })).items[0]?.tags[0]?.name).toBe('敏感肌')
  const segment = await operator.call('segments.create', { kind: 'static', name: '老客', personIds: [personId] })
  await product.settle()
  expect((await operator.call('people.list', { segmentId: segment.id })).items.map(one => one.id)).toEqual([personId])
  expect((await operator.call('profiles.get', { personId })).segments).toEqual([{ id: segment.id, name: '老客' }])
  expect(await stranger.codeOf('people.list', { segmentId: segment.id })).toBe('thing.notFound')
  expect((await stranger.call('people.find', { q: '13912345678' })).items).toEqual([])
  expect((await stranger.call('desk.find', { q: '5678' })).candidates).toEqual([])
  expect(await stranger.codeOf('profiles.get', { personId })).toBe('thing.notFound')
  expect(await stranger.codeOf('identity.graph', { personId })).toBe('thing.notFound')
  expect((await stranger.call('people.list', {})).total).toBe(0)
})

test('a phone is shown to whose role allows it, and the asking is kept', async () => {
  const plain = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId] })
  expect(await plain.codeOf('people.reveal', { personId })).toBe('access.denied')
  expect((await operator.call('people.reveal', { personId })).values[0]?.value).toBe('+8613912345678')
  const graph = await operator.call('identity.graph', { personId })
  expect(graph.decisions[0]).toMatchObject({ kind: 'revealed', text: '查看了完整的手机号' })
})

test("the manager's board counts by staff and day, against the span before", async () => {
  const today = dayIn(new Date())
  const board = await manager.call('boards.store', { from: today, to: today })
  expect(board.totals).toMatchObject({
    joins: 1,
    claims: 1,
    redemptions: 1,
    orders: 1,
    amountFen: 64_600,
    buyers: 1,
    repurchasers: 0,
  })
  expect(board.previous).toMatchObject({ joins: 0, orders: 0 })
  expect(board.byStaff.find(one => one.staffName === '钱禾')).toMatchObject({ orders: 1, redemptions: 1 })
  expect(board.byDay).toHaveLength(1)
  expect(await manager.codeOf('boards.store', { from: '2020-01-01', to: today })).toBe('board.rangeTooLong')
})

test('the overview answers: since yesterday, what needs me, what is broken', async () => {
  const overview = await operator.call('overview.get', {})
  const value = (key: string) => overview.today.find(metric => metric.key === key)?.value
  expect([value('joins'), value('claims'), value('redemptions'), value('orders'), value('amountFen'), value('buyers')]).toEqual([
    1, 1, 1, 1, 64_600, 1,
  ])
  expect(overview.trend).toHaveLength(30)
  expect(overview.trend.at(-1)).toMatchObject({ day: dayIn(new Date()), joins: 1, orders: 1, amountFen: 64_600, buyers: 1 })
  expect(overview.totals).toMatchObject({ people: 1, members: 1 })
  expect(overview.topStores[0]).toMatchObject({ name: '静里店', orders: 1, joins: 1 })
  const other = await stranger.call('overview.get', {})
  expect(other.totals).toMatchObject({ people: 0, members: 0 })
  expect(other.today.every(metric => metric.value === 0)).toBe(true)
})

test.each([
  ['2000-11-22', '2026-11-22', 0],
  ['2000-11-25', '2026-11-22', 3],
  ['2000-01-01', '2026-12-31', 1],
  ['2000-02-29', '2027-02-27', 1],
  ['2000-02-29', '2028-02-27', 2],
])('born %s, on %s: %i days to go', (birthday, day, days) => {
  expect(daysToBirthday(birthday, new Date(`${day}T04:00:00Z`))).toBe(days)
})

test('a long life is paged to its end: hundreds of coupons, edits and answers, none twice and none left out', async () => {
  const ctx = systemCtx({ brandId })
  const { personId: id } = await operator.call('identity.resolve', {
    identifiers: [{ type: 'email', value: 'long-life@example.com' }],
    source: 'test',
  })
  const hoursAgo = (n: number) => new Date(ctx.now.getTime() - n * 3_600_000)
  const expected: string[] = []
  for (const half of [0, 1]) {
    const batch = await make.couponBatch(product, brandId, { stock: 100, perPersonLimit: 100 })
    // Two of each hour: what happened at one instant is paged as well.
    const claims = Array.from({ length: 75 }, (_, n) => ({
      personId: id,
      key: `long:${half}:${n}`,
      source: 'test',
      at: hoursAgo(Math.floor(n / 2) + 1),
    }))
    await transaction(() => claimPast(ctx, { batchId: batch.id, claims }))
  }
  const coupons = await rows<{ id: number }>(sql`SELECT id FROM coupons WHERE person_id = ${id}`)
  await run(sql`UPDATE coupons SET status = 'used', used_at = claimed_at WHERE person_id = ${id} AND id % 3 = 0`)
  for (const coupon of coupons)
    expected.push(`coupon:${coupon.id}:claimed`, ...(coupon.id % 3 === 0 ? [`coupon:${coupon.id}:used`] : []))
  for (let n = 0; n < 110; n += 1) await operator.call('people.update', { personId: id, profile: { city: `城${n}` } })
  const decisions = await rows<{ id: number }>(sql`SELECT id FROM identity_decisions WHERE person_id = ${id}`)
  expected.push(...decisions.map(one => `identity:${one.id}`))
  await transaction(async () => {
    for (let n = 0; n < 210; n += 1)
      await giveConsents(
        { ...ctx, now: hoursAgo(210 - n) },
        { personId: id, brandId, answers: [{ purpose: 'marketing', channel: 'sms', isGranted: n % 2 === 0 }], source: 'test' },
      )
  })
  const answers = await rows<{ id: number }>(sql`SELECT id FROM consents WHERE person_id = ${id}`)
  expected.push(...answers.map(one => `consent:${one.id}`))
  expect(expected.length).toBeGreaterThan(500)

  const seen: { id: string; at: string }[] = []
  for (let hasMore = true; hasMore; ) {
    const last = seen.at(-1)
    const page = await operator.call('profiles.timeline', {
      personId: id,
      limit: 40,
      ...(last ? { before: last.at, beforeId: last.id } : {}),
    })
    seen.push(...page.items)
    hasMore = page.hasMore
  }
  expect(seen.map(one => one.id).sort()).toEqual(expected.sort())
  const times = seen.map(one => Date.parse(one.at))
  expect(times).toEqual([...times].sort((a, b) => b - a))
})

test('what was given back whole was not bought: no last purchase, no average, no order', async () => {
  const [order] = (await operator.call('profiles.get', { personId })).orders
  const buyers = async () => {
    await product.settle()
    const rule = { kind: 'number', field: 'ordersCount', is: { op: '>=', value: 1 } } as const
    return (await operator.call('segments.count', { rule })).count
  }
  const before = await buyers()
  await operator.call('orders.refund', { orderId: order!.id, reason: '不喜欢' })
  expect(await buyers()).toBe(before - 1)
  const { value, headline } = await operator.call('profiles.get', { personId })
  expect(value).toMatchObject({ ordersCount: 0, paidFen: 0, averageFen: 0, firstPaidAt: null, lastPaidAt: null })
  expect(headline).not.toContain('最近一单')
})
