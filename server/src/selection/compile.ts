import { type Condition, isGroup, type Rule } from '@banyan/shared'
import { bitmapOf, nextChangeOf } from './operators.ts'
import { RuleWriter, type StoredSets } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import type { Binder, Bitmap } from './sql-parts.ts'

/**
 * One rule tree, one compiler. A condition is a bitmap of person ids, a tree is bitmap algebra over them, and the population of the scope
 * is ANDed at the root, outside whatever the tree says. The same WITH clause answers who is in, how many, and why.
 */
export type Compiled = {
  /** `WITH b2 AS ..., b3 AS ...`: put `SELECT ... FROM ${from()}` behind it. */
  withClause: string
  /** The row that they are computed from, with further columns. */
  from: (extra?: readonly string[]) => string
  params: Record<string, unknown>
  /** Names of bitmaps in the WITH clause. */
  population: Bitmap
  root: Bitmap
  /** The bitmap of every node, not yet limited to the population. */
  nodes: Map<Rule, Bitmap>
  bind: Binder['bind']
}

/** Writes the query; conditions that are among `stored` are read instead of computed. */
export function compile(rule: Rule, scope: Scope, stored: StoredSets = new Map()): Compiled {
  const { roots, ...rest } = compileMany([rule], scope, stored)
  return { ...rest, root: roots[0] as Bitmap }
}

/** Several rules in one query: what they share is computed once. */
export function compileMany(
  rules: readonly Rule[],
  scope: Scope,
  stored: StoredSets = new Map(),
): Omit<Compiled, 'root'> & { roots: Bitmap[] } {
  const writer = new RuleWriter(scope, stored)
  const nodes = new Map<Rule, Bitmap>()
  const roots = rules.map(rule => writer.name(`bitmapAnd(${writer.population}, ${nodeBitmap(rule, writer, nodes)})`))
  return {
    withClause: writer.withClause(),
    from: extra => writer.from(extra),
    params: writer.binder.params,
    population: writer.population,
    roots,
    nodes,
    bind: (value, type) => writer.bind(value, type),
  }
}

/** For every condition the SQL of the instant, in milliseconds, at which time alone may change its answer; null when only midnight or nothing does. */
export function nextChangesSql(
  conditions: readonly Condition[],
  scope: Scope,
): { found: { isMidnight: boolean; sql: string | null }[]; params: Record<string, unknown> } {
  const writer = new RuleWriter(scope, new Map())
  const found = conditions.map(condition => {
    const { isMidnight, sql } = nextChangeOf(condition, writer)
    return { isMidnight, sql: sql && `SELECT min(at) FROM (${sql}) HAVING count() > 0` }
  })
  return { found, params: writer.binder.params }
}

/** The bitmap of a tree for which nobody asks node by node. */
export function treeBitmap(rule: Rule, writer: RuleWriter): Bitmap {
  return nodeBitmap(rule, writer, new Map())
}

function nodeBitmap(rule: Rule, writer: RuleWriter, nodes: Map<Rule, Bitmap>): Bitmap {
  const bitmap = isGroup(rule)
    ? groupBitmap(rule, writer, nodes)
    : (tagsApart(rule, writer, nodes) ?? writer.storedOr(rule, () => bitmapOf(rule, writer)))
  nodes.set(rule, bitmap)
  return bitmap
}

function groupBitmap(rule: Extract<Rule, { rules: Rule[] }>, writer: RuleWriter, nodes: Map<Rule, Bitmap>): Bitmap {
  const parts = rule.rules.map(part => nodeBitmap(part, writer, nodes))
  if (rule.kind === 'all') return writer.all(parts)
  return rule.kind === 'any' ? writer.any(parts) : writer.not(writer.any(parts))
}

/** Every tag is a set of its own, so that one that is stored serves all rules that name it. */
function tagsApart(rule: Rule, writer: RuleWriter, nodes: Map<Rule, Bitmap>): Bitmap | null {
  const apart = apartOf(rule)
  return apart && groupBitmap(apart, writer, nodes)
}

export function apartOf(rule: Rule): Extract<Rule, { rules: Rule[] }> | null {
  if (rule.kind !== 'tag' || (rule.tagIds.length === 1 && rule.op === 'any')) return null
  return { kind: rule.op, rules: rule.tagIds.map(id => ({ kind: 'tag', op: 'any', tagIds: [id] })) }
}
