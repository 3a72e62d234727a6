import { Rule } from '@banyan/shared'
import { brandScope, type Ctx, notFound, row, rows, sql, systemCtx } from '../core/index.ts'

export type LifecycleRow = {
  id: number
  brand_id: number
  status: 'building' | 'ready' | 'failed'
  failure: string | null
  is_built: number
  reads_from: string
  stands_on: string
  is_time_dependent: number
  took_ms: number | null
  refreshed_at: Date | null
  recheck_at: Date | null
  evaluated_at: Date | null
  cancelled_at: Date | null
  started_at: Date | null
  recall_months: number
  recall_from: Date | null
  put_at: Date
  put_by: string
}

export type StageRow = {
  id: number
  brand_id: number
  name: string
  color: string
  /** JSON; null: the rest. */
  rule: string | null
  position: number
  count: number
  removed_at: Date | null
}

export function lifecycleOf(brandId: number): Promise<LifecycleRow | null> {
  return row<LifecycleRow>(sql`SELECT * FROM lifecycles WHERE brand_id = ${brandId}`)
}

/** The stages in force, in their order, the rest last. */
export function stagesInForce(brandId: number): Promise<StageRow[]> {
  return rows<StageRow>(sql`SELECT * FROM lifecycle_stages WHERE brand_id = ${brandId} AND removed_at IS NULL ORDER BY position`)
}

/** Those in force first, then those that were taken away. */
export function stagesEver(brandId: number): Promise<StageRow[]> {
  return rows<StageRow>(
    sql`SELECT * FROM lifecycle_stages WHERE brand_id = ${brandId} ORDER BY CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END, position, id`,
  )
}

/** Throws thing.notFound for another brand's. */
export async function mustSeeStage(ctx: Ctx, stageId: number): Promise<StageRow> {
  const brands = brandScope(ctx)
  const found = await row<StageRow>(sql`SELECT * FROM lifecycle_stages WHERE id = ${stageId}`)
  if (!found || (brands && !brands.includes(Number(found.brand_id)))) throw notFound('stage', stageId)
  return found
}

export function ruleOfStage({ rule }: Pick<StageRow, 'rule'>): Rule | null {
  return rule === null ? null : Rule.decode(JSON.parse(rule))
}

export function nameOfStage({ id, name, color, removed_at }: StageRow) {
  return { id: Number(id), name, color, isRemoved: removed_at !== null }
}

export const ctxOfBrand = (brandId: number): Ctx => systemCtx({ brandId, name: 'lifecycle' })

/** The comment in the queries that place people: see `clickhouse.cancel`. */
export const markOf = (brandId: number) => `build:lifecycle:${brandId}`
