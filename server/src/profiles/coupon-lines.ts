import type { ProfileCoupon } from '@banyan/shared'
import type { z } from 'zod'
import type { Ctx } from '../core/index.ts'
import { couponsOfPerson } from '../coupons/index.ts'

/** Shows the ends of a code: enough to compare with a screenshot, not enough to use it. */
export function maskedCode(code: string): string {
  return code.length <= 6 ? '****' : `${code.slice(0, 2)}****${code.slice(-4)}`
}

/** A person's coupons, usable first, each with why it cannot be used now. */
export async function couponLines(ctx: Ctx, personId: number, limit: number): Promise<z.output<typeof ProfileCoupon>[]> {
  const held = await couponsOfPerson(ctx, personId, limit)
  return held.map(coupon => ({
    id: coupon.id,
    batchId: coupon.batchId,
    name: coupon.name,
    status: coupon.status,
    statusText: coupon.statusText,
    codeMasked: maskedCode(coupon.code),
    valueText: coupon.headline,
    claimedAt: coupon.claimedAt,
    expiresAt: coupon.validTo,
    usedAt: coupon.usedAt,
    whyNot: coupon.reasons.map(reason => reason.text),
  }))
}
