import type { CouponStatus, CouponValidity, CouponValue } from '@banyan/shared'
import { dayIn, shiftDay, startOfDay } from '../core/index.ts'

export type BatchFacts = {
  status: 'draft' | 'published' | 'closed'
  opensAt: Date
  closesAt: Date
  claimedCount: number
  stock: number
  priceFen: number
  isMemberOnly: boolean
  tierRankMin: number
}

export type ClaimRefusal =
  | 'coupon.notPublished'
  | 'coupon.notOpen'
  | 'coupon.closed'
  | 'coupon.soldOut'
  | 'coupon.membersOnly'
  | 'coupon.tierTooLow'

/** Why nobody can take one of this batch now, or null when one can. */
export function whyNotOpen(batch: BatchFacts, now: Date): ClaimRefusal | null {
  if (batch.status === 'draft') return 'coupon.notPublished'
  if (batch.status === 'closed') return 'coupon.closed'
  if (now < batch.opensAt) return 'coupon.notOpen'
  if (now >= batch.closesAt) return 'coupon.closed'
  if (batch.claimedCount >= batch.stock) return 'coupon.soldOut'
  return null
}

/** Why this person cannot, as far as membership goes. */
export function whyNotEntitled(
  batch: Pick<BatchFacts, 'isMemberOnly' | 'tierRankMin'>,
  membership: { tierRank: number } | null,
): ClaimRefusal | null {
  if (batch.isMemberOnly && !membership) return 'coupon.membersOnly'
  if (batch.tierRankMin > (membership?.tierRank ?? 0)) return 'coupon.tierTooLow'
  return null
}

/** From when until when (exclusive) a coupon claimed now can be used. The last day counts whole in the zone. */
export function validityOf(validity: CouponValidity, claimedAt: Date): { validFrom: Date; validTo: Date } {
  if (validity.kind === 'fixed') return { validFrom: validity.from, validTo: validity.to }
  const validFrom = validity.afterDays === 0 ? claimedAt : startOfDay(shiftDay(dayIn(claimedAt), validity.afterDays))
  return { validFrom, validTo: startOfDay(shiftDay(dayIn(validFrom), validity.days)) }
}

/** The last instant a coupon of this batch claimed at `claimedAt` can be used must lie ahead. */
export function isWorthClaiming(validity: CouponValidity, claimedAt: Date): boolean {
  // A relative one always does, by a day at least; asked for every claimer of a crowd, so no calendar for it.
  return validity.kind === 'relative' || validity.to > claimedAt
}

export type CouponFacts = {
  status: 'available' | 'locked' | 'used' | 'expired' | 'void'
  validFrom: Date
  validTo: Date
  brandId: number
  personId: number
  thresholdFen: number
  storeIds: number[]
}

/** What the holder sees: a stored coupon becomes usable and ends by time alone, before the nightly job has written it down. */
export function shownStatus(coupon: Pick<CouponFacts, 'status' | 'validFrom' | 'validTo'>, now: Date): CouponStatus {
  if (coupon.status !== 'available') return coupon.status
  if (now >= coupon.validTo) return 'expired'
  return now < coupon.validFrom ? 'pending' : 'available'
}

export type UseRefusal =
  | 'coupon.used'
  | 'coupon.void'
  | 'coupon.expired'
  | 'coupon.locked'
  | 'coupon.pending'
  | 'coupon.wrongBrand'
  | 'coupon.wrongStore'
  | 'coupon.wrongPerson'
  | 'coupon.belowThreshold'

export type UseSituation = {
  now: Date
  brandId?: number | null
  storeId?: number | null
  personId?: number | null
  orderAmountFen?: number | null
}

/** Every reason this coupon cannot be used in this situation, the most final first; empty when it can. */
export function whyNotUse(coupon: CouponFacts, at: UseSituation): UseRefusal[] {
  const reasons: UseRefusal[] = []
  const status = shownStatus(coupon, at.now)
  if (status !== 'available') reasons.push(`coupon.${status}`)
  if (at.brandId && at.brandId !== coupon.brandId) reasons.push('coupon.wrongBrand')
  if (at.storeId && coupon.storeIds.length > 0 && !coupon.storeIds.includes(at.storeId)) reasons.push('coupon.wrongStore')
  if (at.personId && at.personId !== coupon.personId) reasons.push('coupon.wrongPerson')
  if (at.orderAmountFen != null && at.orderAmountFen < coupon.thresholdFen) reasons.push('coupon.belowThreshold')
  return reasons
}

/** What the coupon takes off: at most the goods (freight: at most the freight). Whole fen, rounded down. Gifts take nothing off. */
export function discountOf(value: CouponValue, goodsFen: number, freightFen = 0): number {
  switch (value.kind) {
    case 'cash':
      return Math.min(value.amountFen, goodsFen)
    case 'percentage':
      return Math.min(Math.floor((goodsFen * value.percentOff) / 100), value.capFen ?? goodsFen)
    case 'freight':
      return Math.min(freightFen, value.capFen ?? freightFen)
    case 'exchange':
    case 'gift':
    case 'service':
      return 0
  }
}

/** Where a used coupon goes when its order is refunded whole: back to its holder, or expired when its time is over (semantics 3.2). */
export function statusAfterReturn(coupon: Pick<CouponFacts, 'validTo'>, now: Date): 'available' | 'expired' {
  return now >= coupon.validTo ? 'expired' : 'available'
}
