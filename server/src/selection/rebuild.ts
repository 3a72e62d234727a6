import { clickhouse, rows, sql, systemCtx } from '../core/index.ts'
import { rebuildSubjects } from './mirror-subjects.ts'
import { ALIAS, asRow, factValueOf } from './store-facts.ts'
import { forgetStoredSets } from './stored-sets.ts'

const ROWS_AT_ONCE = 20_000

type Copy = { brand_id: number; name: string; person_id: number; value: string | null; version: number }

/** Everything that rules read, again: facts and aliases from their relational copy, things from their own tables. */
export async function rebuildSelection(): Promise<number> {
  return (await rebuildFacts()) + (await rebuildSubjects(systemCtx({ name: 'selection.rebuild' })))
}

/** Fills ClickHouse's facts and aliases again from the relational copy, in pages; safe beside running work, since every row carries its version. */
export async function rebuildFacts(): Promise<number> {
  let count = 0
  let after = { brandId: -1, name: '', personId: 0 }
  for (;;) {
    const found = await rows<Copy>(
      sql`SELECT brand_id, name, person_id, value, version FROM facts
        WHERE brand_id > ${after.brandId} OR (brand_id = ${after.brandId} AND (name > ${after.name} OR (name = ${after.name} AND person_id > ${after.personId})))
        ORDER BY brand_id, name, person_id LIMIT ${ROWS_AT_ONCE}`,
    )
    const last = found.at(-1)
    if (!last) {
      await forgetStoredSets()
      return count
    }
    await clickhouse.insert(
      'person_aliases',
      found
        .filter(row => row.name === ALIAS)
        .map(row => ({ home_id: row.person_id, person_id: Number(row.value), version: row.version })),
    )
    await clickhouse.insert(
      'facts_settled',
      found
        .filter(row => row.name !== ALIAS)
        .map(row =>
          asRow({
            brandId: row.brand_id,
            personId: row.person_id,
            name: row.name,
            value: factValueOf(row.name, row.value),
            version: row.version,
          }),
        ),
    )
    count += found.length
    after = { brandId: Number(last.brand_id), name: last.name, personId: Number(last.person_id) }
  }
}
