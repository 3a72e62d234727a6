import type { Rule, SegmentSource } from '@banyan/shared'
import { Rule as RuleShape } from '@banyan/shared'
import { brandScope, type Ctx, notFound, refused, rows, type Sql, sql, storeScope } from '../core/index.ts'
import { type Scope, scopeOf } from '../selection/index.ts'

export type SegmentRow = {
  id: number
  brand_id: number | null
  name: string
  description: string
  kind: 'dynamic' | 'static'
  /** 0: people. */
  type_id: number
  rule: string | null
  reads_from: string
  refers_to: string
  is_time_dependent: number
  status: 'building' | 'ready' | 'failed'
  failure: string | null
  is_built: number
  count: number | null
  took_ms: number | null
  refreshed_at: Date | null
  recheck_at: Date | null
  evaluated_at: Date | null
  cancelled_at: Date | null
  created_by: string
  /** JSON. */
  store_ids: string | null
  operator_id: number | null
  /** JSON. */
  source: string | null
  taken_at: Date | null
  created_at: Date
  updated_at: Date
}

/** Segments of the caller's brands. One over all brands shows only to who sees them all: its members may be anybody's. */
export function visibleSegments(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql`removed_at IS NULL AND ${brands ? sql`brand_id IN (${brands})` : sql`1 = 1`}`
}

/** Segments that a rule or a send may use: those of his brands, and the group's, which then mean only people of his brands. */
export function usableSegments(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql`removed_at IS NULL AND ${brands ? sql`(brand_id IN (${brands}) OR brand_id IS NULL)` : sql`1 = 1`}`
}

/** Throws thing.notFound for one that is gone or of another brand. */
export async function mustUseSegment(ctx: Ctx, id: number): Promise<SegmentRow> {
  const [found] = await usable(ctx, [id])
  if (!found) throw notFound('segment', id)
  return found
}

/** Of what a segment is a selection: a subject type, 0 for people. Throws thing.notFound. */
export async function typeOfSegment(ctx: Ctx, id: number): Promise<number> {
  return Number((await mustUseSegment(ctx, id)).type_id)
}

export async function usable(ctx: Ctx, ids: readonly number[]): Promise<SegmentRow[]> {
  if (ids.length === 0) return []
  return rows<SegmentRow>(sql`SELECT * FROM segments WHERE id IN (${[...new Set(ids)]}) AND ${usableSegments(ctx)} ORDER BY id`)
}

/** What segments are called, removed ones included: reports name them for ever. */
export async function segmentNames(ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const found = await rows<{ id: number; name: string }>(sql`SELECT id, name FROM segments WHERE id IN (${[...new Set(ids)]})`)
  return new Map(found.map(({ id, name }) => [id, name]))
}

export async function findSegments(ctx: Ctx, ids: readonly number[]): Promise<SegmentRow[]> {
  if (ids.length === 0) return []
  return rows<SegmentRow>(sql`SELECT * FROM segments WHERE id IN (${[...new Set(ids)]}) AND ${visibleSegments(ctx)} ORDER BY id`)
}

/** Throws thing.notFound. */
export async function segmentOfId(ctx: Ctx, id: number): Promise<SegmentRow> {
  const [found] = await findSegments(ctx, [id])
  if (!found) throw notFound('segment', id)
  return found
}

/** A segment whom others use too is changed only by who sees all its people, or by who made it. Throws access.outOfScope. */
export function mustOwnSegment(ctx: Ctx, segment: SegmentRow): void {
  if (storeScope(ctx) !== null && segment.operator_id !== ctx.operatorId) throw refused('access.outOfScope')
}

/** What a saved segment is asked with: its brand and its stores, and the asker's. */
export function scopeOfSegment(ctx: Ctx, segment: SegmentRow): Scope {
  const scope = scopeOf(ctx, segment.brand_id ?? ctx.brandId)
  const own = storesOfSegment(segment)
  return own ? { ...scope, stores: [...scope.stores, own] } : scope
}

export function storesOfSegment(segment: SegmentRow): number[] | null {
  return segment.store_ids === null ? null : (JSON.parse(segment.store_ids) as number[])
}

/** What a static segment was taken from; null for a dynamic one, and for those made before it was kept. */
export function sourceOfRow(row: SegmentRow): SegmentSource | null {
  return row.source === null ? null : (JSON.parse(row.source) as SegmentSource)
}

export function ruleOfRow(row: SegmentRow): Rule | null {
  return row.rule === null ? null : RuleShape.decode(JSON.parse(row.rule))
}

export function segmentFacts(row: SegmentRow) {
  return {
    id: row.id,
    brandId: row.brand_id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    typeId: Number(row.type_id) === 0 ? null : Number(row.type_id),
    status: row.status,
    count: row.count,
    isTimeDependent: row.is_time_dependent === 1,
    refreshedAt: row.refreshed_at,
    recheckAt: row.recheck_at,
    tookMs: row.took_ms,
    failure: row.failure,
    source: sourceOfRow(row),
    takenAt: row.taken_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
