import type { NumberCompare, RelatedCondition, Rule, TextCompare } from '@banyan/shared'
import type { FactScan } from './fact-sql.ts'
import type { Scope } from './scope.ts'

/** Collects bound values while a query is written: `bind(7, 'UInt32')` gives `{p0:UInt32}`. */
export class Binder {
  readonly params: Record<string, unknown> = {}
  private readonly known = new Map<string, string>()

  readonly bind = (value: unknown, type: string): string => {
    const key = `${type}\0${value instanceof Date ? value.getTime() : JSON.stringify(value)}`
    let name = this.known.get(key)
    if (!name) {
      name = `p${this.known.size}`
      this.known.set(key, name)
      this.params[name] = value
    }
    return `{${name}:${type}}`
  }
}

/** What an operator gets to write its SQL with. Every piece is a subquery that yields one bitmap of person ids. */
export type Writer = {
  scope: Scope
  bind: (value: unknown, type: string) => string
  /** ` AND brand_id IN (...)`, or nothing when every brand counts. */
  brandFilter(): string
  /** ` AND person_id IN (...)` for tables of people, and for tables of homes. */
  peopleFilter(): string
  homesFilter(): string
  /** A bitmap of the people that a subquery lists in `column`, `person_id` unless said. */
  people(select: string, column?: string): Bitmap
  /** A bitmap of the people whose row of `from` (which ends in its WHERE) meets the condition. Conditions on the same rows are one scan. */
  share(from: string, condition: string, column?: string): Bitmap
  /** A bitmap of the people whose stored value of this aggregate meets the condition over `value`; null when it is not stored, or not fresh. */
  storedValues(shape: Rule, condition: string): Bitmap | null
  /** A bitmap of the people of whom a fact among `names` meets the condition; conditions on the same scan share it. */
  factScan(scan: FactScan, names: readonly string[], condition: string): Bitmap
  /** The exact complement within the population. */
  not(bitmap: Bitmap): Bitmap
  /** The first without the second. */
  without(bitmap: Bitmap, minus: Bitmap): Bitmap
  any(bitmaps: readonly Bitmap[]): Bitmap
  /** A bitmap that an expression over others makes. */
  name(expression: string): Bitmap
  /** The bitmap of a whole rule, and of everybody it may be about. */
  tree(rule: Rule): Bitmap
  population: Bitmap
  /** For the subjects that a condition about related ones asks of: the same query, another population. */
  forRelated(condition: RelatedCondition): Writer
  all(bitmaps: readonly Bitmap[]): Bitmap
}

/** SQL for a bitmap, by the name it has in the WITH clause. */
export type Bitmap = string

/** SQL for `expression compares`; only for values that are there. */
export function numberSql(expression: string, compare: NumberCompare, bind: Writer['bind']): string {
  if (compare.op === 'between' || compare.op === 'notBetween') {
    const inside = `(${expression} >= ${bind(compare.from, 'Float64')} AND ${expression} <= ${bind(compare.to, 'Float64')})`
    return compare.op === 'between' ? inside : `NOT ${inside}`
  }
  return `${expression} ${compare.op} ${bind(compare.value, 'Float64')}`
}

export function textSql(expression: string, compare: TextCompare, bind: Writer['bind']): string {
  switch (compare.op) {
    case 'is':
      return `${expression} IN ${bind(compare.values, 'Array(String)')}`
    case 'isNot':
      return `${expression} NOT IN ${bind(compare.values, 'Array(String)')}`
    case 'contains':
      return `position(${expression}, ${bind(compare.value, 'String')}) > 0`
    case 'doesNotContain':
      return `position(${expression}, ${bind(compare.value, 'String')}) = 0`
    case 'startsWith':
      return `startsWith(${expression}, ${bind(compare.value, 'String')})`
  }
}

/** A negative operator is the complement of its positive, also for those who have no value. */
export function positiveOf<C extends NumberCompare | TextCompare>(compare: C): { positive: C; isNegated: boolean } {
  const opposite = { '!=': '=', notBetween: 'between', isNot: 'is', doesNotContain: 'contains' }[compare.op as string]
  return opposite ? { positive: { ...compare, op: opposite } as C, isNegated: true } : { positive: compare, isNegated: false }
}

/** Whether a number, 0 for example, meets a comparison. */
export function holds(value: number, compare: NumberCompare): boolean {
  switch (compare.op) {
    case 'between':
      return value >= compare.from && value <= compare.to
    case 'notBetween':
      return value < compare.from || value > compare.to
    case '=':
      return value === compare.value
    case '!=':
      return value !== compare.value
    case '<':
      return value < compare.value
    case '<=':
      return value <= compare.value
    case '>':
      return value > compare.value
    case '>=':
      return value >= compare.value
  }
}
