import { isGroup, type Rule } from '@banyan/shared'
import { clickhouse } from '../core/index.ts'
import { compile } from './compile.ts'
import type { IdRanges, Scope } from './scope.ts'
import { type Counted, countPeople } from './select-people.ts'
import { freshSets } from './stored-sets.ts'
import { kindOf, subjectFact } from './subject-kind.ts'
import { IN_ORDER } from './track-people.ts'

/** As many people are counted as fast as a sample of them. */
const EXACT_MAX = 1_000_000
const RANGES = 32
/** Of few ids a quarter, of many a quarter of a million in all. */
const RANGE_IDS_MAX = 8_192
const STRATUM_SHARE = 4
/** Student's t for 31 degrees of freedom, 95 % two-sided. */
const T_95 = 2.04

export type Estimated = Counted & {
  /** Half the width of the 95 % interval; null: the numbers are exact. */
  margin: number | null
}

/**
 * How many a rule selects, in a time that does not grow with the population: exact when everything it reads is stored or there are few people, otherwise from
 * 32 ranges of ids at equal distances over all ids (Cochran, Sampling Techniques, 6.2: the ratio estimate and its variance between ranges).
 */
export async function estimatePeople(rule: Rule, scope: Scope): Promise<Estimated> {
  const { idMin, idMax, people } = await populationSize(scope)
  const { missing, sets } = await freshSets([rule], scope)
  if (missing.length === 0 || people <= EXACT_MAX) return { ...(await countPeople(rule, scope)), margin: null }
  const ids = idMax - idMin + 1
  const ranges = rangesOver(idMin, ids)
  const compiled = compile(rule, { ...scope, ranges }, sets)
  const starts = Array.from({ length: ranges.count }, (_, at) => ranges.first + at * ranges.stride)
  const from = compiled.bind(starts, 'Array(UInt32)')
  const of = (bitmap: string) =>
    `arrayMap(from -> bitmapCardinality(bitmapSubsetInRange(${bitmap}, from, toUInt32(from + ${ranges.size}))), ${from})`
  const parts = isGroup(rule) ? rule.rules : [rule]
  const [found] = await clickhouse.query<{ count: number[]; population: number[]; parts: number[][] }>(
    `${compiled.withClause} SELECT ${of(compiled.root)} AS count, ${of(compiled.population)} AS population,
      [${parts.map(part => of(`bitmapAnd(${compiled.population}, ${compiled.nodes.get(part)})`)).join(', ')}] AS parts FROM ${compiled.from()}${IN_ORDER}`,
    compiled.params,
  )
  // People known to few stores are a small part of everybody: how many there are is an estimate, too.
  const isOfStores = scope.stores.length > 0
  const units = isOfStores ? starts.map(() => ranges.size) : (found?.population ?? [])
  const whole = (counts: number[]) => ratioEstimate(counts, units, isOfStores ? ids : people, (ranges.count * ranges.size) / ids)
  const root = whole(found?.count ?? [])
  return {
    count: root.estimate,
    population: isOfStores ? whole(found?.population ?? []).estimate : people,
    parts: (found?.parts ?? []).map(counts => whole(counts).estimate),
    margin: root.margin,
    storedCount: sets.size,
    computedCount: missing.length,
    missing,
  }
}

/** The total of `counts` over `total` units, from ranges that hold `units` of them each. */
export function ratioEstimate(
  counts: readonly number[],
  units: readonly number[],
  total: number,
  fraction: number,
): { estimate: number; margin: number } {
  const sum = (list: readonly number[]) => list.reduce((all, one) => all + one, 0)
  const seen = sum(units)
  if (seen === 0) return { estimate: 0, margin: total }
  const ratio = sum(counts) / seen
  const n = units.length
  const spread = sum(counts.map((count, at) => (count - ratio * (units[at] ?? 0)) ** 2)) / (n - 1)
  const deviation = (Math.sqrt(spread * n * Math.max(0, 1 - fraction)) / seen) * total
  return { estimate: Math.round(ratio * total), margin: Math.ceil(T_95 * deviation) }
}

/** A range in every stratum, at a place that looks random and is always the same: an estimate does not flicker while somebody reads it. */
export function rangesOver(idMin: number, ids: number): IdRanges {
  const stride = Math.floor(ids / RANGES)
  const size = Math.min(RANGE_IDS_MAX, Math.floor(stride / STRATUM_SHARE))
  return { first: idMin + Math.floor(0.618 * (stride - size)), stride, size, count: RANGES }
}

/** The population, a little too large by those who were merged; and the highest id. Both come from the index alone. */
export async function populationSize(scope: Scope): Promise<{ people: number; idMin: number; idMax: number }> {
  const { typeId } = kindOf(scope)
  const name = typeId !== 0 ? subjectFact(typeId, 'exists') : scope.brands ? 'inBrand' : 'exists'
  const brands = scope.brands ?? (typeId === 0 ? [0] : null)
  const fact = `name = {name:String}${brands?.length === 1 ? ' AND brand_id = {brand:UInt32}' : brands ? ' AND brand_id IN {brands:Array(UInt32)}' : ''}`
  const params = { name, ...(brands ? { brands, brand: brands[0] ?? 0 } : {}) }
  // Of one brand the count and both ends come from the index; over several the whole column is read.
  const end = (table: string, way: 'ASC' | 'DESC') =>
    `SELECT person_id FROM ${table} WHERE ${fact} ORDER BY person_id ${way} LIMIT 1`
  const both = (query: (table: string) => string) => `(${query('facts_settled')} UNION ALL ${query('facts_recent')})`
  const [found] = await clickhouse.query<{ people: number; idMin: number; idMax: number }>(
    `SELECT toUInt32((SELECT sum(n) FROM ${both(table => `SELECT count() AS n FROM ${table} WHERE ${fact}`)})) AS people,
      toUInt32(coalesce((SELECT min(person_id) FROM ${both(table => `SELECT * FROM (${end(table, 'ASC')})`)}), 0)) AS idMin,
      toUInt32(coalesce((SELECT max(person_id) FROM ${both(table => `SELECT * FROM (${end(table, 'DESC')})`)}), 0)) AS idMax`,
    params,
  )
  return found ?? { people: 0, idMin: 0, idMax: 0 }
}
