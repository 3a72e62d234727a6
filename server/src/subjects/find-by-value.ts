import type { AttributeValue } from '@banyan/shared'
import { type Ctx, refused, rows, type Sql, sql } from '../core/index.ts'
import { checkValues } from './check-values.ts'
import { visibleById } from './scope.ts'
import { keyValue } from './stored-values.ts'
import { attributeOf, type TypeFacts, typeOfId } from './subject-type.ts'

/**
 * The caller's subjects that these values of a unique attribute name, in the order given; null: none. The same value in two of his brands names
 * neither. Throws thing.notFound, input.invalid for an attribute that is not unique.
 */
export async function subjectsByValue(
  ctx: Ctx,
  typeId: number,
  attributeKey: string,
  values: readonly AttributeValue[],
): Promise<(number | null)[]> {
  const type = await typeOfId(ctx, typeId)
  if (!attributeOf(type, attributeKey)?.isUnique) throw refused('input.invalid', { field: 'attribute', reason: 'not unique' })
  const holders = await holdersOf(type, attributeKey, values, sql`1 = 1`)
  const seen = new Set((await visibleById(ctx, holders.flat())).map(one => Number(one.id)))
  return holders.map(ids => onlyOne(ids.filter(id => seen.has(id))))
}

/** The same within one brand, whoever asks; of an attribute that is not unique nothing is named. */
export async function subjectsOfBrandByValue(
  type: TypeFacts,
  brandId: number,
  attributeKey: string,
  values: readonly AttributeValue[],
): Promise<(number | null)[]> {
  return (await holdersOf(type, attributeKey, values, sql`brand_id = ${brandId}`)).map(onlyOne)
}

const onlyOne = (ids: readonly number[]) => (ids.length === 1 ? (ids[0] as number) : null)

const AT_ONCE = 1_000

/** Who has each value, as it is spelled when it is kept; a value that the attribute cannot have is nobody's. */
async function holdersOf(
  type: TypeFacts,
  attributeKey: string,
  values: readonly AttributeValue[],
  where: Sql,
): Promise<number[][]> {
  const attribute = attributeOf(type, attributeKey)
  if (!attribute?.isUnique) return values.map(() => [])
  const spelled = values.map(value => {
    const checked = checkValues(type, { [attributeKey]: value }, false)
    const one = 'values' in checked ? checked.values[attributeKey] : null
    return typeof one === 'string' || typeof one === 'number' ? keyValue(attribute, one) : null
  })
  const wanted = [...new Set(spelled.filter(value => value !== null))]
  const ids = new Map<string, number[]>()
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const found = await rows<{ value: string; subject_id: number }>(
      sql`SELECT value, subject_id FROM subject_keys WHERE type_id = ${type.id} AND attribute = ${attributeKey} AND apart = 0 AND ${where} AND value IN (${wanted.slice(from, from + AT_ONCE)})`,
    )
    for (const { value, subject_id } of found) ids.set(value, [...(ids.get(value) ?? []), Number(subject_id)])
  }
  return spelled.map(value => (value === null ? [] : (ids.get(value) ?? [])))
}
