import { describe, expect, test } from 'vitest'
import { systemCtx } from '../src/core/index.ts'
import { openSession } from '../src/platform/index.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'

/** The product as somebody sees it who does at one moment, many times, what may be done once. */
const product = useProduct()
const TIMES = 12
const lines = [{ name: '外套', sku: 's', quantity: 1, unitPriceFen: 50_000 }]

async function clerkOf(brandId: number, storeId: number): Promise<Client> {
  const { token } = await openSession(systemCtx(), { type: 'staff', id: 7, name: '小王', brandId, storeIds: [storeId] })
  return product.as(token)
}

/** How often each code was answered when all ask at once. */
async function allAtOnce(ask: (n: number) => Promise<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const code of await Promise.all(Array.from({ length: TIMES }, (_, n) => ask(n)))) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

async function shop() {
  const brand = await make.brand()
  const store = await make.store(brand.id)
  return { brand, store, clerk: await clerkOf(brand.id, store.id), ...(await make.member(product, brand.id)) }
}

describe('at one moment', () => {
  test('a coupon for one is claimed once, redeemed once, and the last of a batch goes to one', async () => {
    const { brand, clerk, client } = await shop()
    const batch = await make.couponBatch(product, brand.id, { stock: 5 })
    await allAtOnce(() => client.codeOf('coupons.claim', { batchId: batch.id }))
    const mine = await client.call('coupons.mine', {})
    expect(mine.total).toBe(1)
    const { code } = await client.call('coupons.qr', { couponId: mine.items[0]!.id })
    expect((await allAtOnce(() => clerk.codeOf('coupons.redeem', { code }))).ok).toBe(1)
    const others = await Promise.all(Array.from({ length: 3 }, () => make.member(product, brand.id)))
    const single = await make.couponBatch(product, brand.id, { stock: 1 })
    const got = await Promise.all(others.map(one => one.client.codeOf('coupons.claim', { batchId: single.id })))
    expect(got.filter(one => one === 'ok')).toHaveLength(1)
  })

  test('points are spent once, and so is the coupon that pays with them', async () => {
    const { brand, clerk, client, personId } = await shop()
    const operator = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brand.id] })
    await operator.call('pointRules.update', { fenPerPointSpent: 1, spendPercentMax: 100 })
    await operator.call('points.adjust', { personId, points: 1_000, reason: '补偿' })
    const { available } = (await operator.call('points.of', { personId })).balance
    const batch = await make.couponBatch(product, brand.id)
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code } = await client.call('coupons.qr', { couponId: coupon.id })
    const counts = await allAtOnce(() =>
      clerk.codeOf('orders.record', { personId, lines, pointsSpent: available, couponCode: code }),
    )
    expect(counts.ok).toBe(1)
    const { items } = await operator.call('points.of', { personId })
    expect(items.filter(one => one.kind === 'spend').map(one => one.points)).toEqual([-available])
    expect((await operator.call('points.check', { brandId: brand.id })).differing).toEqual([])
  })

  test('one order number is one order, one refund gives back once', async () => {
    const { brand, clerk, personId } = await shop()
    const operator = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brand.id] })
    const orderNo = `N${Date.now()}`
    const counts = await allAtOnce(() => clerk.codeOf('orders.record', { personId, lines, orderNo }))
    expect(counts).toEqual({ ok: TIMES })
    const { items, total } = await operator.call('orders.list', { personId })
    expect(total).toBe(1)
    const orderId = items[0]!.id
    const refunds = await allAtOnce(() => clerk.codeOf('orders.refund', { orderId, reason: '退货' }))
    expect(refunds.ok).toBe(1)
    const order = await operator.call('orders.get', { orderId })
    expect([order.refundedFen, order.refunds.length]).toEqual([50_000, 1])
    expect((await operator.call('points.check', { brandId: brand.id })).differing).toEqual([])
  })

  test('who joins many times is one member with one gift', async () => {
    const brand = await make.brand()
    await product.owner.call('pointRules.update', { brandId: brand.id, joinPoints: 50 })
    const client = await make.signedInPerson(product, brand.id)
    const counts = await allAtOnce(() => client.codeOf('members.join', { consents: [{ purpose: 'privacy', isGranted: true }] }))
    expect(counts.ok).toBe(TIMES)
    expect((await client.call('points.mine', {})).balance.posted).toBe(50)
  })

  test('the last owner does not go by two who remove each other', async () => {
    const { operator } = await product.owner.call('auth.me', {})
    const owners = await Promise.all(
      [1, 2].map(async n => {
        const account = { username: `owner-${n}-of-two`, password: 'a-long-password-1' }
        await product.owner.call('operators.create', { ...account, name: '管理员', roleIds: operator.roleIds, brandIds: null })
        return product.as((await product.anonymous.call('auth.signIn', account)).token)
      }),
    )
    const ids = await Promise.all(owners.map(async one => (await one.call('auth.me', {})).operator.id))
    await owners[0]!.call('operators.disable', { operatorId: operator.id })
    await Promise.all([
      owners[0]!.codeOf('operators.disable', { operatorId: ids[1]! }),
      owners[1]!.codeOf('operators.disable', { operatorId: ids[0]! }),
    ])
    const left = await Promise.all(owners.map(one => one.codeOf('auth.me', {})))
    expect(left.filter(code => code === 'ok').length).toBeGreaterThan(0)
  })
})
