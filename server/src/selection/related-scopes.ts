import { conditionsOf, type RelatedCondition, type Rule } from '@banyan/shared'
import { clickhouse } from '../core/index.ts'
import { type Scope, withAliases } from './scope.ts'
import { kindOf, relatedKind } from './subject-kind.ts'

/** Beyond this many related subjects, asking about all of them costs no more. */
const RELATED_MAX = 50_000

/**
 * The scope of candidates with all that compiling needs: what their ids have to do with others, and for every condition about related subjects whom it leads to, so that
 * only they are asked about.
 */
export async function withRelated(rules: readonly Rule[], scope: Scope): Promise<Scope> {
  const aliased = await withAliases(scope)
  const { candidates } = aliased
  const conditions = rules.flatMap(conditionsOf).filter(condition => condition.kind === 'related')
  if (!candidates || conditions.length === 0 || aliased.related) return aliased
  const related = new Map<RelatedCondition, Scope>()
  for (const condition of conditions) {
    const kind = relatedKind(scope.kinds ?? new Map(), kindOf(scope), condition.path)
    const others = await othersOf(condition, candidates)
    if (!kind || others.length > RELATED_MAX) continue
    const { aliases: _aliases, related: _related, ranges: _ranges, ...around } = scope
    related.set(condition, await withRelated([condition.rule], { ...around, typeId: kind.typeId, candidates: others }))
  }
  return { ...aliased, related }
}

async function othersOf({ path }: RelatedCondition, candidates: readonly number[]): Promise<number[]> {
  const [own, other] = path.end === 'out' ? ['from_id', 'to_id'] : ['to_id', 'from_id']
  const [found] = await clickhouse.query<{ others: number[] }>(
    `SELECT groupUniqArray(${RELATED_MAX + 1})(${other}) AS others FROM subject_relations FINAL
      WHERE type_id = {type:UInt32} AND relation = {relation:String} AND is_on = 1 AND ${own} IN {candidates:Array(UInt32)}`,
    { type: path.typeId, relation: path.relation, candidates },
  )
  return found?.others ?? []
}

/** These subjects and whomever a relation, also one that ended, joins with them: what changes about one may decide about the other. */
export async function withNeighbours(ids: readonly number[]): Promise<number[]> {
  const [found] = await clickhouse.query<{ others: number[] }>(
    `SELECT groupUniqArray(other) AS others FROM (
      SELECT to_id AS other FROM subject_relations WHERE from_id IN {ids:Array(UInt32)}
      UNION ALL SELECT from_id AS other FROM subject_relations WHERE to_id IN {ids:Array(UInt32)})`,
    { ids },
    { lane: 'build' },
  )
  return [...new Set([...ids, ...(found?.others ?? [])])].filter(id => id !== 0)
}
