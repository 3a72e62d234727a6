import type { coupons, InputOf } from '@banyan/shared'
import { addDays, brandOf, type Ctx, Op, say, type Words } from '../core/index.ts'
import { tierRanksOf, tiersOf } from '../members/index.ts'
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
  const items = await itemsOf(ctx, personId, batches)
  return { items: items.sort((a, b) => orderOf(a.state) - orderOf(b.state)), total: count }
}

/**
 * One published batch of this brand as this person may take it, public or not: for what promised it to him, such as a live code's card.
 * Null when there is none or nobody can take it any more.
 */
export async function offeredBatch(ctx: Ctx, brandId: number, batchId: number) {
  const personId = await me(ctx)
  const batch = await CouponBatch.findOne({
    where: { id: batchId, brandId, status: 'published', closesAt: { [Op.gt]: ctx.now } },
  })
  const [item] = batch ? await itemsOf(ctx, personId, [batch]) : []
  return item ?? null
}

/** Batches of one brand, with what this person can do with each. */
async function itemsOf(ctx: Ctx, personId: number, batches: readonly CouponBatch[]) {
  const [first] = batches
  if (!first) return []
  const counts = await countsOf(batches.map(batch => batch.id))
  const rank = (await tierRanksOf(first.brandId, [personId])).get(personId)
  const stores = await storesByIds(batches.flatMap(batch => batch.storeIds))
  const unpaidBy = await unpaidOf(
    personId,
    batches.filter(batch => batch.priceFen > 0).map(batch => batch.id),
  )
  const tiers = batches.some(batch => batch.tierRankMin > 0) ? await tiersOf(first.brandId, ctx.now) : []
  const items = []
  for (const batch of batches) {
    const { stock, claimed } = counts.get(batch.id) ?? { stock: 0, claimed: 0 }
    const mineCount = (await heldOf(batch.id, [personId])).get(personId)?.length ?? 0
    const facts = { ...batchView(ctx, batch, { stock, claimed, used: 0 }), claimedCount: claimed }
    const refusal =
      (mineCount >= batch.perPersonLimit ? ('coupon.limitReached' as const) : null) ??
      whyNotOpen(facts, ctx.now) ??
      whyNotEntitled(batch, rank === undefined ? null : { tierRank: rank })
    const unpaid = unpaidBy.get(batch.id) ?? null
    const state = unpaid ? ('unpaid' as const) : refusal ? STATE_OF[refusal] : ('open' as const)
    items.push({
      ...facts,
      state,
      buttonText: buttonText(ctx, state, batch, tiers.find(tier => tier.tierRank >= batch.tierRankMin)?.name ?? null),
      mineCount,
      remainingPercent: stock === 0 ? 0 : Math.max(0, Math.min(100, Math.ceil(((stock - claimed) * 100) / stock))),
      storeNames: batch.storeIds.map(id => stores.get(id)?.name ?? say(ctx, `门店 ${id}`, `Store ${id}`)),
      validityText: validityTextOf(ctx, validityOfBatch(batch)),
      unpaid,
    })
  }
  return items
}

type State = (typeof STATE_OF)[keyof typeof STATE_OF] | 'open' | 'unpaid'

/** What has been begun first, then what can be taken. */
function orderOf(state: State): number {
  return state === 'unpaid' ? 0 : state === 'open' ? 1 : 2
}

/** `tierName`: the lowest tier that may take it. */
function buttonText(ctx: Ctx, state: State, batch: CouponBatch, tierName: string | null): string {
  const [isSold, opens] = [batch.priceFen > 0, timeText(ctx, batch.opensAt)]
  const texts: Record<State, Words> = {
    open: isSold ? [`${yuan(batch.priceFen)} 购买`, `Buy for ${yuan(batch.priceFen)}`] : ['立即领取', 'Claim'],
    unpaid: ['去支付', 'Pay'],
    notOpen: [`${opens} 开抢`, `Opens ${opens}`],
    closed: ['已结束', 'Over'],
    soldOut: ['已抢光', 'Sold out'],
    limitReached: isSold ? ['已购买', 'Bought'] : ['已领取', 'Claimed'],
    membersOnly: ['入会后领取', 'Join to claim'],
    tierTooLow: tierName ? [`${tierName}起可领`, `From ${tierName}`] : ['等级不够', 'Tier too low'],
  }
  return say(ctx, ...texts[state])
}
