import { randomInt } from 'node:crypto'
import type { InputOf, orders } from '@banyan/shared'
import {
  bulkInsert,
  type Ctx,
  changeOne,
  findIn,
  insertOne,
  locked,
  notFound,
  publish,
  refused,
  row,
  rows,
  run,
  sql,
} from '../core/index.ts'
import { returnCoupon } from '../coupons/index.ts'
import { clawBack, countSpends, lowerAfterRefund, returnSpent, type TierMove } from '../members/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { orderRefunded } from './events.ts'
import { Order } from './order.ts'
import { orderView, refundsOf } from './read-orders.ts'
import { cumulativeShare } from './split.ts'
import { seesOrderOf } from './till-rules.ts'
import { ledger } from './words.ts'

type LineRow = {
  id: number
  quantity: number
  amount_fen: number
  points_share_fen: number
  points_earned: number
  refunded_quantity: number
  refunded_fen: number
  points_clawed_back: number
  points_returned: number
}
type Share = { line: LineRow; quantity: number; amountFen: number; pointsEarned: number; pointsShareFen: number }

/**
 * Refunds what is left, or some lines. Each line gives back its share of what was paid, in whole fen and in sum never more than it was
 * paid; points are taken back and returned the same way. A whole refund (also in parts) returns the coupon. All in one transaction.
 */
export async function refundOrder(ctx: Ctx, asked: InputOf<(typeof orders)['orders.refund']>) {
  const { order, refundId, tierChanged } = await writeRefund(ctx, asked)
  const refund = (await refundsOf(order.id)).find(one => one.id === refundId)
  if (!refund) throw notFound('refund', refundId)
  return { order: await orderView(ctx, order), refund, tierChanged }
}

/** The refund without reading back what people see of it. */
export async function writeRefund(
  ctx: Ctx,
  { orderId, lines: asked, reason, refundNo }: InputOf<(typeof orders)['orders.refund']>,
): Promise<{ order: Order; refundId: number; tierChanged: TierMove | null }> {
  const seen = await findIn(ctx, Order, orderId)
  if (!seesOrderOf(ctx, seen.storeId)) throw notFound('order', orderId)
  const order = await locked(Order, { id: orderId })
  if (!order) throw notFound('order', orderId)
  const known =
    refundNo === undefined
      ? null
      : await row<{ id: number }>(sql`SELECT id FROM order_refunds WHERE order_id = ${orderId} AND refund_no = ${refundNo}`)
  if (known) return { order, refundId: known.id, tierChanged: null }
  if (order.status !== 'paid' && order.status !== 'partlyRefunded') throw refused('order.nothingToRefund')

  const lines = await rows<LineRow>(
    sql`SELECT id, quantity, amount_fen, points_share_fen, points_earned, refunded_quantity, refunded_fen, points_clawed_back, points_returned FROM order_lines WHERE order_id = ${orderId} ORDER BY line_no`,
  )
  const shares = sharesOf(lines, asked)
  const isWhole = lines.every(
    line => line.refunded_quantity + (shares.find(share => share.line.id === line.id)?.quantity ?? 0) >= line.quantity,
  )
  // Freight goes back with the last line.
  const goodsFen = shares.reduce((sum, share) => sum + share.amountFen, 0)
  const amountFen = isWhole ? order.amountFen - order.refundedFen : Math.min(goodsFen, order.amountFen - order.refundedFen)
  await writeLines(shares)
  const points = await movePoints(ctx, order, lines, shares, { isWhole, goodsFen })
  const isCouponReturned =
    isWhole && order.couponId !== null ? await returnCoupon(ctx, { couponId: order.couponId, orderId }) : false

  const refundId = await insertOne('order_refunds', {
    orderId,
    brandId: order.brandId,
    storeId: order.storeId,
    refundNo: refundNo ?? `R${order.orderNo.slice(0, 50)}-${randomInt(100_000, 1_000_000)}`,
    amountFen,
    pointsClawedBack: points.clawedBack,
    pointsReturned: points.returned,
    debtPoints: points.debt,
    isCouponReturned,
    reason,
    actorName: ctx.actor.name.slice(0, 64),
    refundedAt: ctx.now,
  })
  await bulkInsert(
    'order_refund_lines',
    shares.map(share => ({ refundId, lineId: share.line.id, quantity: share.quantity, amountFen: share.amountFen })),
  )
  await changeOne(
    sql`UPDATE orders SET status = ${isWhole ? 'refunded' : 'partlyRefunded'}, refunded_fen = refunded_fen + ${amountFen}, points_clawed_back = points_clawed_back + ${points.asked} WHERE id = ${orderId} AND refunded_fen = ${order.refundedFen}`,
    'conflict.changed',
  )
  const tierChanged = order.memberId === null ? null : await lowerAfterRefund(ctx, points.memberId ?? order.memberId, orderId)
  await announce(ctx, order, { refundId, amountFen, isWhole })
  return { order, refundId, tierChanged }
}

function sharesOf(lines: readonly LineRow[], asked: readonly { lineId: number; quantity: number }[] | undefined): Share[] {
  const wanted =
    asked ??
    lines.map(line => ({ lineId: line.id, quantity: line.quantity - line.refunded_quantity })).filter(one => one.quantity > 0)
  if (wanted.length === 0) throw refused('order.nothingToRefund')
  const byLine = new Map<number, number>()
  for (const one of wanted) byLine.set(one.lineId, (byLine.get(one.lineId) ?? 0) + one.quantity)
  return [...byLine].map(([lineId, quantity]) => {
    const line = lines.find(one => one.id === lineId)
    if (!line) throw refused('order.lineUnknown', { lineId })
    if (line.refunded_quantity + quantity > line.quantity)
      throw refused('order.refundTooLarge', { lineId, left: line.quantity - line.refunded_quantity })
    const between = (recorded: number) =>
      cumulativeShare(recorded, line.refunded_quantity + quantity, line.quantity) -
      cumulativeShare(recorded, line.refunded_quantity, line.quantity)
    return {
      line,
      quantity,
      amountFen: between(line.amount_fen),
      pointsEarned: between(line.points_earned),
      pointsShareFen: between(line.points_share_fen),
    }
  })
}

async function writeLines(shares: readonly Share[]): Promise<void> {
  for (const { line, quantity, amountFen, pointsEarned } of shares) {
    await changeOne(
      sql`UPDATE order_lines SET refunded_quantity = refunded_quantity + ${quantity}, refunded_fen = refunded_fen + ${amountFen}, points_clawed_back = points_clawed_back + ${pointsEarned} WHERE id = ${line.id} AND refunded_quantity = ${line.refunded_quantity}`,
      'conflict.changed',
    )
  }
}

type PointMoves = { memberId: number | null; asked: number; clawedBack: number; returned: number; debt: number }

/** First the points that paid come back, then those it earned are taken: so a member who spent them is not in debt for a moment. */
async function movePoints(
  ctx: Ctx,
  order: Order,
  lines: readonly LineRow[],
  shares: readonly Share[],
  { isWhole, goodsFen }: { isWhole: boolean; goodsFen: number },
): Promise<PointMoves> {
  if (order.memberId === null) return { memberId: null, asked: 0, clawedBack: 0, returned: 0, debt: 0 }
  const memberId = await holderOf(order)
  const refundKey =
    `refund:${order.id}:${order.refundedFen}:${shares.map(share => `${share.line.id}x${share.quantity}`).join(',')}`.slice(0, 100)
  const toReturn = pointsToReturn(order, lines, shares, isWhole)
  const { returned } = await returnSpent(ctx, {
    memberId,
    spendKey: `spend:${order.id}`,
    points: toReturn,
    key: `return:${refundKey}`.slice(0, 100),
    reason: ledger.givenBack({ orderNo: order.orderNo }),
    orderId: order.id,
  })
  if (toReturn > 0)
    await run(sql`UPDATE order_lines SET points_returned = points_returned + ${toReturn} WHERE id = ${shares[0]?.line.id ?? 0}`)
  const asked = shares.reduce((sum, share) => sum + share.pointsEarned, 0)
  const { taken, debt } =
    asked > 0
      ? await clawBack(ctx, {
          memberId,
          orderId: order.id,
          points: asked,
          key: `clawback:${refundKey}`.slice(0, 100),
          reason: ledger.clawedBack({ orderNo: order.orderNo }),
        })
      : { taken: 0, debt: 0 }
  await countSpends([
    { memberId, key: refundKey, spentFen: -goodsFen, earnedPoints: -asked, orderId: order.id, at: order.paidAt },
  ])
  return { memberId, asked, clawedBack: taken, returned, debt }
}

/** The points that had paid for these lines, rounded down; the last part returns what is left, so that nothing is lost to rounding. */
function pointsToReturn(order: Order, lines: readonly LineRow[], shares: readonly Share[], isWhole: boolean): number {
  if (order.pointsSpent === 0 || order.pointsDiscountFen === 0) return 0
  if (isWhole) return order.pointsSpent - lines.reduce((sum, line) => sum + line.points_returned, 0)
  const shareFen = shares.reduce((sum, share) => sum + share.pointsShareFen, 0)
  return Math.floor((shareFen * order.pointsSpent) / order.pointsDiscountFen)
}

/** The membership that holds the points now: a merge may have joined it into another. */
async function holderOf(order: Order): Promise<number> {
  const found = await row<{ account_member: number }>(
    sql`SELECT COALESCE(m.merged_into_id, m.id) AS account_member FROM members m WHERE m.id = ${order.memberId}`,
  )
  return found?.account_member ?? order.memberId ?? 0
}

async function announce(ctx: Ctx, order: Order, of: { refundId: number; amountFen: number; isWhole: boolean }): Promise<void> {
  const { id: orderId, orderNo, personId, brandId, storeId, staffId } = order
  const options = personId === null ? {} : { subject: `person:${personId}` }
  await publish(
    { ...ctx, brandId },
    orderRefunded,
    {
      orderId,
      orderNo,
      personId,
      brandId,
      storeId,
      staffId,
      amountFen: of.amountFen,
      refundId: of.refundId,
      isWhole: of.isWhole,
      at: ctx.now,
    },
    options,
  )
  if (personId === null) return
  const store: Record<string, string> = storeId === null ? {} : { storeId: String(storeId) }
  await recordTracks(ctx, brandId, [
    {
      personId: order.homeId ?? personId,
      name: 'order_refunded',
      occurredAt: ctx.now,
      messageId: `refund:${of.refundId}`,
      properties: { amountFen: of.amountFen, orderNo, ...store },
    },
  ])
}
