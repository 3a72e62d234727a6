import { batchNames } from '../coupons/index.ts'

/** The name of the coupon that a card promises; '' when there is none. */
export async function couponTitleOf(batchId: number | null): Promise<string> {
  return batchId === null ? '' : ((await batchNames([batchId])).get(batchId) ?? '')
}
