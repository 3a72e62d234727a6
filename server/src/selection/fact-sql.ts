import { FIELDS, type Field, type FieldName } from '@banyan/shared'
import type { Bitmap, Writer } from './sql-parts.ts'

/** People with this fact whose value meets `where`, an expression over `number` and `text`. In several brands, one of them is enough. */
export function factPeople(w: Writer, name: FieldName, where: string): Bitmap {
  return namedFactPeople(w, name, (FIELDS[name] as Field).scope, where)
}

export function namedFactPeople(w: Writer, name: string, scope: 'person' | 'brand', where: string): Bitmap {
  const brand = scope === 'person' ? ' AND brand_id = 0' : w.brandFilter()
  return w.people(
    `SELECT person_id FROM (SELECT person_id, argMax(is_set, version) AS is_there, argMax(number, version) AS number, argMax(text, version) AS text
      FROM facts WHERE name = ${w.bind(name, 'String')}${brand}${w.peopleFilter()} GROUP BY brand_id, person_id) WHERE is_there = 1 AND (${where})`,
  )
}
