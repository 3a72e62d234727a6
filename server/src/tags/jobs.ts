import { addMs, enqueue, every, rows, run, sql, systemCtx } from '../core/index.ts'
import { expireTags } from './expire-tags.ts'
import { refreshTask } from './refresh-tags.ts'

/** Should a refresh be lost, the tag is looked at again after this. */
const AGAIN_MS = 10 * 60_000

export const jobs = [
  every('tags.expire', { seconds: 30 }, expireTags),
  // Only tags that time may have changed by now: an idle system asks ClickHouse nothing.
  every('tags.followTime', { seconds: 30 }, async ctx => {
    const due = await rows<{ id: number; brand_id: number; kind: string; daily_hour: number | null }>(
      sql`SELECT id, brand_id, kind, daily_hour FROM tags WHERE due_at <= ${ctx.now} AND removed_key = 0 ORDER BY due_at LIMIT 500`,
    )
    for (const { id, brand_id, kind, daily_hour } of due) {
      await run(sql`UPDATE tags SET due_at = ${addMs(ctx.now, AGAIN_MS)} WHERE id = ${id}`)
      await enqueue(systemCtx({ brandId: Number(brand_id) || null }), refreshTask, {
        tagId: Number(id),
        of: kind === 'rule' && daily_hour === null ? 'moved' : 'everybody',
      })
    }
  }),
]
