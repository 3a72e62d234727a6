import { addDays, addMs, dayIn, enqueue, every, rows, run, sql, systemCtx } from '../core/index.ts'
import { refreshTask } from './refresh-lifecycle.ts'

/** Should a recheck be lost, the brand is looked at again after this. */
const AGAIN_MS = 10 * 60_000
const KEPT_DAYS = 3 * 366

export const jobs = [
  // Only brands in which time alone may have moved somebody by now: an idle system asks ClickHouse nothing.
  every('lifecycle.recheck', { seconds: 30 }, async ctx => {
    const due = await rows<{ brand_id: number }>(
      sql`SELECT brand_id FROM lifecycles WHERE recheck_at <= ${ctx.now} ORDER BY recheck_at LIMIT 500`,
    )
    for (const { brand_id: brandId } of due) {
      await run(sql`UPDATE lifecycles SET recheck_at = ${addMs(ctx.now, AGAIN_MS)} WHERE brand_id = ${brandId}`)
      await enqueue(systemCtx({ brandId: Number(brandId) }), refreshTask, { brandId: Number(brandId), of: 'moved' })
    }
  }),
  every('lifecycle.removeOldDays', '25 4 * * *', ctx =>
    run(sql`DELETE FROM lifecycle_days WHERE day < ${dayIn(addDays(ctx.now, -KEPT_DAYS))}`),
  ),
]
