import type { Bitmap, Writer } from './sql-parts.ts'
import { fieldIn, kindOf } from './subject-kind.ts'

/** People with this fact whose value meets `where`, an expression over `number` and `text`. In several brands, one of them is enough. */
export function factPeople(w: Writer, key: string, where: string): Bitmap {
  const { fact, scope } = fieldIn(kindOf(w.scope), key)
  return namedFactPeople(w, fact, scope, where)
}

export function namedFactPeople(w: Writer, name: string, scope: 'person' | 'brand', where: string): Bitmap {
  return factBitmap(w, name, scope === 'person' ? [0] : w.scope.brands, where)
}

/** Beyond this many brands one scan with a look-up per row is cheaper than a scan each. */
const BRANDS_APART_MAX = 4

/**
 * People with one of these facts. Settled facts are one row each and read without merging; what changed since stands in `facts_recent` and outweighs them.
 * `brands` null: every one.
 */
export function factBitmap(w: Writer, name: string | readonly string[], brands: readonly number[] | null, where: string): Bitmap {
  const names = typeof name === 'string' ? [name] : name
  const named = `name ${names.length === 1 ? `= ${w.bind(names[0], 'String')}` : `IN ${w.bind(names, 'Array(String)')}`}`
  // Of a few people all facts that the rule reads come with one look.
  if (w.scope.candidates) return w.factScan('candidates', names, `${named}${inBrands(w, brands)} AND (${where})`)
  if (names.length === 1 && brands && brands.length <= BRANDS_APART_MAX)
    return w.any(brands.map(brand => inOneBrand(w, names, `${named} AND brand_id = ${w.bind(brand, 'UInt32')}`, where)))
  const fact = `${named}${w.peopleFilter()}${inBrands(w, brands)}`
  return w.any([
    w.people(`SELECT person_id FROM facts_recent FINAL WHERE ${fact} AND is_set = 1 AND (${where})`),
    w.people(
      `SELECT person_id FROM facts_settled FINAL WHERE ${fact} AND is_set = 1 AND (${where})
        AND (brand_id, name, person_id) NOT IN (SELECT brand_id, name, person_id FROM facts_recent WHERE ${fact})`,
    ),
  ])
}

function inOneBrand(w: Writer, names: readonly string[], fact: string, where: string): Bitmap {
  const holds = `${fact} AND is_set = 1 AND (${where})`
  const changed = w.factScan('recent', names, fact)
  const recent = w.factScan('recent', names, holds)
  // A sample reads all its facts in one scan; of everybody, a scan for each fact is faster than one that asks every row everything.
  const settled = w.scope.ranges
    ? w.factScan('settled', names, holds)
    : w.share(`facts_settled FINAL WHERE ${fact} AND is_set = 1`, where)
  return w.any([w.without(settled, changed), recent])
}

/** What one scan for several conditions reads: the facts named in the list `names`, one row each. */
export const FACT_SCANS = {
  candidates: (w: Writer, names: string) => {
    const facts = (table: string) => `SELECT * FROM ${table} WHERE name IN ${names}${w.peopleFilter()}`
    return `(SELECT * FROM (SELECT brand_id, name, person_id, argMax(is_set, version) AS is_there, argMax(number, version) AS number, argMax(text, version) AS text
      FROM (${facts('facts_settled')} UNION ALL ${facts('facts_recent')}) GROUP BY brand_id, name, person_id) WHERE is_there = 1)`
  },
  settled: (w: Writer, names: string) => `facts_settled FINAL WHERE name IN ${names}${w.peopleFilter()}`,
  recent: (w: Writer, names: string) => `facts_recent FINAL WHERE name IN ${names}${w.peopleFilter()}`,
}
export type FactScan = keyof typeof FACT_SCANS

function inBrands(w: Writer, brands: readonly number[] | null): string {
  return brands ? ` AND brand_id IN ${w.bind(brands, 'Array(UInt32)')}` : ''
}
