import type { ProfileOrder } from '@banyan/shared'
import type { z } from 'zod'
import { behind, brandScope, type Ctx, type Cursor, many, readIn, rows, say, sql } from '../core/index.ts'
import { storesByIds } from '../platform/index.ts'

/** What profiles read of the orders: reads only, in the caller's brands. */

export type OrderFacts = {
  ordersCount: number
  paidFen: number
  refundedFen: number
  averageFen: number
  firstPaidAt: Date | null
  lastPaidAt: Date | null
}
export const NO_ORDERS: OrderFacts = {
  ordersCount: 0,
  paidFen: 0,
  refundedFen: 0,
  averageFen: 0,
  firstPaidAt: null,
  lastPaidAt: null,
}

const PURCHASE = sql`status IN ('paid', 'partlyRefunded', 'refunded')`

/** What each person bought: whole refunds are no purchases, refunded parts are taken off. */
export async function orderFactsOf(ctx: Ctx, personIds: readonly number[]): Promise<Map<number, OrderFacts>> {
  if (personIds.length === 0) return new Map()
  const scope = brandScope(ctx)
  const inBrands = scope ? sql`brand_id IN (${scope})` : sql`1 = 1`
  const found = await rows<{
    person_id: number
    n: number
    paid: number
    refunded: number
    first_at: Date | null
    last_at: Date | null
  }>(
    sql`SELECT person_id, SUM(CASE WHEN status = 'refunded' THEN 0 ELSE 1 END) AS n, SUM(amount_fen - refunded_fen) AS paid, SUM(refunded_fen) AS refunded, MIN(CASE WHEN status <> 'refunded' THEN paid_at END) AS first_at,
      MAX(CASE WHEN status <> 'refunded' THEN paid_at END) AS last_at
      FROM orders WHERE person_id IN (${[...personIds]}) AND ${PURCHASE} AND ${inBrands} GROUP BY person_id`,
  )
  return new Map(
    found.map(row => {
      const [ordersCount, paidFen] = [Number(row.n), Number(row.paid)]
      return [
        Number(row.person_id),
        {
          ordersCount,
          paidFen,
          refundedFen: Number(row.refunded),
          averageFen: ordersCount > 0 ? Math.round(paidFen / ordersCount) : 0,
          firstPaidAt: row.first_at && new Date(row.first_at),
          lastPaidAt: row.last_at && new Date(row.last_at),
        },
      ]
    }),
  )
}

const STATUS: Record<string, [zh: string, en: string]> = {
  paid: ['已付款', 'Paid'],
  partlyRefunded: ['部分退款', 'Partly refunded'],
  refunded: ['已退款', 'Refunded'],
  returned: ['退货单', 'Return'],
  cancelled: ['已取消', 'Cancelled'],
}

type OrderRow = {
  id: number
  order_no: string
  brand_id: number
  store_id: number | null
  status: string
  paid_at: Date
  amount_fen: number
  refunded_fen: number
  summary: string
  item_count: number
}

/** A person's latest orders. */
export async function ordersOf(
  ctx: Ctx,
  personId: number,
  options: { limit: number } & Partial<Cursor>,
): Promise<z.output<typeof ProfileOrder>[]> {
  const scope = brandScope(ctx)
  const where = sql.and([
    sql`person_id = ${personId}`,
    ...(scope ? [sql`brand_id IN (${scope})`] : []),
    ...(options.before ? [behind(sql`paid_at`, sql`id`, { ...options, before: options.before })] : []),
  ])
  const found = await rows<OrderRow>(
    sql`SELECT id, order_no, brand_id, store_id, status, paid_at, amount_fen, refunded_fen, summary, item_count FROM orders WHERE ${where} ORDER BY paid_at DESC, id DESC LIMIT ${options.limit}`,
  )
  const stores = await storesByIds(found.flatMap(row => (row.store_id ? [Number(row.store_id)] : [])))
  return found.map(row => ({
    id: Number(row.id),
    orderNo: row.order_no,
    brandId: Number(row.brand_id),
    storeName: row.store_id ? (stores.get(Number(row.store_id))?.name ?? null) : null,
    status: row.status,
    statusText: say(ctx, ...(STATUS[row.status] ?? [row.status, row.status])),
    paidAt: new Date(row.paid_at),
    amountFen: Number(row.amount_fen),
    refundedFen: Number(row.refunded_fen),
    goods: readIn(ctx, row.summary) || say(ctx, `${row.item_count} 件`, many(row.item_count, 'item')),
  }))
}

/** The person of an order number in the caller's brands, or null. */
export async function personOfOrder(ctx: Ctx, orderNo: string): Promise<number | null> {
  const scope = brandScope(ctx)
  const inBrands = scope ? sql`brand_id IN (${scope})` : sql`1 = 1`
  const [found] = await rows<{ person_id: number | null }>(
    sql`SELECT person_id FROM orders WHERE order_no = ${orderNo} AND ${inBrands} LIMIT 1`,
  )
  return found?.person_id ? Number(found.person_id) : null
}

/** Refunds of a person, for his timeline. */
export async function refundsOf(ctx: Ctx, personId: number, options: { limit: number } & Partial<Cursor>) {
  const scope = brandScope(ctx)
  const where = sql.and([
    sql`o.person_id = ${personId}`,
    ...(scope ? [sql`o.brand_id IN (${scope})`] : []),
    ...(options.before ? [behind(sql`r.refunded_at`, sql`r.id`, { ...options, before: options.before })] : []),
  ])
  return rows<{ id: number; order_id: number; order_no: string; amount_fen: number; reason: string; refunded_at: Date }>(
    sql`SELECT r.id, r.order_id, o.order_no, r.amount_fen, r.reason, r.refunded_at FROM order_refunds r JOIN orders o ON o.id = r.order_id WHERE ${where} ORDER BY r.refunded_at DESC, r.id DESC LIMIT ${options.limit}`,
  )
}
