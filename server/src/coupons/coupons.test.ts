import { describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { isDeadlock, isDuplicate, row, rows, run, sql, systemCtx, transaction } from '../core/index.ts'
import { resolveMany } from '../identity/index.ts'
import { claimMany, StockMoved } from './claim-coupons.ts'
import { CouponBatch } from './coupon-batch.ts'

const product = useProduct()
const appId = demoIds.miniPrograms.lieye
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

async function crowdOf(brandId: number, size: number) {
  await make.connections(product.simulator, { first: brandId })
  const play = player(product)
  return Promise.all(
    Array.from({ length: size }, async (_, n) => (await play.signIn(await play.addPerson(`路人${n}`), appId)).client),
  )
}

describe('claims', () => {
  test('a flash batch with fewer coupons than claimers gives out exactly its stock, each person one', async () => {
    const brand = await make.brand()
    const batch = await make.couponBatch(product, brand.id, { stock: 7 })
    const crowd = await crowdOf(brand.id, 25)
    const answers = await Promise.all(
      crowd.flatMap(one => [
        one.codeOf('coupons.claim', { batchId: batch.id }),
        one.codeOf('coupons.claim', { batchId: batch.id }),
      ]),
    )
    expect(answers.filter(answer => answer === 'ok')).toHaveLength(7)
    expect(new Set(answers)).toEqual(
      new Set(['ok', 'coupon.soldOut', 'coupon.limitReached'].filter(code => answers.includes(code))),
    )
    const [truth] = await rows<{ claimed: number; coupons: number; people: number }>(
      sql`SELECT s.claimed, (SELECT COUNT(*) FROM coupons c WHERE c.batch_id = s.batch_id) AS coupons, (SELECT COUNT(DISTINCT person_id) FROM coupons c WHERE c.batch_id = s.batch_id) AS people FROM coupon_stocks s WHERE s.batch_id = ${batch.id}`,
    )
    expect(truth).toEqual({ claimed: 7, coupons: 7, people: 7 })
  })

  test('several processes at once, without the gate and without the queue, do not oversell either', async () => {
    const brand = await make.brand()
    const made = await make.couponBatch(product, brand.id, { stock: 20 })
    const batch = await CouponBatch.findByPk(made.id)
    const ctx = systemCtx({ brandId: brand.id })
    const people = await resolveMany(
      ctx,
      Array.from({ length: 60 }, (_, n) => ({
        identifiers: [{ type: 'thirdParty', scope: 'crowd', value: `${made.id}-${n}` }],
        brandId: brand.id,
        source: 'test',
      })),
    )
    const oneProcess = async (personIds: number[]): Promise<number> => {
      const claims = personIds.map(personId => ({ personId, key: null, source: 'test' }))
      for (;;) {
        try {
          const outcomes = await transaction(() => claimMany(ctx, batch as CouponBatch, claims))
          return outcomes.filter(outcome => 'couponId' in outcome && outcome.isNew).length
        } catch (error) {
          if (!(error instanceof StockMoved || isDeadlock(error) || isDuplicate(error))) throw error
        }
      }
    }
    const ids = people.map(person => person.personId ?? 0)
    // Every person asks in two processes at the same time.
    const issued = await Promise.all(
      [0, 10, 20, 30, 40, 50].flatMap(from => [oneProcess(ids.slice(from, from + 10)), oneProcess(ids.slice(from, from + 10))]),
    )
    expect(issued.reduce((sum, one) => sum + one, 0)).toBe(20)
    const [truth] = await rows<{ claimed: number; coupons: number; people: number }>(
      sql`SELECT s.claimed, (SELECT COUNT(*) FROM coupons c WHERE c.batch_id = s.batch_id) AS coupons, (SELECT COUNT(DISTINCT person_id) FROM coupons c WHERE c.batch_id = s.batch_id) AS people FROM coupon_stocks s WHERE s.batch_id = ${made.id}`,
    )
    expect(truth).toEqual({ claimed: 20, coupons: 20, people: 20 })
  })

  test('the limit per person counts by person: two openids of one person share it', async () => {
    const brand = await make.brand()
    await make.connections(product.simulator, { first: brand.id, second: brand.id })
    const batch = await make.couponBatch(product, brand.id, { stock: 10 })
    const play = player(product)
    const simUser = await play.addPerson('双号', null, true)
    const first = await play.signIn(simUser, demoIds.miniPrograms.lieye)
    const second = await play.signIn(simUser, demoIds.miniPrograms.rongjiu)
    expect(second.person.id).toBe(first.person.id)
    expect(await first.client.codeOf('coupons.claim', { batchId: batch.id })).toBe('ok')
    expect(await second.client.codeOf('coupons.claim', { batchId: batch.id })).toBe('coupon.limitReached')
  })

  test('the same call again answers with the same coupon', async () => {
    const brand = await make.brand()
    const batch = await make.couponBatch(product, brand.id, { perPersonLimit: 3 })
    const client = await make.signedInPerson(product, brand.id)
    const once = await client.call('coupons.claim', { batchId: batch.id }, { key: 'claim-key-0001' })
    const again = await client.call('coupons.claim', { batchId: batch.id }, { key: 'claim-key-0001' })
    expect(again.id).toBe(once.id)
    expect((await client.call('coupons.claim', { batchId: batch.id }, { key: 'claim-key-0002' })).id).not.toBe(once.id)
    expect((await client.call('coupons.mine', {})).total).toBe(2)
  })

  test('members only, the window, drafts and paid ones are refused with their reason', async () => {
    const brand = await make.brand()
    const client = await make.signedInPerson(product, brand.id)
    const claim = async (values: Parameters<typeof make.couponBatch>[2]) =>
      client.codeOf('coupons.claim', { batchId: (await make.couponBatch(product, brand.id, values)).id })
    expect(await claim({ isMemberOnly: true })).toBe('coupon.membersOnly')
    expect(await claim({ opensAt: inDays(1) })).toBe('coupon.notOpen')
    expect(await claim({ opensAt: inDays(-3), closesAt: inDays(-1) })).toBe('coupon.closed')
    expect(await claim({ priceFen: 990 })).toBe('coupon.notFree')
    const closed = await make.couponBatch(product, brand.id)
    await product.owner.call('couponBatches.close', { batchId: closed.id })
    expect(await client.codeOf('coupons.claim', { batchId: closed.id })).toBe('coupon.closed')
    const other = await make.couponBatch(product, (await make.brand()).id)
    expect(['thing.notFound', 'access.outOfScope']).toContain(await client.codeOf('coupons.claim', { batchId: other.id }))
  })

  test('the centre shows what can be taken and why not', async () => {
    const brand = await make.brand()
    const client = await make.signedInPerson(product, brand.id)
    await make.couponBatch(product, brand.id, { name: '会员券', isMemberOnly: true })
    const free = await make.couponBatch(product, brand.id, {
      name: '人人可领',
      value: { kind: 'percentage', percentOff: 15, capFen: 3000 },
      thresholdFen: 10_000,
    })
    await client.call('coupons.claim', { batchId: free.id })
    await make.couponBatch(product, brand.id, { name: '9.9 体验', priceFen: 990 })
    const { items } = await client.call('coupons.centre', {})
    expect(items.map(item => [item.name, item.state, item.buttonText]).sort()).toEqual(
      [
        ['9.9 体验', 'open', '¥9.90 购买'],
        ['人人可领', 'limitReached', '已领取'],
        ['会员券', 'membersOnly', '入会后领取'],
      ].sort(),
    )
    expect(items.find(item => item.name === '人人可领')).toMatchObject({
      headline: '8.5 折',
      conditionText: '满 ¥100 可用，最多减 ¥30',
    })
  })
})

describe('redemption', () => {
  test('a coupon is redeemed once, at a store of its list, and the desk says why not in words', async () => {
    const brand = await make.brand()
    const store = await make.store(brand.id, { name: '静里店' })
    const elsewhere = await make.store(brand.id, { name: '云岸店' })
    const key = await product.owner.call('apiKeys.create', { name: '收银', scopes: ['coupons.*'], brandIds: [brand.id] })
    const till = product.anonymous.with({ 'X-Api-Key': key.secret })
    const batch = await make.couponBatch(product, brand.id, {
      thresholdFen: 30_000,
      value: { kind: 'cash', amountFen: 4000 },
      storeIds: [store.id],
    })
    const client = await make.signedInPerson(product, brand.id)
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code } = await client.call('coupons.qr', { couponId: coupon.id })

    const why = await product.owner.call('coupons.why', { code, storeId: elsewhere.id, orderAmountFen: 26_800 })
    expect(why.isUsable).toBe(false)
    expect(why.reasons.map(reason => reason.text)).toEqual(['只能在这些门店使用：静里店', '满 ¥300 可用，这单 ¥268，还差 ¥32'])
    expect(why.story[0]?.text).toContain('领取（领券中心）')
    expect(await till.codeOf('coupons.redeem', { code, storeId: elsewhere.id })).toBe('coupon.wrongStore')
    expect(await till.codeOf('coupons.redeem', { code, storeId: store.id, orderAmountFen: 29_999 })).toBe('coupon.belowThreshold')

    const answers = await Promise.all(
      [1, 2, 3].map(() => till.codeOf('coupons.redeem', { code, storeId: store.id, orderAmountFen: 30_000 })),
    )
    expect(answers.filter(answer => answer === 'ok')).toHaveLength(1)
    expect(answers.filter(answer => answer === 'coupon.used' || answer === 'coupon.changed')).toHaveLength(2)
    const after = await product.owner.call('coupons.why', { code })
    expect(after.reasons[0]?.text).toMatch(/^已于 .* 在静里店使用$/)
    expect(after.story).toHaveLength(2)
  })

  test('a service coupon is used as many times as it says', async () => {
    const brand = await make.brand()
    const store = await make.store(brand.id)
    const key = await product.owner.call('apiKeys.create', { name: '收银', scopes: ['coupons.*'], brandIds: [brand.id] })
    const till = product.anonymous.with({ 'X-Api-Key': key.secret })
    const batch = await make.couponBatch(product, brand.id, { value: { kind: 'service', item: '肩颈护理', times: 2 } })
    const client = await make.signedInPerson(product, brand.id)
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code } = await client.call('coupons.qr', { couponId: coupon.id })
    expect((await till.call('coupons.redeem', { code, storeId: store.id })).coupon).toMatchObject({
      status: 'available',
      timesLeft: 1,
    })
    expect((await till.call('coupons.redeem', { code, storeId: store.id })).coupon).toMatchObject({
      status: 'used',
      timesLeft: 0,
    })
    expect(await till.codeOf('coupons.redeem', { code, storeId: store.id })).toBe('coupon.used')
  })

  test('a brand cannot read or redeem the coupons of another', async () => {
    const ours = await make.brand()
    const theirs = await make.brand()
    const store = await make.store(theirs.id)
    const batch = await make.couponBatch(product, ours.id)
    const client = await make.signedInPerson(product, ours.id)
    const coupon = await client.call('coupons.claim', { batchId: batch.id })
    const { code } = await client.call('coupons.qr', { couponId: coupon.id })
    const key = await product.owner.call('apiKeys.create', { name: '别家', scopes: ['coupons.*'], brandIds: [theirs.id] })
    expect(await product.anonymous.with({ 'X-Api-Key': key.secret }).codeOf('coupons.redeem', { code, storeId: store.id })).toBe(
      'coupon.wrongBrand',
    )
    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [theirs.id] })
    expect(await limited.codeOf('coupons.check', { code })).toBe('coupon.wrongBrand')
    expect(await limited.codeOf('coupons.void', { couponId: coupon.id, reason: '试试' })).toBe('thing.notFound')
  })
})

describe('purchases', () => {
  async function buyer() {
    const brand = await make.brand()
    await make.connections(product.simulator, { first: brand.id })
    const play = player(product)
    const simUser = await play.addPerson('买家')
    const { client } = await play.signIn(simUser, appId)
    const batch = await make.couponBatch(product, brand.id, {
      priceFen: 990,
      stock: 1,
      value: { kind: 'exchange', item: '旅行四件套' },
    })
    return { brand, play, simUser, client, batch }
  }

  test('paid by notification: the coupon comes exactly once, though the notice comes twice', async () => {
    const { play, simUser, client, batch } = await buyer()
    const bought = await client.call('coupons.buy', { batchId: batch.id })
    expect((await client.call('coupons.mine', {})).total).toBe(0)
    await play.act('mini.pay', { simUser, ...bought.payment })
    await new Promise(resolve => setTimeout(resolve, 300))
    await product.settle()
    const purchase = await client.call('coupons.purchase', { purchaseId: bought.purchaseId })
    expect(purchase).toMatchObject({ status: 'issued', amountFen: 990 })
    expect((await client.call('coupons.mine', {})).items.map(coupon => coupon.status)).toEqual(['available'])
  })

  test('nobody else gets the reserved one, and what is not paid in time is free again', async () => {
    const { brand, play, client, batch } = await buyer()
    const bought = await client.call('coupons.buy', { batchId: batch.id })
    const other = (await play.signIn(await play.addPerson('另一位'), appId)).client
    expect(await other.codeOf('coupons.buy', { batchId: batch.id })).toBe('coupon.soldOut')
    expect((await client.call('coupons.buy', { batchId: batch.id })).purchaseId).toBe(bought.purchaseId)
    await run(sql`UPDATE coupon_purchases SET expires_at = ${new Date(Date.now() - 1000)} WHERE id = ${bought.purchaseId}`)
    expect((await client.call('coupons.purchase', { purchaseId: bought.purchaseId })).status).toBe('closed')
    expect((await row<{ claimed: number }>(sql`SELECT claimed FROM coupon_stocks WHERE batch_id = ${batch.id}`))?.claimed).toBe(0)
    expect(await other.codeOf('coupons.buy', { batchId: batch.id })).toBe('ok')
    expect(brand.id).toBeGreaterThan(0)
  })

  test('an unpaid reservation is its own state: it can be paid, or given up and is free at once', async () => {
    const { play, simUser, client, batch } = await buyer()
    const bought = await client.call('coupons.buy', { batchId: batch.id })
    const mine = async () => (await client.call('coupons.centre', {})).items.find(item => item.id === batch.id)
    expect(await mine()).toMatchObject({ state: 'unpaid', buttonText: '去支付', unpaid: { purchaseId: bought.purchaseId } })
    const other = (await play.signIn(await play.addPerson('另一位'), appId)).client
    expect((await other.call('coupons.centre', {})).items[0]).toMatchObject({ state: 'soldOut', unpaid: null })
    expect(await other.codeOf('coupons.cancelPurchase', { purchaseId: bought.purchaseId })).toBe('thing.notFound')

    expect(await client.call('coupons.cancelPurchase', { purchaseId: bought.purchaseId })).toMatchObject({
      status: 'closed',
      note: '已取消',
    })
    expect(await mine()).toMatchObject({ state: 'open', unpaid: null })

    // Paid in the same moment as he cancels: the money counts.
    const again = await client.call('coupons.buy', { batchId: batch.id })
    await play.act('mini.pay', { simUser, ...again.payment })
    expect((await client.call('coupons.cancelPurchase', { purchaseId: again.purchaseId })).status).toBe('issued')
    expect(await mine()).toMatchObject({ state: 'limitReached', buttonText: '已购买', unpaid: null })
  })

  test('a refund voids the coupon and returns the money; a used one is not refunded', async () => {
    const { play, simUser, client, batch } = await buyer()
    const bought = await client.call('coupons.buy', { batchId: batch.id })
    await play.act('mini.pay', { simUser, ...bought.payment })
    const { coupon } = await client.call('coupons.purchase', { purchaseId: bought.purchaseId })
    expect(coupon?.status).toBe('available')
    const refunded = await product.owner.call('coupons.refundPurchase', { purchaseId: bought.purchaseId, reason: '不想要了' })
    expect(['refunding', 'refunded']).toContain(refunded.status)
    expect((await client.call('coupons.mine', { status: 'void' })).total).toBe(1)
    expect(await product.owner.codeOf('coupons.refundPurchase', { purchaseId: bought.purchaseId, reason: '再退一次' })).toMatch(
      /ok|couponPurchase.notRefundable/,
    )
  })
})

test('expired coupons are written down, announced once, and never come back', async () => {
  const brand = await make.brand()
  const batch = await make.couponBatch(product, brand.id)
  const client = await make.signedInPerson(product, brand.id)
  const coupon = await client.call('coupons.claim', { batchId: batch.id })
  await run(sql`UPDATE coupons SET valid_to = ${new Date(Date.now() - 1000)} WHERE id = ${coupon.id}`)
  expect((await client.call('coupons.mine', {})).items[0]?.status).toBe('expired')
  const { expireCoupons } = await import('./expire-coupons.ts')
  expect(await expireCoupons(systemCtx())).toBe(1)
  expect(await expireCoupons(systemCtx())).toBe(0)
  expect((await product.owner.call('coupons.why', { couponId: coupon.id })).reasons[0]?.code).toBe('coupon.expired')
})

test('a session from before a merge claims for the survivor, and his limit counts over the whole', async () => {
  const brand = await make.brand()
  const batch = await make.couponBatch(product, brand.id, { perPersonLimit: 2 })
  const [ann, bob] = await crowdOf(brand.id, 2)
  const idOf = async (client: typeof ann) => (await client?.call('members.me', {}))?.person.id ?? 0
  const [annId, bobId] = [await idOf(ann), await idOf(bob)]
  await ann?.call('coupons.claim', { batchId: batch.id })
  await bob?.call('coupons.claim', { batchId: batch.id })
  const { mergeIds } = await product.owner.call('identity.merge', { personIds: [annId, bobId], survivorId: annId })
  expect((await bob?.call('coupons.mine', {}))?.total).toBe(2)
  expect(await bob?.codeOf('coupons.claim', { batchId: batch.id })).toBe('coupon.limitReached')
  await product.owner.call('identity.unmerge', { mergeId: mergeIds[0] ?? 0 })
  for (const personId of [annId, bobId]) expect((await product.owner.call('coupons.of', { personId })).total).toBe(1)
})
