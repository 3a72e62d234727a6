import { brandScope, type Ctx, notFound, refused, storeScope } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'

export type Corp = { corpId: string; name: string; brandId: number | null }

/** Corps whose customers the caller's brands share. */
export async function visibleCorps(ctx: Ctx): Promise<Corp[]> {
  const brands = brandScope(ctx)
  return (await connectionsOf('wecom'))
    .filter(one => one.brandId === null || brands === null || brands.includes(one.brandId))
    .map(one => ({ corpId: one.externalId, name: one.name, brandId: one.brandId }))
}

/** Throws thing.notFound. */
export async function corpOfId(ctx: Ctx, corpId: string): Promise<Corp> {
  const corp = (await visibleCorps(ctx)).find(one => one.corpId === corpId)
  if (!corp) throw notFound('corp', corpId)
  return corp
}

/** A mirror is about everybody of a brand: whoever sees single stores does not decide it. Throws access.outOfScope. */
export function mustSeeAllStores(ctx: Ctx): void {
  if (storeScope(ctx) !== null) throw refused('access.outOfScope')
}

/** A corp that serves several brands is changed by those who see them all. Throws access.outOfScope. */
export function mustOwnCorp(ctx: Ctx, corp: Corp): void {
  mustSeeAllStores(ctx)
  if (corp.brandId === null && ctx.brandIds !== 'all') throw refused('access.outOfScope')
}
