import { type Ctx, rows, sql } from '../core/index.ts'
import { storeStays } from './store-stays.ts'

const PEOPLE_AT_ONCE = 5_000

/** Fills the stays again after ClickHouse was lost: who was in which stage is kept in the relational store, so nothing is worked out anew. */
export async function rebuildLifecycle(_ctx: Ctx): Promise<number> {
  let count = 0
  for (const { brand_id } of await rows<{ brand_id: number }>(sql`SELECT brand_id FROM lifecycles ORDER BY brand_id`)) {
    for (let after = 0; ; ) {
      const people = await rows<{ person_id: number }>(
        sql`SELECT DISTINCT person_id FROM lifecycle_stays WHERE brand_id = ${brand_id} AND person_id > ${after} ORDER BY person_id LIMIT ${PEOPLE_AT_ONCE}`,
      )
      const ids = people.map(one => Number(one.person_id))
      await storeStays(Number(brand_id), ids)
      count += ids.length
      if (ids.length < PEOPLE_AT_ONCE) break
      after = ids.at(-1) as number
    }
  }
  return count
}
