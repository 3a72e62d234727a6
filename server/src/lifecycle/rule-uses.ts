import { brandScope, type Ctx, refused, rows, say, sql } from '../core/index.ts'
import { declareSegmentUse } from '../segments/index.ts'
import { readsPattern, watchRules } from '../selection/index.ts'
import { declareSubjectUse } from '../subjects/index.ts'
import { readsStages } from './check-stages.ts'

async function standingOn(node: string): Promise<{ id: number; brand_id: number }[]> {
  const all = await rows<{ id: number; brand_id: number; stands_on: string }>(sql`SELECT id, brand_id, stands_on FROM lifecycles`)
  return all.filter(one => (JSON.parse(one.stands_on) as string[]).includes(node))
}

/** A tag or a segment that a stage stands on may not come to ask for the stage. */
watchRules(async (_ctx, { node, reads }) => {
  if ((await standingOn(node)).length > 0 && (await readsStages(reads))) throw refused('lifecycle.cycle', { field: 'rule' })
})

/** The stages of a brand that would break without a segment, by the brand's lifecycle. */
declareSegmentUse(async (ctx: Ctx, segmentId) => {
  const brands = brandScope(ctx)
  const found = await standingOn(`segment:${segmentId}`)
  return found.map(({ id, brand_id }) => ({
    id: Number(id),
    name: !brands || brands.includes(Number(brand_id)) ? say(ctx, '生命周期阶段', 'Lifecycle stages') : '',
  }))
})

const USES_SHOWN = 50

/** Brands whose stages would break without a subject type or one of its attributes. */
declareSubjectUse(async (ctx: Ctx, { typeId, attribute }) => {
  const brands = brandScope(ctx)
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM lifecycles WHERE ${brands ? sql`brand_id IN (${brands})` : sql`1 = 1`} AND reads_from LIKE ${readsPattern(typeId, attribute)} ESCAPE '!' ORDER BY id LIMIT ${USES_SHOWN}`,
  )
  return found.map(({ id }) => ({
    place: 'lifecycle' as const,
    id: Number(id),
    name: say(ctx, '生命周期阶段', 'Lifecycle stages'),
  }))
})
