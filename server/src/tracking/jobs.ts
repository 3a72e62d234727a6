import { addDays, every, run, sql } from '../core/index.ts'

const REPEAT_DAYS = 7
const QUARANTINE_DAYS = 90

/** Message ids are kept as long as a repeat is recognised, quarantine long enough to be looked at. The inbox is the archive and stays. */
export const jobs = [
  every('tracking.retention', '20 3 * * *', async ctx => {
    await run(sql`DELETE FROM track_messages WHERE received_at < ${addDays(ctx.now, -REPEAT_DAYS)}`)
    await run(sql`DELETE FROM track_quarantine WHERE received_at < ${addDays(ctx.now, -QUARANTINE_DAYS)}`)
  }),
]
