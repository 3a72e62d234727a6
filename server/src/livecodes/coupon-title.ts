import { batchNames } from '../coupons/index.ts'

/** The name of the coupon that a card promises; '' when there is none, or none of these brands (null: whatever the brand). */
export async function couponTitleOf(batchId: number | null, brandIds: readonly number[] | null = null): Promise<string> {
  return batchId === null ? '' : ((await batchNames([batchId], brandIds)).get(batchId) ?? '')
}
