import { afterEach, describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { addDays, now, rows, run, setClock, sql, systemCtx, transaction } from '../core/index.ts'
import { resolve } from '../identity/index.ts'
import { expirePoints } from './expire-points.ts'
import {
  balanceOf,
  captureFreeze,
  checkLedger,
  clawBack,
  countSpends,
  earnPoints,
  freezePoints,
  joinMember,
  qualifyTier,
  returnSpent,
  spendPoints,
  tiersOf,
  updatePointRule,
  voidFreeze,
} from './index.ts'
import { runTiers } from './qualify-tier.ts'

const product = useProduct()

afterEach(() => setClock(null))

let serial = 0

/** A member made without a session, at any time in the past. */
async function memberAt(brandId: number, at = now()) {
  const ctx = systemCtx({ brandId, now: at })
  return transaction(async () => {
    serial += 1
    const { personId } = await resolve(ctx, {
      identifiers: [{ type: 'thirdParty', scope: 'test', value: `buyer-${serial}-${Math.random()}` }],
      brandId,
      source: 'test',
    })
    return (await joinMember(ctx, brandId, { personId, channel: 'test', at }, { joinPoints: 0 })).member
  })
}

const at = (brandId: number, when: Date) => systemCtx({ brandId, now: when })
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe('the ledger', () => {
  test('spends the earliest expiry first, keeps what it took, and gives it back', async () => {
    const brand = await make.brand()
    const member = await memberAt(brand.id)
    const today = now()
    const ctx = at(brand.id, today)
    await transaction(async () => {
      await earnPoints(ctx, { memberId: member.id, points: 100, key: 'late', reason: '晚到期', expiresAt: addDays(today, 300) })
      await earnPoints(ctx, { memberId: member.id, points: 50, key: 'soon', reason: '早到期', expiresAt: addDays(today, 10) })
      await spendPoints(ctx, { memberId: member.id, points: 70, key: 'buy', reason: '兑换' })
    })
    const lots = () =>
      rows<{ posting_key: string; remaining: number }>(
        sql`SELECT posting_key, remaining FROM point_lots l JOIN point_accounts a ON a.id = l.account_id WHERE a.member_id = ${member.id} ORDER BY l.id`,
      )
    expect(await lots()).toEqual([
      { posting_key: 'late', remaining: 80 },
      { posting_key: 'soon', remaining: 0 },
    ])
    expect((await balanceOf(member.id, today)).available).toBe(80)

    // 20 days later the lot that ended gets 30 days of grace for what comes back.
    const later = addDays(today, 20)
    await transaction(() =>
      returnSpent(at(brand.id, later), { memberId: member.id, spendKey: 'buy', points: 70, key: 'back', reason: '退款' }),
    )
    expect((await lots()).map(lot => lot.remaining)).toEqual([100, 0, 50])
    expect((await balanceOf(member.id, addDays(later, 29))).available).toBe(150)
    expect((await balanceOf(member.id, addDays(later, 31))).available).toBe(100)
    expect((await checkLedger(ctx)).differing).toEqual([])
  })

  test('the same key is one posting; with another body it is an error', async () => {
    const brand = await make.brand()
    const member = await memberAt(brand.id)
    const ctx = systemCtx({ brandId: brand.id })
    const earn = (points: number) =>
      transaction(() => earnPoints(ctx, { memberId: member.id, points, key: 'once', reason: '一次' }))
    expect((await earn(10)).isNew).toBe(true)
    expect((await earn(10)).isNew).toBe(false)
    expect(await codeOf(earn(11))).toBe('points.keyReused')
    const spends = await Promise.all(
      [1, 2, 3].map(n =>
        codeOf(transaction(() => spendPoints(ctx, { memberId: member.id, points: 6, key: `s${n}`, reason: '抢着花' }))),
      ),
    )
    expect(spends.sort()).toEqual(['ok', 'points.notEnough', 'points.notEnough'])
    expect(
      await codeOf(transaction(() => spendPoints(ctx, { memberId: member.id, points: 5, key: 's1', reason: '抢着花' }))),
    ).toMatch(/points.keyReused|points.notEnough/)
    expect((await balanceOf(member.id, now())).posted).toBe(4)
  })

  test('pending points wait, and are the first to be taken back; what was spent becomes a debt that the next earning settles', async () => {
    const brand = await make.brand()
    await transaction(() =>
      updatePointRule(systemCtx({ brandId: brand.id }), { pendingDays: 7, clawbackPolicy: 'unlimited', debtMax: 1000 }),
    )
    const member = await memberAt(brand.id)
    const today = now()
    const ctx = at(brand.id, today)
    await transaction(() => earnPoints(ctx, { memberId: member.id, points: 300, key: 'order:1', reason: '购买', orderId: 1 }))
    expect(await balanceOf(member.id, today)).toMatchObject({ available: 0, pending: 300 })
    const later = at(brand.id, addDays(today, 8))
    await transaction(() => spendPoints(later, { memberId: member.id, points: 250, key: 'spend', reason: '兑换' }))
    expect(
      await transaction(() =>
        clawBack(later, { memberId: member.id, orderId: 1, points: 200, key: 'claw1', reason: '退款扣回' }),
      ),
    ).toEqual({ taken: 50, debt: 150, forgiven: 0 })
    // Never more than the order gave, however often it is asked for.
    expect(
      await transaction(() =>
        clawBack(later, { memberId: member.id, orderId: 1, points: 200, key: 'claw2', reason: '退款扣回' }),
      ),
    ).toEqual({ taken: 0, debt: 100, forgiven: 0 })
    expect(
      await transaction(() =>
        clawBack(later, { memberId: member.id, orderId: 1, points: 200, key: 'claw3', reason: '退款扣回' }),
      ),
    ).toEqual({ taken: 0, debt: 0, forgiven: 0 })
    expect((await balanceOf(member.id, later.now)).debt).toBe(250)
    await transaction(() => earnPoints(later, { memberId: member.id, points: 300, key: 'gift', reason: '活动' }))
    expect(await balanceOf(member.id, later.now)).toMatchObject({ debt: 0, available: 50 })
    expect((await checkLedger(systemCtx())).differing).toEqual([])
  })

  test('a freeze cannot overdraw, is settled once, and a lot that ended meanwhile ends with it', async () => {
    const brand = await make.brand()
    const member = await memberAt(brand.id)
    const today = now()
    const ctx = at(brand.id, today)
    await transaction(() =>
      earnPoints(ctx, { memberId: member.id, points: 100, key: 'lot', reason: '赠送', expiresAt: addDays(today, 1) }),
    )
    const freeze = (key: string, points: number) =>
      transaction(() => freezePoints(ctx, { memberId: member.id, points, key, reason: '下单', expiresAt: addDays(today, 3) }))
    await freeze('f1', 60)
    expect(await codeOf(freeze('f2', 41))).toBe('points.notEnough')
    expect(await balanceOf(member.id, today)).toMatchObject({ available: 40, frozen: 60 })
    await transaction(() => captureFreeze(ctx, { memberId: member.id, key: 'f1', points: 25 }))
    expect(await codeOf(transaction(() => voidFreeze(ctx, { memberId: member.id, key: 'f1' })))).toBe('points.freezeClosed')
    expect(await balanceOf(member.id, today)).toMatchObject({ available: 75, frozen: 0, posted: 75 })
    await freeze('f3', 75)
    const later = at(brand.id, addDays(today, 2))
    expect(await expirePoints(later)).toBe(0)
    await transaction(() => voidFreeze(later, { memberId: member.id, key: 'f3' }))
    expect((await balanceOf(member.id, later.now)).posted).toBe(0)
    expect((await checkLedger(systemCtx())).differing).toEqual([])
  })

  test('points expire once, and the nightly check finds a ledger that was tampered with', async () => {
    const brand = await make.brand()
    const member = await memberAt(brand.id)
    const today = now()
    await transaction(() =>
      earnPoints(at(brand.id, today), {
        memberId: member.id,
        points: 30,
        key: 'lot',
        reason: '赠送',
        expiresAt: addDays(today, 1),
      }),
    )
    expect(await expirePoints(at(brand.id, addDays(today, 2)))).toBe(1)
    expect(await expirePoints(at(brand.id, addDays(today, 2)))).toBe(0)
    expect((await balanceOf(member.id, addDays(today, 2))).posted).toBe(0)
    await run(sql`UPDATE point_accounts SET posted = posted + 1 WHERE member_id = ${member.id}`)
    expect((await checkLedger(systemCtx({ brandId: brand.id }))).differing).toMatchObject([
      { memberId: member.id, expected: 0, found: 1 },
    ])
    await run(sql`UPDATE point_accounts SET posted = posted - 1 WHERE member_id = ${member.id}`)
  })

  test('an operator gives and takes points with a reason the member reads', async () => {
    const brand = await make.brand()
    const { client, personId } = await make.member(product, brand.id)
    await product.owner.call('points.adjust', { personId, brandId: brand.id, points: 50, reason: '客服补发' })
    expect(await product.owner.codeOf('points.adjust', { personId, brandId: brand.id, points: -151, reason: '扣多了' })).toBe(
      'points.notEnough',
    )
    await product.owner.call('points.adjust', { personId, brandId: brand.id, points: -20, reason: '误发收回' })
    const mine = await client.call('points.mine', {})
    expect(mine.balance.available).toBe(130)
    expect(mine.items.map(item => [item.reason, item.points])).toEqual([
      ['误发收回', -20],
      ['客服补发', 50],
      ['入会礼', 100],
    ])
  })
})

describe('tiers', () => {
  test('up at once by what was spent; down only after the term and its grace', async () => {
    const brand = await make.brand()
    const joined = now()
    const member = await memberAt(brand.id, joined)
    const ctx = at(brand.id, joined)
    const tiers = await tiersOf(brand.id, joined)
    await transaction(async () => {
      await countSpends([{ memberId: member.id, key: 'o1', spentFen: 300_000, earnedPoints: 0, orderId: null, at: joined }])
      expect(await qualifyTier(ctx, member.id)).toMatchObject({ isUp: true, toName: '金卡会员' })
    })
    expect(tiers.map(tier => tier.tierRank)).toEqual([0, 1, 2])
    const tierAt = async (days: number) => {
      await runTiers(at(brand.id, addDays(joined, days)))
      return (await member.reload()).tierRank
    }
    expect(await tierAt(200)).toBe(2)
    expect(await tierAt(370)).toBe(2)
    expect(member.graceUntil).not.toBeNull()
    expect(await tierAt(380)).toBe(2)
    expect(await tierAt(400)).toBe(0)
  })

  test('editing tiers moves nobody until the run', async () => {
    const brand = await make.brand()
    const joined = now()
    const member = await memberAt(brand.id, joined)
    await transaction(async () =>
      countSpends([{ memberId: member.id, key: 'o1', spentFen: 60_000, earnedPoints: 0, orderId: null, at: joined }]),
    )
    const silver = (await tiersOf(brand.id, joined))[1]
    await product.owner.call('tiers.update', { tierId: silver?.id ?? 0, thresholdFen: 50_000 })
    expect((await member.reload()).tierRank).toBe(0)
    await runTiers(at(brand.id, addDays(joined, 1)))
    expect((await member.reload()).tierRank).toBe(1)
    expect(await product.owner.codeOf('tiers.update', { tierId: silver?.id ?? 0, thresholdFen: 400_000 })).toBe(
      'tier.thresholdOrder',
    )
    expect(await product.owner.codeOf('tiers.remove', { tierId: silver?.id ?? 0 })).toBe('tier.inUse')
  })
})

describe('one person', () => {
  test('50 + 100 = 150 after a merge; apart again each has his own, and what the survivor spent is charged to him', async () => {
    const brand = await make.brand()
    const [ann, bob] = [await memberAt(brand.id), await memberAt(brand.id)]
    const ctx = systemCtx({ brandId: brand.id })
    await transaction(async () => {
      await earnPoints(ctx, { memberId: ann.id, points: 50, key: 'a', reason: '甲' })
      await earnPoints(ctx, { memberId: bob.id, points: 100, key: 'b', reason: '乙' })
      await countSpends([{ memberId: bob.id, key: 'o', spentFen: 120_000, earnedPoints: 0, orderId: null, at: ctx.now }])
      await qualifyTier(ctx, bob.id)
    })
    const merged = await product.owner.call('identity.merge', {
      personIds: [ann.personId, bob.personId],
      survivorId: ann.personId,
    })
    expect(await balanceOf(ann.id, now())).toMatchObject({ posted: 150, available: 150 })
    expect((await ann.reload()).tierRank).toBe(1)
    expect((await bob.reload()).status).toBe('merged')
    await transaction(() => spendPoints(ctx, { memberId: ann.id, points: 60, key: 'spent-after', reason: '合并后消费' }))
    expect((await checkLedger(ctx)).differing).toEqual([])

    await product.owner.call('identity.unmerge', { mergeId: merged.mergeIds[0] ?? 0 })
    expect((await bob.reload()).status).toBe('active')
    expect((await bob.reload()).tierRank).toBe(1)
    expect((await ann.reload()).tierRank).toBe(0)
    expect((await balanceOf(bob.id, now())).available).toBe(100)
    // He had 50 of his own and spent 60: ten are a debt.
    expect(await balanceOf(ann.id, now())).toMatchObject({ available: 0, debt: 10 })
    expect((await checkLedger(ctx)).differing).toEqual([])
  })

  test('merge and un-merge without anything in between is the identity', async () => {
    const brand = await make.brand()
    const [ann, bob] = [await memberAt(brand.id), await memberAt(brand.id)]
    const ctx = systemCtx({ brandId: brand.id })
    await transaction(async () => {
      await earnPoints(ctx, { memberId: ann.id, points: 70, key: 'a', reason: '甲', expiresAt: addDays(ctx.now, 5) })
      await earnPoints(ctx, { memberId: bob.id, points: 30, key: 'b', reason: '乙', expiresAt: addDays(ctx.now, 9) })
    })
    const picture = async () => ({
      lots: await rows(
        sql`SELECT a.member_id, l.remaining, l.expires_at FROM point_lots l JOIN point_accounts a ON a.id = l.account_id WHERE a.member_id IN (${[ann.id, bob.id]}) AND l.remaining > 0 ORDER BY a.member_id, l.expires_at`,
      ),
      members: await rows(
        sql`SELECT id, person_id, status, tier_id, joined_at FROM members WHERE id IN (${[ann.id, bob.id]}) ORDER BY id`,
      ),
    })
    const before = await picture()
    const { mergeIds } = await product.owner.call('identity.merge', {
      personIds: [ann.personId, bob.personId],
      survivorId: ann.personId,
    })
    expect((await balanceOf(ann.id, now())).posted).toBe(100)
    await product.owner.call('identity.unmerge', { mergeId: mergeIds[0] ?? 0 })
    expect(await picture()).toEqual(before)
  })
})
