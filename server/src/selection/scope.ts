import type { RelatedCondition } from '@banyan/shared'
import { assert, brandScope, type Ctx, clickhouse, DEFAULT_ZONE, storeScope } from '../core/index.ts'
import { inIds } from './id-list.ts'
import { Binder } from './sql-parts.ts'
import type { SubjectKinds } from './subject-kind.ts'

/** For whom and when a rule is asked. It stands outside whatever the tree says. */
export type Scope = {
  /** Null: every brand of the group. */
  brands: number[] | null
  /** People of one of these stores, for every list: the caller's own, and what a saved segment was limited to. */
  stores: readonly (readonly number[])[]
  now: Date
  zone: string
  /** Only these people; null is everybody. */
  candidates: readonly number[] | null
  /** Who of the candidates was merged into whom, and who into them; `withAliases` looks it up. */
  aliases?: readonly Alias[]
  /** Of what the rule asks: a subject type; people when it is left out. */
  typeId?: number
  /** Types that it and what is related to it may be of. */
  kinds?: SubjectKinds
  /** For candidates: whom each condition about related subjects leads to; `withRelated` looks it up. */
  related?: ReadonlyMap<RelatedCondition, Scope>
  /** Only people in these ranges: a sample. */
  ranges?: IdRanges
}

/** A home and the person it answers to. */
export type Alias = readonly [homeId: number, personId: number]

/** Ranges of `size` ids at equal distances: from `first`, every `stride` ids. */
export type IdRanges = { first: number; stride: number; size: number; count: number }

export function scopeOf(ctx: Ctx, brandId: number | null = ctx.brandId): Scope {
  const stores = storeScope(ctx)
  return {
    brands: brandId === null ? brandScope(ctx) : [brandId],
    stores: stores ? [stores] : [],
    now: ctx.now,
    zone: DEFAULT_ZONE,
    candidates: null,
  }
}

/** The scope with what the candidates' ids have to do with others: compiling needs it. */
export async function withAliases(scope: Scope): Promise<Scope> {
  if (!scope.candidates || scope.aliases) return scope
  const { bind, params } = new Binder()
  const people = inIds(scope.candidates, bind)
  const found = await clickhouse.query<{ home_id: number; person_id: number }>(
    `SELECT home_id, person_id FROM person_aliases FINAL WHERE person_id != home_id AND (home_id IN ${people} OR person_id IN ${people})`,
    params,
  )
  return { ...scope, aliases: found.map(({ home_id, person_id }) => [home_id, person_id] as const) }
}

export function aliasesOf(scope: Scope): readonly Alias[] {
  assert(scope.aliases, 'candidates without their aliases')
  return scope.aliases
}

/** Under which ids tracks of the candidates are kept. */
export function homesOf(scope: Scope): number[] {
  const people = new Set(scope.candidates ?? [])
  return [...people, ...aliasesOf(scope).flatMap(([home, person]) => (people.has(person) && !people.has(home) ? [home] : []))]
}

/** How a store's people stand among the facts. No field has this name: it is scope, not something to choose by. */
export const storeFact = (storeId: number) => `store:${storeId}`

/**
 * For reads beside the compiler: ` AND person_id IN (...)` with its parameters, of an operator of single stores; nothing for everybody else.
 * Tracks keep the home they came with: those that came by an id that was merged since are left out, never shown to the wrong one.
 */
export function ofStoresSql(ctx: Ctx): { sql: string; params: Record<string, unknown> } {
  const [stores, brands] = [storeScope(ctx), brandScope(ctx)]
  if (stores === null) return { sql: '', params: {} }
  const inBrands = brands ? ' AND brand_id IN {storeBrands:Array(UInt32)}' : ''
  const people = `SELECT person_id FROM facts_all WHERE name IN {stores:Array(String)}${inBrands} GROUP BY brand_id, name, person_id HAVING argMax(is_set, version) = 1`
  // A thing is his when it leads to one of them.
  const things = `SELECT from_id FROM subject_relations FINAL WHERE is_on = 1${inBrands} AND to_id IN (${people})`
  return {
    sql: ` AND (person_id IN (${people}) OR person_id IN (${things}))`,
    params: { stores: stores.map(storeFact), ...(brands ? { storeBrands: brands } : {}) },
  }
}
