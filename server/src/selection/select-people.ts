import { conditionsOf, type ExplainNode, groupWords, isGroup, type Rule, type RuleNames, sentenceOf } from '@banyan/shared'
import { clickhouse, type Lane, refused } from '../core/index.ts'
import { type Compiled, compile, nextChangeSql, type StoredSets } from './compile.ts'
import type { Scope } from './scope.ts'
import { freshSets } from './stored-sets.ts'
import { nextMidnight } from './window-range.ts'

export type Counted = {
  count: number
  population: number
  parts: number[]
  /** Conditions, the population among them, that were read from stored sets, and that had to be computed. */
  storedCount: number
  computedCount: number
}

/** How many there are, how many the population has, and how many each part of the root group holds by itself. Exact. */
export async function countPeople(rule: Rule, scope: Scope, lane: Lane = 'read'): Promise<Counted> {
  return withStored([rule], scope, lane, async (sets, missing) => {
    const compiled = compile(rule, scope, sets)
    const parts = (isGroup(rule) ? rule.rules : [rule]).map(
      part => `bitmapAndCardinality(${compiled.population}, ${compiled.nodes.get(part)})`,
    )
    const [answer] = await ask<{ count: number; population: number; parts: number[] }>(
      compiled,
      `bitmapCardinality(${compiled.root}) AS count, bitmapCardinality(${compiled.population}) AS population, [${parts.join(', ')}] AS parts`,
      lane,
    )
    return { ...(answer ?? { count: 0, population: 0, parts: [] }), storedCount: sets.size, computedCount: missing.length }
  })
}

export const IDS_AT_ONCE = 200_000

/** Ids of everybody whom the rule selects, ascending, in pages of at most 200,000. */
export async function* selectPeople(rule: Rule, scope: Scope, lane: Lane = 'build'): AsyncGenerator<number[]> {
  const { sets } = await freshSets([rule], scope, lane)
  const compiled = compile(rule, scope, sets)
  for (let offset = 0; ; offset += IDS_AT_ONCE) {
    const [answer] = await ask<{ ids: number[] }>(
      compiled,
      `arraySort(bitmapToArray(subBitmap(${compiled.root}, ${offset}, ${IDS_AT_ONCE}))) AS ids`,
      lane,
    )
    const ids = answer?.ids ?? []
    if (ids.length > 0) yield ids
    if (ids.length < IDS_AT_ONCE) return
  }
}

/** Which of these people the rule selects: the same query with a candidate set. */
export async function selectAmong(rule: Rule, scope: Scope, people: readonly number[]): Promise<number[]> {
  if (people.length === 0) return []
  const compiled = compile(rule, { ...scope, candidates: people })
  const [answer] = await ask<{ ids: number[] }>(compiled, `arraySort(bitmapToArray(${compiled.root})) AS ids`, 'read')
  return answer?.ids ?? []
}

/** The difference between a rule and the stored members of a segment; at most `limit` ids each. `count` is the rule's whole size within the scope. */
export async function differenceTo(
  segmentId: number,
  rule: Rule,
  scope: Scope,
  limit: number,
  lane: Lane = 'build',
): Promise<{ entered: number[]; left: number[]; count: number }> {
  return withStored([rule], scope, lane, async sets => {
    const compiled = compile(rule, scope, sets)
    const people = scope.candidates ? ` AND person_id IN ${compiled.bind(scope.candidates, 'Array(UInt32)')}` : ''
    const stored = `(SELECT groupBitmapState(person_id) FROM (SELECT person_id FROM segment_members WHERE segment_id = ${compiled.bind(segmentId, 'UInt32')}${people} GROUP BY person_id HAVING argMax(is_in, version) = 1))`
    const [answer] = await ask<{ entered: number[]; left: number[]; count: number }>(
      { ...compiled, withClause: `${compiled.withClause},\n${stored} AS stored` },
      `arraySort(bitmapToArray(subBitmap(bitmapAndnot(${compiled.root}, stored), 0, ${limit}))) AS entered,
     arraySort(bitmapToArray(subBitmap(bitmapAndnot(stored, ${compiled.root}), 0, ${limit}))) AS left, bitmapCardinality(${compiled.root}) AS count`,
      lane,
    )
    return answer ?? { entered: [], left: [], count: 0 }
  })
}

/** Writes everybody whom the rule selects into a segment's members, inside ClickHouse; answers how many. For first builds, which may be large. */
export async function storeEverybody(segmentId: number, version: number, rule: Rule, scope: Scope): Promise<number> {
  const { sets } = await freshSets([rule], scope, 'build')
  const compiled = compile(rule, scope, sets)
  const values = `${compiled.bind(segmentId, 'UInt32')} AS segment_id, arrayJoin(bitmapToArray(${compiled.root})) AS person_id, 1 AS is_in, ${compiled.bind(version, 'UInt64')} AS version, ${compiled.bind(scope.now, 'DateTime64(3)')} AS at`
  await clickhouse.command(
    `INSERT INTO segment_members (segment_id, person_id, is_in, version, at) ${compiled.withClause} SELECT ${values}`,
    compiled.params,
    { lane: 'build' },
  )
  const [stored] = await clickhouse.query<{ n: number }>(
    'SELECT uniqExact(person_id) AS n FROM segment_members WHERE segment_id = {id:UInt32} AND version = {version:UInt64}',
    { id: segmentId, version },
    { lane: 'build' },
  )
  return stored?.n ?? 0
}

/** The tree with its truth for one person at this instant. */
export async function explainPerson(
  rule: Rule,
  scope: Scope,
  personId: number,
  names: RuleNames,
  /** What to call nodes that stand for something else, for example a segment's rule. */
  labels: ReadonlyMap<Rule, string> = new Map(),
): Promise<{ isIn: boolean; isInPopulation: boolean; tree: ExplainNode }> {
  const compiled = compile(rule, { ...scope, candidates: [personId] })
  const nodes = [...compiled.nodes]
  const person = compiled.bind(personId, 'UInt32')
  const [answer] = await ask<{ root: number; population: number; nodes: number[] }>(
    compiled,
    `bitmapContains(${compiled.root}, ${person}) AS root, bitmapContains(${compiled.population}, ${person}) AS population,
     [${nodes.map(([, bitmap]) => `bitmapContains(${bitmap}, ${person})`).join(', ')}] AS nodes`,
    'read',
  )
  const truth = new Map(nodes.map(([node], at) => [node, answer?.nodes[at] === 1]))
  const treeOf = (node: Rule): ExplainNode => ({
    kind: node.kind,
    text: labels.get(node) ?? (isGroup(node) ? groupWords(names, node.kind) : sentenceOf(node, names)),
    isTrue: truth.get(node) ?? false,
    rules: isGroup(node) ? node.rules.map(treeOf) : [],
  })
  return { isIn: answer?.root === 1, isInPopulation: answer?.population === 1, tree: treeOf(rule) }
}

/** The next instant at which time alone may change who is in; null when time alone never does. */
export async function nextChangeOfRule(rule: Rule, scope: Scope): Promise<Date | null> {
  const { isMidnight, sql, params } = nextChangeSql(rule, scope)
  const instants = isMidnight ? [nextMidnight(scope.now, scope.zone).getTime()] : []
  if (sql) {
    const [next] = await clickhouse.query<{ at: number }>(sql, params, { lane: 'build' })
    if (next) instants.push(next.at)
  }
  return instants.length > 0 ? new Date(Math.max(Math.min(...instants), scope.now.getTime() + 1)) : null
}

export function isTimeDependent(rule: Rule, scope: Scope): boolean {
  const { isMidnight, sql } = nextChangeSql(rule, scope)
  return conditionsOf(rule).length > 0 && (isMidnight || sql !== null)
}

/** Stored sets that were dropped between the look and the read: computed instead. */
async function withStored<T>(
  rules: readonly Rule[],
  scope: Scope,
  lane: Lane,
  work: (sets: StoredSets, missing: string[]) => Promise<T>,
): Promise<T> {
  const { sets, missing } = await freshSets(rules, scope, lane)
  try {
    return await work(sets, missing)
  } catch (error) {
    if (sets.size === 0 || !(error as Error).message.includes('stored set is gone')) throw error
    return work(new Map(), [...sets.keys(), ...missing])
  }
}

/** ClickHouse's own limits end a rule that is too heavy; the person gets words instead of a fault. */
async function ask<T extends object>(compiled: Compiled, select: string, lane: Lane): Promise<T[]> {
  try {
    return await clickhouse.query<T>(`${compiled.withClause}\nSELECT ${select}`, compiled.params, { lane })
  } catch (error) {
    const type = (error as { type?: string }).type
    if (type === 'TIMEOUT_EXCEEDED' || type === 'MEMORY_LIMIT_EXCEEDED' || type === 'TOO_SLOW') throw refused('selection.tooSlow')
    throw error
  }
}
