import { giveConsents } from '../consent/index.ts'
import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { claimPast } from '../coupons/index.ts'
import { resolveMany } from '../identity/index.ts'
import { balanceOf, membersOfPeople, spendPoints } from '../members/index.ts'
import { orderIdsOf, recordOrders, refundOrder } from '../orders/index.ts'
import type { HardWorld } from './make-hard-cases.ts'
import { doneStep } from './steps.ts'

/** Bought, spent the points, sent it back: the points are owed now. */
export async function refundAfterPointsSpent(ctx: Ctx, { people, personIds, organisation }: HardWorld): Promise<void> {
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

/** One person, two openids of one mini program (a new WeChat, the old phone): the second claim of a one-per-person coupon finds the first. */
export async function twoOpenids(ctx: Ctx, { accounts }: HardWorld): Promise<void> {
  const number = { type: 'phone', scope: '', value: '13917760088' }
  const openid = (which: number) => ({
    type: 'openid',
    scope: accounts.miniPrograms.lieye,
    value: `oSample-twice-${which}-xxxxxxxxxxx`,
  })
  const batchId = (await doneStep<Record<string, number>>('batches:lieye'))?.detail['lieye:winter'] ?? 0
  for (const which of [1, 2]) {
    const at = addDays(ctx.now, which - 4)
    const [found] = await resolveMany(
      ctx,
      [
        {
          identifiers: [openid(which), number],
          profile: { name: '陆双号' },
          brandId: ctx.brandId,
          occurredAt: at,
          source: 'miniProgram',
        },
      ],
      { isHistorical: true },
    )
    const claim = { personId: found?.personId ?? 0, key: `sample:twice:${which}`, source: 'sample', at }
    await claimPast(ctx, { batchId, claims: [claim] })
  }
}

/** Loyal, and wants no advertising: in every segment that fits him, in no offer. */
export async function optedOut(ctx: Ctx, { people, personIds }: HardWorld): Promise<void> {
  await giveConsents(ctx, {
    personId: personIds[mostLoyal(people).index] ?? 0,
    brandId: ctx.brandId ?? 0,
    answers: [{ purpose: 'marketing', isGranted: false }],
    source: 'miniProgram',
    at: addDays(ctx.now, -200),
  })
}

export function mostLoyal(people: HardWorld['people']) {
  return people.reduce((best, one) => ((one.members.lieye?.orders ?? 0) > (best.members.lieye?.orders ?? 0) ? one : best))
}
