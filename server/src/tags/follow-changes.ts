import { type Ctx, onBatch, rows, sql } from '../core/index.ts'
import { concernedBy, factsChanged } from '../selection/index.ts'
import { tracksStored } from '../tracking/index.ts'
import { refreshTag } from './refresh-tags.ts'

/** Tracks and facts that arrived may put a rule tag on, take it off, or change what a computed tag says: it is worked out again for these people only. */
export const subscribers = [
  onBatch(
    tracksStored,
    'tags.followTracks',
    (ctx, batches) =>
      follow(
        ctx,
        batches.map(({ names, personIds }) => ({ reads: names.map(name => `track:${name}`), personIds })),
      ),
    { lane: 'bulk', isOutsideTransaction: true },
  ),
  onBatch(factsChanged, 'tags.followFacts', (ctx, batches) => follow(ctx, batches), { lane: 'bulk', isOutsideTransaction: true }),
]

/** Rule tags of an hour of the day wait for it; computed ones follow what people do, and time once a day. */
async function follow(ctx: Ctx, batches: readonly { reads: string[]; personIds: number[] }[]): Promise<void> {
  const brand = ctx.brandId === null ? sql`1 = 1` : sql`brand_id IN (${[0, ctx.brandId]})`
  const tags = await rows<{ id: number; reads_from: string; type_id: number }>(
    sql`SELECT id, reads_from, type_id FROM tags WHERE removed_key = 0 AND reads_from IS NOT NULL AND (kind = 'computed' OR daily_hour IS NULL) AND ${brand} ORDER BY id`,
  )
  const followers = tags.map(tag => ({
    id: Number(tag.id),
    reads: new Set(JSON.parse(tag.reads_from) as string[]),
    typeId: Number(tag.type_id),
  }))
  for (const { ids, of } of await concernedBy(batches, followers)) for (const id of ids) await refreshTag(id, of)
}
