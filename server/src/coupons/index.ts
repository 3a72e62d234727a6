/**
 * Coupons: batches with a stock that is never oversold, claims, purchases through WeChat Pay, redemption at stores, and why a coupon
 * can or cannot be used. Every change of a coupon is one compare-and-set update.
 */
import { every } from '../core/index.ts'
import { countCouponsBy } from '../members/index.ts'
import { couponsCarrier } from './carry-coupons.ts'
import { announceExpiring, expireCoupons, releaseLapsedLocks } from './expire-coupons.ts'
import { heldCount } from './read-coupons.ts'
import { purchaseWorker } from './settle-purchase.ts'

export { batchNames, batchValue } from './batch-names.ts'
export { createBatch, publishBatch } from './batches.ts'
export { offeredBatch } from './centre.ts'
export { type Claim, type ClaimOutcome, claimMany } from './claim-coupons.ts'
export type { CouponFactsRow as UsableCoupon } from './coupon-view.ts'
export {
  couponClaimed,
  couponExpired,
  couponExpiring,
  couponPurchasePaid,
  couponPurchaseRefunded,
  couponReturned,
  couponUsed,
  couponVoided,
} from './events.ts'
export { declareOffers } from './offers.ts'
export { couponMomentsBefore, couponName, couponsOfPerson, heldCount, unusedOf } from './read-coupons.ts'
export { claimPast, grantByRule, mustBeOurs, reasonsOf, storeOfCall, tellRulesOfHolders, whyCoupon } from './redeem-coupon.ts'
export { routes } from './routes.ts'
export { discountOf } from './rules.ts'
export { migrations } from './schema.ts'
export { subscribers } from './subscribers.ts'
export {
  couponOfCode,
  couponsOfCodes,
  lockCoupon,
  returnCoupon,
  unlockCoupon,
  useCoupon,
  useManyPast,
  voidCoupon,
  whyNotUseIt,
} from './use-coupon.ts'
export { reasonText, yuan } from './words.ts'

countCouponsBy(heldCount)

export { expireCoupons }
export const carriers = [couponsCarrier]
export const workers = [purchaseWorker]
export const jobs = [
  every('coupons.expire', '1 0 * * *', expireCoupons),
  every('coupons.announceExpiring', '0 10 * * *', announceExpiring),
  every('coupons.releaseLocks', '50 * * * *', releaseLapsedLocks),
]
