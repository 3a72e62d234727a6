import { now } from '../clock.ts'
import { notFound } from '../errors.ts'
import { rows, run, type Sql, sql } from '../stores/sql.ts'
import { type OwnWork, ownTables, wakeWorkers, workTables } from './worker.ts'

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
  /** False for what ended without anybody knowing how: a repeat could do it twice. */
  mayRunAgain: boolean
  mayDismiss: boolean
}

type DeadRow = {
  id: number
  name: string
  subject: string | number | null
  last_error: string | null
  attempts: number
  created_at: Date
  payload: string | null
  status: string
}

/** Newest first, at most `limit`, from all tables of work, a module's own ones included, or from one of them. */
export async function listDead(limit: number, table?: string): Promise<DeadLetter[]> {
  const found: DeadLetter[] = []
  for (const one of [...workTables.keys(), ...ownTables.keys()]) {
    if (table !== undefined && one !== table) continue
    for (const row of await rows<DeadRow>(deadIn(one, limit)))
      found.push({
        table: one,
        id: Number(row.id),
        name: row.name,
        subject: row.subject === null ? null : String(row.subject),
        lastError: row.last_error,
        attempts: row.attempts,
        createdAt: new Date(row.created_at),
        payload: row.payload,
        mayRunAgain: row.status === 'dead',
        mayDismiss: row.status !== 'dead' || mayDismiss(one),
      })
  }
  return found.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()).slice(0, limit)
}

function deadIn(table: string, limit: number): Sql {
  const own = ownTables.get(table)
  if (own)
    return sql`SELECT id, ${own.name} AS name, ${sql.id(own.subject)} AS subject, last_error, attempts, ${sql.id(own.at)} AS created_at, NULL AS payload, status FROM ${sql.id(table)} WHERE ${isDead(own)} ORDER BY id DESC LIMIT ${limit}`
  return table === 'outbox_deliveries'
    ? sql`SELECT d.id, d.subscriber AS name, d.subject_key AS subject, d.last_error, d.attempts, d.created_at, e.payload, d.status FROM outbox_deliveries d LEFT JOIN outbox_events e ON e.id = d.event_id WHERE d.status = 'dead' ORDER BY d.id DESC LIMIT ${limit}`
    : sql`SELECT id, name, ${sql.id('key')} AS subject, last_error, attempts, created_at, payload, status FROM ${sql.id(table)} WHERE status = 'dead' ORDER BY id DESC LIMIT ${limit}`
}

const isDead = (own?: OwnWork): Sql => (own?.unsure ? sql`(status = 'dead' OR (${own.unsure}))` : sql`status = 'dead'`)
const mayDismiss = (table: string) => ownTables.get(table)?.mayDismiss ?? true

export async function countDead(): Promise<number> {
  let count = 0
  for (const table of [...workTables.keys(), ...ownTables.keys()]) {
    const [counted] = await rows<{ n: number }>(
      sql`SELECT COUNT(*) AS n FROM ${sql.id(table)} WHERE ${isDead(ownTables.get(table))}`,
    )
    count += Number(counted?.n ?? 0)
  }
  return count
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

/** Gives dead rows up for good; they stay in the table as `dismissed` until retention takes them. What may not be dismissed is left alone. */
export async function dismissDead(table: string, ids: readonly number[]): Promise<number> {
  mustBeWork(table)
  const own = ownTables.get(table)
  const which = mayDismiss(table) ? isDead(own) : own?.unsure
  return which ? run(sql`UPDATE ${sql.id(table)} SET status = 'dismissed' WHERE ${which} AND id IN (${ids})`) : 0
}

/** Do dead rows of this table show? A worker whose rows do not would lose them silently. */
export function isWork(table: string): boolean {
  return workTables.has(table) || ownTables.has(table)
}

function mustBeWork(table: string): void {
  if (!isWork(table)) throw notFound('workTable', table)
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
