import { clickhouse, type Lane } from '../core/index.ts'
import { idArray, inIds } from './id-list.ts'
import { trackValues } from './operators/tracks.ts'
import { conditionWriter } from './rule-writer.ts'
import { type Scope, withAliases } from './scope.ts'
import type { Measured } from './set-key.ts'
import { IN_ORDER, valuesSql } from './track-people.ts'

/**
 * Aggregates that are asked for with different limits are kept as one value per subject: "paid over 300 in 90 days" and "over 450" read the same column. Kept up to
 * date as stored sets are: whoever may have changed is measured again, beside the column.
 */
/** Measures everybody; answers of how many there is a value. */
export async function writeValues(shape: Measured, scope: Scope, key: string, generation: number): Promise<number> {
  const writer = conditionWriter(scope)
  const { where, measure } = trackValues(shape, writer)
  await clickhouse.command(
    `INSERT INTO stored_values (key, generation, person_id, value)
      SELECT ${writer.bind(key, 'String')}, ${writer.bind(generation, 'UInt64')}, toUInt32(person_id), toFloat64(value) FROM (${valuesSql(writer, where, measure)})${IN_ORDER}`,
    writer.binder.params,
    { lane: 'build' },
  )
  return (await countsOf([{ key, generation }], 'build')).get(key) ?? 0
}

/** Measures these people again and writes them, with those who changed before, as a new revision. Answers how many there are. */
export async function writeValueChanges(
  shape: Measured,
  around: Scope,
  key: string,
  { before, revision }: { before: number; revision: number },
  lane: Lane,
): Promise<number> {
  const scope = await withAliases(around)
  const writer = conditionWriter(scope)
  const { bind } = writer
  const { where, measure } = trackValues(shape, writer)
  const candidates = scope.candidates ?? []
  await clickhouse.command(
    `INSERT INTO stored_value_changes (key, revision, person_id, is_there, value)
      SELECT ${bind(key, 'String')}, ${bind(revision, 'UInt64')}, person_id, is_there, value FROM (
        SELECT person_id, is_there, value FROM stored_value_changes
          WHERE key = ${bind(key, 'String')} AND revision = ${bind(before, 'UInt64')} AND person_id NOT IN ${inIds(candidates, bind)}
        UNION ALL
        SELECT asked.id AS person_id, toUInt8(isNotNull(found.person_id)) AS is_there, toFloat64(coalesce(found.value, 0)) AS value
          FROM (SELECT toUInt32(arrayJoin(${idArray(candidates, bind)})) AS id) AS asked
          LEFT JOIN (${valuesSql(writer, where, measure)}) AS found ON found.person_id = asked.id)`,
    writer.binder.params,
    { lane },
  )
  const [written] = await clickhouse.query<{ n: number }>(
    'SELECT count() AS n FROM stored_value_changes WHERE key = {key:String} AND revision = {revision:UInt64}',
    { key, revision },
    { lane },
  )
  return written?.n ?? 0
}

/** How many values each column holds now. */
export async function countsOf(of: readonly { key: string; generation: number }[], lane: Lane): Promise<Map<string, number>> {
  if (of.length === 0) return new Map()
  const found = await clickhouse.query<{ key: string; n: number }>(
    'SELECT key, toUInt32(count()) AS n FROM stored_values WHERE key IN {keys:Array(String)} AND generation IN {generations:Array(UInt64)} GROUP BY key',
    { keys: of.map(one => one.key), generations: of.map(one => one.generation) },
    { lane },
  )
  return new Map(found.map(row => [row.key, row.n]))
}
