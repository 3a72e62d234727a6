import { paidOrders } from '../orders/index.ts'

export type Purchase = { personId: number; paidAt: Date; amountFen: number }

/** What these people paid in a brand within a span; refunded parts do not count. The one place where messaging asks orders. */
export async function purchasesBetween(brandId: number, personIds: readonly number[], from: Date, to: Date): Promise<Purchase[]> {
  return paidOrders(brandId, { personIds, from, to })
}
