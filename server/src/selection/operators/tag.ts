import { factBitmap } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'
import type { Writer } from '../sql-parts.ts'
import { tagFact } from '../tag-fact.ts'

export const tag: OperatorSql<'tag'> = {
  reads: ({ tagIds }) => tagIds.map(id => `tag:${id}`),
  bitmap: ({ op, tagIds }, w) => {
    if (op === 'all') return w.all(tagIds.map(id => tagged(w, id)))
    const people = w.any(tagIds.map(id => tagged(w, id)))
    return op === 'any' ? people : w.not(people)
  },
}

/** Brand 0: tags of the whole group. */
function tagged(w: Writer, tagId: number) {
  return factBitmap(w, tagFact(tagId), w.scope.brands && [0, ...w.scope.brands], '1')
}
