import { isGroup, type Rule } from '@banyan/shared'
import { clickhouse } from '../core/index.ts'
import { compile } from './compile.ts'
import type { IdRange, Scope } from './scope.ts'
import { type Counted, countPeople } from './select-people.ts'
import { freshSets } from './stored-sets.ts'
import { kindOf, subjectFact } from './subject-kind.ts'

/** As many people are counted as fast as a sample of them. */
const EXACT_MAX = 200_000
const RANGES = 32
/** Of few ids a quarter, of many half a million in all. */
const RANGE_IDS_MAX = 16_384
const STRATUM_SHARE = 4
/** Student's t for 31 degrees of freedom, 95 % two-sided. */
const T_95 = 2.04

export type Estimated = Counted & {
  /** Half the width of the 95 % interval; null: the numbers are exact. */
  margin: number | null
}

/**
 * How many a rule selects, in a time that does not grow with the population: exact when everything it reads is stored or there are few people, otherwise from
 * 32 ranges of ids spread over all ids, each cut out of a stratum of its own (Cochran, Sampling Techniques, 6.2: the ratio estimate and its variance between ranges).
 */
export async function estimatePeople(rule: Rule, scope: Scope): Promise<Estimated> {
  const { idMax, people } = await populationSize(scope)
  const { missing, sets } = await freshSets([rule], scope)
  if (missing.length === 0 || people <= EXACT_MAX) return { ...(await countPeople(rule, scope)), margin: null }
  const ranges = rangesOver(idMax)
  const rangeIds = rangeIdsOf(idMax)
  const compiled = compile(rule, { ...scope, ranges }, sets)
  const of = (bitmap: string) =>
    `arrayMap(r -> bitmapCardinality(bitmapSubsetInRange(${bitmap}, r.1, r.2)), [${ranges.map(([from, to]) => `(toUInt32(${from}), toUInt32(${to}))`).join(', ')}])`
  const parts = isGroup(rule) ? rule.rules : [rule]
  const [found] = await clickhouse.query<{ count: number[]; population: number[]; parts: number[][] }>(
    `${compiled.withClause} SELECT ${of(compiled.root)} AS count, ${of(compiled.population)} AS population,
      [${parts.map(part => of(`bitmapAnd(${compiled.population}, ${compiled.nodes.get(part)})`)).join(', ')}] AS parts FROM ${compiled.from()}`,
    compiled.params,
  )
  // People known to few stores are a small part of everybody: how many there are is an estimate, too.
  const isOfStores = scope.stores.length > 0
  const units = isOfStores ? ranges.map(() => rangeIds) : (found?.population ?? [])
  const whole = (counts: number[]) =>
    ratioEstimate(counts, units, isOfStores ? idMax : people, (ranges.length * rangeIds) / idMax)
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

/** One range in every stratum, at a place that looks random and is always the same: an estimate does not flicker while somebody reads it. */
export function rangesOver(idMax: number): IdRange[] {
  const stratum = Math.floor(idMax / RANGES)
  const rangeIds = rangeIdsOf(idMax)
  return Array.from({ length: RANGES }, (_, at) => {
    const place = ((at * 2_654_435_761) % 4_294_967_296) / 4_294_967_296
    const from = 1 + at * stratum + Math.floor(place * (stratum - rangeIds))
    return [from, from + rangeIds] as const
  })
}

function rangeIdsOf(idMax: number): number {
  return Math.min(RANGE_IDS_MAX, Math.floor(idMax / RANGES / STRATUM_SHARE))
}

/** The population, a little too large by those who were merged; and the highest id. Both come from the index alone. */
export async function populationSize(scope: Scope): Promise<{ people: number; idMax: number }> {
  const { typeId } = kindOf(scope)
  const name = typeId !== 0 ? subjectFact(typeId, 'exists') : scope.brands ? 'inBrand' : 'exists'
  const fact = `name = {name:String}${scope.brands ? ' AND brand_id IN {brands:Array(UInt32)}' : typeId === 0 ? ' AND brand_id = 0' : ''}`
  const params = { name, ...(scope.brands ? { brands: scope.brands } : {}) }
  const [found] = await clickhouse.query<{ people: number; idMax: number }>(
    `SELECT sum(n) AS people, max(id) AS idMax FROM (
      SELECT count() AS n, 0 AS id FROM facts_settled WHERE ${fact}
      UNION ALL SELECT count() AS n, 0 AS id FROM facts_recent WHERE ${fact}
      UNION ALL SELECT 0 AS n, max(person_id) AS id FROM facts_settled WHERE ${fact}
      UNION ALL SELECT 0 AS n, max(person_id) AS id FROM facts_recent WHERE ${fact})`,
    params,
  )
  return found ?? { people: 0, idMax: 0 }
}
