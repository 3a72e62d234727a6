import type { OperatorSql } from '../operator-sql.ts'
import type { Writer } from '../sql-parts.ts'

export const tag: OperatorSql<'tag'> = {
  reads: ({ tagIds }) => tagIds.map(id => `tag:${id}`),
  bitmap: ({ op, tagIds }, w) => {
    if (op === 'all') return w.all(tagIds.map(id => tagged(w, [id])))
    const people = tagged(w, tagIds)
    return op === 'any' ? people : w.not(people)
  },
}

function tagged(w: Writer, tagIds: readonly number[]) {
  // brand 0: tags of the whole group.
  const brand = w.scope.brands ? ` AND brand_id IN ${w.bind([0, ...w.scope.brands], 'Array(UInt32)')}` : ''
  return w.people(
    `SELECT person_id FROM tagged WHERE tag_id IN ${w.bind(tagIds, 'Array(UInt32)')}${brand}${w.peopleFilter()} GROUP BY tag_id, person_id HAVING argMax(is_on, version) = 1`,
  )
}
