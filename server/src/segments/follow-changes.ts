import { type Ctx, onBatch, rows, sql } from '../core/index.ts'
import { factsChanged, withNeighbours } from '../selection/index.ts'
import { tracksStored } from '../tracking/index.ts'
import { refreshSegments } from './refresh-segment.ts'

/** Tracks and facts that arrived may move their people in or out: the rules that read them are asked about these people only, all in one query. */
export const subscribers = [
  onBatch(
    tracksStored,
    'segments.followTracks',
    (ctx, batches) =>
      follow(
        ctx,
        batches.map(({ names, personIds }) => ({ reads: names.map(name => `track:${name}`), personIds })),
      ),
    {
      lane: 'bulk',
      isOutsideTransaction: true,
    },
  ),
  onBatch(factsChanged, 'segments.followFacts', (ctx, batches) => follow(ctx, batches), {
    lane: 'bulk',
    isOutsideTransaction: true,
  }),
]

/** These decide who is in a population at all. */
const FOR_EVERY_RULE = new Set(['*', 'fact:exists', 'fact:inBrand'])
/** Beyond this many people, asking about everybody is cheaper. */
const PEOPLE_MAX = 50_000

/** Rules about related subjects nest this deep in practice; each step asks about a few more. */
const RELATED_STEPS_MAX = 2

/** The batches of one call are of one brand; null is facts of the person himself, which concern every brand. */
async function follow(ctx: Ctx, batches: readonly { reads: string[]; personIds: number[] }[]): Promise<void> {
  const brand = ctx.brandId === null ? sql`1 = 1` : sql`(brand_id = ${ctx.brandId} OR brand_id IS NULL)`
  const segments = await rows<{ id: number; reads_from: string; type_id: number }>(
    sql`SELECT id, reads_from, type_id FROM segments WHERE removed_at IS NULL AND kind = 'dynamic' AND ${brand} ORDER BY id`,
  )
  const asked = new Map<string, { people: number[]; segmentIds: number[]; isByRelation: boolean }>()
  for (const segment of segments) {
    const reads = new Set(JSON.parse(segment.reads_from) as string[])
    const isOfPeople = Number(segment.type_id) === 0
    const mine = batches.map(batch => batch.reads.some(read => reads.has(read) || (isOfPeople && FOR_EVERY_RULE.has(read))))
    if (!mine.includes(true)) continue
    // Segments that the same batches concern are asked about the same people, in one query.
    const isByRelation = [...reads].some(read => read.startsWith('relation:'))
    const key = `${mine.map(Number).join('')}:${isByRelation}`
    const together = asked.get(key) ?? {
      people: [...new Set(batches.flatMap((batch, at) => (mine[at] ? batch.personIds : [])))],
      segmentIds: [],
      isByRelation,
    }
    asked.set(key, together)
    together.segmentIds.push(segment.id)
  }
  for (const { people, segmentIds, isByRelation } of asked.values()) {
    // A rule about related subjects is about whoever they are related to, over as many steps as it has.
    let ids = people
    for (let step = 0; isByRelation && step < RELATED_STEPS_MAX && ids.length <= PEOPLE_MAX; step += 1)
      ids = await withNeighbours(ids)
    await refreshSegments(segmentIds, ids.length > PEOPLE_MAX ? 'everybody' : ids)
  }
}
