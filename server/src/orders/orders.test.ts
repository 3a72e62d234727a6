import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { eventually } from '../../test/play.ts'
import { rows, sql, systemCtx, transaction } from '../core/index.ts'
import { checkLedger } from '../members/index.ts'
import { type BulkOrder, recordOrders } from './index.ts'

const product = useProduct()

async function shop() {
  const brand = await make.brand()
  const store = await make.store(brand.id, { name: '静里店', code: `s${brand.id}` })
  const operator = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const { client, personId } = await make.member(product, brand.id)
  const line = (name: string, unitPriceFen: number, quantity = 1) => ({ name, sku: name, quantity, unitPriceFen })
  return { brand, store, operator, client, personId, line }
}

describe('a purchase', () => {
  test('uses the coupon and points, earns points, raises the tier; a whole refund takes it all back', async () => {
    const { brand, store, operator, client, personId, line } = await shop()
    const batch = await make.couponBatch(product, brand.id, { value: { kind: 'cash', amountFen: 4000 }, thresholdFen: 30_000 })
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code } = await client.call('coupons.qr', { couponId: coupon.id })
    const asked = {
      storeId: store.id,
      personId,
      lines: [line('精华', 100_000), line('洁面', 9_800, 2)],
      couponCode: code,
      pointsSpent: 100,
      orderNo: 'A-1',
    }

    const quote = await operator.call('orders.quote', asked)
    expect(quote).toMatchObject({
      totalFen: 119_600,
      couponDiscountFen: 4000,
      pointsDiscountFen: 100,
      amountFen: 115_500,
      pointsToEarn: 1155,
      reasons: [],
    })
    const { order, pointsEarned, tierChanged, isNew } = await operator.call('orders.record', asked)
    expect({ pointsEarned, isNew, up: tierChanged?.isUp }).toEqual({ pointsEarned: 1155, isNew: true, up: true })
    expect(order).toMatchObject({ amountFen: 115_500, isFirst: true, storeName: '静里店', summary: '精华 等 3 件' })
    expect(await operator.call('orders.record', asked)).toMatchObject({ isNew: false, order: { id: order.id } })
    expect(await operator.codeOf('orders.record', { ...asked, lines: [line('别的', 1)] })).toBe('order.duplicate')
    expect((await client.call('coupons.mine', { status: 'used' })).total).toBe(1)
    expect((await client.call('members.me', {})).points.available).toBe(1155)

    const detail = await operator.call('orders.get', { orderId: order.id })
    expect(detail.lines.reduce((sum, one) => sum + one.amountFen, 0)).toBe(115_500)
    expect(detail.lines.reduce((sum, one) => sum + one.pointsEarned, 0)).toBe(1155)
    const refunded = await operator.call('orders.refund', { orderId: order.id, reason: '不喜欢' })
    expect(refunded).toMatchObject({
      order: { status: 'refunded', refundedFen: 115_500 },
      refund: { amountFen: 115_500, pointsClawedBack: 1155, pointsReturned: 100, debtPoints: 0, isCouponReturned: true },
      tierChanged: { isUp: false },
    })
    expect(await operator.codeOf('orders.refund', { orderId: order.id, reason: '再退' })).toBe('order.nothingToRefund')
    const home = await client.call('members.me', {})
    expect(home).toMatchObject({ points: { available: 100 }, tier: { rank: 0 }, qualifyingFen: 0 })
    expect((await client.call('coupons.mine', { status: 'available' })).total).toBe(1)
    expect((await checkLedger(systemCtx())).differing).toEqual([])
  })

  test('refunds by lines add up to the whole, to the fen and to the point', async () => {
    const { store, operator, client, personId, line } = await shop()
    const { order } = await operator.call('orders.record', {
      storeId: store.id,
      personId,
      lines: [line('面膜', 3_333, 3), line('小样', 101)],
      pointsSpent: 77,
    })
    const { lines } = await operator.call('orders.get', { orderId: order.id })
    const refund = (lineId: number, refundNo: string) =>
      operator.call('orders.refund', { orderId: order.id, lines: [{ lineId, quantity: 1 }], reason: '退一件', refundNo })
    const parts = [
      await refund(lines[0]?.id ?? 0, 'r1'),
      await refund(lines[0]?.id ?? 0, 'r2'),
      await refund(lines[1]?.id ?? 0, 'r3'),
    ]
    expect((await refund(lines[0]?.id ?? 0, 'r1')).refund.id).toBe(parts[0]?.refund.id)
    expect(
      await operator.codeOf('orders.refund', {
        orderId: order.id,
        lines: [{ lineId: lines[0]?.id ?? 0, quantity: 2 }],
        reason: '太多',
      }),
    ).toBe('order.refundTooLarge')
    expect((await operator.call('orders.get', { orderId: order.id })).status).toBe('partlyRefunded')
    parts.push(await refund(lines[0]?.id ?? 0, 'r4'))
    const sum = (pick: (part: (typeof parts)[number]) => number) => parts.reduce((total, part) => total + pick(part), 0)
    expect(sum(part => part.refund.amountFen)).toBe(order.amountFen)
    expect(sum(part => part.refund.pointsClawedBack + part.refund.debtPoints)).toBe(order.pointsEarned)
    expect(sum(part => part.refund.pointsReturned)).toBe(77)
    expect((await client.call('members.me', {})).points).toMatchObject({ available: 100, debt: 0 })
    expect((await checkLedger(systemCtx())).differing).toEqual([])
  })

  test('points spent before the refund become a debt, and nothing goes negative', async () => {
    const { store, operator, client, personId, line } = await shop()
    const { order } = await operator.call('orders.record', { storeId: store.id, personId, lines: [line('礼盒', 59_800)] })
    await operator.call('points.adjust', { personId, points: -650, reason: '兑换礼品' })
    const { refund } = await operator.call('orders.refund', { orderId: order.id, reason: '退货' })
    expect(refund).toMatchObject({ pointsClawedBack: 48, debtPoints: 550 })
    expect((await client.call('members.me', {})).points).toMatchObject({ available: 0, debt: 550 })
  })

  test('nothing stays when something is refused', async () => {
    const { brand, store, operator, client, personId, line } = await shop()
    const batch = await make.couponBatch(product, brand.id, { thresholdFen: 30_000 })
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code } = await client.call('coupons.qr', { couponId: coupon.id })
    const record = (values: object) =>
      operator.codeOf('orders.record', { storeId: store.id, personId, lines: [line('小样', 1000)], ...values })
    expect(await record({ couponCode: code })).toBe('coupon.belowThreshold')
    expect(await record({ pointsSpent: 501 })).toBe('points.overShare')
    expect(await record({ lines: [line('贵', 100_000)], pointsSpent: 101 })).toBe('points.notEnough')
    expect(await record({ personId: undefined, phone: '13900000000' })).toBe('order.buyerUnknown')
    expect(await record({ phone: '13900000000' })).toBe('order.tooManyBuyers')
    expect(await record({ lines: [{ ...line('负', 100), discountFen: 101 }] })).toBe('order.discountTooLarge')
    expect(await record({ paidAt: new Date(Date.now() + 86_400_000).toISOString() })).toBe('order.inFuture')
    expect((await operator.call('orders.list', {})).total).toBe(0)
    expect((await client.call('coupons.mine', { status: 'available' })).total).toBe(1)
    expect((await client.call('members.me', {})).points.available).toBe(100)
  })

  test('a code is enough to know the buyer: rotating code, coupon code; and nobody is fine too', async () => {
    const { brand, store, operator, client, personId, line } = await shop()
    const { code: memberCode } = await client.call('members.code', {})
    expect(
      (await operator.call('orders.record', { storeId: store.id, memberCode, lines: [line('袜子', 5900)] })).order.personId,
    ).toBe(personId)
    const batch = await make.couponBatch(product, brand.id)
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code: couponCode } = await client.call('coupons.qr', { couponId: coupon.id })
    expect(
      (await operator.call('orders.record', { storeId: store.id, couponCode, lines: [line('书包', 29_900)] })).order,
    ).toMatchObject({ personId, couponDiscountFen: 1000, isFirst: false })
    expect((await operator.call('orders.record', { storeId: store.id, lines: [line('睡袋', 26_900)] })).order).toMatchObject({
      personId: null,
      pointsEarned: 0,
    })
    expect((await client.call('orders.mine', {})).total).toBe(2)
  })

  test('an order of another brand does not exist for this one', async () => {
    const { store, operator, line } = await shop()
    const { order } = await operator.call('orders.record', { storeId: store.id, lines: [line('袜子', 5900)] })
    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [(await make.brand()).id] })
    expect(await limited.codeOf('orders.get', { orderId: order.id })).toBe('thing.notFound')
    expect(await limited.codeOf('orders.refund', { orderId: order.id, reason: '试试' })).toBe('thing.notFound')
    expect(await limited.codeOf('orders.record', { storeId: store.id, lines: [line('袜子', 5900)] })).toBe('access.outOfScope')
    expect((await limited.call('orders.list', {})).total).toBe(0)
  })
})

describe('past orders', () => {
  test('in bulk: members earn and rise, a repeat is skipped, another content is refused', async () => {
    const { brand, personId, client } = await shop()
    const order = (orderNo: string, unitPriceFen: number, kind: BulkOrder['kind'] = 'purchase', quantity = 1): BulkOrder => ({
      orderNo,
      kind,
      storeId: null,
      personId,
      paidAt: new Date(Date.now() - 86_400_000),
      currency: 'CNY',
      source: 'import',
      lines: [{ sku: 'a', name: '甲', quantity, unitPriceFen, discountFen: 0 }],
    })
    const record = (list: BulkOrder[]) =>
      transaction(() => recordOrders(systemCtx({ brandId: brand.id }), brand.id, list, { earnsPoints: true }))
    expect(await record([order('B1', 120_000), order('B2', 20_000), order('CB1', 20_000, 'cancellation', -1)])).toEqual({
      recorded: 3,
      repeated: 0,
      refused: [],
    })
    expect(await record([order('B1', 120_000), order('B2', 21_000), order('B3', 100)])).toEqual({
      recorded: 1,
      repeated: 1,
      refused: ['B2'],
    })
    const home = await client.call('members.me', {})
    expect(home).toMatchObject({ qualifyingFen: 120_100, tier: { rank: 1 } })
    expect(home.points.available).toBe(100 + 1200 + 200 - 200 + 1)
  })

  const FILE = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,"LANTERN, WHITE METAL",6,2010-12-01 08:26:00,3.39,17850,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom
536414,22139,,56,2010-12-01 11:52:00,0.00,,United Kingdom
536589,21777,,-10,2010-12-01 16:50:00,0.00,,United Kingdom
536400,10002,SMALL PADS,10,2010-12-01 12:00:00,0.001,12583,France
536401,10002,INFLATABLE GLOBE,two,2010-12-01 12:10:00,0.85,12583,France
536401,10003,SECOND LINE,1,2010-12-01 12:10:00,0.85,12583,France
A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,United Kingdom
A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom
536365,99999,LATE LINE,1,2010-12-01 08:26:00,1.00,17850,United Kingdom
`

  test('a file: returns, cancellations, rows without a customer and a broken row are each what they should be', async () => {
    const brand = await make.brand()
    const operator = product.owner.with({ 'X-Brand-Id': String(brand.id) })
    const uploaded = await upload(brand.id, FILE)
    const preview = await operator.call('imports.preview', { importId: uploaded })
    expect(preview.suggestedMapping).toMatchObject({
      orderNo: 'InvoiceNo',
      sku: 'StockCode',
      customer: 'CustomerID',
      unitPrice: 'UnitPrice',
      paidAt: 'InvoiceDate',
      country: 'Country',
    })
    await operator.call('imports.start', {
      importId: uploaded,
      mapping: preview.suggestedMapping,
      options: { platform: 'retail', currency: 'GBP' },
    })
    const done = await eventually(async () => {
      await product.settle()
      const one = await operator.call('imports.get', { importId: uploaded })
      return one.status === 'finished' ? one : null
    })
    expect(done).toMatchObject({ acceptedRows: 9, rejectedRows: 2 })

    const found = await rows<{
      order_no: string
      status: string
      amount_fen: number
      line_count: number
      currency: string
      person_id: number | null
    }>(
      sql`SELECT order_no, status, amount_fen, line_count, currency, person_id FROM orders WHERE brand_id = ${brand.id} ORDER BY order_no`,
    )
    expect(found.map(one => [one.order_no, one.status, one.amount_fen, one.line_count, one.person_id !== null])).toEqual([
      ['536365', 'paid', 6 * 255 + 6 * 339 + 100, 3, true],
      ['536400', 'paid', 1, 1, true],
      ['536414', 'paid', 0, 1, false],
      ['536589', 'returned', 0, 1, false],
      ['A563185', 'paid', 1_106_206, 1, false],
      ['A563186', 'returned', -1_106_206, 1, false],
      ['C536379', 'cancelled', -2750, 1, true],
    ])
    expect(new Set(found.map(one => one.currency))).toEqual(new Set(['GBP']))
    const rejects = await operator.call('imports.rejects', { importId: uploaded })
    expect(rejects.items.map(one => one.line)).toEqual([8, 9])
    expect(JSON.stringify(rejects)).toContain('数量「two」必须是不为 0 的整数')
    expect(JSON.stringify(rejects)).toContain('同一订单的第 8 行有误，整单未导入')

    // The same file again changes nothing but the order whose lines do not stand together, which is refused as another one.
    const again = await upload(brand.id, FILE.replace(/536365,99999.*\n/, ''))
    await operator.call('imports.start', {
      importId: again,
      mapping: preview.suggestedMapping,
      options: { platform: 'retail', currency: 'GBP' },
    })
    await eventually(async () => {
      await product.settle()
      return (await operator.call('imports.get', { importId: again })).status === 'finished'
    })
    expect((await rows(sql`SELECT id FROM orders WHERE brand_id = ${brand.id}`)).length).toBe(7)
    expect(
      (await rows(sql`SELECT l.id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.brand_id = ${brand.id}`)).length,
    ).toBe(9)
  })

  async function upload(brandId: number, text: string): Promise<number> {
    const answer = await fetch(`${product.url}/api/imports.upload?kind=orders&fileName=orders.csv.gz`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${product.owner.token}`,
        'X-Brand-Id': String(brandId),
        'Content-Type': 'application/octet-stream',
      },
      body: gzipSync(Buffer.from(text)),
    })
    const body = (await answer.json()) as { data?: { importId: number }; error?: unknown }
    if (!body.data) throw new Error(JSON.stringify(body))
    return body.data.importId
  }
})
