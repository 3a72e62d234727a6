import { conditionsOf, type RelatedCondition } from '@banyan/shared'
import { inIds } from '../id-list.ts'
import { NEVER, type OperatorSql } from '../operator-sql.ts'
import { nextChangeOf, readsOf } from '../operators.ts'
import { type Bitmap, holds, numberSql, positiveOf, type Writer } from '../sql-parts.ts'
import { relatedKind } from '../subject-kind.ts'

/** The others are selected by the same compiler in their own population; a relation carries the answer over. */
export const related: OperatorSql<'related'> = {
  reads: ({ path, rule }, kind, kinds) => {
    const other = relatedKind(kinds, kind, path)
    return [
      `relation:${path.typeId}.${path.relation}`,
      ...(other
        ? [`fact:t${other.typeId}.exists`, ...conditionsOf(rule).flatMap(condition => readsOf(condition, other, kinds))]
        : []),
    ]
  },
  bitmap: (condition, w) => {
    const others = w.forRelated(condition)
    const matching = others.name(`bitmapAnd(${others.population}, ${others.tree(condition.rule)})`)
    const { test } = condition
    if (test.op === 'count') {
      const { positive, isNegated } = positiveOf(test.is)
      // Who has nothing related counts as 0.
      const isZeroIn = holds(0, positive)
      const compared = numberSql('uniqExact(other)', positive, w.bind)
      const people = joined(condition, w, matching, isZeroIn ? `NOT (${compared})` : compared)
      return isZeroIn === isNegated ? people : w.not(people)
    }
    const some = joined(condition, w, matching)
    if (test.op === 'any') return some
    if (test.op === 'none') return w.not(some)
    const rest = others.name(`bitmapAndnot(${others.population}, ${matching})`)
    return w.without(some, joined(condition, w, rest))
  },
  nextChange: ({ rule, ...rest }, w) => {
    const others = w.forRelated({ rule, ...rest })
    const changes = conditionsOf(rule).map(condition => nextChangeOf(condition, others))
    const parts = changes.flatMap(change => (change.sql ? [`(${change.sql})`] : []))
    if (changes.length === 0) return NEVER
    return {
      isMidnight: changes.some(change => change.isMidnight),
      sql: parts.length > 0 ? `SELECT at FROM (${parts.join(' UNION ALL ')})` : null,
    }
  },
}

/** Whom the relation joins with those in the bitmap. */
function joined({ path }: RelatedCondition, w: Writer, others: Bitmap, having?: string): Bitmap {
  const [own, other] = path.end === 'out' ? ['from_id', 'to_id'] : ['to_id', 'from_id']
  const where = [
    `type_id = ${w.bind(path.typeId, 'UInt32')}`,
    `relation = ${w.bind(path.relation, 'String')}`,
    'is_on = 1',
    ...(path.role ? [`role = ${w.bind(path.role, 'String')}`] : []),
    ...(w.scope.candidates ? [`${own} IN ${inIds(w.scope.candidates, w.bind)}`] : []),
    `bitmapContains(${others}, ${other})`,
  ].join(' AND ')
  const rows = `SELECT ${own} AS person_id, ${other} AS other FROM subject_relations FINAL WHERE ${where}${w.brandFilter()}`
  return w.people(having ? `SELECT person_id FROM (${rows}) GROUP BY person_id HAVING ${having}` : rows)
}
