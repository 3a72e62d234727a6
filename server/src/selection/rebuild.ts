import { clickhouse, rows, sql } from '../core/index.ts'
import { factValueOf } from './store-facts.ts'

const ROWS_AT_ONCE = 20_000

/** Fills ClickHouse's facts again from the relational copy, in pages; safe beside running work, since every row carries its version. */
export async function rebuildFacts(): Promise<number> {
  let count = 0
  let after = { brandId: -1, name: '', personId: 0 }
  for (;;) {
    const found = await rows<{ brand_id: number; name: string; person_id: number; value: string | null; version: number }>(
      sql`SELECT brand_id, name, person_id, value, version FROM facts
        WHERE brand_id > ${after.brandId} OR (brand_id = ${after.brandId} AND (name > ${after.name} OR (name = ${after.name} AND person_id > ${after.personId})))
        ORDER BY brand_id, name, person_id LIMIT ${ROWS_AT_ONCE}`,
    )
    const last = found.at(-1)
    if (!last) return count
    await clickhouse.insert(
      'facts',
      found.map(row => {
        const value = factValueOf(row.name, row.value)
        return {
          brand_id: row.brand_id,
          name: row.name,
          person_id: row.person_id,
          is_set: value === null ? 0 : 1,
          number: typeof value === 'number' ? value : 0,
          text: typeof value === 'string' ? value : '',
          version: row.version,
        }
      }),
    )
    count += found.length
    after = { brandId: Number(last.brand_id), name: last.name, personId: Number(last.person_id) }
  }
}
