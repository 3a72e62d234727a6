import { Fen, Id, Instant } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

const base = { couponId: Id, batchId: Id, personId: Id, brandId: Id, at: Instant }

export const couponClaimed = event(
  'coupon.claimed',
  z.object({ ...base, batchName: z.string(), source: z.string(), validTo: Instant }),
)
export const couponUsed = event(
  'coupon.used',
  z.object({
    ...base,
    storeId: Id.nullable(),
    staffId: Id.nullable(),
    orderId: Id.nullable(),
    orderAmountFen: Fen.nullable(),
    discountFen: Fen.nullable(),
    timesLeft: z.int(),
  }),
)
export const couponReturned = event(
  'coupon.returned',
  z.object({ ...base, orderId: Id.nullable(), status: z.enum(['available', 'expired']) }),
)
export const couponExpired = event('coupon.expired', z.object(base))
export const couponVoided = event('coupon.voided', z.object({ ...base, reason: z.string() }))
/** Ends within the notice period and is still unused. Once per coupon. */
export const couponExpiring = event('coupon.expiring', z.object({ ...base, batchName: z.string(), validTo: Instant }))
export const couponPurchasePaid = event(
  'couponPurchase.paid',
  z.object({ purchaseId: Id, couponId: Id, batchId: Id, personId: Id, brandId: Id, amountFen: Fen, at: Instant }),
)
export const couponPurchaseRefunded = event(
  'couponPurchase.refunded',
  z.object({ purchaseId: Id, couponId: Id, batchId: Id, personId: Id, brandId: Id, amountFen: Fen, at: Instant }),
)
/** Many coupons changed at once (an import, the sample): only what rules read must follow. */
export const couponHoldersTouched = event('coupons.holdersTouched', z.object({ brandId: Id, personIds: z.array(Id).max(1000) }))
