import { Fen, Id, Instant } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

const base = {
  orderId: Id,
  orderNo: z.string(),
  personId: Id.nullable(),
  brandId: Id,
  storeId: Id.nullable(),
  staffId: Id.nullable(),
  amountFen: Fen,
  at: Instant,
}

export const orderPaid = event('order.paid', z.object({ ...base, isFirst: z.boolean(), pointsEarned: z.int() }))
export const orderRefunded = event('order.refunded', z.object({ ...base, refundId: Id, isWhole: z.boolean() }))
/** Many purchases came in at once: only what rules read must follow. */
export const buyersTouched = event('orders.buyersTouched', z.object({ brandId: Id, personIds: z.array(Id).max(1000) }))
