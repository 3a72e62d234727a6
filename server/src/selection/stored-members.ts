import type { Rule } from '@banyan/shared'
import { clickhouse, type Lane } from '../core/index.ts'
import { compileMany } from './compile.ts'
import { inIds } from './id-list.ts'
import { withRelated } from './related-scopes.ts'
import type { Scope } from './scope.ts'
import { ask, marksOf, withStored } from './select-people.ts'
import type { Binder } from './sql-parts.ts'
import { IN_ORDER } from './track-people.ts'

/** Rules of saved segments, asked together: one query, in which every condition that they share is computed once. */
export type Asked = { segmentId: number; rule: Rule }
export type Difference = { entered: number[]; left: number[]; count: number }
/** A word in the query by which another connection ends it: `clickhouse.cancel`. */
type Options = { lane?: Lane; marks?: readonly string[] }

/** The differences between rules and the stored members of their segments; at most `limit` ids each. `count` is a rule's whole size within the scope. */
export async function differencesTo(
  asked: readonly Asked[],
  around: Scope,
  limit: number,
  { lane = 'build', marks }: Options = {},
): Promise<Difference[]> {
  const rules = asked.map(one => one.rule)
  const scope = await withRelated(rules, around)
  return withStored(rules, scope, lane, async sets => {
    const compiled = compileMany(rules, scope, sets)
    const stored = scope.candidates
      ? storedAmong(asked, scope.candidates, compiled.bind)
      : asked.map((one, at) => storedOf(one, at, compiled.bind))
    const columns = compiled.roots.map((root, at) => {
      const before = scope.candidates ? `tupleElement(stored, ${at + 1})` : `stored${at}`
      const ids = (bitmap: string, minus: string) =>
        `arraySort(bitmapToArray(subBitmap(bitmapAndnot(${bitmap}, ${minus}), 0, ${limit})))`
      return `(${ids(root, before)}, ${ids(before, root)}, bitmapCardinality(${root}))`
    })
    const [answer] = await ask<{ found: [number[], number[], number][] }>(compiled, `[${columns.join(', ')}] AS found`, lane, {
      marks,
      extra: stored,
    })
    return (answer?.found ?? []).map(([entered, left, count]) => ({ entered, left, count }))
  })
}

function storedOf({ segmentId }: Asked, at: number, bind: Binder['bind']): string {
  return `(SELECT groupBitmapState(person_id) FROM segment_members FINAL WHERE segment_id = ${bind(segmentId, 'UInt32')} AND is_in = 1) AS stored${at}`
}

/** Of a few people the members of all segments come with one look. */
function storedAmong(asked: readonly Asked[], people: readonly number[], bind: Binder['bind']): string[] {
  const ids = asked.map(one => one.segmentId)
  const each = ids.map(id => `groupBitmapStateIf(person_id, segment_id = ${bind(id, 'UInt32')})`)
  return [
    `(SELECT tuple(${each.join(', ')}) FROM segment_members FINAL WHERE segment_id IN ${bind(ids, 'Array(UInt32)')} AND person_id IN ${inIds(people, bind)} AND is_in = 1) AS stored`,
  ]
}

/** Writes everybody whom each rule selects into its segment's members, inside ClickHouse; answers how many. For first builds, which may be large. */
export async function storeEverybody(
  asked: readonly (Asked & { version: number })[],
  scope: Scope,
  { marks }: Options = {},
): Promise<number[]> {
  const rules = asked.map(one => one.rule)
  await withStored(rules, scope, 'build', async sets => {
    const compiled = compileMany(rules, scope, sets)
    const { bind } = compiled
    const lists = asked.map(
      ({ segmentId, version }, at) =>
        `(${bind(segmentId, 'UInt32')}, ${bind(version, 'UInt64')}, bitmapToArray(${compiled.roots[at]}))`,
    )
    await clickhouse.command(
      `${marksOf(marks)}INSERT INTO segment_members (segment_id, person_id, is_in, version, at)
        SELECT list.1, arrayJoin(list.3), 1, list.2, ${bind(scope.now, 'DateTime64(3)')}
        FROM (${compiled.withClause} SELECT arrayJoin([${lists.join(', ')}]) AS list FROM ${compiled.from()})${IN_ORDER}`,
      compiled.params,
      { lane: 'build' },
    )
  })
  const stored = await clickhouse.query<{ segment_id: number; n: number }>(
    'SELECT segment_id, uniqExact(person_id) AS n FROM segment_members WHERE segment_id IN {ids:Array(UInt32)} AND version IN {versions:Array(UInt64)} GROUP BY segment_id',
    { ids: asked.map(one => one.segmentId), versions: asked.map(one => one.version) },
    { lane: 'build' },
  )
  const counts = new Map(stored.map(row => [row.segment_id, row.n]))
  return asked.map(({ segmentId }) => counts.get(segmentId) ?? 0)
}
