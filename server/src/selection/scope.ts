import { brandScope, type Ctx, DEFAULT_ZONE, storeScope } from '../core/index.ts'

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
  /** Only people in these ranges: a sample. */
  ranges?: readonly IdRange[]
}

/** From the first id to before the second. */
export type IdRange = readonly [number, number]

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

/** How a store's people stand among the facts. No field has this name: it is scope, not something to choose by. */
export const storeFact = (storeId: number) => `store:${storeId}`
