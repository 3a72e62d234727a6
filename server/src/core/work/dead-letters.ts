import { now } from '../clock.ts'
import { notFound } from '../errors.ts'
import { rows, run, sql } from '../stores/sql.ts'
import { wakeWorkers, workTables } from './worker.ts'

/** Work that failed too often. It stays until an operator runs it again or dismisses it. */
export type DeadLetter = {
  table: string
  id: number
  name: string
  subject: string | null
  lastError: string | null
  attempts: number
  createdAt: Date
  payload: string | null
}

type DeadRow = {
  id: number
  name: string
  subject: string | null
  last_error: string | null
  attempts: number
  created_at: Date
  payload: string | null
}

/** Newest first, at most `limit`, from all tables of work. */
export async function listDead(limit: number): Promise<DeadLetter[]> {
  const deliveries = await rows<DeadRow>(
    sql`SELECT d.id, d.subscriber AS name, d.subject_key AS subject, d.last_error, d.attempts, d.created_at, e.payload FROM outbox_deliveries d LEFT JOIN outbox_events e ON e.id = d.event_id WHERE d.status = 'dead' ORDER BY d.id DESC LIMIT ${limit}`,
  )
  const tasks = await rows<DeadRow>(
    sql`SELECT id, name, ${sql.id('key')} AS subject, last_error, attempts, created_at, payload FROM tasks WHERE status = 'dead' ORDER BY id DESC LIMIT ${limit}`,
  )
  const named = (table: string) => (row: DeadRow) => ({
    table,
    id: row.id,
    name: row.name,
    subject: row.subject,
    lastError: row.last_error,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    payload: row.payload,
  })
  return [...deliveries.map(named('outbox_deliveries')), ...tasks.map(named('tasks'))]
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, limit)
}

export async function countDead(): Promise<number> {
  const [counted] = await rows<{ n: number }>(
    sql`SELECT (SELECT COUNT(*) FROM outbox_deliveries WHERE status = 'dead') + (SELECT COUNT(*) FROM tasks WHERE status = 'dead') AS n`,
  )
  return Number(counted?.n ?? 0)
}

/** Makes dead rows due again with a fresh count of attempts. Answers how many. */
export async function runDeadAgain(table: string, ids: readonly number[]): Promise<number> {
  mustBeWork(table)
  const count = await run(
    sql`UPDATE ${sql.id(table)} SET status = 'due', due_at = ${now()}, attempts = 0 WHERE status = 'dead' AND id IN (${ids})`,
  )
  wakeWorkers(table)
  return count
}

/** Gives dead rows up for good; they stay in the table as `dismissed` until retention takes them. */
export async function dismissDead(table: string, ids: readonly number[]): Promise<number> {
  mustBeWork(table)
  return run(sql`UPDATE ${sql.id(table)} SET status = 'dismissed' WHERE status = 'dead' AND id IN (${ids})`)
}

function mustBeWork(table: string): void {
  if (!workTables.has(table)) throw notFound('workTable', table)
}

const RETENTION_BATCH = 2000

/** Deletes what is finished and older than the table's retention, in small batches. */
export async function removeFinishedWork(): Promise<void> {
  for (const [table, { retentionDays }] of workTables) {
    const before = new Date(now().getTime() - retentionDays * 86_400_000)
    for (let round = 0; round < 500; round += 1) {
      const old = await rows<{ id: number }>(
        sql`SELECT id FROM ${sql.id(table)} WHERE status IN ('done', 'dismissed') AND created_at < ${before} ORDER BY id LIMIT ${RETENTION_BATCH}`,
      )
      if (old.length === 0) break
      await run(sql`DELETE FROM ${sql.id(table)} WHERE id IN (${old.map(row => row.id)})`)
    }
  }
  const before = new Date(now().getTime() - 30 * 86_400_000)
  for (let round = 0; round < 500; round += 1) {
    const old = await rows<{ id: string }>(
      sql`SELECT id FROM outbox_events WHERE created_at < ${before} AND NOT EXISTS (SELECT 1 FROM outbox_deliveries d WHERE d.event_id = outbox_events.id) ORDER BY id LIMIT ${RETENTION_BATCH}`,
    )
    if (old.length === 0) break
    await run(sql`DELETE FROM outbox_events WHERE id IN (${old.map(row => row.id)})`)
  }
}
