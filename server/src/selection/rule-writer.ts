import type { RelatedCondition, Rule } from '@banyan/shared'
import { assert } from '../core/index.ts'
import { treeBitmap } from './compile.ts'
import { FACT_SCANS, type FactScan, factBitmap } from './fact-sql.ts'
import { inIds } from './id-list.ts'
import { aliasesOf, homesOf, type IdRanges, type Scope, storeFact } from './scope.ts'
import { setKey } from './set-key.ts'
import { Binder, type Bitmap, type Writer } from './sql-parts.ts'
import { kindOf, relatedKind, subjectFact } from './subject-kind.ts'

/** A condition that is kept as bitmaps, and fresh: see stored-sets.ts. `revision` 0: as it was built. */
export type StoredSet = { key: string; generation: number; revision: number; parts: number }
export type StoredSets = ReadonlyMap<string, StoredSet>
/** Everybody: the rule under which a population is stored. */
export const EVERYBODY: Rule = { kind: 'all', rules: [] }

/** For SQL beside a rule's own: what may have changed, what moves in time. */
export function conditionWriter(scope: Scope): Writer & { binder: Binder } {
  return new RuleWriter(scope, new Map())
}

/** Collects the pieces of one query; the same piece is written and computed once, whichever rules mention it. */
export class RuleWriter implements Writer {
  readonly scope: Scope
  private readonly stored: StoredSets
  readonly binder: Binder
  readonly population: Bitmap
  private readonly names: Map<string, Bitmap>
  /** Writers for related subjects: their pieces are pieces of this query. */
  private readonly children = new Map<RelatedCondition, RuleWriter>()
  private readonly prefix: string
  private readonly shares = new Map<string, { name: string; column: string; conditions: string[] }>()
  private readonly scans = new Map<FactScan, { names: Set<string>; conditions: string[] }>()

  /** A field, because operators hand it on to helpers. */
  readonly bind = (value: unknown, type: string): string => this.binder.bind(value, type)

  constructor(scope: Scope, stored: StoredSets, parent?: RuleWriter) {
    this.scope = scope
    this.stored = stored
    this.binder = parent?.binder ?? new Binder()
    this.names = parent?.names ?? new Map()
    this.prefix = parent ? `${parent.prefix}related${parent.children.size}_` : ''
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

  storedValues(shape: Rule, condition: string): Bitmap | null {
    const values = this.stored.size > 0 ? this.stored.get(setKey(shape, this.scope, 'values')) : undefined
    if (!values) return null
    const key = `key = ${this.bind(values.key, 'String')}`
    const all = this.share(`stored_values WHERE ${key} AND generation = ${this.bind(values.generation, 'UInt64')}`, condition)
    if (values.revision === 0) return all
    const change = `stored_value_changes WHERE ${key} AND revision = ${this.bind(values.revision, 'UInt64')}`
    const changed = this.people(`SELECT person_id FROM ${change}`)
    return this.any([this.without(all, changed), this.share(`${change} AND is_there = 1`, condition)])
  }

  brandFilter(): string {
    const { brands } = this.scope
    // One brand is said by `=`: only then are its rows known to be in the order of what follows in the key.
    if (brands?.length === 1) return ` AND brand_id = ${this.bind(brands[0], 'UInt32')}`
    return brands ? ` AND brand_id IN ${this.bind(brands, 'Array(UInt32)')}` : ''
  }

  peopleFilter(): string {
    if (this.scope.ranges) return ` AND ${inRanges('person_id', this.scope.ranges)}`
    return this.scope.candidates ? ` AND person_id IN ${inIds(this.scope.candidates, this.bind)}` : ''
  }

  homesFilter(): string {
    const { ranges } = this.scope
    if (ranges)
      return ` AND (${inRanges('person_id', ranges)} OR person_id IN (SELECT home_id FROM person_aliases FINAL WHERE person_id != home_id AND ${inRanges('person_id', ranges)}))`
    return this.scope.candidates ? ` AND person_id IN ${inIds(homesOf(this.scope), this.bind)}` : ''
  }

  people(select: string, column = 'person_id'): Bitmap {
    return this.name(`(SELECT groupBitmapState(toUInt32(${column})) FROM (${select}))`)
  }

  share(from: string, condition: string, column = 'person_id'): Bitmap {
    const shared = this.shares.get(from) ?? { name: `${this.prefix}share${this.shares.size}`, column, conditions: [] }
    this.shares.set(from, shared)
    if (!shared.conditions.includes(condition)) shared.conditions.push(condition)
    return this.name(`tupleElement(${shared.name}, ${shared.conditions.indexOf(condition) + 1})`)
  }

  factScan(scan: FactScan, names: readonly string[], condition: string): Bitmap {
    const shared = this.scans.get(scan) ?? { names: new Set(), conditions: [] }
    this.scans.set(scan, shared)
    for (const name of names) shared.names.add(name)
    if (!shared.conditions.includes(condition)) shared.conditions.push(condition)
    return this.name(`tupleElement(${this.prefix}${scan}_facts, ${shared.conditions.indexOf(condition) + 1})`)
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

  tree(rule: Rule): Bitmap {
    return treeBitmap(rule, this)
  }

  forRelated(condition: RelatedCondition): RuleWriter {
    let child = this.children.get(condition)
    if (!child) {
      const kind = relatedKind(this.scope.kinds ?? new Map(), kindOf(this.scope), condition.path)
      assert(kind, `a relation ${condition.path.relation} that leads nowhere`)
      const { aliases: _aliases, ranges: _ranges, related: _related, ...scope } = this.scope
      child = new RuleWriter(
        this.scope.related?.get(condition) ?? { ...scope, typeId: kind.typeId, candidates: null },
        this.stored,
        this,
      )
      this.children.set(condition, child)
    }
    return child
  }

  /** What the bitmaps are computed from, by the names under which `from` has them. */
  withClause(): string {
    return `WITH ${[...this.names].flatMap(([expression, name]) => (isQuery(expression) ? [] : [`${expression} AS ${name}`])).join(',\n')}`
  }

  /**
   * One row with everything that is read from tables. It stands in a subquery, because ClickHouse writes an alias out wherever it is mentioned: what is read would
   * be analysed again for every rule that mentions it.
   */
  from(extra: readonly string[] = []): string {
    const looks = this.looks()
    const scanned = looks.map(({ name, bitmaps, from }) => `(SELECT tuple(${bitmaps.join(', ')}) FROM ${from}) AS ${name}`)
    const read = [...this.names].flatMap(([expression, name]) => (isQuery(expression) ? [name] : []))
    const columns = [...looks.map(look => look.name), ...read]
    const needed = this.neededBy([...scanned, ...read, ...extra])
    const named = [...this.names].flatMap(([expression, name]) => (needed.has(name) ? [`${expression} AS ${name}`] : []))
    return `(WITH ${[...scanned, ...named].join(',\n')} SELECT ${[...columns, ...extra].join(', ')})`
  }

  /** Names that these pieces of SQL mention, and those that they in turn are made of: analysing one that nobody needs costs a millisecond. */
  private neededBy(pieces: readonly string[]): Set<string> {
    const made = new Map([...this.names].map(([expression, name]) => [name, expression]))
    const needed = new Set<string>()
    const look = (piece: string) => {
      for (const [name] of piece.matchAll(/\bb\d+\b/g)) {
        const expression = made.get(name)
        if (expression === undefined || needed.has(name)) continue
        needed.add(name)
        look(expression)
      }
    }
    for (const piece of pieces) look(piece)
    return needed
  }

  /** Bitmaps that come of one look at a table. */
  private looks(): { name: string; bitmaps: string[]; from: string }[] {
    const scans = [...this.scans].map(([scan, { names, conditions }]) => ({
      name: `${this.prefix}${scan}_facts`,
      bitmaps: conditions.map(condition => `groupBitmapStateIf(toUInt32(person_id), ${condition})`),
      from: FACT_SCANS[scan](this, this.bind([...names], 'Array(String)')),
    }))
    const shares = [...this.shares].map(([from, { name, column, conditions }]) => {
      const [only] = conditions
      return conditions.length === 1
        ? { name, bitmaps: [`groupBitmapState(toUInt32(${column}))`], from: `${from} AND (${only})` }
        : {
            name,
            bitmaps: conditions.map(condition => `groupBitmapStateIf(toUInt32(${column}), ${condition})`),
            from,
          }
    })
    return [...[...this.children.values()].flatMap(child => child.looks()), ...scans, ...shares]
  }
}

/**
 * The canonical people whom a brand of the scope has met; of the whole group, everybody. Who was merged into another is nobody's. A scope of
 * stores leaves those whom one store of every list knows.
 */
function populationBitmap(w: RuleWriter): Bitmap {
  const { typeId } = kindOf(w.scope)
  if (typeId !== 0) return thingsBitmap(w, typeId)
  const canonical = w.storedOr(EVERYBODY, () => {
    const met = w.scope.brands ? factBitmap(w, 'inBrand', w.scope.brands, '1') : factBitmap(w, 'exists', [0], '1')
    if (!w.scope.candidates)
      return w.without(met, w.people('SELECT home_id AS person_id FROM person_aliases FINAL WHERE person_id != home_id'))
    const merged = aliasesOf(w.scope).map(([home]) => home)
    return merged.length === 0 ? met : w.without(met, w.name(`bitmapBuild(${w.bind(merged, 'Array(UInt32)')})`))
  })
  return w.scope.stores.reduce(
    (people, stores) => w.name(`bitmapAnd(${people}, ${factBitmap(w, stores.map(storeFact), w.scope.brands, '1')})`),
    canonical,
  )
}

/** What decides who is in a population at all, the stores of a scope left out. */
export function populationReads(scope: Scope): string[] {
  const { typeId } = kindOf(scope)
  return typeId === 0 ? ['*', 'fact:exists', 'fact:inBrand'] : [`fact:${subjectFact(typeId, 'exists')}`]
}

/** The subjects of a type in the brands of the scope; of a scope of stores, those that lead to somebody of the stores. */
function thingsBitmap(w: RuleWriter, typeId: number): Bitmap {
  const all = w.storedOr(EVERYBODY, () => factBitmap(w, subjectFact(typeId, 'exists'), w.scope.brands, '1'))
  return w.scope.stores.reduce((things, stores) => {
    const people = `SELECT person_id FROM facts_all WHERE name IN ${w.bind(stores.map(storeFact), 'Array(String)')}${w.brandFilter()} GROUP BY brand_id, name, person_id HAVING argMax(is_set, version) = 1`
    const theirs = w.people(
      `SELECT from_id AS person_id FROM subject_relations FINAL WHERE type_id = ${w.bind(typeId, 'UInt32')} AND is_on = 1 AND to_id IN (${people})`,
    )
    return w.name(`bitmapAnd(${things}, ${theirs})`)
  }, all)
}

const isQuery = (expression: string) => expression.startsWith('(SELECT')

/** The list of ranges is for the index alone; row by row one division tells. */
function inRanges(column: string, { first, stride, size, count }: IdRanges): string {
  const starts = Array.from({ length: count }, (_, at) => first + at * stride)
  const list = starts.map(from => `(${column} >= ${from} AND ${column} < ${from + size})`).join(' OR ')
  return `(indexHint(${list}) AND ${column} >= ${first} AND (${column} - ${first}) % ${stride} < ${size})`
}
