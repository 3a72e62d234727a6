import { clickhouse } from '../core/index.ts'
import { inIds } from './id-list.ts'
import type { Scope } from './scope.ts'
import { Binder } from './sql-parts.ts'

export type FactValue = { number: number; text: string }

/**
 * What is known of these people or things now, under the names of the facts: those of the person, and those of the scope's brands; where several brands
 * say something, what was said last. Whom the caller may see is decided before.
 */
export async function factsOf(
  scope: Scope,
  ids: readonly number[],
  facts: readonly string[],
): Promise<Map<number, Map<string, FactValue>>> {
  const byId = new Map<number, Map<string, FactValue>>()
  if (ids.length === 0 || facts.length === 0) return byId
  const { bind, params } = new Binder()
  const inBrands = scope.brands ? ` AND brand_id IN ${bind([0, ...scope.brands], 'Array(UInt32)')}` : ''
  const where = `name IN ${bind(facts, 'Array(String)')} AND person_id IN ${inIds(ids, bind)}${inBrands}`
  const found = await clickhouse.query<{ person_id: number; name: string; value: [number, string] }>(
    `SELECT person_id, toString(name) AS name, argMax(value, said) AS value FROM (
        SELECT person_id, name, argMax((number, text), version) AS value, argMax(is_set, version) AS is_there, max(version) AS said
        FROM facts_all WHERE ${where} GROUP BY brand_id, name, person_id)
      WHERE is_there = 1 GROUP BY person_id, name`,
    params,
  )
  for (const { person_id: id, name, value } of found) {
    const known = byId.get(id) ?? new Map<string, FactValue>()
    byId.set(id, known.set(name, { number: value[0], text: value[1] }))
  }
  return byId
}
