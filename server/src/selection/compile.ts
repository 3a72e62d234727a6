import { conditionsOf, isGroup, type Rule } from '@banyan/shared'
import { factBitmap } from './fact-sql.ts'
import { bitmapOf, nextChangeOf } from './operators.ts'
import { type Scope, storeFact } from './scope.ts'
import { setKey } from './set-key.ts'
import { Binder, type Bitmap, type Writer } from './sql-parts.ts'

/**
 * One rule tree, one compiler. A condition is a bitmap of person ids, a tree is bitmap algebra over them, and the population of the scope
 * is ANDed at the root, outside whatever the tree says. The same WITH clause answers who is in, how many, and why.
 */
export type Compiled = {
  /** `WITH b0 AS ..., b1 AS ...`: put a SELECT behind it. */
  withClause: string
  params: Record<string, unknown>
  /** Names of bitmaps in the WITH clause. */
  population: Bitmap
  root: Bitmap
  /** The bitmap of every node, not yet limited to the population. */
  nodes: Map<Rule, Bitmap>
  bind: Binder['bind']
}

/** A condition that is kept as bitmaps, and fresh: see stored-sets.ts. `revision` 0: as it was built. */
export type StoredSet = { key: string; generation: number; revision: number; parts: number }
export type StoredSets = ReadonlyMap<string, StoredSet>
/** Everybody: the rule under which a population is stored. */
export const EVERYBODY: Rule = { kind: 'all', rules: [] }

/** Writes the query; conditions that are among `stored` are read instead of computed. */
export function compile(rule: Rule, scope: Scope, stored: StoredSets = new Map()): Compiled {
  const writer = new RuleWriter(scope, stored)
  const nodes = new Map<Rule, Bitmap>()
  const tree = nodeBitmap(rule, writer, nodes)
  const root = writer.name(`bitmapAnd(${writer.population}, ${tree})`)
  return {
    withClause: writer.withClause(),
    params: writer.binder.params,
    population: writer.population,
    root,
    nodes,
    bind: (value, type) => writer.bind(value, type),
  }
}

/** The SQL that lists the instants, in milliseconds, at which time alone may change the answer; null when only midnight or nothing does. */
export function nextChangeSql(
  rule: Rule,
  scope: Scope,
): { isMidnight: boolean; sql: string | null; params: Record<string, unknown> } {
  const writer = new RuleWriter(scope, new Map())
  const changes = conditionsOf(rule).map(condition => nextChangeOf(condition, writer))
  const parts = changes.flatMap(change => (change.sql ? [`(${change.sql})`] : []))
  return {
    isMidnight: changes.some(change => change.isMidnight),
    sql: parts.length > 0 ? `SELECT min(at) AS at FROM (${parts.join(' UNION ALL ')}) HAVING count() > 0` : null,
    params: writer.binder.params,
  }
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

/** For SQL beside a rule's own: what may have changed, what moves in time. */
export function conditionWriter(scope: Scope): Writer & { binder: Binder } {
  return new RuleWriter(scope, new Map())
}

class RuleWriter implements Writer {
  readonly scope: Scope
  private readonly stored: StoredSets
  readonly binder = new Binder()
  readonly population: Bitmap
  private readonly names = new Map<string, Bitmap>()

  /** A field, because operators hand it on to helpers. */
  readonly bind = (value: unknown, type: string): string => this.binder.bind(value, type)

  constructor(scope: Scope, stored: StoredSets) {
    this.scope = scope
    this.stored = stored
    this.population = populationBitmap(this)
  }

  storedOr(rule: Rule, otherwise: () => Bitmap): Bitmap {
    const set = this.stored.size > 0 ? this.stored.get(setKey(rule, this.scope)) : undefined
    if (!set) return otherwise()
    const key = `key = ${this.bind(set.key, 'String')}`
    // A set that is gone must not read as an empty one.
    const all = this.name(
      `(SELECT groupBitmapMergeState(members) FROM stored_sets WHERE ${key} AND generation = ${this.bind(set.generation, 'UInt64')} HAVING throwIf(count() != ${set.parts}, 'stored set is gone') = 0)`,
    )
    if (set.revision === 0) return all
    const change = `FROM stored_set_changes WHERE ${key} AND revision = ${this.bind(set.revision, 'UInt64')} HAVING throwIf(count() != 1, 'stored set is gone') = 0`
    const changed = this.name(`(SELECT groupBitmapMergeState(changed) ${change})`)
    const inside = this.name(`(SELECT groupBitmapMergeState(inside) ${change})`)
    return this.any([this.without(all, changed), inside])
  }

  brandFilter(): string {
    return this.scope.brands ? ` AND brand_id IN ${this.bind(this.scope.brands, 'Array(UInt32)')}` : ''
  }

  peopleFilter(): string {
    if (this.scope.ranges) return ` AND ${this.inRanges('person_id')}`
    return this.scope.candidates ? ` AND person_id IN ${this.bind(this.scope.candidates, 'Array(UInt32)')}` : ''
  }

  homesFilter(): string {
    if (this.scope.ranges)
      return ` AND (${this.inRanges('person_id')} OR person_id IN (SELECT home_id FROM person_aliases FINAL WHERE person_id != home_id AND ${this.inRanges('person_id')}))`
    if (!this.scope.candidates) return ''
    const people = this.bind(this.scope.candidates, 'Array(UInt32)')
    return ` AND person_id IN (SELECT arrayJoin(${people}) UNION ALL SELECT home_id FROM person_aliases FINAL WHERE person_id IN ${people})`
  }

  private inRanges(column: string): string {
    const ranges = this.scope.ranges ?? []
    return `(${ranges.map(([from, to]) => `(${column} >= ${Number(from)} AND ${column} < ${Number(to)})`).join(' OR ')})`
  }

  people(select: string): Bitmap {
    return this.name(`(SELECT groupBitmapState(toUInt32(person_id)) FROM (${select}))`)
  }

  not(bitmap: Bitmap): Bitmap {
    return this.without(this.population, bitmap)
  }

  without(bitmap: Bitmap, minus: Bitmap): Bitmap {
    return this.name(`bitmapAndnot(${bitmap}, ${minus})`)
  }

  any(bitmaps: readonly Bitmap[]): Bitmap {
    const [first, ...rest] = bitmaps
    if (!first) return this.name('bitmapBuild(emptyArrayUInt32())')
    return rest.reduce((sum, next) => this.name(`bitmapOr(${sum}, ${next})`), first)
  }

  all(bitmaps: readonly Bitmap[]): Bitmap {
    return bitmaps.reduce((sum, next) => this.name(`bitmapAnd(${sum}, ${next})`), this.population)
  }

  /** The same piece of SQL is computed once, however often the tree mentions it. */
  name(expression: string): Bitmap {
    let name = this.names.get(expression)
    if (!name) {
      name = `b${this.names.size}`
      this.names.set(expression, name)
    }
    return name
  }

  withClause(): string {
    return `WITH ${[...this.names].map(([expression, name]) => `${expression} AS ${name}`).join(',\n')}`
  }
}

/**
 * The canonical people whom a brand of the scope has met; of the whole group, everybody. Who was merged into another is nobody's. A scope of
 * stores leaves those whom one store of every list knows.
 */
function populationBitmap(w: RuleWriter): Bitmap {
  const canonical = w.storedOr(EVERYBODY, () => {
    const met = w.scope.brands ? factBitmap(w, 'inBrand', w.scope.brands, '1') : factBitmap(w, 'exists', [0], '1')
    return w.without(met, w.people('SELECT home_id AS person_id FROM person_aliases FINAL WHERE person_id != home_id'))
  })
  return w.scope.stores.reduce(
    (people, stores) => w.name(`bitmapAnd(${people}, ${factBitmap(w, stores.map(storeFact), w.scope.brands, '1')})`),
    canonical,
  )
}
