import { type Ctx, enqueue, on, onBatch, rows, run, sql } from '../core/index.ts'
import { segmentRuleChanged } from '../segments/index.ts'
import { concernedBy, factsChanged } from '../selection/index.ts'
import { tracksStored } from '../tracking/index.ts'
import { checkRules } from './check-stages.ts'
import { refreshLifecycle, refreshTask } from './refresh-lifecycle.ts'
import { ctxOfBrand, ruleOfStage, stagesInForce } from './stage.ts'

/** Tracks and facts that arrived may move their people to another stage: they alone are asked about. */
export const subscribers = [
  onBatch(
    tracksStored,
    'lifecycle.followTracks',
    (ctx, batches) =>
      follow(
        ctx,
        batches.map(({ names, personIds }) => ({ reads: names.map(name => `track:${name}`), personIds })),
      ),
    { lane: 'bulk', isOutsideTransaction: true },
  ),
  onBatch(factsChanged, 'lifecycle.followFacts', (ctx, batches) => follow(ctx, batches), {
    lane: 'bulk',
    isOutsideTransaction: true,
  }),
  on(segmentRuleChanged, 'lifecycle.followSegment', (_ctx, { segmentId }) => followSegment(segmentId)),
]

type Following = { brand_id: number; reads_from: string; stands_on: string }

/** The batches of one call are of one brand; null is facts of the person himself, which concern every brand. */
async function follow(ctx: Ctx, batches: readonly { reads: string[]; personIds: number[] }[]): Promise<void> {
  const brand = ctx.brandId === null ? sql`1 = 1` : sql`brand_id = ${ctx.brandId}`
  const built = await rows<Following>(
    sql`SELECT brand_id, reads_from, stands_on FROM lifecycles WHERE is_built = ${true} AND ${brand} ORDER BY brand_id`,
  )
  const followers = built.map(one => ({
    id: Number(one.brand_id),
    reads: new Set(JSON.parse(one.reads_from) as string[]),
    typeId: 0,
  }))
  for (const { ids, of } of await concernedBy(batches, followers)) for (const brandId of ids) await refreshLifecycle(brandId, of)
}

/** A segment that a stage's rule names has another rule: the stages read something else now. */
async function followSegment(segmentId: number): Promise<void> {
  const all = await rows<Following>(sql`SELECT brand_id, reads_from, stands_on FROM lifecycles ORDER BY brand_id`)
  for (const { brand_id, stands_on } of all) {
    if (!(JSON.parse(stands_on) as string[]).includes(`segment:${segmentId}`)) continue
    const brandId = Number(brand_id)
    const ctx = ctxOfBrand(brandId)
    const rules = (await stagesInForce(brandId)).flatMap(stage => ruleOfStage(stage) ?? [])
    const { reads, standsOn, isTimeDependent } = await checkRules(ctx, rules)
    await run(
      sql`UPDATE lifecycles SET status = 'building', reads_from = ${JSON.stringify(reads)}, stands_on = ${JSON.stringify(standsOn)}, is_time_dependent = ${isTimeDependent}, put_at = ${ctx.now} WHERE brand_id = ${brandId}`,
    )
    await enqueue(ctx, refreshTask, { brandId, of: 'everybody' })
  }
}
