import { refused } from './errors.ts'

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
