import { addDays, addMs, enqueue, every, rows, run, sql, systemCtx } from '../core/index.ts'
import { recheckTask } from './refresh-segment.ts'
import { removeOldDays } from './segment-days.ts'

/** Should a recheck be lost, the segment is looked at again after this. */
const AGAIN_MS = 10 * 60_000
const CHANGES_KEPT_DAYS = 30

export const jobs = [
  // Only segments that time alone may have changed by now: an idle system asks ClickHouse nothing.
  every('segments.recheck', { seconds: 30 }, async ctx => {
    const due = await rows<{ id: number; brand_id: number | null }>(
      sql`SELECT id, brand_id FROM segments WHERE recheck_at <= ${ctx.now} AND removed_at IS NULL ORDER BY recheck_at LIMIT 500`,
    )
    const byBrand = new Map<number | null, number[]>()
    for (const { id, brand_id } of due) byBrand.set(brand_id, [...(byBrand.get(brand_id) ?? []), id])
    for (const [brandId, segmentIds] of byBrand) {
      await run(sql`UPDATE segments SET recheck_at = ${addMs(ctx.now, AGAIN_MS)} WHERE id IN (${segmentIds})`)
      await enqueue(systemCtx({ brandId }), recheckTask, { segmentIds })
    }
  }),
  every('segments.retention', '10 4 * * *', ctx =>
    run(
      sql`UPDATE segment_builds SET changes = NULL WHERE status = 'stored' AND at < ${addDays(ctx.now, -CHANGES_KEPT_DAYS)} AND changes IS NOT NULL AND segment_id IN (SELECT id FROM segments WHERE kind = 'dynamic')`,
    ),
  ),
  every('segments.removeOldDays', '15 4 * * *', removeOldDays),
]
