import { type Ctx, rows, sql } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'

/** Writes what rules read about coupons down to selection: how many usable ones these people hold in a brand. */
export async function mirrorHolders(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  const unique = [...new Set(personIds)]
  for (let from = 0; from < unique.length; from += 1000) {
    const some = unique.slice(from, from + 1000)
    const counts = await rows<{ person_id: number; held: number; used: number }>(
      sql`SELECT person_id, SUM(CASE WHEN status = 'available' AND valid_to > ${ctx.now} THEN 1 ELSE 0 END) AS held, SUM(CASE WHEN status = 'used' THEN 1 ELSE 0 END) AS used
        FROM coupons WHERE brand_id = ${brandId} AND person_id IN (${some}) GROUP BY person_id`,
    )
    const byPerson = new Map(counts.map(one => [one.person_id, one]))
    await putFacts(
      ctx,
      brandId,
      some.map(personId => ({
        personId,
        facts: { couponsHeld: Number(byPerson.get(personId)?.held ?? 0), couponsUsed: Number(byPerson.get(personId)?.used ?? 0) },
      })),
    )
  }
}
