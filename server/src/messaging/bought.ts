import { rows, sql } from '../core/index.ts'

export type Purchase = { personId: number; paidAt: Date; amountFen: number }

/** What these people paid in a brand within a span; refunded parts do not count, and a return is no purchase. A report's read of the orders. */
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
