import { type Ctx, rows, sql } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'

/** Writes what rules read about coupons down to selection: how many usable ones these people hold in a brand. */
export async function mirrorHolders(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  const unique = [...new Set(personIds)]
  for (let from = 0; from < unique.length; from += 1000) {
    const some = unique.slice(from, from + 1000)
    const counts = await rows<{ person_id: number; held: number; used: number; ends_at: Date | null }>(
      sql`SELECT person_id, SUM(CASE WHEN status = 'available' AND valid_to > ${ctx.now} THEN 1 ELSE 0 END) AS held, SUM(CASE WHEN status = 'used' THEN 1 ELSE 0 END) AS used,
          MIN(CASE WHEN status = 'available' AND valid_to > ${ctx.now} THEN valid_to END) AS ends_at
        FROM coupons WHERE brand_id = ${brandId} AND person_id IN (${some}) GROUP BY person_id`,
    )
    const byPerson = new Map(counts.map(one => [one.person_id, one]))
    await putFacts(
      ctx,
      brandId,
      some.map(personId => {
        const { held = 0, used = 0, ends_at: couponEndsAt = null } = byPerson.get(personId) ?? {}
        return { personId, facts: { couponsHeld: Number(held), couponsUsed: Number(used), couponEndsAt } }
      }),
    )
  }
}
