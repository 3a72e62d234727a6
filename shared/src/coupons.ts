import { z } from 'zod'
import { command, Done, defineErrors, EachOutcome, Fen, Id, Instant, Name, Page, Paged, pageOf, query } from './kernel.ts'

/** Coupons: batches with a stock, claims that never oversell, redemption at stores, purchase through WeChat Pay. */

export const CouponKind = z.enum(['cash', 'percentage', 'exchange', 'gift', 'service', 'freight'])
export type CouponKind = z.infer<typeof CouponKind>

/** What a coupon is worth. */
export const CouponValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cash'), amountFen: Fen.min(1).max(10_000_000) }),
  /** `percentOff` 15 = 8.5 折; `capFen` null = no cap. */
  z.object({ kind: z.literal('percentage'), percentOff: z.int().min(1).max(99), capFen: Fen.min(1).nullable() }),
  z.object({ kind: z.literal('exchange'), item: Name }),
  z.object({ kind: z.literal('gift'), item: Name }),
  z.object({ kind: z.literal('service'), item: Name, times: z.int().min(1).max(100) }),
  z.object({ kind: z.literal('freight'), capFen: Fen.min(1).nullable() }),
])
export type CouponValue = z.infer<typeof CouponValue>

export const CouponValidity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), from: Instant, to: Instant }),
  /** From `afterDays` after the claim, for `days` calendar days: the last one counts whole, in the brand's zone. */
  z.object({ kind: z.literal('relative'), afterDays: z.int().min(0).max(365).default(0), days: z.int().min(1).max(3650) }),
])
export type CouponValidity = z.infer<typeof CouponValidity>

export const BatchStatus = z.enum(['draft', 'published', 'closed'])
export const CouponStatus = z.enum(['pending', 'available', 'locked', 'used', 'expired', 'void'])
export type CouponStatus = z.infer<typeof CouponStatus>

/** Who bears the cost, by ratio; sums to 100. */
export const CouponBearers = z.object({
  brand: z.int().min(0).max(100),
  store: z.int().min(0).max(100),
  group: z.int().min(0).max(100),
})

const batchFields = {
  name: Name,
  value: CouponValue,
  /** The order must reach this amount; 0 = no threshold. */
  thresholdFen: Fen.min(0).max(100_000_000),
  stock: z.int().min(1).max(100_000_000),
  perPersonLimit: z.int().min(1).max(100),
  /** When it may be claimed or bought. */
  opensAt: Instant,
  closesAt: Instant,
  validity: CouponValidity,
  /** Stores that take it; empty = all stores of the brand. */
  storeIds: z.array(Id).max(500),
  /** Price through WeChat Pay; 0 = free. */
  priceFen: Fen.min(0).max(10_000_000),
  /** Shown in the coupon centre; false = only granted by staff, welcome messages or rules. */
  isPublic: z.boolean(),
  isMemberOnly: z.boolean(),
  tierRankMin: z.int().min(0).max(20),
  rules: z.string().max(2000),
  bearers: CouponBearers,
}

export const CouponBatch = z.object({
  id: Id,
  brandId: Id,
  ...batchFields,
  status: BatchStatus,
  /** "¥40", "8.5 折", "栀子净澈洁面": the first thing one reads. */
  headline: z.string(),
  /** "满 ¥300 可用", "无门槛". */
  conditionText: z.string(),
  claimedCount: z.int().min(0),
  usedCount: z.int().min(0),
  createdAt: Instant,
})
export type CouponBatch = z.infer<typeof CouponBatch>

export const CouponBatchDetail = CouponBatch.extend({
  availableCount: z.int(),
  lockedCount: z.int(),
  expiredCount: z.int(),
  voidCount: z.int(),
  /** Orders paid with one of these coupons. */
  orderAmountFen: Fen,
  discountFen: Fen,
  daily: z.array(z.object({ day: z.string(), claimed: z.int(), used: z.int() })),
})

export const CouponBatchInput = z.object({
  ...batchFields,
  thresholdFen: batchFields.thresholdFen.default(0),
  perPersonLimit: batchFields.perPersonLimit.default(1),
  storeIds: batchFields.storeIds.default([]),
  priceFen: batchFields.priceFen.default(0),
  isPublic: z.boolean().default(true),
  isMemberOnly: z.boolean().default(true),
  tierRankMin: batchFields.tierRankMin.default(0),
  rules: batchFields.rules.default(''),
  bearers: CouponBearers.default({ brand: 100, store: 0, group: 0 }),
})
export type CouponBatchInput = z.infer<typeof CouponBatchInput>

export const Coupon = z.object({
  id: Id,
  batchId: Id,
  brandId: Id,
  personId: Id,
  name: z.string(),
  value: CouponValue,
  headline: z.string(),
  conditionText: z.string(),
  thresholdFen: Fen,
  status: CouponStatus,
  /** What the holder reads: "可使用", "12 月 1 日起可用", "订单占用中", "已使用", "已过期", "已作废". */
  statusText: z.string(),
  validFrom: Instant,
  /** Exclusive: at this instant it has expired. */
  validTo: Instant,
  claimedAt: Instant,
  usedAt: Instant.nullable(),
  usedStoreId: Id.nullable(),
  usedStoreName: z.string().nullable(),
  orderId: Id.nullable(),
  timesLeft: z.int(),
  timesTotal: z.int(),
  source: z.string(),
  /** Empty = all stores of the brand. */
  storeNames: z.array(z.string()),
  rules: z.string(),
  priceFen: Fen,
})
export type Coupon = z.infer<typeof Coupon>

/** For operators: with the holder. */
export const CouponRow = Coupon.extend({ code: z.string(), personName: z.string() })

export const ClaimState = z.enum([
  'open',
  /** Reserved by this person, who has not paid yet: pay (`coupons.buy` opens the same payment) or cancel. */
  'unpaid',
  'notOpen',
  'closed',
  'soldOut',
  'limitReached',
  'membersOnly',
  'tierTooLow',
])

export const CentreItem = CouponBatch.pick({
  id: true,
  brandId: true,
  name: true,
  value: true,
  headline: true,
  conditionText: true,
  thresholdFen: true,
  priceFen: true,
  opensAt: true,
  closesAt: true,
  validity: true,
  rules: true,
  perPersonLimit: true,
  isMemberOnly: true,
}).extend({
  state: ClaimState,
  /** On the button: "立即领取", "¥9.9 购买", "已领取", "已抢光", "10:00 开抢". */
  buttonText: z.string(),
  remainingPercent: z.int().min(0).max(100),
  mineCount: z.int(),
  storeNames: z.array(z.string()),
  validityText: z.string(),
  /** The reservation of state `unpaid`. WeChat Pay opens no payment in the last minute, so `payableUntil` is before the end. */
  unpaid: z.object({ purchaseId: Id, payableUntil: Instant, expiresAt: Instant }).nullable(),
})
export type CentreItem = z.infer<typeof CentreItem>

export const PurchaseStatus = z.enum(['created', 'paying', 'paid', 'issued', 'closed', 'refunding', 'refunded', 'failed'])
export const CouponPurchase = z.object({
  id: Id,
  batchId: Id,
  batchName: z.string(),
  personId: Id,
  amountFen: Fen,
  status: PurchaseStatus,
  outTradeNo: z.string(),
  transactionId: z.string().nullable(),
  coupon: Coupon.nullable(),
  createdAt: Instant,
  paidAt: Instant.nullable(),
  refundedAt: Instant.nullable(),
  /** Why it is not issued yet or failed, in words. */
  note: z.string(),
})
export type CouponPurchase = z.infer<typeof CouponPurchase>

/** What `wx.requestPayment` takes. */
export const PayParams = z.object({
  appId: z.string(),
  timeStamp: z.string(),
  nonceStr: z.string(),
  package: z.string(),
  signType: z.string(),
  paySign: z.string(),
})

/** One reason, as a code for programs and a sentence for people. */
export const CouponReason = z.object({ code: z.string(), text: z.string() })

export const CouponCheck = z.object({
  coupon: CouponRow,
  isUsable: z.boolean(),
  /** Empty when usable. */
  reasons: z.array(CouponReason),
  /** What it takes off an order of `orderAmountFen`; null when no amount was given. */
  discountFen: Fen.nullable(),
})

const code = z.string().trim().min(4).max(64)

export const coupons = {
  'couponBatches.list': query({
    access: ['operator', 'staff'],
    summary: 'Coupon batches',
    input: Page.extend({
      brandId: Id.optional(),
      status: BatchStatus.optional(),
      kind: CouponKind.optional(),
      isGrantable: z.boolean().optional(),
    }),
    output: pageOf(CouponBatch),
  }),
  'couponBatches.get': query({
    access: 'operator',
    summary: 'One batch with its numbers',
    input: z.object({ batchId: Id }),
    output: CouponBatchDetail,
  }),
  'couponBatches.create': command({
    access: 'operator',
    summary: 'Make a batch as a draft',
    input: CouponBatchInput.extend({ brandId: Id.optional() }),
    output: CouponBatch,
  }),
  'couponBatches.update': command({
    access: 'operator',
    summary: 'Change a batch; once published its value, price and validity are fixed, stock may only grow',
    input: z.object({ batchId: Id, changes: z.object(batchFields).partial() }),
    output: CouponBatch,
  }),
  'couponBatches.publish': command({
    access: 'operator',
    summary: 'Open the batch for claims in its window',
    input: z.object({ batchId: Id }),
    output: CouponBatch,
  }),
  'couponBatches.close': command({
    access: 'operator',
    summary: 'No more claims; coupons held stay valid',
    input: z.object({ batchId: Id }),
    output: CouponBatch,
  }),
  'couponBatches.remove': command({
    access: 'operator',
    summary: 'Remove a draft',
    input: z.object({ batchId: Id }),
    output: Done,
  }),

  'coupons.centre': query({
    access: 'person',
    summary: 'What can be claimed or bought now or soon, and why not',
    input: Paged,
    output: pageOf(CentreItem),
  }),
  // The coupon's own row says who took it and when: an audit entry would only repeat it.
  'coupons.claim': command({
    access: 'person',
    summary: 'Take one coupon of a batch of the centre, or of one that the live code of this scene promises',
    input: z.object({ batchId: Id, scene: z.string().min(1).max(64).optional() }),
    output: Coupon,
    isAudited: false,
    // The coupon holds the key under which it was claimed.
    keepsOwnKey: true,
  }),
  'coupons.mine': query({
    access: 'person',
    summary: 'My coupons; without a status: usable first',
    input: Paged.extend({ status: CouponStatus.optional() }),
    output: pageOf(Coupon),
  }),
  'coupons.qr': query({
    access: 'person',
    summary: "One of my coupons' code, as text and as QR for the counter",
    input: z.object({ couponId: Id }),
    output: z.object({ coupon: Coupon, code: z.string(), svg: z.string() }),
  }),
  'coupons.buy': command({
    access: 'person',
    summary: 'Reserve one coupon and open a payment; the reservation ends after 15 minutes without payment',
    input: z.object({ batchId: Id, scene: z.string().min(1).max(64).optional() }),
    output: z.object({ purchaseId: Id, outTradeNo: z.string(), amountFen: Fen, expiresAt: Instant, payment: PayParams }),
  }),
  'coupons.purchase': command({
    access: 'person',
    summary: 'How my purchase stands; asks WeChat Pay when the notice has not come',
    input: z.object({ purchaseId: Id }),
    output: CouponPurchase,
    isAudited: false,
  }),
  'coupons.cancelPurchase': command({
    access: 'person',
    summary: 'Give an unpaid reservation up: its coupon is free again. Money that had come meanwhile still brings the coupon',
    input: z.object({ purchaseId: Id }),
    output: CouponPurchase,
    isAudited: false,
  }),
  'coupons.purchases': query({
    access: 'operator',
    summary: 'Coupon purchases, with their payments',
    input: Page.extend({
      brandId: Id.optional(),
      batchId: Id.optional(),
      personId: Id.optional(),
      status: PurchaseStatus.optional(),
    }),
    output: pageOf(CouponPurchase.extend({ personName: z.string() })),
  }),
  'coupons.refundPurchase': command({
    access: 'operator',
    summary: 'Give the money back and void the coupon; refused once it was used',
    input: z.object({ purchaseId: Id, reason: Name.max(80) }),
    output: CouponPurchase,
  }),

  'coupons.of': query({
    access: ['staff', 'operator'],
    summary: "One person's coupons, usable first",
    input: Paged.extend({ personId: Id, status: CouponStatus.optional() }),
    output: pageOf(Coupon.extend({ code: z.string() })),
  }),
  'coupons.list': query({
    access: 'operator',
    summary: 'Coupons by batch, state, holder or code',
    input: Page.extend({
      brandId: Id.optional(),
      batchId: Id.optional(),
      personId: Id.optional(),
      status: CouponStatus.optional(),
      storeId: Id.optional(),
    }),
    output: pageOf(CouponRow),
  }),
  'coupons.grant': command({
    access: ['staff', 'operator'],
    summary: 'Give a person a coupon of a batch',
    input: z.object({ batchId: Id, personId: Id }),
    output: Coupon,
  }),
  'coupons.grantMany': command({
    access: 'operator',
    summary: 'Give each of these people a coupon of a batch; each by himself, with what became of it',
    input: z.object({ batchId: Id, personIds: z.array(Id).min(1).max(500) }),
    output: EachOutcome,
  }),
  'coupons.check': query({
    access: ['staff', 'operator'],
    summary: 'Whose coupon is this, can it be used here and now, and if not why',
    input: z.object({ code, storeId: Id.optional(), orderAmountFen: Fen.min(0).optional() }),
    output: CouponCheck,
  }),
  'coupons.redeem': command({
    access: ['staff', 'apiKey'],
    summary: 'Redeem a coupon at a store; of a service coupon, one time',
    input: z.object({ code, storeId: Id.optional(), orderAmountFen: Fen.min(0).optional() }),
    output: z.object({ coupon: Coupon, discountFen: Fen.nullable() }),
  }),
  'coupons.void': command({
    access: 'operator',
    summary: 'Take an unused coupon away, with a reason',
    input: z.object({ couponId: Id, reason: Name.max(200) }),
    output: CouponRow,
  }),
  'coupons.why': query({
    access: ['operator', 'staff'],
    summary: 'In words: what happened to this coupon and why it can or cannot be used',
    input: z.object({
      code: code.optional(),
      couponId: Id.optional(),
      storeId: Id.optional(),
      orderAmountFen: Fen.min(0).optional(),
    }),
    output: CouponCheck.extend({
      /** The coupon's life, oldest first: "11 月 2 日 10:03 领取（领券中心）". */
      story: z.array(z.object({ at: Instant, text: z.string() })),
    }),
  }),
}

export const couponsErrors = defineErrors({
  'coupon.notOpen': { status: 409, zh: '还没到领取时间', en: 'Not open yet' },
  'coupon.closed': { status: 409, zh: '活动已结束', en: 'Closed' },
  'coupon.notPublished': { status: 409, zh: '这张券还没有发布', en: 'Not published' },
  'coupon.soldOut': { status: 409, zh: '已被抢光了', en: 'Sold out' },
  'coupon.limitReached': { status: 409, zh: '已经领过，达到每人限领数量', en: 'The limit per person is reached' },
  'coupon.membersOnly': { status: 409, zh: '会员专享，请先加入会员', en: 'For members only' },
  'coupon.tierTooLow': { status: 409, zh: '会员等级还不够，暂时不能领取', en: 'Your tier is too low' },
  'coupon.notFree': { status: 409, zh: '这张券需要购买', en: 'This coupon must be bought' },
  'coupon.free': { status: 409, zh: '这张券免费，直接领取即可', en: 'This coupon is free' },
  'coupon.codeUnknown': { status: 404, zh: '没有这个券码，请核对', en: 'No coupon has this code' },
  'coupon.pending': { status: 409, zh: '还没到可用时间', en: 'Not valid yet' },
  'coupon.expired': { status: 409, zh: '券已过期', en: 'Expired' },
  'coupon.used': { status: 409, zh: '券已使用', en: 'Already used' },
  'coupon.void': { status: 409, zh: '券已作废', en: 'Void' },
  'coupon.locked': { status: 409, zh: '券正被另一笔订单占用', en: 'Held by another order' },
  'coupon.wrongStore': { status: 409, zh: '这张券不能在本店使用', en: 'Not valid at this store' },
  'coupon.wrongBrand': { status: 409, zh: '这张券不是本品牌的', en: 'Of another brand' },
  'coupon.wrongPerson': { status: 409, zh: '这张券属于另一位客人', en: 'Belongs to another person' },
  'coupon.belowThreshold': { status: 409, zh: '订单金额未达到使用门槛', en: 'The order is below the threshold' },
  'coupon.storeNeeded': { status: 422, zh: '请选择核销门店', en: 'Say which store' },
  'coupon.changed': { status: 409, zh: '券的状态刚刚变了，请刷新后再试', en: 'The coupon changed just now' },
  'couponBatch.fixed': {
    status: 409,
    zh: '已发布的批次不能改面额、价格和有效期，库存只能增加',
    en: 'A published batch keeps its value; stock may only grow',
  },
  'couponBatch.dates': { status: 422, zh: '结束时间必须晚于开始时间', en: 'The end must be after the start' },
  'couponBatch.bearers': { status: 422, zh: '成本分摊之和必须是 100%', en: 'Bearers must sum to 100' },
  'couponBatch.notDraft': { status: 409, zh: '只有草稿可以这样操作', en: 'Only a draft allows this' },
  'couponPurchase.noMerchant': { status: 409, zh: '这个品牌还没有接通微信支付', en: 'WeChat Pay is not connected' },
  'couponPurchase.noOpenid': { status: 409, zh: '请在小程序里购买', en: 'Buy inside the mini program' },
  'couponPurchase.notRefundable': { status: 409, zh: '这笔购买不能退款（未支付、已退款或券已使用）', en: 'Not refundable' },
})
