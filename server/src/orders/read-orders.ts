import type { InputOf, orders } from '@banyan/shared'
import {
  brandOf,
  brandScope,
  type Ctx,
  canSeeStore,
  findIn,
  mustSeeBrand,
  notFound,
  orderSql,
  personOf,
  readIn,
  row,
  rows,
  type Sql,
  sql,
  storeScope,
} from '../core/index.ts'
import { couponName } from '../coupons/index.ts'
import { canonicalId, mustSeePerson, peopleMeant, personNames } from '../identity/index.ts'
import { storesByIds } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { Order } from './order.ts'

type Orders = typeof orders

/** As people see them; names are read for all at once. */
export async function orderViews(ctx: Ctx, list: readonly Order[]) {
  const stores = await storesByIds(list.flatMap(order => (order.storeId ? [order.storeId] : [])))
  const names = await personNames(
    ctx,
    list.flatMap(order => (order.personId ? [order.personId] : [])),
  )
  return list.map(order => ({
    id: order.id,
    orderNo: order.orderNo,
    brandId: order.brandId,
    storeId: order.storeId,
    storeName: order.storeId ? (stores.get(order.storeId)?.name ?? null) : null,
    personId: order.personId,
    personName: order.personId ? (names.get(order.personId) ?? null) : null,
    staffId: order.staffId,
    status: order.status,
    source: order.source,
    currency: order.currency,
    totalFen: order.totalFen,
    discountFen: order.discountFen,
    couponDiscountFen: order.couponDiscountFen,
    pointsDiscountFen: order.pointsDiscountFen,
    freightFen: order.freightFen,
    amountFen: order.amountFen,
    refundedFen: order.refundedFen,
    couponId: order.couponId,
    pointsSpent: order.pointsSpent,
    pointsEarned: order.pointsEarned,
    pointsClawedBack: order.pointsClawedBack,
    lineCount: order.lineCount,
    summary: readIn(ctx, order.summary),
    isFirst: order.isFirst,
    paidAt: order.paidAt,
    note: order.note,
  }))
}

export async function orderView(ctx: Ctx, order: Order) {
  const [view] = await orderViews(ctx, [await order.reload()])
  if (!view) throw notFound('order', order.id)
  return view
}

async function pageOf(
  ctx: Ctx,
  where: Sql,
  { page, pageSize }: { page: number; pageSize: number },
  order = orderSql(undefined, SORTS, '-paidAt'),
) {
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM orders WHERE ${where}`)
  const ids = (
    await rows<{ id: number }>(
      sql`SELECT id FROM orders WHERE ${where} ORDER BY ${order}, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    )
  ).map(one => one.id)
  const found = new Map((await Order.findAll({ where: { id: ids } })).map(one => [one.id, one]))
  return {
    items: await orderViews(
      ctx,
      ids.flatMap(id => found.get(id) ?? []),
    ),
    total: counted?.n ?? 0,
  }
}

const SORTS = { paidAt: 'paid_at', amountFen: 'amount_fen' }

export async function listOrders(
  ctx: Ctx,
  { brandId, personId, storeId, status, source, from, to, search, sort, ...page }: InputOf<Orders['orders.list']>,
) {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const where = sql.and([
    inScope(ctx),
    ...(brandId === undefined ? [] : [sql`brand_id = ${brandId}`]),
    ...(personId === undefined ? [] : [sql`person_id = ${await mustSeePerson(ctx, personId)}`]),
    ...(storeId === undefined ? [] : [sql`store_id = ${storeId}`]),
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(source === undefined ? [] : [sql`source = ${source}`]),
    ...(from === undefined ? [] : [sql`paid_at >= ${from}`]),
    ...(to === undefined ? [] : [sql`paid_at < ${to}`]),
    ...(search ? [sql`(order_no = ${search} OR person_id IN (${await peopleMeant(ctx, search)}))`] : []),
  ])
  return pageOf(ctx, where, page, orderSql(sort, SORTS, '-paidAt'))
}

/** Operators with stores see their stores; staff see a whole customer, whatever the store, within their brand. */
function inScope(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  const stores = storeScope(ctx)
  const byStore = stores ? [sql`store_id IN (${stores})`] : []
  return sql.and([...(brands ? [sql`brand_id IN (${brands})`] : []), ...byStore])
}

export async function myOrders(ctx: Ctx, page: InputOf<Orders['orders.mine']>) {
  return pageOf(ctx, sql`person_id = ${await canonicalId(personOf(ctx))} AND brand_id = ${brandOf(ctx)}`, page)
}

/** The latest purchases of a person within the caller's brands. */
export async function ordersOf(ctx: Ctx, personId: number, limit = 20) {
  return (await pageOf(ctx, sql`person_id = ${personId} AND ${inScope(ctx)}`, { page: 1, pageSize: limit })).items
}

export type Purchase = { personId: number; paidAt: Date; amountFen: number }

/** What these people paid in a brand from `from` until before `to`, net of refunds; a return is no purchase. */
export async function purchasesBetween(brandId: number, personIds: readonly number[], from: Date, to: Date): Promise<Purchase[]> {
  if (personIds.length === 0) return []
  const found = await rows<{ person_id: number; paid_at: Date; amount_fen: number; refunded_fen: number }>(
    sql`SELECT person_id, paid_at, amount_fen, refunded_fen FROM orders WHERE brand_id = ${brandId} AND person_id IN (${[...personIds]}) AND paid_at >= ${from} AND paid_at < ${to} AND status IN ('paid', 'partlyRefunded') ORDER BY id`,
  )
  return found.map(row => ({
    personId: Number(row.person_id),
    paidAt: new Date(row.paid_at),
    amountFen: Number(row.amount_fen) - Number(row.refunded_fen),
  }))
}

/** Our ids of these order numbers of a brand. */
export async function orderIdsOf(brandId: number, orderNos: readonly string[]): Promise<Map<string, number>> {
  const found = await rows<{ id: number; order_no: string }>(
    sql`SELECT id, order_no FROM orders WHERE brand_id = ${brandId} AND order_no IN (${[...orderNos]})`,
  )
  return new Map(found.map(order => [order.order_no, order.id]))
}

type LineRow = {
  id: number
  line_no: number
  sku: string
  name: string
  quantity: number
  unit_price_fen: number
  discount_fen: number
  coupon_share_fen: number
  points_share_fen: number
  amount_fen: number
  points_earned: number
  refunded_quantity: number
  refunded_fen: number
}

export async function getOrder(ctx: Ctx, { orderId }: { orderId: number }) {
  const order = await findIn(ctx, Order, orderId)
  if (storeScope(ctx) !== null && (order.storeId === null || !canSeeStore(ctx, order.storeId))) throw notFound('order', orderId)
  const lines = await rows<LineRow>(
    sql`SELECT id, line_no, sku, name, quantity, unit_price_fen, discount_fen, coupon_share_fen, points_share_fen, amount_fen, points_earned, refunded_quantity, refunded_fen FROM order_lines WHERE order_id = ${orderId} ORDER BY line_no, id LIMIT 5000`,
  )
  const staff = order.staffId === null ? null : ((await staffByIds([order.staffId], ctx.now)).get(order.staffId)?.name ?? null)
  return {
    ...(await orderView(ctx, order)),
    lines: lines.map(line => ({
      id: line.id,
      lineNo: line.line_no,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPriceFen: line.unit_price_fen,
      discountFen: line.discount_fen,
      couponShareFen: line.coupon_share_fen,
      pointsShareFen: line.points_share_fen,
      amountFen: line.amount_fen,
      pointsEarned: line.points_earned,
      refundedQuantity: line.refunded_quantity,
      refundedFen: line.refunded_fen,
    })),
    refunds: await refundsOf(orderId),
    couponName: order.couponId === null ? null : await couponName(order.couponId),
    staffName: staff,
  }
}

type RefundRow = {
  id: number
  refund_no: string
  amount_fen: number
  points_clawed_back: number
  points_returned: number
  debt_points: number
  is_coupon_returned: number
  reason: string
  refunded_at: Date
}

export async function refundsOf(orderId: number) {
  const refunds = await rows<RefundRow>(
    sql`SELECT id, refund_no, amount_fen, points_clawed_back, points_returned, debt_points, is_coupon_returned, reason, refunded_at FROM order_refunds WHERE order_id = ${orderId} ORDER BY id`,
  )
  const lines = await rows<{ refund_id: number; line_id: number; quantity: number; amount_fen: number }>(
    sql`SELECT refund_id, line_id, quantity, amount_fen FROM order_refund_lines WHERE refund_id IN (${refunds.map(one => one.id)}) ORDER BY id`,
  )
  return refunds.map(one => ({
    id: one.id,
    refundNo: one.refund_no,
    amountFen: one.amount_fen,
    pointsClawedBack: one.points_clawed_back,
    pointsReturned: one.points_returned,
    debtPoints: one.debt_points,
    isCouponReturned: Boolean(one.is_coupon_returned),
    reason: one.reason,
    refundedAt: one.refunded_at,
    lines: lines
      .filter(line => line.refund_id === one.id)
      .map(line => ({ lineId: line.line_id, quantity: line.quantity, amountFen: line.amount_fen })),
  }))
}
