import { addDays, type Ctx, every, rows, run, sql } from '../core/index.ts'
import { forgetPlaces } from './access/wrong-tries.ts'
import { removeOldAudit } from './audit/list-audit.ts'
import { removeOldExports } from './exports/exports.ts'
import { KEPT_HOURS } from './idempotency.ts'
import { removeOldFiles } from './imports/imports.ts'

export const jobs = [
  every('platform.removeOldSessions', '10 4 * * *', removeOldSessions),
  every('platform.forgetPlaces', '20 4 * * *', forgetPlaces),
  every('platform.removeOldKeys', '15 * * * *', removeOldKeys),
  every('platform.removeOldAudit', '30 4 * * *', removeOldAudit),
  every('platform.removeOldExports', '50 * * * *', removeOldExports),
  every('platform.removeOldFiles', '40 4 * * *', removeOldFiles),
]

const BATCH = 2_000

/** Sessions that ended more than thirty days ago. */
async function removeOldSessions(ctx: Ctx): Promise<void> {
  const before = addDays(ctx.now, -30)
  for (let round = 0; round < 1000; round++) {
    const old = await rows<{ id: number }>(
      sql`SELECT id FROM sessions WHERE expires_at < ${before} ORDER BY expires_at LIMIT ${BATCH}`,
    )
    if (old.length === 0) return
    await run(sql`DELETE FROM sessions WHERE id IN (${old.map(one => one.id)})`)
  }
}

async function removeOldKeys(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now.getTime() - KEPT_HOURS * 3600_000)
  for (let round = 0; round < 1000; round++) {
    const old = await rows<{ id: number }>(
      sql`SELECT id FROM idempotency_keys WHERE created_at < ${before} ORDER BY created_at LIMIT ${BATCH}`,
    )
    if (old.length === 0) return
    await run(sql`DELETE FROM idempotency_keys WHERE id IN (${old.map(one => one.id)})`)
  }
}
