import type { AttributeValue } from '@banyan/shared'
import { rows, sql } from '../core/index.ts'
import { checkValues } from './check-values.ts'
import { keyValue } from './stored-values.ts'
import { attributeOf, type TypeFacts } from './subject-type.ts'

const AT_ONCE = 1_000

/** The things of a brand that these values of a unique attribute name: position in the list -> id. What names none is left out. */
export async function subjectsByKey(
  type: TypeFacts,
  brandId: number,
  attributeKey: string,
  values: readonly AttributeValue[],
): Promise<Map<number, number>> {
  const attribute = attributeOf(type, attributeKey)
  const found = new Map<number, number>()
  if (!attribute?.isUnique) return found
  const spelled = values.map(value => {
    const checked = checkValues(type, { [attributeKey]: value }, false)
    const one = 'values' in checked ? checked.values[attributeKey] : null
    return typeof one === 'string' || typeof one === 'number' ? keyValue(attribute, one) : null
  })
  const wanted = [...new Set(spelled.filter(value => value !== null))]
  const ids = new Map<string, number>()
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = await rows<{ value: string; subject_id: number }>(
      sql`SELECT value, subject_id FROM subject_keys WHERE type_id = ${type.id} AND brand_id = ${brandId} AND attribute = ${attributeKey} AND apart = 0 AND value IN (${wanted.slice(from, from + AT_ONCE)})`,
    )
    for (const row of some) ids.set(row.value, Number(row.subject_id))
  }
  spelled.forEach((value, at) => {
    const id = value === null ? undefined : ids.get(value)
    if (id !== undefined) found.set(at, id)
  })
  return found
}
