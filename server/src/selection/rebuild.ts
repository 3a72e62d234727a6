import { SUBJECT_IDS_FROM } from '@banyan/shared'
import { clickhouse, RowSum, rows, sql, systemCtx } from '../core/index.ts'
import { rebuildSubjects } from './mirror-subjects.ts'
import { ALIAS, asRow, factValueOf } from './store-facts.ts'
import { forgetStoredSets } from './stored-sets.ts'

const ROWS_AT_ONCE = 20_000

type Copy = { brand_id: number; name: string; person_id: number; value: string | null; version: number }

/** Everything that rules read, anew: facts and aliases from their relational copy, things from their own tables. Run it while nothing else works. */
export async function rebuildSelection(): Promise<number> {
  for (const table of ['facts_settled', 'facts_recent', 'person_aliases', 'subject_relations'])
    await clickhouse.command(`TRUNCATE TABLE ${table}`, {}, { lane: 'build' })
  return (await rebuildFacts()) + (await rebuildSubjects(systemCtx({ name: 'selection.rebuild' })))
}

/**
 * Fills ClickHouse's facts and aliases again from the relational copy, in pages; safe beside running work, since every row carries its version. Every row is then asked for again:
 * throws clickhouse.rebuildDiffers.
 */
export async function rebuildFacts(): Promise<number> {
  const [facts, aliases] = [new RowSum(), new RowSum()]
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
      await mustBeThere(facts, aliases)
      return facts.count + aliases.count
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
    for (const row of found)
      if (row.name === ALIAS) aliases.add(`${row.person_id}:${row.value}`)
      else facts.add(`${row.brand_id}:${row.name}:${row.person_id}:${row.value === null ? 0 : 1}`)
    after = { brandId: Number(last.brand_id), name: last.name, personId: Number(last.person_id) }
  }
}

/** What was copied stands in ClickHouse as it was copied: as many rows with the same hash. What is newer is a fact of the same name and person. */
async function mustBeThere(facts: RowSum, aliases: RowSum): Promise<void> {
  const fact = "concat(toString(brand_id), ':', name, ':', toString(person_id), ':', toString(is_there))"
  const [stored] = await clickhouse.query<{ count: number; hash: string }>(
    `SELECT ${RowSum.sql(fact)} FROM (SELECT brand_id, name, person_id, argMax(is_set, version) AS is_there FROM facts_all
      WHERE NOT startsWith(name, 'tag:') AND person_id < {things:UInt32} GROUP BY brand_id, name, person_id)`,
    { things: SUBJECT_IDS_FROM },
    { lane: 'build' },
  )
  facts.mustEqual('facts', stored)
  const [kept] = await clickhouse.query<{ count: number; hash: string }>(
    `SELECT ${RowSum.sql("concat(toString(home_id), ':', toString(person_id))")} FROM person_aliases FINAL`,
    {},
    { lane: 'build' },
  )
  aliases.mustEqual('person_aliases', kept)
}
