import { expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'

/** What another system's key may do at the door: its store, and not the past. */
const product = useProduct()
const line = { name: '洁面', sku: 'x', quantity: 1, unitPriceFen: 9_800 }
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

async function shop() {
  const brand = await make.brand()
  const here = await make.store(brand.id)
  const there = await make.store(brand.id)
  const key = async (storeId: number | null) => {
    const { secret, apiKey } = await product.owner.call('apiKeys.create', {
      name: '收银',
      scopes: ['orders.*', 'coupons.redeem'],
      brandIds: [brand.id],
      storeId,
    })
    return { till: product.anonymous.with({ 'X-Api-Key': secret }), apiKey }
  }
  return { brand, here, there, key, operator: product.owner.with({ 'X-Brand-Id': String(brand.id) }) }
}

test("a key bound to a store records, repeats and refunds this store's orders only", async () => {
  const { brand, here, there, key, operator } = await shop()
  const { till, apiKey } = await key(here.id)
  expect(apiKey).toMatchObject({ storeId: here.id, brandIds: [brand.id] })
  const { order } = await till.call('orders.record', { lines: [line], orderNo: 'T-1' })
  expect(order.storeId).toBe(here.id)
  expect(await till.codeOf('orders.record', { lines: [line], storeId: there.id })).toBe('access.outOfScope')
  expect(await till.codeOf('orders.refund', { orderId: order.id, reason: '退' })).toBe('ok')

  const elsewhere = await operator.call('orders.record', { lines: [line], storeId: there.id, orderNo: 'T-2' })
  const nowhere = await operator.call('orders.record', { lines: [line] })
  expect(await till.codeOf('orders.refund', { orderId: elsewhere.order.id, reason: '退' })).toBe('thing.notFound')
  expect(await till.codeOf('orders.refund', { orderId: nowhere.order.id, reason: '退' })).toBe('thing.notFound')
  expect(await till.codeOf('orders.record', { lines: [line], orderNo: 'T-2' })).toBe('order.duplicate')

  const unbound = (await key(null)).till
  expect(await unbound.codeOf('orders.refund', { orderId: elsewhere.order.id, reason: '退' })).toBe('ok')
  const stranger = await make.store((await make.brand()).id)
  expect(
    await product.owner.codeOf('apiKeys.create', { name: 'x', scopes: ['orders.*'], brandIds: [brand.id], storeId: stranger.id }),
  ).toBe('input.invalid')
})

test('a key dates purchases a few days back, as far as its brand says; operators and imports are not limited by it', async () => {
  const { brand, here, key, operator } = await shop()
  const { till } = await key(here.id)
  expect(await till.codeOf('orders.record', { lines: [line], paidAt: daysAgo(6) })).toBe('ok')
  expect(await till.codeOf('orders.record', { lines: [line], paidAt: daysAgo(8) })).toBe('order.tooOld')
  expect(await operator.codeOf('orders.record', { lines: [line], storeId: here.id, paidAt: daysAgo(300) })).toBe('ok')
  await product.owner.call('settings.update', { key: 'orders.tills', brandId: brand.id, value: { backdateDaysMax: 30 } })
  expect(await till.codeOf('orders.record', { lines: [line], paidAt: daysAgo(8) })).toBe('ok')
  expect(await till.codeOf('orders.record', { lines: [line], paidAt: daysAgo(31) })).toBe('order.tooOld')
  expect(
    await product.owner.codeOf('settings.update', { key: 'orders.tills', brandId: brand.id, value: { backdateDaysMax: -1 } }),
  ).toBe('setting.invalid')
})
