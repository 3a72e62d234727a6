import { giveConsents } from '../consent/index.ts'
import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { resolve, resolveMany, updateProfile } from '../identity/index.ts'
import { balanceOf, membersOfPeople, spendPoints } from '../members/index.ts'
import { orderIdsOf, recordOrders, refundOrder } from '../orders/index.ts'
import type { Organisation } from './make-brands.ts'
import type { Accounts } from './make-people.ts'
import type { SamplePerson } from './population.ts'
import { once } from './steps.ts'

type World = { people: readonly SamplePerson[]; personIds: readonly number[]; organisation: Organisation; accounts: Accounts }

/** What goes wrong at real brands, planted to be found. */
export async function makeHardCases(ctx: Ctx, world: World): Promise<void> {
  const brandId = world.organisation.brandIds.lieye
  const brandCtx = systemCtx({ brandId, now: ctx.now, name: '演示数据' })
  await once(ctx, 'hard:blockedPhone', () => blockedPhone(brandCtx, world))
  await once(ctx, 'hard:staffPhone', () => staffPhone(brandCtx, world))
  await once(ctx, 'hard:reviews', () => reviews(brandCtx, world))
  await once(ctx, 'hard:leapDay', () => leapDay(brandCtx, world))
  await once(ctx, 'hard:debt', () => debt(brandCtx, world))
  await once(ctx, 'hard:optedOut', () => optedOut(brandCtx, world))
}

/** 13800138000 written down at the till fourteen times: it identifies nobody. */
async function blockedPhone(ctx: Ctx, { accounts }: World): Promise<void> {
  await resolveMany(
    ctx,
    Array.from({ length: 14 }, (_, n) => ({
      identifiers: [
        { type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-blocked-${n}-xxxxxxxx` },
        { type: 'phone', scope: '', value: '13800138000' },
      ],
      profile: { name: `路人 ${n + 1}` },
      brandId: ctx.brandId,
      occurredAt: addDays(ctx.now, -n - 1),
      source: 'import:orders',
    })),
  )
}

/** A shop assistant gave her own phone for 46 customers: a limit of one unionid keeps them apart, and reviews say so. */
async function staffPhone(ctx: Ctx, { accounts }: World): Promise<void> {
  await resolveMany(
    ctx,
    Array.from({ length: 46 }, (_, n) => ({
      identifiers: [{ type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-proxy-${n}-xxxxxxxxxx` }],
      profile: { name: `代录顾客 ${n + 1}` },
      brandId: ctx.brandId,
      occurredAt: addDays(ctx.now, -60 + n),
      source: 'staff',
    })),
  )
  await resolve(ctx, {
    identifiers: [
      { type: 'phone', scope: '', value: '13917760001' },
      { type: 'device', scope: '', value: 'till-pad-LY-SHJL' },
    ],
    profile: { name: '钱禾（店员本人）' },
    brandId: ctx.brandId,
    source: 'staff',
  })
  await resolveMany(
    ctx,
    Array.from({ length: 46 }, (_, n) => ({
      identifiers: [
        { type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-proxy-${n}-xxxxxxxxxx` },
        { type: 'device', scope: '', value: 'till-pad-LY-SHJL' },
      ],
      brandId: ctx.brandId,
      occurredAt: addDays(ctx.now, -60 + n),
      source: 'staff',
    })),
  )
}

/** 8 pairs with two unionids behind one phone (careful), 16 with two phones behind one openid (recommended). */
async function reviews(ctx: Ctx, { accounts }: World): Promise<void> {
  for (let n = 0; n < 24; n += 1) {
    const isCareful = n < 8
    const phone = `1391888${String(1000 + n)}`
    const other = `1391999${String(1000 + n)}`
    const openid = { type: 'openid', scope: accounts.miniPrograms.lieye, value: `oSample-review-${n}-xxxxxxxxx` }
    const base = { brandId: ctx.brandId, source: 'miniProgram', occurredAt: addDays(ctx.now, -n - 2) }
    if (isCareful) {
      await resolve(ctx, {
        ...base,
        identifiers: [
          { type: 'unionid', scope: '', value: `o6_review_a_${n}_xxxxxxxxxxxx` },
          { type: 'phone', scope: '', value: phone },
        ],
        profile: { name: `沈念 ${n + 1}` },
      })
      await resolve(ctx, {
        ...base,
        identifiers: [
          { type: 'unionid', scope: '', value: `o6_review_b_${n}_xxxxxxxxxxxx` },
          { type: 'phone', scope: '', value: phone },
        ],
        profile: { name: `沈念 ${n + 1} 家人` },
      })
    } else {
      await resolve(ctx, {
        ...base,
        identifiers: [openid, { type: 'phone', scope: '', value: phone }],
        profile: { name: `许言 ${n - 7}` },
      })
      await resolve(ctx, {
        ...base,
        identifiers: [
          { type: 'thirdParty', scope: 'tmall', value: `tm-review-${n}` },
          { type: 'phone', scope: '', value: other },
        ],
        profile: { name: `许言 ${n - 7}` },
      })
      await resolve(ctx, { ...base, identifiers: [openid, { type: 'phone', scope: '', value: other }] })
    }
  }
}

async function leapDay(ctx: Ctx, { personIds }: World): Promise<void> {
  for (const index of [311, 512, 2711]) await updateProfile(ctx, personIds[index] ?? 0, { birthday: '1992-02-29' }, 'sample')
}

/** Bought, spent the points, sent it back: the points are owed now. */
async function debt(ctx: Ctx, { people, personIds, organisation }: World): Promise<void> {
  const person = people.find(
    one => one.members.lieye && one.members.lieye.joinedAt < addDays(ctx.now, -60) && one.members.lieye.orders === 0,
  )
  const personId = person ? (personIds[person.index] ?? 0) : 0
  const brandId = organisation.brandIds.lieye
  const [member] = await membersOfPeople(brandId, [personId])
  if (!member) return
  const lines = [{ sku: 'LY-GB01', name: '四季礼盒', quantity: 1, unitPriceFen: 59_800, discountFen: 0 }]
  await recordOrders(
    ctx,
    brandId,
    [
      {
        orderNo: 'LY-DEBT-0001',
        kind: 'purchase',
        storeId: organisation.storeIds['LY-SHJL'] ?? null,
        personId,
        paidAt: addDays(ctx.now, -30),
        currency: 'CNY',
        source: 'sample',
        lines,
      },
    ],
    { earnsPoints: true },
  )
  const { available } = await balanceOf(member.id, ctx.now)
  if (available > 0)
    await spendPoints(ctx, {
      memberId: member.id,
      points: available,
      key: 'sample:debt',
      reason: '兑换 四季小样',
      at: addDays(ctx.now, -5),
    })
  const orderId = (await orderIdsOf(brandId, ['LY-DEBT-0001'])).get('LY-DEBT-0001')
  if (orderId)
    await refundOrder(systemCtx({ brandId, now: addDays(ctx.now, -2), name: '演示数据' }), {
      orderId,
      reason: '肤感不合适',
      refundNo: 'SR-DEBT-0001',
    })
}

/** Loyal, and wants no advertising: in every segment, in no campaign. */
async function optedOut(ctx: Ctx, { people, personIds }: World): Promise<void> {
  const loyal = people.reduce((best, one) => ((one.members.lieye?.orders ?? 0) > (best.members.lieye?.orders ?? 0) ? one : best))
  await giveConsents(ctx, {
    personId: personIds[loyal.index] ?? 0,
    brandId: ctx.brandId ?? 0,
    answers: [{ purpose: 'marketing', isGranted: false }],
    source: 'miniProgram',
    at: addDays(ctx.now, -1),
  })
}
