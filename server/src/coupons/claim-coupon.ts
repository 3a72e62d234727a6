import {
  assert,
  type Ctx,
  counter,
  inTransaction,
  isDeadlock,
  isDuplicate,
  now,
  personOf,
  refused,
  sql,
  systemCtx,
  transaction,
} from '../core/index.ts'
import { type Claim, type ClaimOutcome, claimMany, followMerges, heldOf, replayOf, StockMoved } from './claim-coupons.ts'
import { type CouponBatch, validityOfBatch } from './coupon-batch.ts'
import { couponRows, myCoupon, type ViewedCoupon, viewsOf } from './coupon-view.ts'
import { groupCommit } from './group-commit.ts'
import { mustBeOffered } from './offers.ts'
import { giveBackTicket, openBatch, passGate } from './open-batch.ts'
import { isWorthClaiming, whyNotOpen } from './rules.ts'

const TRIES_MAX = 8
const counted = counter('coupon_claims_total', 'Claims by outcome', ['outcome'])

/**
 * A person takes one coupon. Claims of one batch that arrive together commit together: a hot batch costs one short transaction per
 * group instead of one per person. In front stands a gate in Redis that turns the crowd away once the stock is gone; it may be
 * lost, the conditional update of the stock is what decides. Safe to repeat.
 */
export async function claimCoupon(ctx: Ctx, { batchId, scene }: { batchId: number; scene?: string | undefined }) {
  const batch = await openBatch(ctx, batchId)
  await mustBeOffered(ctx, batch, scene)
  const refusal = whyNotClaimable(batch, ctx.now) ?? (batch.priceFen > 0 ? 'coupon.notFree' : null)
  if (refusal) throw refused(refusal)
  const claim: Claim = { personId: personOf(ctx), key: ctx.idempotencyKey, source: 'centre', at: ctx.now }
  const outcome = inTransaction() ? await claimOne(ctx, batch, claim) : await claimThroughGate(batch, claim)
  counted.inc({ outcome: 'refusal' in outcome ? outcome.refusal : outcome.isNew ? 'new' : 'repeat' })
  const couponId = couponIdOf(outcome)
  return inTransaction() ? myCoupon(ctx, couponId) : show(batch, couponId)
}

/** Why nobody can take one now; the stock is not looked at, that is the database's word. */
export function whyNotClaimable(batch: CouponBatch, at: Date) {
  const { status, opensAt, closesAt, priceFen, isMemberOnly, tierRankMin } = batch
  const refusal = whyNotOpen(
    {
      status: status as 'draft' | 'published' | 'closed',
      opensAt,
      closesAt,
      claimedCount: 0,
      stock: 1,
      priceFen,
      isMemberOnly,
      tierRankMin,
    },
    at,
  )
  return refusal ?? (isWorthClaiming(validityOfBatch(batch), at) ? null : 'coupon.closed')
}

/** One claim in the ambient transaction. */
export async function claimOne(
  ctx: Ctx,
  batch: CouponBatch,
  claim: Claim,
  options: Parameters<typeof claimMany>[3] = {},
): Promise<ClaimOutcome> {
  const [outcome] = await claimMany(ctx, batch, [claim], options).catch(error => {
    // In somebody else's transaction we cannot run again: this stock has just been taken.
    throw error instanceof StockMoved ? refused('coupon.soldOut') : error
  })
  return outcome as ClaimOutcome
}

/** The coupon's id, or the refusal is thrown. */
export function couponIdOf(outcome: ClaimOutcome): number {
  if ('refusal' in outcome) throw refused(outcome.refusal)
  return outcome.couponId
}

async function claimThroughGate(batch: CouponBatch, claim: Claim): Promise<ClaimOutcome> {
  if (!(await passGate(batch.id))) return lookup(batch, claim)
  const outcome = await commit(batch, claim)
  const tookNothing = 'refusal' in outcome ? outcome.refusal !== 'coupon.soldOut' : !outcome.isNew
  if (tookNothing) await giveBackTicket(batch.id)
  return outcome
}

const commit = groupCommit<CouponBatch, Claim, ClaimOutcome>({ groupMax: 250, waitingMax: 5000 }, async (batch, claims) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(() => claimMany(systemCtx({ brandId: batch.brandId, name: 'coupons.claim' }), batch, claims))
    } catch (error) {
      const isWorthAgain = error instanceof StockMoved || isDuplicate(error) || isDeadlock(error)
      if (!isWorthAgain || attempt >= TRIES_MAX) throw error
    }
  }
})

/** The gate says sold out: who has one already gets it again, everybody else the refusal. */
const lookup = groupCommit<CouponBatch, Claim, ClaimOutcome>({ groupMax: 500, waitingMax: 20_000 }, async (batch, asked) => {
  const claims = await followMerges(asked)
  const held = await heldOf(batch.id, [...new Set(claims.map(claim => claim.personId))])
  return claims.map(claim => {
    const coupon = replayOf(batch, claim, held.get(claim.personId) ?? [], now())
    return coupon ? { couponId: coupon.id, isNew: false } : { refusal: 'coupon.soldOut' }
  })
})

/** What they got, read for all who are being answered together. Each asks only for the coupon he has just been given. */
const show = groupCommit<CouponBatch, number, ViewedCoupon>({ groupMax: 500, waitingMax: 20_000 }, async (batch, couponIds) => {
  const ctx = systemCtx({ brandId: batch.brandId, name: 'coupons.claim' })
  const views = await viewsOf(ctx, await couponRows(sql`c.id IN (${[...new Set(couponIds)]})`))
  const byId = new Map(views.map(view => [view.id, view]))
  return couponIds.map(couponId => {
    const view = byId.get(couponId)
    assert(view, `coupon ${couponId} was claimed and is not there`)
    return view
  })
})
