import { brandScope, type Ctx, DEFAULT_ZONE, dialect, offsetOf, rows, type Sql, sql, storeScope } from '../core/index.ts'
import { inStores } from '../identity/index.ts'

/** Counting what happened, by day of the brand's zone: reads only, one statement per measure. */

export type Measure = {
  key: 'people' | 'joins' | 'adds' | 'claims' | 'redemptions' | 'orders' | 'messages'
  table: string
  column: string
  where: Sql
}

/** Tables and columns of the modules before this one. */
export const MEASURES: readonly Measure[] = [
  { key: 'people', table: 'person_brands', column: 'first_seen_at', where: sql`1 = 1` },
  { key: 'joins', table: 'members', column: 'joined_at', where: sql`status <> 'merged'` },
  { key: 'adds', table: 'contact_relations', column: 'added_at', where: sql`1 = 1` },
  { key: 'claims', table: 'coupons', column: 'claimed_at', where: sql`status <> 'reserved'` },
  { key: 'redemptions', table: 'coupon_uses', column: 'at', where: sql`kind = 'use'` },
  { key: 'orders', table: 'orders', column: 'paid_at', where: sql`status IN ('paid', 'partlyRefunded', 'refunded')` },
  { key: 'messages', table: 'messages', column: 'sent_at', where: sql`state IN ('sent', 'delivered') AND is_test = 0` },
]

export function inBrands(brandIds: number[] | null): Sql {
  return brandIds === null ? sql`1 = 1` : sql`brand_id IN (${brandIds})`
}

/** The calendar day of a UTC column in the default zone, as `2026-11-22`. */
export function dayOf(column: string, near: Date): Sql {
  const minutes = Math.round(offsetOf(near, DEFAULT_ZONE) / 60_000)
  return dialect === 'mysql'
    ? sql.raw(`DATE_FORMAT(DATE_ADD(${column}, INTERVAL ${minutes} MINUTE), '%Y-%m-%d')`)
    : sql.raw(`date(substr(${column}, 1, 19), '${minutes} minutes')`)
}

type Span = { ctx: Ctx; from: Date; to: Date; brandIds: number[] | null }

/** What happened in a store is counted there; the rest by whose people it happened to. */
const IN_STORES = new Set(['orders', 'contact_relations', 'coupon_uses'])

/** Of an operator of single stores: what concerns them. */
function ofStores(ctx: Ctx, table: string): Sql {
  const stores = storeScope(ctx)
  if (stores === null) return sql`1 = 1`
  return IN_STORES.has(table) ? sql`store_id IN (${stores})` : inStores(ctx, sql`${sql.id(table)}.person_id`)
}

export async function countIn(measure: Measure, { ctx, from, to, brandIds }: Span): Promise<number> {
  const column = sql.id(measure.column)
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM ${sql.id(measure.table)} WHERE ${column} >= ${from} AND ${column} < ${to} AND ${measure.where} AND ${inBrands(brandIds)} AND ${ofStores(ctx, measure.table)}`,
  )
  return Number(counted?.n ?? 0)
}

export async function countByDay(measure: Measure, { ctx, from, to, brandIds }: Span): Promise<Map<string, number>> {
  const column = sql.id(measure.column)
  const day = dayOf(measure.column, to)
  const found = await rows<{ day: string; n: number }>(
    sql`SELECT ${day} AS day, COUNT(*) AS n FROM ${sql.id(measure.table)} WHERE ${column} >= ${from} AND ${column} < ${to} AND ${measure.where} AND ${inBrands(brandIds)} AND ${ofStores(ctx, measure.table)} GROUP BY ${day}`,
  )
  return new Map(found.map(row => [row.day, Number(row.n)]))
}

const PAID = sql`status IN ('paid', 'partlyRefunded', 'refunded')`

/** What was paid, refunds taken off, and by how many people. */
export async function salesIn({ ctx, from, to, brandIds }: Span): Promise<{ amountFen: number; buyers: number }> {
  const [found] = await rows<{ amount: number | null; buyers: number }>(
    sql`SELECT SUM(amount_fen - refunded_fen) AS amount, COUNT(DISTINCT person_id) AS buyers FROM orders WHERE paid_at >= ${from} AND paid_at < ${to} AND ${PAID} AND ${inBrands(brandIds)} AND ${ofStores(ctx, 'orders')}`,
  )
  return { amountFen: Number(found?.amount ?? 0), buyers: Number(found?.buyers ?? 0) }
}

export async function salesByDay({ ctx, from, to, brandIds }: Span): Promise<Map<string, { amountFen: number; buyers: number }>> {
  const day = dayOf('paid_at', to)
  const found = await rows<{ day: string; amount: number | null; buyers: number }>(
    sql`SELECT ${day} AS day, SUM(amount_fen - refunded_fen) AS amount, COUNT(DISTINCT person_id) AS buyers FROM orders WHERE paid_at >= ${from} AND paid_at < ${to} AND ${PAID} AND ${inBrands(brandIds)} AND ${ofStores(ctx, 'orders')} GROUP BY ${day}`,
  )
  return new Map(found.map(row => [row.day, { amountFen: Number(row.amount ?? 0), buyers: Number(row.buyers) }]))
}

export async function topStores(
  { ctx, from, to, brandIds }: Span,
  limit: number,
): Promise<{ storeId: number; orders: number; amountFen: number }[]> {
  const found = await rows<{ store_id: number; n: number; amount: number }>(
    sql`SELECT store_id, COUNT(*) AS n, SUM(amount_fen - refunded_fen) AS amount FROM orders WHERE store_id IS NOT NULL AND paid_at >= ${from} AND paid_at < ${to} AND ${PAID} AND ${inBrands(brandIds)} AND ${ofStores(ctx, 'orders')} GROUP BY store_id ORDER BY amount DESC, store_id LIMIT ${limit}`,
  )
  return found.map(row => ({ storeId: Number(row.store_id), orders: Number(row.n), amountFen: Number(row.amount) }))
}

export async function joinsByStore(
  { from, to, brandIds }: Omit<Span, 'ctx'>,
  storeIds: readonly number[],
): Promise<Map<number, number>> {
  if (storeIds.length === 0) return new Map()
  const found = await rows<{ store_id: number; n: number }>(
    sql`SELECT store_id, COUNT(*) AS n FROM members WHERE store_id IN (${[...storeIds]}) AND joined_at >= ${from} AND joined_at < ${to} AND ${inBrands(brandIds)} GROUP BY store_id`,
  )
  return new Map(found.map(row => [Number(row.store_id), Number(row.n)]))
}

export type Totals = { people: number; members: number; contacts: number; linkedUnionidRatio: number }

/** How many there are now, and the share of WeCom friends whose unionid is known: without it they stay strangers to the mini-program. */
export async function totalsOf(ctx: Ctx, people: number): Promise<Totals> {
  const brandIds = brandScope(ctx)
  const [members] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM members WHERE status = 'active' AND ${inBrands(brandIds)} AND ${inStores(ctx, sql`members.person_id`)}`,
  )
  const [contacts] = await rows<{ n: number; linked: number }>(
    sql`SELECT COUNT(*) AS n, COUNT(i.person_id) AS linked FROM (SELECT DISTINCT person_id FROM contact_relations WHERE removed_at IS NULL AND ${inBrands(brandIds)} AND ${inStores(ctx, sql`contact_relations.person_id`)}) AS friends LEFT JOIN (SELECT DISTINCT person_id FROM identifiers WHERE type = 'unionid') AS i ON i.person_id = friends.person_id`,
  )
  const friends = Number(contacts?.n ?? 0)
  return {
    people,
    members: Number(members?.n ?? 0),
    contacts: friends,
    linkedUnionidRatio: friends === 0 ? 0 : Number(contacts?.linked ?? 0) / friends,
  }
}
