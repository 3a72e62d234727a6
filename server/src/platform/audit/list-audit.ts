import type { InputOf, platform } from '@banyan/shared'
import { brandScope, type Ctx, orderSql, rows, run, sql } from '../../core/index.ts'
import { flushAudit } from './audit.ts'

type Platform = typeof platform
type EntryRow = {
  id: number
  at: Date
  actor_type: string
  actor_id: number | null
  actor_name: string
  brand_id: number | null
  action: string
  input: string
  outcome: 'done' | 'refused' | 'failed'
  error_code: string
  request_id: string
  ip: string
  duration_ms: number
}

const SORTS = { at: 'id', durationMs: 'duration_ms' }

/** Newest first, or by how long they took. `action` takes a name or the beginning of one (`coupons.`). */
export async function listAudit(ctx: Ctx, input: InputOf<Platform['audit.list']>) {
  await flushAudit()
  const scope = brandScope(ctx)
  const where = sql.and([
    ...(scope ? [sql`brand_id IN (${scope})`] : []),
    ...(input.actorType ? [sql`actor_type = ${input.actorType}`] : []),
    ...(input.actorId ? [sql`actor_id = ${input.actorId}`] : []),
    ...(input.action ? [sql`action LIKE ${`${input.action}%`}`] : []),
    ...(input.outcome ? [sql`outcome = ${input.outcome}`] : []),
    ...(input.from ? [sql`at >= ${input.from}`] : []),
    ...(input.to ? [sql`at < ${input.to}`] : []),
    ...(input.search
      ? [sql`(actor_name = ${input.search} OR request_id = ${input.search} OR action LIKE ${`%${input.search}%`})`]
      : []),
  ])
  const [counted] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM audit_entries WHERE ${where}`)
  const found = await rows<EntryRow>(
    sql`SELECT * FROM audit_entries WHERE ${where} ORDER BY ${orderSql(input.sort, SORTS, '-at')}, id DESC LIMIT ${input.pageSize} OFFSET ${(input.page - 1) * input.pageSize}`,
  )
  return { items: found.map(view), total: Number(counted?.n ?? 0) }
}

const RETENTION_DAYS = 400

/** Entries are kept for 400 days. */
export async function removeOldAudit(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now.getTime() - RETENTION_DAYS * 86_400_000)
  for (let round = 0; round < 1000; round += 1) {
    const old = await rows<{ id: number }>(sql`SELECT id FROM audit_entries WHERE at < ${before} ORDER BY at LIMIT 2000`)
    if (old.length === 0) return
    await run(sql`DELETE FROM audit_entries WHERE id IN (${old.map(row => row.id)})`)
  }
}

function view(entry: EntryRow) {
  return {
    id: entry.id,
    at: entry.at,
    actorType: entry.actor_type,
    actorId: entry.actor_id,
    actorName: entry.actor_name,
    brandId: entry.brand_id,
    action: entry.action,
    input: JSON.parse(entry.input) as unknown,
    outcome: entry.outcome,
    errorCode: entry.error_code,
    requestId: entry.request_id,
    ip: entry.ip,
    durationMs: entry.duration_ms,
  }
}
