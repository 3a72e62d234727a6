import { FIELDS, type Field, type FieldName } from '@banyan/shared'
import type { Bitmap, Writer } from './sql-parts.ts'

/** Tags are facts, too: of the brand (0: of the group) whose tag it is. */
export const tagFact = (tagId: number) => `tag:${tagId}`

/** People with this fact whose value meets `where`, an expression over `number` and `text`. In several brands, one of them is enough. */
export function factPeople(w: Writer, name: FieldName, where: string): Bitmap {
  return namedFactPeople(w, name, (FIELDS[name] as Field).scope, where)
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
  const isOne = typeof name === 'string'
  const fact = `name ${isOne ? `= ${w.bind(name, 'String')}` : `IN ${w.bind(name, 'Array(String)')}`}${w.peopleFilter()}`
  if (w.scope.candidates)
    return w.people(
      `SELECT person_id FROM (SELECT person_id, argMax(is_set, version) AS is_there, argMax(number, version) AS number, argMax(text, version) AS text
        FROM (SELECT * FROM facts_settled WHERE ${fact}${inBrands(w, brands)} UNION ALL SELECT * FROM facts_recent WHERE ${fact}${inBrands(w, brands)})
        GROUP BY brand_id, name, person_id) WHERE is_there = 1 AND (${where})`,
    )
  if (isOne && brands && brands.length <= BRANDS_APART_MAX) return w.any(brands.map(brand => inOneBrand(w, fact, brand, where)))
  const recent = `facts_recent FINAL WHERE ${fact}${inBrands(w, brands)}`
  const settled = `facts_settled FINAL WHERE ${fact}${inBrands(w, brands)}`
  return w.any([
    w.people(`SELECT person_id FROM ${recent} AND is_set = 1 AND (${where})`),
    w.people(
      `SELECT person_id FROM ${settled} AND is_set = 1 AND (${where}) AND (brand_id, name, person_id) NOT IN (SELECT brand_id, name, person_id FROM ${recent})`,
    ),
  ])
}

function inOneBrand(w: Writer, fact: string, brand: number, where: string): Bitmap {
  const rows = `${fact} AND brand_id = ${w.bind(brand, 'UInt32')}`
  const changed = w.people(`SELECT person_id FROM facts_recent WHERE ${rows}`)
  const recent = w.people(`SELECT person_id FROM facts_recent FINAL WHERE ${rows} AND is_set = 1 AND (${where})`)
  const settled = w.people(`SELECT person_id FROM facts_settled FINAL WHERE ${rows} AND is_set = 1 AND (${where})`)
  return w.any([w.without(settled, changed), recent])
}

function inBrands(w: Writer, brands: readonly number[] | null): string {
  return brands ? ` AND brand_id IN ${w.bind(brands, 'Array(UInt32)')}` : ''
}
