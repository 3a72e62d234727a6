import { type Ctx, enqueue, rows, run, sql, transaction } from '../core/index.ts'
import { refreshTask } from './refresh-segment.ts'

/** Fills members again after ClickHouse was lost: static lists from their builds, dynamic ones by a new first build, which messages nobody. */
export async function rebuildSegments(ctx: Ctx): Promise<number> {
  const all = await rows<{ id: number; kind: string }>(sql`SELECT id, kind FROM segments WHERE removed_at IS NULL ORDER BY id`)
  for (const { id, kind } of all) {
    await transaction(async () => {
      if (kind === 'static')
        await run(sql`UPDATE segment_builds SET status = 'announced' WHERE segment_id = ${id} AND changes IS NOT NULL`)
      else await run(sql`UPDATE segment_builds SET status = 'stored', changes = NULL WHERE segment_id = ${id}`)
      await run(sql`UPDATE segments SET is_built = ${false}, status = 'building' WHERE id = ${id}`)
      await enqueue(ctx, refreshTask, { segmentId: id })
    })
  }
  return all.length
}
