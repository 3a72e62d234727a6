import { z } from 'zod'
import { command, defineErrors, Fen, Id, Instant, Name, Page, Paged, pageOf, query } from './kernel.ts'

/** Orders: purchases with lines and refunds, what they earned, and what a refund took back. */

/**
 * `returned` and `cancelled` are documents of their own that came from another system: their amounts are negative, and they are not
 * counted as purchases.
 */
export const OrderStatus = z.enum(['paid', 'partlyRefunded', 'refunded', 'returned', 'cancelled'])
export const OrderSource = z.enum(['staff', 'api', 'import', 'online', 'sample'])

export const OrderLine = z.object({
  id: Id,
  lineNo: z.int(),
  sku: z.string(),
  name: z.string(),
  /** Negative on a return that came in as an order of its own. */
  quantity: z.int(),
  unitPriceFen: Fen,
  /** Discount given on the line itself, before coupon and points. */
  discountFen: Fen,
  /** This line's share of the coupon and of the points, by largest remainder. */
  couponShareFen: Fen,
  pointsShareFen: Fen,
  /** quantity x unitPriceFen - all discounts: what was paid for it. */
  amountFen: Fen,
  pointsEarned: z.int(),
  refundedQuantity: z.int(),
  refundedFen: Fen,
})
export type OrderLine = z.infer<typeof OrderLine>

export const Order = z.object({
  id: Id,
  orderNo: z.string(),
  brandId: Id,
  storeId: Id.nullable(),
  storeName: z.string().nullable(),
  /** Null: bought without saying who. */
  personId: Id.nullable(),
  personName: z.string().nullable(),
  staffId: Id.nullable(),
  status: OrderStatus,
  source: OrderSource,
  currency: z.string(),
  /** Sum of the lines before discounts. */
  totalFen: Fen,
  discountFen: Fen,
  couponDiscountFen: Fen,
  pointsDiscountFen: Fen,
  freightFen: Fen,
  /** What was paid. */
  amountFen: Fen,
  refundedFen: Fen,
  couponId: Id.nullable(),
  pointsSpent: z.int(),
  pointsEarned: z.int(),
  pointsClawedBack: z.int(),
  lineCount: z.int(),
  /** "山茶籽修护精华 等 3 件". */
  summary: z.string(),
  isFirst: z.boolean(),
  paidAt: Instant,
  note: z.string(),
})
export type Order = z.infer<typeof Order>

export const OrderRefund = z.object({
  id: Id,
  refundNo: z.string(),
  amountFen: Fen,
  pointsClawedBack: z.int(),
  pointsReturned: z.int(),
  /** Not recovered: the member owes it. */
  debtPoints: z.int(),
  isCouponReturned: z.boolean(),
  reason: z.string(),
  refundedAt: Instant,
  lines: z.array(z.object({ lineId: Id, quantity: z.int(), amountFen: Fen })),
})

export const OrderDetail = Order.extend({
  lines: z.array(OrderLine),
  refunds: z.array(OrderRefund),
  couponName: z.string().nullable(),
  staffName: z.string().nullable(),
})

export const OrderLineInput = z.object({
  sku: z.string().trim().max(64).default(''),
  name: Name.max(200),
  quantity: z.int().min(1).max(10_000),
  unitPriceFen: Fen.min(0).max(100_000_000),
  discountFen: Fen.min(0).max(100_000_000).default(0),
})

/** At most one way of saying who bought; none is a purchase without a person. */
const buyer = {
  personId: Id.optional(),
  /** A rotating code, a member number. */
  memberCode: z.string().trim().max(64).optional(),
  phone: z.string().trim().max(32).optional(),
}

export const OrderInput = z.object({
  brandId: Id.optional(),
  storeId: Id.optional(),
  ...buyer,
  lines: z.array(OrderLineInput).min(1).max(200),
  couponCode: z.string().trim().max(64).optional(),
  pointsSpent: z.int().min(0).max(10_000_000).default(0),
  freightFen: Fen.min(0).max(1_000_000).default(0),
  paidAt: Instant.optional(),
  /** Unique per brand; a repeat with the same content answers with the first order. Made when absent. */
  orderNo: z.string().trim().min(1).max(64).optional(),
  note: z.string().trim().max(200).default(''),
})
export type OrderInput = z.infer<typeof OrderInput>

export const TierChange = z.object({ fromName: z.string(), toName: z.string(), isUp: z.boolean() })

export const orders = {
  'orders.quote': query({
    access: ['staff', 'operator'],
    summary: 'What this purchase would cost, earn and use, without recording it',
    input: OrderInput,
    output: z.object({
      totalFen: Fen,
      discountFen: Fen,
      couponDiscountFen: Fen,
      pointsDiscountFen: Fen,
      freightFen: Fen,
      amountFen: Fen,
      pointsToEarn: z.int(),
      /** The most points that may be spent on it. */
      pointsSpendableMax: z.int(),
      /** Why the coupon or the points would not apply. */
      reasons: z.array(z.object({ code: z.string(), text: z.string() })),
    }),
  }),
  'orders.record': command({
    access: ['staff', 'apiKey', 'operator'],
    summary: 'Record a purchase: uses the coupon and the points, earns points, raises the tier, all or nothing',
    input: OrderInput,
    output: z.object({
      order: Order,
      isNew: z.boolean(),
      pointsEarned: z.int(),
      tierChanged: TierChange.nullable(),
    }),
  }),
  'orders.refund': command({
    access: ['staff', 'apiKey', 'operator'],
    summary: 'Refund whole or by lines: takes back the points it earned, returns points and (when whole) the coupon',
    input: z.object({
      orderId: Id,
      /** Absent = all that is left. */
      lines: z
        .array(z.object({ lineId: Id, quantity: z.int().min(1) }))
        .min(1)
        .max(200)
        .optional(),
      reason: Name.max(200),
      /** Unique per order: a repeat answers with the first refund. */
      refundNo: z.string().trim().min(1).max(64).optional(),
    }),
    output: z.object({ order: Order, refund: OrderRefund, tierChanged: TierChange.nullable() }),
  }),
  'orders.list': query({
    access: ['operator', 'staff'],
    summary: 'Orders by person, store, time, state or number',
    input: Page.extend({
      brandId: Id.optional(),
      personId: Id.optional(),
      storeId: Id.optional(),
      status: OrderStatus.optional(),
      source: OrderSource.optional(),
      from: Instant.optional(),
      to: Instant.optional(),
    }),
    output: pageOf(Order),
  }),
  'orders.get': query({
    access: ['operator', 'staff'],
    summary: 'One order with lines and refunds',
    input: z.object({ orderId: Id }),
    output: OrderDetail,
  }),
  'orders.mine': query({
    access: 'person',
    summary: 'My orders in this brand',
    input: Paged,
    output: pageOf(Order.omit({ note: true, staffId: true })),
  }),
}

export const ordersErrors = defineErrors({
  'order.duplicate': {
    status: 409,
    zh: '这个订单号已用于另一笔内容不同的订单',
    en: 'This order number was used for another order',
  },
  'order.storeNeeded': { status: 422, zh: '请选择门店', en: 'Say which store' },
  'order.buyerUnknown': {
    status: 404,
    zh: '没有找到这位客人，请核对会员码或手机号，或不选客人直接记录',
    en: 'The buyer was not found',
  },
  'order.buyerNeeded': { status: 422, zh: '使用优惠券或积分时，必须先选客人', en: 'A coupon or points need a known buyer' },
  'order.tooManyBuyers': { status: 422, zh: '客人只能用一种方式指定', en: 'Say who bought in one way only' },
  'order.discountTooLarge': { status: 422, zh: '优惠不能超过商品金额', en: 'The discount is larger than the line' },
  'order.inFuture': { status: 422, zh: '付款时间不能晚于现在', en: 'Paid in the future' },
  'order.tooOld': {
    status: 422,
    zh: '付款时间太早：收银系统只能补录最近几天的订单，更早的请用订单导入',
    en: 'Paid too long ago for a till; import older orders',
  },
  'order.nothingToRefund': { status: 409, zh: '这笔订单已经全部退款', en: 'Nothing is left to refund' },
  'order.refundTooLarge': { status: 409, zh: '退货数量超过了剩余数量', en: 'More than what is left' },
  'order.lineUnknown': { status: 404, zh: '订单里没有这一行', en: 'The order has no such line' },
})
