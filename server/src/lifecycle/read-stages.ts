import { behind, brandOf, brandScope, type Ctx, type Cursor, clickhouse, rows, sql, storeScope } from '../core/index.ts'
import { fieldChoices, ofStoresSql } from '../selection/index.ts'
import { lifecycleOf, ruleOfStage, stagesInForce } from './stage.ts'
import { NOT_MERGED } from './standing.ts'

/** The stages of the brand with how many are in each; of an operator of single stores, of his people. */
export async function getLifecycle(ctx: Ctx) {
  const brandId = brandOf(ctx)
  const found = await lifecycleOf(brandId)
  const stages = await stagesInForce(brandId)
  const seen = storeScope(ctx) === null ? null : await countsSeen(ctx, brandId)
  return {
    isSetUp: found !== null,
    status: found?.status ?? ('ready' as const),
    isBuilt: found?.is_built === 1,
    failure: found?.failure ?? null,
    stages: stages.map(stage => ({
      id: Number(stage.id),
      name: stage.name,
      color: stage.color,
      rule: ruleOfStage(stage),
      count: seen ? (seen.get(Number(stage.id)) ?? 0) : Number(stage.count),
    })),
    isTimeDependent: found?.is_time_dependent === 1,
    refreshedAt: found?.refreshed_at ?? null,
    recheckAt: found?.recheck_at ?? null,
    tookMs: found?.took_ms ?? null,
    startedAt: found?.started_at ?? null,
    recallFrom: found?.recall_from ?? null,
    putAt: found?.put_at ?? null,
    putBy: found?.put_by ?? null,
    mayChange: storeScope(ctx) === null,
  }
}

async function countsSeen(ctx: Ctx, brandId: number): Promise<Map<number, number>> {
  const mine = ofStoresSql(ctx)
  const found = await clickhouse.query<{ stage: number; n: number }>(
    `SELECT stage, toUInt32(count()) AS n FROM (
        SELECT argMax(stage_id, (from_at, version)) AS stage FROM lifecycle_stays WHERE brand_id = {brand:UInt32}${mine.sql}${NOT_MERGED} GROUP BY person_id)
      WHERE stage != 0 GROUP BY stage`,
    { brand: brandId, ...mine.params },
  )
  return new Map(found.map(({ stage, n }) => [stage, n]))
}

export type Standing = { brandId: number; stageId: number; name: string; color: string; since: Date }

/** In which stage these people are, in the caller's brands; by brand. Who is in none is missing. */
export async function stagesOfPeople(ctx: Ctx, personIds: readonly number[]): Promise<Map<number, Standing[]>> {
  const brands = brandScope(ctx)
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; brand_id: number; stage_id: number; name: string; color: string; from_at: Date }>(
    sql`SELECT y.person_id, y.brand_id, y.stage_id, s.name, s.color, y.from_at FROM lifecycle_stays y JOIN lifecycle_stages s ON s.id = y.stage_id
      WHERE y.person_id IN (${[...personIds]}) AND y.until_at IS NULL AND ${brands ? sql`y.brand_id IN (${brands})` : sql`1 = 1`} ORDER BY y.brand_id`,
  )
  const byPerson = new Map<number, Standing[]>()
  for (const row of found) {
    const one = {
      brandId: Number(row.brand_id),
      stageId: Number(row.stage_id),
      name: row.name,
      color: row.color,
      since: row.from_at,
    }
    byPerson.set(Number(row.person_id), [...(byPerson.get(Number(row.person_id)) ?? []), one])
  }
  return byPerson
}

export type StageMoment = { stayId: number; at: Date; name: string; before: string | null; brandId: number }

/** Stages that a person entered, newest first; `before` is the one that he came from. */
export async function stageMomentsOf(ctx: Ctx, personId: number, cursor: Cursor & { limit: number }): Promise<StageMoment[]> {
  const brands = brandScope(ctx)
  const found = await rows<{ id: number; from_at: Date; name: string; brand_id: number; before_name: string | null }>(
    sql`SELECT y.id, y.from_at, s.name, y.brand_id, (SELECT b.name FROM lifecycle_stays p JOIN lifecycle_stages b ON b.id = p.stage_id
          WHERE p.brand_id = y.brand_id AND p.person_id = y.person_id AND p.until_at = y.from_at AND p.from_at < y.from_at ORDER BY p.from_at DESC LIMIT 1) AS before_name
      FROM lifecycle_stays y JOIN lifecycle_stages s ON s.id = y.stage_id
      WHERE y.person_id = ${personId} AND (y.until_at IS NULL OR y.until_at > y.from_at) AND ${brands ? sql`y.brand_id IN (${brands})` : sql`1 = 1`} AND ${behind(sql`y.from_at`, sql`y.id`, cursor)}
      ORDER BY y.from_at DESC, y.id DESC LIMIT ${cursor.limit}`,
  )
  return found.map(one => ({
    stayId: Number(one.id),
    at: one.from_at,
    name: one.name,
    before: one.before_name,
    brandId: Number(one.brand_id),
  }))
}

/** What a rule may compare a stage with: those of the brand, by name. */
fieldChoices('lifecycleStage', async ctx => {
  if (ctx.brandId === null) return []
  return (await stagesInForce(ctx.brandId)).map(({ id, name }) => ({ value: String(id), zh: name, en: name }))
})
