import { conditionsOf, type ExplainNode, groupWords, isGroup, type Rule, type RuleNames, sentenceOf } from '@banyan/shared'
import { clickhouse, type Lane, refused } from '../core/index.ts'
import { type Compiled, compile, compileMany, nextChangesSql } from './compile.ts'
import { withRelated } from './related-scopes.ts'
import type { StoredSets } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import { setKey } from './set-key.ts'
import { freshSets } from './stored-sets.ts'
import { IN_ORDER } from './track-people.ts'
import { nextMidnight } from './window-range.ts'

export type Counted = {
  count: number
  population: number
  parts: number[]
  /** Conditions, the population among them, that were read from stored sets, and that had to be computed. */
  storedCount: number
  computedCount: number
  /** Keys of those that had to be computed. */
  missing: string[]
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
    return {
      ...(answer ?? { count: 0, population: 0, parts: [] }),
      storedCount: sets.size,
      computedCount: missing.length,
      missing,
    }
  })
}

/** Ids of everybody whom each of these rules selects, ascending; in one query, for rules that share much or select few. */
export async function selectByMany(rules: readonly Rule[], asked: Scope, lane: Lane = 'build'): Promise<number[][]> {
  const scope = await withRelated(rules, asked)
  return withStored(rules, scope, lane, async sets => {
    const compiled = compileMany(rules, scope, sets)
    const [answer] = await ask<{ ids: number[][] }>(
      compiled,
      `[${compiled.roots.map(root => `arraySort(bitmapToArray(${root}))`).join(', ')}] AS ids`,
      lane,
    )
    return answer?.ids ?? rules.map(() => [])
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
  const compiled = compile(rule, await withRelated([rule], { ...scope, candidates: people }))
  const [answer] = await ask<{ ids: number[] }>(compiled, `arraySort(bitmapToArray(${compiled.root})) AS ids`, 'read')
  return answer?.ids ?? []
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
  const compiled = compile(rule, await withRelated([rule], { ...scope, candidates: [personId] }))
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

/** The next instants at which time alone may change who is in, rule by rule; null when time alone never does. */
export async function nextChangesOfRules(rules: readonly Rule[], asked: Scope): Promise<(Date | null)[]> {
  const scope = await withRelated(rules, asked)
  const conditions = new Map(rules.flatMap(conditionsOf).map(condition => [setKey(condition, scope), condition]))
  const { found, params } = nextChangesSql([...conditions.values()], scope)
  const asks = found.flatMap((change, at) => (change.sql ? [`(${change.sql}) AS n${at}`] : []))
  const [answer] =
    asks.length > 0
      ? await clickhouse.query<Record<string, number | null>>(`SELECT ${asks.join(', ')}`, params, { lane: 'build' })
      : []
  const midnight = nextMidnight(scope.now, scope.zone).getTime()
  const keys = [...conditions.keys()]
  const nextOf = (at: number): number[] => {
    const instant = answer?.[`n${at}`]
    return [...(found[at]?.isMidnight ? [midnight] : []), ...(typeof instant === 'number' ? [instant] : [])]
  }
  return rules.map(rule => {
    const instants = conditionsOf(rule).flatMap(condition => nextOf(keys.indexOf(setKey(condition, scope))))
    return instants.length > 0 ? new Date(Math.max(Math.min(...instants), scope.now.getTime() + 1)) : null
  })
}

export async function nextChangeOfRule(rule: Rule, scope: Scope): Promise<Date | null> {
  return (await nextChangesOfRules([rule], scope))[0] ?? null
}

export function isTimeDependent(rule: Rule, scope: Scope): boolean {
  return nextChangesSql(conditionsOf(rule), scope).found.some(change => change.isMidnight || change.sql !== null)
}

/** Stored sets that were dropped between the look and the read: computed instead. */
export async function withStored<T>(
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

export async function ask<T extends object>(
  compiled: Pick<Compiled, 'withClause' | 'from' | 'params'>,
  select: string,
  lane: Lane,
  { marks, extra }: { marks?: readonly string[]; extra?: readonly string[] } = {},
): Promise<T[]> {
  return withinLimits(() =>
    clickhouse.query<T>(
      `${marksOf(marks)}${compiled.withClause}\nSELECT ${select} FROM ${compiled.from(extra)}${IN_ORDER}`,
      compiled.params,
      { lane },
    ),
  )
}

/** ClickHouse's own limits end a rule that is too heavy; the person gets words instead of a fault. */
export async function withinLimits<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const type = (error as { type?: string }).type
    if (type === 'TIMEOUT_EXCEEDED' || type === 'MEMORY_LIMIT_EXCEEDED' || type === 'TOO_SLOW') throw refused('selection.tooSlow')
    throw error
  }
}

/** Comments that go with a query's text, so that another connection can find it. */
export function marksOf(marks: readonly string[] = []): string {
  return marks.map(mark => `/* ${mark} */ `).join('')
}
