import { type Ctx, rows, sql } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'

/** Purchases; `returned` and `cancelled` documents are not. */
export const isPurchase = sql`status IN ('paid', 'partlyRefunded', 'refunded')`
/** What was given back whole is bought no more: rules and the person's page count the same. */
const isKept = sql`status IN ('paid', 'partlyRefunded')`

type Value = { person_id: number; orders: number; paid: number; first_at: Date | null; last_at: Date | null }

/** How often and how much these people bought in a brand; people who bought nothing are left out. */
export async function valuesOf(
  brandId: number | null,
  personIds: readonly number[],
): Promise<
  Map<number, { ordersCount: number; paidFen: number; refundedFen: number; firstPaidAt: Date | null; lastPaidAt: Date | null }>
> {
  const found = await rows<Value & { refunded: number }>(
    sql`SELECT person_id, SUM(CASE WHEN ${isKept} THEN 1 ELSE 0 END) AS orders, SUM(amount_fen - refunded_fen) AS paid, SUM(CASE WHEN ${isPurchase} THEN refunded_fen ELSE 0 - amount_fen END) AS refunded,
        MIN(CASE WHEN ${isKept} THEN paid_at END) AS first_at, MAX(CASE WHEN ${isKept} THEN paid_at END) AS last_at
      FROM orders WHERE person_id IN (${[...personIds]}) AND ${brandId === null ? sql`1 = 1` : sql`brand_id = ${brandId}`} GROUP BY person_id`,
  )
  return new Map(
    found.map(one => [
      one.person_id,
      {
        ordersCount: Number(one.orders),
        paidFen: Number(one.paid),
        refundedFen: Number(one.refunded),
        firstPaidAt: one.first_at,
        lastPaidAt: one.last_at,
      },
    ]),
  )
}

/** Writes what rules read about purchases down to selection. */
export async function mirrorBuyers(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  const unique = [...new Set(personIds)]
  for (let from = 0; from < unique.length; from += 1000) {
    const some = unique.slice(from, from + 1000)
    const values = await valuesOf(brandId, some)
    await putFacts(
      ctx,
      brandId,
      some.map(personId => {
        const { ordersCount, paidFen, firstPaidAt, lastPaidAt } = values.get(personId) ?? {
          ordersCount: 0,
          paidFen: 0,
          firstPaidAt: null,
          lastPaidAt: null,
        }
        return { personId, facts: { ordersCount, paidFen, firstPaidAt, lastPaidAt } }
      }),
    )
  }
}
