import { beforeAll, describe, expect, test } from 'vitest'
import { demoIds } from '../src/app/demo.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'
import { eventually, player, templatesOf } from './play.ts'

/** The whole story of the product over its API, with the real clients against the simulator and the workers running. */
const product = useProduct({ isWorking: true })
const appId = demoIds.miniPrograms.lieye

let play: ReturnType<typeof player>
let brandId = 0
let storeId = 0
let operator: Client
let simUser = ''
let consumer: Client
let personId = 0
let clerk: Client
let couponBatchId = 0
let orderId = 0

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

beforeAll(async () => {
  play = player(product)
  const brand = await make.brand({ name: '枥野' })
  brandId = brand.id
  storeId = (await make.store(brandId, { name: '上海静里店' })).id
  await make.connections(product.simulator, { first: brandId })
  operator = product.owner.with({ 'X-Brand-Id': String(brandId) })
  await operator.call('staff.sync', {})
  const members = await eventually(async () => {
    const { items } = await operator.call('staff.list', { hasStore: false })
    return items.length > 0 ? items : null
  })
  for (const one of members)
    await operator.call('staff.update', { staffId: one.id, storeId, role: one.userId === 'ZhaoYueXi' ? 'manager' : 'clerk' })
  await makeTiers()
  simUser = await play.addPerson('林小满', '13912345678')
})

async function makeTiers() {
  for (const tier of await operator.call('tiers.list', { brandId }))
    if (tier.rank > 0) await operator.call('tiers.remove', { tierId: tier.id })
  await operator.call('tiers.create', { brandId, name: '青枝', rank: 1, thresholdFen: 80_000 })
  await operator.call('tiers.create', { brandId, name: '繁叶', rank: 2, thresholdFen: 250_000 })
}

describe('the story', () => {
  test('1 the operator makes a coupon and a live code that carries it', async () => {
    const batch = await operator.call('couponBatches.create', {
      brandId,
      name: '新客满 300 减 40',
      value: { kind: 'cash', amountFen: 4000 },
      thresholdFen: 30_000,
      stock: 100,
      opensAt: inDays(-1),
      closesAt: inDays(30),
      validity: { kind: 'relative', afterDays: 0, days: 30 },
      isMemberOnly: true,
    })
    couponBatchId = batch.id
    await operator.call('couponBatches.publish', { batchId: batch.id })

    const staff = await operator.call('staff.list', { storeId })
    const made = await operator.call('livecodes.create', {
      kind: 'wecom',
      name: '收银台台卡',
      channel: '收银台台卡',
      storeId,
      staffIds: staff.items.filter(one => one.userId === 'QianHe').map(one => one.id),
      backupStaffIds: staff.items.filter(one => one.userId === 'SunYiMu').map(one => one.id),
      remark: '{{ name }}-静里',
      welcome: {
        text: '{{ name }}，欢迎来到{{ store }}',
        imageId: null,
        card: { title: '领取新客礼', coverImageId: null, couponBatchId: batch.id, page: null },
      },
    })
    const code = await eventually(async () => {
      const now = await operator.call('livecodes.get', { id: made.id })
      return now.status === 'active' && now.qrImageUrl ? now : null
    })
    expect(code.currentStaffIds).toHaveLength(1)
    const poster = await operator.call('livecodes.poster', { id: code.id })
    expect(poster.svg).toContain('<svg')
    expect(poster.pngDataUrl).toMatch(/^data:image\/png;base64,/)
  })

  test('2 the consumer scans: the welcome with the card arrives, the person exists and is attributed', async () => {
    const codes = (await play.act('codes.list', {})) as { kind: string; id: string }[]
    const way = codes.find(code => code.kind === 'contactWay')
    expect(way).toBeDefined()
    const startedMs = Date.now()
    await play.act('scan', { simUser, code: { kind: 'contactWay', id: way?.id } })
    const card = await eventually(async () => (await play.chat(simUser)).find(message => message.kind === 'miniProgram'))
    expect(Date.now() - startedMs).toBeLessThan(20_000)
    expect(String(card.page)).toContain('pages/join/index')
    const welcome = (await play.chat(simUser)).find(
      message => message.kind === 'text' && String(message.text).includes('欢迎来到上海静里店'),
    )
    expect(welcome).toBeDefined()

    const found = await eventually(async () => (await operator.call('people.find', { q: '林小满' })).items[0])
    personId = found.id
    await eventually(async () => (await operator.call('livecodes.attributionOf', { personId }))[0]?.first.name === '收银台台卡')
    const report = await operator.call('livecodes.report', {
      by: 'channel',
      from: inDays(-1).slice(0, 10),
      to: inDays(1).slice(0, 10),
    })
    expect(report.totals.adds).toBe(1)
  })

  test('3 he opens the mini-program from the card, gives his phone, joins: one person, points and a tier', async () => {
    const codes = await operator.call('livecodes.list', {})
    const opened = await play.signIn(simUser, appId, codes.items[0]?.scene)
    expect(opened.member).toBeNull()
    consumer = opened.client
    const phone = await consumer.call('memberAuth.phone', { code: await play.phoneCode(simUser, appId) })
    if (phone.token) consumer = product.as(phone.token)
    const joined = await consumer.call('members.join', {
      consents: [
        { purpose: 'privacy', isGranted: true },
        { purpose: 'service', isGranted: true },
        { purpose: 'marketing', isGranted: true },
      ],
      liveCodeScene: codes.items[0]?.scene ?? '',
    })
    expect(joined.isNew).toBe(true)
    const home = await consumer.call('members.me', {})
    expect(home.points.available).toBe(joined.joinPoints)
    expect(home.tier?.rank).toBe(0)

    const graph = await operator.call('identity.graph', { personId })
    expect(new Set(graph.identifiers.map(one => one.type))).toEqual(
      new Set(['unionid', 'externalUserid', 'openid', 'phone', 'memberNumber']),
    )
    expect(graph.decisions.length).toBeGreaterThan(0)
    expect((await operator.call('people.find', { q: '13912345678' })).items.map(one => one.id)).toEqual([personId])
    expect((await operator.call('people.find', { q: '5678' })).items.map(one => one.id)).toEqual([personId])
    expect(JSON.stringify(await operator.call('people.get', { personId }))).not.toContain('13912345678')
  })

  test('4 he claims the coupon, and a flash batch gives out exactly its stock', async () => {
    const coupon = await consumer.call('coupons.claim', { batchId: couponBatchId })
    expect(coupon.status).toBe('available')
    expect(await consumer.codeOf('coupons.claim', { batchId: couponBatchId })).toBe('coupon.limitReached')
    expect((await consumer.call('coupons.qr', { couponId: coupon.id })).svg).toContain('<svg')

    const flash = await operator.call('couponBatches.create', {
      brandId,
      name: '抢购',
      value: { kind: 'cash', amountFen: 1000 },
      stock: 3,
      opensAt: inDays(-1),
      closesAt: inDays(1),
      validity: { kind: 'relative', afterDays: 0, days: 7 },
      isMemberOnly: false,
    })
    await operator.call('couponBatches.publish', { batchId: flash.id })
    const crowd = await Promise.all(
      Array.from({ length: 8 }, async (_, n) => (await play.signIn(await play.addPerson(`路人${n}`), appId)).client),
    )
    const answers = await Promise.all(crowd.map(one => one.codeOf('coupons.claim', { batchId: flash.id })))
    expect(answers.filter(answer => answer === 'ok')).toHaveLength(3)
    expect(answers.filter(answer => answer === 'coupon.soldOut')).toHaveLength(5)
  })

  test('4b he buys a paid coupon through WeChat Pay, and gets his money back', async () => {
    const batch = await operator.call('couponBatches.create', {
      brandId,
      name: '体验装兑换券',
      value: { kind: 'exchange', item: '旅行四件套' },
      stock: 10,
      priceFen: 990,
      opensAt: inDays(-1),
      closesAt: inDays(30),
      validity: { kind: 'relative', afterDays: 0, days: 30 },
    })
    await operator.call('couponBatches.publish', { batchId: batch.id })
    const bought = await consumer.call('coupons.buy', { batchId: batch.id })
    await play.act('mini.pay', { simUser, ...bought.payment })
    const purchase = await eventually(async () => {
      const now = await consumer.call('coupons.purchase', { purchaseId: bought.purchaseId })
      return now.status === 'issued' ? now : null
    })
    expect(purchase.coupon?.status).toBe('available')
    await operator.call('coupons.refundPurchase', { purchaseId: bought.purchaseId, reason: '客人改主意' })
    const refunded = await eventually(async () => {
      const now = await consumer.call('coupons.purchase', { purchaseId: bought.purchaseId })
      return now.status === 'refunded' ? now : null
    })
    expect(refunded.coupon?.status).toBe('void')
  })

  test('5 staff see who he is, tag him, record a purchase with the coupon; points and tier follow; a refund takes them back', async () => {
    clerk = (await play.staff('QianHe')).client
    const { externalUserId } = await play.act('staff.contact', { simContact: simUser })
    const opened = await clerk.call('contacts.open', { externalUserId })
    expect(opened.personId).toBe(personId)
    const profile = await clerk.call('profiles.get', { personId })
    expect(JSON.stringify(profile)).toContain('林小满')

    const tag = await operator.call('tags.create', { name: '敏感肌' })
    await clerk.call('tags.put', { personIds: [personId], tagId: tag.id })
    expect(JSON.stringify(await clerk.call('tags.of', { personId }))).toContain('敏感肌')

    const { code: memberCode } = await consumer.call('members.code', {})
    expect((await clerk.call('members.scan', { code: memberCode })).personId).toBe(personId)

    const mine = await consumer.call('coupons.mine', { status: 'available' })
    const { code } = await consumer.call('coupons.qr', {
      couponId: mine.items.find(one => one.batchId === couponBatchId)?.id ?? 0,
    })
    const before = (await consumer.call('members.me', {})).points.available
    const recorded = await clerk.call('orders.record', {
      personId,
      lines: [
        { sku: 'A003', name: '山茶籽修护精华', quantity: 3, unitPriceFen: 32_800 },
        { sku: 'A001', name: '栀子净澈洁面', quantity: 1, unitPriceFen: 9_800 },
      ],
      couponCode: code,
    })
    orderId = recorded.order.id
    expect(recorded.order.amountFen).toBe(3 * 32_800 + 9_800 - 4_000)
    expect(recorded.tierChanged).toMatchObject({ toName: '青枝', isUp: true })
    const after = await consumer.call('members.me', {})
    expect(after.points.available + after.points.pending).toBe(before + recorded.pointsEarned)
    expect(await clerk.codeOf('coupons.redeem', { code })).toBe('coupon.used')

    const refunded = await clerk.call('orders.refund', { orderId, reason: '过敏退货' })
    expect(refunded.refund.isCouponReturned).toBe(true)
    expect(refunded.refund.pointsClawedBack).toBe(recorded.pointsEarned)
    const end = await consumer.call('members.me', {})
    expect(end.points.available + end.points.pending).toBe(before)
    expect(end.tier?.rank).toBe(0)
    const why = await operator.call('coupons.why', { code })
    expect(why.story.length).toBeGreaterThanOrEqual(3)
  })

  test('5b the manager has a board, customer service a desk', async () => {
    const manager = (await play.staff('ZhaoYueXi')).client
    const board = await manager.call('boards.store', { from: inDays(-7).slice(0, 10), to: inDays(0).slice(0, 10) })
    expect(JSON.stringify(board)).toContain('钱禾')
    const desk = await operator.call('desk.find', { q: '13912345678' })
    expect(JSON.stringify(desk)).toContain('林小满')
  })

  test('6 an order file is imported; broken rows are refused with reasons and can be downloaded', async () => {
    const csv = [
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
      '536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom',
      '536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom',
      'C536379,D,Discount,-1,12/1/2010 9:41,27.5,14527,United Kingdom',
      '536366,22633,HAND WARMER,not-a-number,12/1/2010 8:28,1.85,17850,United Kingdom',
    ].join('\n')
    const uploaded = (await (
      await fetch(`${product.url}/api/imports.upload?kind=orders&fileName=retail.csv&brandId=${brandId}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${product.owner.token}`, 'X-Brand-Id': String(brandId), 'Content-Type': 'text/csv' },
        body: csv,
      })
    ).json()) as { data?: { importId: number }; importId?: number }
    const importId = uploaded.data?.importId ?? uploaded.importId ?? 0
    const preview = await operator.call('imports.preview', { importId })
    await operator.call('imports.start', {
      importId,
      mapping: preview.suggestedMapping,
      options: { dateFormat: 'M/D/YYYY H:mm' },
    })
    const done = await eventually(async () => {
      const now = await operator.call('imports.get', { importId })
      return now.status === 'finished' || now.status === 'failed' ? now : null
    }, 20_000)
    expect(done).toMatchObject({ status: 'finished' })
    const rejects = await operator.call('imports.rejects', { importId })
    expect(rejects.total).toBe(1)
    const imported = await operator.call('orders.list', { source: 'import' })
    expect(imported.total).toBeGreaterThanOrEqual(1)
  })

  test('7 a segment finds him, and the right message reaches him once', async () => {
    for (let n = 0; n < 2; n += 1) {
      await clerk.call('orders.record', {
        personId,
        lines: [{ sku: 'A003', name: '山茶籽修护精华', quantity: 2, unitPriceFen: 32_800 }],
      })
    }
    const rule = {
      kind: 'all' as const,
      rules: [
        {
          kind: 'tracks' as const,
          name: 'order_paid',
          window: { type: 'rolling' as const, last: 90, unit: 'days' as const },
          measure: { of: 'count' as const },
          is: { op: '>=' as const, value: 2 },
        },
        {
          kind: 'tracks' as const,
          name: 'order_paid',
          window: { type: 'rolling' as const, last: 90, unit: 'days' as const },
          measure: { of: 'sum' as const, property: 'amountFen' },
          is: { op: '>' as const, value: 100_000 },
        },
        { kind: 'number' as const, field: 'couponsHeld' as const, is: { op: '>=' as const, value: 1 } },
        { kind: 'number' as const, field: 'tierRank' as const, is: { op: '>=' as const, value: 1 } },
      ],
    }
    const estimate = await eventually(async () => {
      const now = await operator.call('segments.estimate', { rule })
      return now.count === 1 ? now : null
    })
    expect(estimate.population).toBeGreaterThan(1)
    const segment = await operator.call('segments.create', { kind: 'dynamic', name: '活跃复购', rule })
    await eventually(async () => (await operator.call('segments.get', { segmentId: segment.id })).status === 'ready')
    const why = await operator.call('segments.explain', { segmentId: segment.id, personId })
    expect(why.isIn).toBe(true)

    const connections = await operator.call('connections.list', {})
    const account = connections.find(one => one.type === 'officialAccount' && one.externalId === demoIds.officialAccounts.lieye)
    const [known] = templatesOf(account?.config)
    const draft = {
      channel: 'template' as const,
      connectionId: account?.id ?? 0,
      templateId: known?.templateId ?? '',
      title: known?.title ?? '',
      fields: known?.fields ?? [],
    }
    expect(await operator.codeOf('messageTemplates.create', { ...draft, purpose: 'marketing' })).toBe(
      'message.marketingByTemplate',
    )
    const template = await operator.call('messageTemplates.create', { ...draft, purpose: 'service' })
    await play.act('follow', { simUser, appId: demoIds.officialAccounts.lieye })
    const reach = await eventually(async () => {
      const now = await operator.call('campaigns.reach', { segmentId: segment.id, templateId: template.id })
      return now.reachable === 1 ? now : null
    })
    expect(reach.audience).toBe(1)
    await operator.call('reachSettings.update', { quietFrom: '00:00', quietTo: '00:00' })
    const content = {
      values: Object.fromEntries(
        draft.fields.map(one => [one.key, one.key.startsWith('time') ? '2026-12-31 23:59' : '满 300 减 40']),
      ),
      page: 'pages/coupons/index',
    }
    const campaign = await operator.call('campaigns.create', {
      name: '券到期提醒',
      templateId: template.id,
      segmentId: segment.id,
      content,
    })
    await operator.call('campaigns.send', { campaignId: campaign.id })
    await eventually(async () => (await play.chat(simUser)).some(message => message.kind === 'template'))
    const report = await eventually(async () => {
      const now = await operator.call('campaigns.report', { campaignId: campaign.id })
      return now.delivered === 1 ? now : null
    }, 15_000)
    expect(report.sent).toBe(1)
    expect(
      (await play.chat(simUser)).filter(
        message => message.kind === 'template' && String(message.templateId ?? '') === template.templateId,
      ).length,
    ).toBeLessThanOrEqual(1)
  })
})
