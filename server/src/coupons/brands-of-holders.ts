import { rows, sql } from '../core/index.ts'

/** The brands in which these people hold or held coupons. */
export async function brandsOfHolders(personIds: readonly number[]): Promise<number[]> {
  return (
    await rows<{ brand_id: number }>(sql`SELECT DISTINCT brand_id FROM coupons WHERE person_id IN (${[...personIds]})`)
  ).map(one => one.brand_id)
}
