import { brandScope, type Ctx, DEFAULT_ZONE } from '../core/index.ts'

/** For whom and when a rule is asked. It stands outside whatever the tree says. */
export type Scope = {
  /** Null: every brand of the group. */
  brands: number[] | null
  now: Date
  zone: string
  /** Only these people; null is everybody. */
  candidates: readonly number[] | null
}

export function scopeOf(ctx: Ctx, brandId: number | null = ctx.brandId): Scope {
  return { brands: brandId === null ? brandScope(ctx) : [brandId], now: ctx.now, zone: DEFAULT_ZONE, candidates: null }
}
