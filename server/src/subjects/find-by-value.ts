import { type Ctx, refused, rows, sql } from '../core/index.ts'
import { checkValues } from './check-values.ts'
import { visibleById } from './scope.ts'
import { keyValue } from './stored-values.ts'
import { attributeOf, typeOfId } from './subject-type.ts'

const AT_ONCE = 1_000

/** The subjects that these values of a unique attribute name, in the order given; null: none of the caller's. Throws thing.notFound, subject.unknownAttribute. */
export async function subjectsByValue(
  ctx: Ctx,
  typeId: number,
  attributeKey: string,
  values: readonly string[],
): Promise<(number | null)[]> {
  const type = await typeOfId(ctx, typeId)
  const attribute = attributeOf(type, attributeKey)
  if (!attribute?.isUnique) throw refused('input.invalid', { field: 'attribute', reason: 'not unique' })
  const spelled = values.map(value => {
    const given = attribute.kind === 'number' || attribute.kind === 'money' ? Number(value) : value
    const checked = checkValues(type, { [attributeKey]: given }, false)
    const found = 'values' in checked ? checked.values[attributeKey] : null
    return typeof found === 'string' || typeof found === 'number' ? keyValue(attribute, found) : null
  })
  const wanted = [...new Set(spelled.filter(value => value !== null))]
  const ids = new Map<string, number[]>()
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const found = await rows<{ value: string; subject_id: number }>(
      sql`SELECT value, subject_id FROM subject_keys WHERE type_id = ${typeId} AND attribute = ${attributeKey} AND value IN (${wanted.slice(from, from + AT_ONCE)})`,
    )
    const seen = new Set(
      (
        await visibleById(
          ctx,
          found.map(one => Number(one.subject_id)),
        )
      ).map(one => Number(one.id)),
    )
    for (const { value, subject_id } of found)
      if (seen.has(Number(subject_id))) ids.set(value, [...(ids.get(value) ?? []), Number(subject_id)])
  }
  // The same value in two brands names neither.
  return spelled.map(value => {
    const found = value === null ? [] : (ids.get(value) ?? [])
    return found.length === 1 ? (found[0] as number) : null
  })
}
