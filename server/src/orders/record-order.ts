import { createHash, randomInt } from 'node:crypto'
import { type CouponValue, errorTextOf, type OrderInput, type PointRule } from '@banyan/shared'
import {
  addSeconds,
  brandOf,
  bulkInsert,
  type Ctx,
  canSeeStore,
  dayIn,
  mustSeeBrand,
  publish,
  refused,
  row,
  say,
  sql,
} from '../core/index.ts'
import { couponOfCode, mustBeOurs, reasonsOf, type UsableCoupon, useCoupon } from '../coupons/index.ts'
import { canonicalId, mustSeePerson, personOfPhone } from '../identity/index.ts'
import {
  balanceOf,
  countSpends,
  earnPoints,
  memberOf,
  memberOfCode,
  pointRuleOf,
  qualifyTier,
  spendPoints,
  type TierMove,
  tiersOf,
} from '../members/index.ts'
import { storeOfId } from '../platform/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { orderPaid } from './events.ts'
import { isPurchase } from './facts.ts'
import { Order } from './order.ts'
import { type Priced, pointsFor, pointsPayableMax, priceOrder, summaryOf } from './price-order.ts'
import { orderView } from './read-orders.ts'
import { trackOf } from './record-orders.ts'
import { splitByLargestRemainder } from './split.ts'
import { mustBeRecent, seesOrderOf } from './till-rules.ts'
import { ledger } from './words.ts'

type Asked = OrderInput
type Reason = { code: string; text: string }
type Situation = {
  brandId: number
  storeId: number | null
  personId: number | null
  member: { id: number; tierPercent: number } | null
  rule: PointRule
  coupon: UsableCoupon | null
  couponReasons: Reason[]
  priced: Priced
  pointsMax: number
  pointsToEarn: number
}

/** What the purchase would cost, use and earn; writes nothing. */
export async function quoteOrder(ctx: Ctx, asked: Asked) {
  const at = await situationOf(ctx, asked)
  const reasons = [...at.couponReasons, ...pointsReasons(ctx, at, asked.pointsSpent)]
  const { totalFen, discountFen, couponDiscountFen, pointsDiscountFen, freightFen, amountFen } = at.priced
  return {
    totalFen,
    discountFen,
    couponDiscountFen,
    pointsDiscountFen,
    freightFen,
    amountFen,
    pointsToEarn: at.pointsToEarn,
    pointsSpendableMax: at.pointsMax,
    reasons,
  }
}

/**
 * Records a purchase: order, coupon, points spent, points earned, tier, events and the track, all in one transaction or not at all. The
 * same order number with the same content answers with the first order. Throws order.duplicate, the coupon's reasons, points.notEnough.
 */
export async function recordOrder(
  ctx: Ctx,
  asked: Asked,
): Promise<{ order: Awaited<ReturnType<typeof orderView>>; isNew: boolean; pointsEarned: number; tierChanged: TierMove | null }> {
  const repeated = asked.orderNo === undefined ? null : await repeatOf(ctx, asked)
  if (repeated)
    return { order: await orderView(ctx, repeated), isNew: false, pointsEarned: repeated.pointsEarned, tierChanged: null }
  const at = await situationOf(ctx, asked)
  const [refusal] = [...at.couponReasons, ...pointsReasons(ctx, at, asked.pointsSpent)]
  if (refusal) throw refused(refusal.code, { reasons: [...at.couponReasons, ...pointsReasons(ctx, at, asked.pointsSpent)] })

  const order = await writeOrder(ctx, asked, at)
  const { storeId, personId, member, coupon, priced } = at
  if (coupon)
    await useCoupon(ctx, coupon, {
      storeId,
      staffId: ctx.staffId,
      orderId: order.id,
      orderAmountFen: priced.goodsFen,
      discountFen: priced.couponDiscountFen,
      at: order.paidAt,
    })
  let tierChanged: TierMove | null = null
  if (member) {
    if (asked.pointsSpent > 0)
      await spendPoints(ctx, {
        memberId: member.id,
        points: asked.pointsSpent,
        key: `spend:${order.id}`,
        reason: ledger.spent({ orderNo: order.orderNo }),
        orderId: order.id,
      })
    if (at.pointsToEarn > 0)
      await earnPoints(ctx, {
        memberId: member.id,
        points: at.pointsToEarn,
        key: `order:${order.id}`,
        reason: ledger.earned({ orderNo: order.orderNo }),
        orderId: order.id,
        at: order.paidAt,
      })
    await countSpends([
      {
        memberId: member.id,
        key: `order:${order.id}`,
        spentFen: priced.goodsPaidFen,
        earnedPoints: at.pointsToEarn,
        orderId: order.id,
        at: order.paidAt,
      },
    ])
    tierChanged = await qualifyTier(ctx, member.id, { orderId: order.id })
  }
  await announce(ctx, order, asked, coupon?.batch_id ?? null)
  return {
    order: await orderView(ctx, order),
    isNew: true,
    pointsEarned: at.pointsToEarn,
    tierChanged: personId === null ? null : tierChanged,
  }
}

async function situationOf(ctx: Ctx, asked: Asked): Promise<Situation> {
  mustMakeSense(ctx, asked)
  const { brandId, storeId } = await placeOf(ctx, asked)
  await mustBeRecent(ctx, brandId, asked.paidAt)
  const coupon = asked.couponCode ? await couponOfCode(asked.couponCode) : null
  if (coupon) await mustBeOurs(ctx, coupon)
  const personId = (await buyerOf(ctx, asked)) ?? coupon?.person_id ?? null
  if (personId === null && asked.pointsSpent > 0) throw refused('order.buyerNeeded', { field: 'personId' })
  const rule = await pointRuleOf(brandId)
  const found = personId === null ? null : await memberOf(personId, brandId)
  const tier = found ? (await tiersOf(brandId, ctx.now)).find(one => one.id === found.tierId) : undefined
  const member = found ? { id: found.id, tierPercent: tier?.pointsPercent ?? 100 } : null

  const bare = priceOrder({ lines: asked.lines, coupon: null, pointsFen: 0, freightFen: asked.freightFen })
  const when = asked.paidAt ?? ctx.now
  const couponReasons = coupon
    ? await reasonsOf(ctx, coupon, { now: when, brandId, storeId, personId, orderAmountFen: bare.goodsFen })
    : []
  const value = coupon && couponReasons.length === 0 ? (JSON.parse(coupon.value) as CouponValue) : null
  const afterCoupon = priceOrder({ lines: asked.lines, coupon: value, pointsFen: 0, freightFen: asked.freightFen })
  const available = member ? (await balanceOf(member.id, ctx.now)).available : 0
  const pointsMax = Math.max(0, Math.min(pointsPayableMax(rule, afterCoupon.goodsPaidFen), available))
  const priced = priceOrder({
    lines: asked.lines,
    coupon: value,
    pointsFen: asked.pointsSpent * rule.fenPerPointSpent,
    freightFen: asked.freightFen,
  })
  return {
    brandId,
    storeId,
    personId,
    member,
    rule,
    coupon,
    couponReasons,
    priced,
    pointsMax,
    pointsToEarn: member ? pointsFor(rule, priced.goodsPaidFen, member.tierPercent) : 0,
  }
}

const FUTURE_SECONDS = 300

function mustMakeSense(ctx: Ctx, asked: Asked): void {
  asked.lines.forEach((line, index) => {
    if (line.discountFen > line.quantity * line.unitPriceFen)
      throw refused('order.discountTooLarge', { field: `lines.${index}.discountFen` })
  })
  if (asked.paidAt && asked.paidAt > addSeconds(ctx.now, FUTURE_SECONDS)) throw refused('order.inFuture', { field: 'paidAt' })
}

/** Staff record for a store of theirs; other systems and operators name the brand or the store. */
async function placeOf(ctx: Ctx, asked: Asked): Promise<{ brandId: number; storeId: number | null }> {
  const only = ctx.storeIds !== 'all' && ctx.storeIds.length === 1 ? ctx.storeIds[0] : undefined
  const storeId = asked.storeId ?? only
  if (storeId === undefined) {
    if (ctx.actor.type === 'staff') throw refused('order.storeNeeded', { field: 'storeId' })
    const brandId = asked.brandId ?? brandOf(ctx)
    mustSeeBrand(ctx, brandId)
    return { brandId, storeId: null }
  }
  const store = await storeOfId(storeId)
  if (!store) throw refused('order.storeNeeded', { field: 'storeId' })
  mustSeeBrand(ctx, store.brandId)
  if (!canSeeStore(ctx, store.id)) throw refused('access.outOfScope', { field: 'storeId' })
  return { brandId: store.brandId, storeId: store.id }
}

async function buyerOf(ctx: Ctx, { personId, memberCode, phone }: Asked): Promise<number | null> {
  const given = [personId, memberCode, phone].filter(one => one !== undefined && one !== '')
  if (given.length > 1) throw refused('order.tooManyBuyers', { field: 'personId' })
  if (personId !== undefined) return mustSeePerson(ctx, personId)
  if (memberCode) return canonicalId((await memberOfCode(ctx, memberCode)).personId)
  if (!phone) return null
  const seen = await personOfPhone(ctx, phone)
  if (seen === null) throw refused('order.buyerUnknown', { field: 'phone' })
  return seen
}

function pointsReasons(ctx: Ctx, { member, rule, pointsMax, priced }: Situation, asked: number): Reason[] {
  if (asked === 0) return []
  if (rule.fenPerPointSpent === 0) return [{ code: 'points.cannotPay', text: errorTextOf('points.cannotPay', ctx.language) }]
  if (!member)
    return [{ code: 'member.notJoined', text: say(ctx, '还不是会员，没有积分可用', 'Not a member, so there are no points') }]
  if (asked <= pointsMax) return []
  const share = pointsPayableMax(rule, priced.goodsPaidFen + priced.pointsDiscountFen)
  return asked > share
    ? [
        {
          code: 'points.overShare',
          text: say(ctx, `这单最多可用 ${share} 积分`, `At most ${share} points may pay for this order`),
        },
      ]
    : [{ code: 'points.notEnough', text: say(ctx, `可用积分只有 ${pointsMax}`, `Only ${pointsMax} points are available`) }]
}

async function repeatOf(ctx: Ctx, asked: Asked): Promise<Order | null> {
  const { brandId } = await placeOf(ctx, asked)
  const known = await Order.findOne({ where: { brandId, orderNo: asked.orderNo ?? '' } })
  if (known && (known.bodyHash !== hashOf(asked) || !seesOrderOf(ctx, known.storeId)))
    throw refused('order.duplicate', { field: 'orderNo', orderId: known.id })
  return known
}

function hashOf({ lines, couponCode, pointsSpent, freightFen }: Asked): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        lines.map(line => [line.sku, line.name, line.quantity, line.unitPriceFen, line.discountFen]),
        couponCode ?? '',
        pointsSpent,
        freightFen,
      ]),
    )
    .digest('base64url')
    .slice(0, 24)
}

async function writeOrder(ctx: Ctx, asked: Asked, at: Situation): Promise<Order> {
  const { brandId, storeId, personId, member, coupon, priced, pointsToEarn } = at
  const paidAt = asked.paidAt ?? ctx.now
  const isFirst =
    personId !== null &&
    (await row(
      sql`SELECT 1 AS x FROM orders WHERE person_id = ${personId} AND brand_id = ${brandId} AND ${isPurchase} LIMIT 1`,
    )) === null
  const sources = {
    staff: 'staff',
    operator: 'staff',
    apiKey: 'api',
    system: 'sample',
    person: 'online',
    anonymous: 'api',
  } as const
  const order = await Order.create({
    brandId,
    storeId,
    personId,
    homeId: personId,
    memberId: member?.id ?? null,
    staffId: ctx.staffId,
    orderNo: asked.orderNo ?? orderNoOf(paidAt),
    status: 'paid',
    source: sources[ctx.actor.type],
    currency: 'CNY',
    totalFen: priced.totalFen,
    discountFen: priced.discountFen,
    couponDiscountFen: priced.couponDiscountFen,
    pointsDiscountFen: priced.pointsDiscountFen,
    freightFen: priced.freightFen,
    amountFen: priced.amountFen,
    couponId: coupon?.id ?? null,
    pointsSpent: asked.pointsSpent,
    pointsEarned: pointsToEarn,
    lineCount: priced.lines.length,
    itemCount: priced.lines.reduce((sum, line) => sum + line.quantity, 0),
    summary: summaryOf(priced.lines),
    isFirst,
    bodyHash: hashOf(asked),
    paidAt,
    note: asked.note,
  })
  const shares = splitByLargestRemainder(
    pointsToEarn,
    priced.lines.map(line => line.amountFen),
  )
  await bulkInsert(
    'order_lines',
    priced.lines.map((line, index) => ({ orderId: order.id, lineNo: index + 1, ...line, pointsEarned: shares[index] ?? 0 })),
  )
  return order
}

/** `S260722` and eight digits. */
function orderNoOf(paidAt: Date): string {
  return `S${dayIn(paidAt).replaceAll('-', '').slice(2)}${String(randomInt(0, 100_000_000)).padStart(8, '0')}`
}

async function announce(ctx: Ctx, order: Order, asked: Asked, couponBatchId: number | null): Promise<void> {
  const { id: orderId, orderNo, personId, brandId, storeId, staffId, amountFen, isFirst, pointsEarned, paidAt } = order
  const options = personId === null ? {} : { subject: `person:${personId}` }
  await publish(
    { ...ctx, brandId },
    orderPaid,
    { orderId, orderNo, personId, brandId, storeId, staffId, amountFen, isFirst, pointsEarned, at: paidAt },
    options,
  )
  if (personId !== null)
    await recordTracks(ctx, brandId, [
      trackOf(
        {
          orderNo,
          kind: 'purchase',
          personId: order.homeId ?? personId,
          storeId,
          paidAt,
          source: order.source,
          lines: asked.lines,
        },
        { amountFen, isFirst, couponBatchId },
      ),
    ])
}
