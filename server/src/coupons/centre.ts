import type { coupons, InputOf } from '@banyan/shared'
import { addDays, brandOf, type Ctx, Op } from '../core/index.ts'
import { tierRanksOf } from '../members/index.ts'
import { storesByIds } from '../platform/index.ts'
import { unpaidOf } from './buy-coupon.ts'
import { heldOf } from './claim-coupons.ts'
import { batchView, CouponBatch, countsOf, validityOfBatch } from './coupon-batch.ts'
import { me } from './me.ts'
import { whyNotEntitled, whyNotOpen } from './rules.ts'
import { timeText, validityTextOf, yuan } from './words.ts'

const STATE_OF = {
  'coupon.notPublished': 'closed',
  'coupon.notOpen': 'notOpen',
  'coupon.closed': 'closed',
  'coupon.soldOut': 'soldOut',
  'coupon.limitReached': 'limitReached',
  'coupon.membersOnly': 'membersOnly',
  'coupon.tierTooLow': 'tierTooLow',
} as const

const DAYS_AHEAD = 7

/** What this person can take or buy now or within a week, and why not: unpaid and open ones first. */
export async function couponCentre(ctx: Ctx, { page, pageSize }: InputOf<(typeof coupons)['coupons.centre']>) {
  const personId = await me(ctx)
  const brandId = brandOf(ctx)
  const { rows: batches, count } = await CouponBatch.findAndCountAll({
    where: {
      brandId,
      status: 'published',
      isPublic: true,
      closesAt: { [Op.gt]: ctx.now },
      opensAt: { [Op.lt]: addDays(ctx.now, DAYS_AHEAD) },
    },
    order: [
      ['opensAt', 'DESC'],
      ['id', 'DESC'],
    ],
    limit: pageSize,
    offset: (page - 1) * pageSize,
  })
  const counts = await countsOf(batches.map(batch => batch.id))
  const rank = (await tierRanksOf(brandId, [personId])).get(personId)
  const stores = await storesByIds(batches.flatMap(batch => batch.storeIds))
  const unpaidBy = await unpaidOf(
    personId,
    batches.filter(batch => batch.priceFen > 0).map(batch => batch.id),
  )
  const items = []
  for (const batch of batches) {
    const { stock, claimed } = counts.get(batch.id) ?? { stock: 0, claimed: 0 }
    const mineCount = (await heldOf(batch.id, [personId])).get(personId)?.length ?? 0
    const facts = { ...batchView(batch, { stock, claimed, used: 0 }), claimedCount: claimed }
    const refusal =
      (mineCount >= batch.perPersonLimit ? ('coupon.limitReached' as const) : null) ??
      whyNotOpen(facts, ctx.now) ??
      whyNotEntitled(batch, rank === undefined ? null : { tierRank: rank })
    const unpaid = unpaidBy.get(batch.id) ?? null
    const state = unpaid ? ('unpaid' as const) : refusal ? STATE_OF[refusal] : ('open' as const)
    items.push({
      ...facts,
      state,
      buttonText: buttonText(state, batch),
      mineCount,
      remainingPercent: stock === 0 ? 0 : Math.max(0, Math.min(100, Math.ceil(((stock - claimed) * 100) / stock))),
      storeNames: batch.storeIds.map(id => stores.get(id)?.name ?? `门店 ${id}`),
      validityText: validityTextOf(validityOfBatch(batch)),
      unpaid,
    })
  }
  return { items: items.sort((a, b) => orderOf(a.state) - orderOf(b.state)), total: count }
}

type State = (typeof STATE_OF)[keyof typeof STATE_OF] | 'open' | 'unpaid'

/** What has been begun first, then what can be taken. */
function orderOf(state: State): number {
  return state === 'unpaid' ? 0 : state === 'open' ? 1 : 2
}

function buttonText(state: State, batch: CouponBatch): string {
  const texts = {
    open: batch.priceFen > 0 ? `${yuan(batch.priceFen)} 购买` : '立即领取',
    unpaid: '去支付',
    notOpen: `${timeText(batch.opensAt)} 开抢`,
    closed: '已结束',
    soldOut: '已抢光',
    limitReached: batch.priceFen > 0 ? '已购买' : '已领取',
    membersOnly: '入会后领取',
    tierTooLow: '等级不够',
  }
  return texts[state]
}
