/**
 * Purchases with lines and refunds: what they earned and used, what a refund takes back, and past orders from files. All amounts are whole
 * fen of the order's currency.
 */
import { orders } from '@banyan/shared'
import { type Ctx, on, onBatch, rows, serve, sql } from '../core/index.ts'
import { personMerged, personUnmerged, rowsCarrier } from '../identity/index.ts'
import { buyersTouched, orderPaid, orderRefunded } from './events.ts'
import { mirrorBuyers } from './facts.ts'
import { getOrder, listOrders, myOrders } from './read-orders.ts'
import { quoteOrder, recordOrder } from './record-order.ts'
import { refundOrder } from './refund-order.ts'

export type { BulkLine, BulkOrder } from './bulk-order.ts'
export { buyersTouched, orderPaid, orderRefunded } from './events.ts'
export { valuesOf } from './facts.ts'
export { ordersImport } from './import-orders.ts'
export { orderIdsOf, ordersOf, type Purchase, purchasesBetween } from './read-orders.ts'
export { recordOrder } from './record-order.ts'
export { type BulkOptions, recordOrders, tellRulesOfBuyers } from './record-orders.ts'
export { refundOrder, writeRefund } from './refund-order.ts'
export { migrations } from './schema.ts'

export const routes = serve(orders, {
  'orders.quote': quoteOrder,
  'orders.record': recordOrder,
  'orders.refund': refundOrder,
  'orders.list': listOrders,
  'orders.get': getOrder,
  'orders.mine': myOrders,
})

const mirrorBatch = async (ctx: Ctx, facts: { brandId: number; personId: number | null }[]) => {
  const [first] = facts
  if (first)
    await mirrorBuyers(
      ctx,
      first.brandId,
      facts.flatMap(fact => (fact.personId === null ? [] : [fact.personId])),
    )
}

async function mirrorPeople(ctx: Ctx, personIds: number[]): Promise<void> {
  const brands = await rows<{ brand_id: number }>(sql`SELECT DISTINCT brand_id FROM orders WHERE person_id IN (${personIds})`)
  for (const { brand_id: brandId } of brands) await mirrorBuyers(ctx, brandId, personIds)
}

export const subscribers = [
  onBatch(orderPaid, 'orders.mirrorPaid', mirrorBatch),
  onBatch(orderRefunded, 'orders.mirrorRefunded', mirrorBatch),
  on(buyersTouched, 'orders.mirrorTouched', (ctx, { brandId, personIds }) => mirrorBuyers(ctx, brandId, personIds), {
    lane: 'bulk',
  }),
  on(personMerged, 'orders.mirrorMerged', (ctx, { toId }) => mirrorPeople(ctx, [toId])),
  on(personUnmerged, 'orders.mirrorUnmerged', (ctx, { fromId, toId }) => mirrorPeople(ctx, [fromId, toId])),
]

/** Purchases are a bookkeeping duty: an erased person's stay, without a name. */
export const carriers = [rowsCarrier({ name: 'orders', columns: [{ table: 'orders', column: 'person_id' }] })]
