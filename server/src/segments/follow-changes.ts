import { type Ctx, onBatch, rows, sql } from '../core/index.ts'
import { concernedBy, factsChanged } from '../selection/index.ts'
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

/** The batches of one call are of one brand; null is facts of the person himself, which concern every brand. */
async function follow(ctx: Ctx, batches: readonly { reads: string[]; personIds: number[] }[]): Promise<void> {
  const brand = ctx.brandId === null ? sql`1 = 1` : sql`(brand_id = ${ctx.brandId} OR brand_id IS NULL)`
  const segments = await rows<{ id: number; reads_from: string; type_id: number }>(
    sql`SELECT id, reads_from, type_id FROM segments WHERE removed_at IS NULL AND kind = 'dynamic' AND ${brand} ORDER BY id`,
  )
  const followers = segments.map(segment => ({
    id: segment.id,
    reads: new Set(JSON.parse(segment.reads_from) as string[]),
    typeId: Number(segment.type_id),
  }))
  for (const { ids, of } of await concernedBy(batches, followers)) await refreshSegments(ids, of)
}
