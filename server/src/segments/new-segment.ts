import type { SegmentSource } from '@banyan/shared'
import { type Ctx, insertOne, mustSeeBrand, refused, row, sql, storeScope } from '../core/index.ts'

/** A static segment without members yet: whoever makes it fills it. Throws segment.nameTaken, access.outOfScope. */
export async function insertStatic(
  ctx: Ctx,
  of: { name: string; description: string; typeId: number; source: SegmentSource },
): Promise<number> {
  mustSeeBrand(ctx, ctx.brandId)
  await mustBeFree(ctx, of.name, null)
  return insertOne('segments', {
    brandId: ctx.brandId,
    name: of.name,
    description: of.description,
    kind: 'static',
    typeId: of.typeId,
    rule: null,
    source: of.source,
    takenAt: ctx.now,
    readsFrom: [],
    refersTo: [],
    isTimeDependent: false,
    status: 'building',
    createdBy: ctx.actor.name,
    operatorId: ctx.operatorId,
    storeIds: storeScope(ctx),
    createdAt: ctx.now,
    updatedAt: ctx.now,
  })
}

/** Throws segment.nameTaken. */
export async function mustBeFree(ctx: Ctx, name: string, ownId: number | null): Promise<void> {
  const brand = ctx.brandId === null ? sql`brand_id IS NULL` : sql`brand_id = ${ctx.brandId}`
  const taken = await row(
    sql`SELECT id FROM segments WHERE removed_at IS NULL AND ${brand} AND name = ${name} AND id <> ${ownId ?? 0} LIMIT 1`,
  )
  if (taken) throw refused('segment.nameTaken', { field: 'name' })
}
