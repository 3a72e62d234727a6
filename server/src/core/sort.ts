import { refused } from './errors.ts'
import { type Sql, sql } from './stores/sql.ts'

/**
 * What a list is ordered by: `-` in front of the field means the largest first.
 * Throws input.invalid for a field that the list does not offer: it is never written into SQL unread.
 */
export function orderOf<F extends string>(
  sort: string | undefined,
  fields: readonly F[],
  otherwise: NoInfer<F | `-${F}`>,
): [field: F, direction: 'ASC' | 'DESC'] {
  const wanted = sort ?? otherwise
  const field = fields.find(one => one === wanted.replace(/^-/, ''))
  if (!field) throw refused('input.invalid', { field: 'sort', reason: `one of ${fields.join(', ')}` })
  return [field, wanted.startsWith('-') ? 'DESC' : 'ASC']
}

/** The same for SQL: each field with the column, or the expression, that it is written as. Ties are the caller's to order. */
export function orderSql<F extends string>(
  sort: string | undefined,
  columns: Record<F, string>,
  otherwise: NoInfer<F | `-${F}`>,
): Sql {
  const [field, direction] = orderOf(sort, Object.keys(columns) as F[], otherwise)
  return sql.raw(`${columns[field]} ${direction}`)
}
