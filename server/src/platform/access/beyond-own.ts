import { type Ctx, forbidden, isAllowed, refused } from '../../core/index.ts'

/** Does a permission list allow everything that another one allows? Pure. */
export function covers(mine: readonly string[], theirs: readonly string[]): boolean {
  return theirs.every(one => mine.includes('*') || mine.includes(one) || (!one.endsWith('*') && isAllowed(mine, one)))
}

/** Nobody hands out, or changes an account that has, more than he has himself. Throws operator.beyondOwn. */
export async function mustCover(ctx: Ctx, rights: { permissions: readonly string[]; mayReveal: boolean }): Promise<void> {
  if (ctx.actor.type === 'system') return
  const missing = rights.permissions.find(one => !covers(ctx.permissions, [one]))
  if (missing) throw refused('operator.beyondOwn', { permission: missing })
  if (rights.mayReveal && !ctx.mayReveal) throw refused('operator.beyondOwn', { permission: 'mayReveal' })
}

/** The same for the brands and stores one sees. */
export function mustCoverScope(ctx: Ctx, scope: { brandIds: number[] | null; storeIds: number[] | null }): void {
  if (!isWithin(ctx.brandIds, scope.brandIds)) throw refused('operator.beyondOwn', { field: 'brandIds' })
  if (!isWithin(ctx.storeIds, scope.storeIds)) throw refused('operator.beyondOwn', { field: 'storeIds' })
}

/** Things of the whole installation are changed by those who see all of it. */
export function mustSeeEverything(ctx: Ctx): void {
  if (ctx.brandIds !== 'all' || ctx.storeIds !== 'all') throw forbidden({ reason: 'needs all brands' })
}

/** Is an account, a role or a key only about what the caller sees himself? */
export function isOwnScope(ctx: Ctx, scope: { brandIds: number[] | null; storeIds: number[] | null }): boolean {
  return isWithin(ctx.brandIds, scope.brandIds) && isWithin(ctx.storeIds, scope.storeIds)
}

function isWithin(mine: number[] | 'all', theirs: number[] | null): boolean {
  if (mine === 'all') return true
  return theirs !== null && theirs.every(id => mine.includes(id))
}
