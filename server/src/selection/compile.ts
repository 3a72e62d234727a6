import { conditionsOf, isGroup, type Rule } from '@banyan/shared'
import { bitmapOf, nextChangeOf } from './operators.ts'
import type { Scope } from './scope.ts'
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

export function compile(rule: Rule, scope: Scope): Compiled {
  const writer = new RuleWriter(scope)
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
  const writer = new RuleWriter(scope)
  const changes = conditionsOf(rule).map(condition => nextChangeOf(condition, writer))
  const parts = changes.flatMap(change => (change.sql ? [`(${change.sql})`] : []))
  return {
    isMidnight: changes.some(change => change.isMidnight),
    sql: parts.length > 0 ? `SELECT min(at) AS at FROM (${parts.join(' UNION ALL ')}) HAVING count() > 0` : null,
    params: writer.binder.params,
  }
}

function nodeBitmap(rule: Rule, writer: RuleWriter, nodes: Map<Rule, Bitmap>): Bitmap {
  const bitmap = isGroup(rule) ? groupBitmap(rule, writer, nodes) : bitmapOf(rule, writer)
  nodes.set(rule, bitmap)
  return bitmap
}

function groupBitmap(rule: Extract<Rule, { rules: Rule[] }>, writer: RuleWriter, nodes: Map<Rule, Bitmap>): Bitmap {
  const parts = rule.rules.map(part => nodeBitmap(part, writer, nodes))
  if (rule.kind === 'all') return writer.all(parts)
  return rule.kind === 'any' ? writer.any(parts) : writer.not(writer.any(parts))
}

class RuleWriter implements Writer {
  readonly scope: Scope
  readonly binder = new Binder()
  readonly population: Bitmap
  private readonly names = new Map<string, Bitmap>()

  /** A field, because operators hand it on to helpers. */
  readonly bind = (value: unknown, type: string): string => this.binder.bind(value, type)

  constructor(scope: Scope) {
    this.scope = scope
    this.population = this.people(populationSql(this))
  }

  brandFilter(): string {
    return this.scope.brands ? ` AND brand_id IN ${this.bind(this.scope.brands, 'Array(UInt32)')}` : ''
  }

  peopleFilter(): string {
    return this.scope.candidates ? ` AND person_id IN ${this.bind(this.scope.candidates, 'Array(UInt32)')}` : ''
  }

  homesFilter(): string {
    if (!this.scope.candidates) return ''
    const people = this.bind(this.scope.candidates, 'Array(UInt32)')
    return ` AND person_id IN (SELECT arrayJoin(${people}) UNION ALL SELECT home_id FROM person_aliases GROUP BY home_id HAVING argMax(person_id, version) IN ${people})`
  }

  people(select: string): Bitmap {
    return this.name(`(SELECT groupBitmapState(toUInt32(person_id)) FROM (${select}))`)
  }

  not(bitmap: Bitmap): Bitmap {
    return this.name(`bitmapAndnot(${this.population}, ${bitmap})`)
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

/** The canonical people whom a brand of the scope has met; of the whole group, everybody. Who was merged into another is nobody's. */
function populationSql(w: RuleWriter): string {
  const merged = 'SELECT home_id FROM person_aliases GROUP BY home_id HAVING argMax(person_id, version) != home_id'
  const fact = (name: string, brand: string) =>
    `SELECT person_id FROM facts WHERE name = ${w.bind(name, 'String')}${brand}${w.peopleFilter()} AND person_id NOT IN (${merged})
      GROUP BY brand_id, person_id HAVING argMax(is_set, version) = 1`
  return w.scope.brands ? fact('inBrand', w.brandFilter()) : fact('exists', ' AND brand_id = 0')
}
