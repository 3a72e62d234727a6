import { mkdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorTextOf } from '@banyan/shared'
import {
  addDays,
  addMs,
  type Ctx,
  isWorkStopping,
  log,
  now,
  ownWork,
  phrase,
  Refusal,
  RetryLater,
  randomToken,
  run,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../../core/index.ts'
import { recordAudit } from '../audit/audit.ts'
import { columnsOf, type ExportRunRow, exportRuns } from './export-run.ts'
import { exportsFolder, FILE_DAYS } from './exports.ts'
import { exportKindOf } from './kinds.ts'
import { openTable, ROWS_MAX } from './write-file.ts'

const LEASE_SECONDS = 120
const MAX_ATTEMPTS = 4
const tooManyRows = phrase<{ max: number }>('超过 {max} 行', 'More than {max} rows')

/** Thrown when the run is no longer ours: cancelled, or taken over after a lost lease. */
class NotOurs extends Error {}

ownWork('exports', { name: 'exports', subject: 'title', at: 'created_at', mayDismiss: true })

export const exportWorker: WorkerDef = {
  name: 'exports',
  table: 'exports',
  batchSize: 1,
  concurrency: 1,
  loops: 2,
  leaseSeconds: LEASE_SECONDS,
  maxAttempts: MAX_ATTEMPTS,
  run: row => runExport(row),
}

/** Writes one file from its beginning. It appears under its own name when it is whole, so that nobody downloads a half. */
export async function runExport({ id, attempts }: WorkRow): Promise<void> {
  const [found] = await exportRuns(sql`id = ${id}`)
  if (!found || !['queued', 'running'].includes(found.state)) return
  const started = await run(
    sql`UPDATE exports SET state = 'running', started_at = ${found.started_at ?? now()}, written_rows = 0 WHERE id = ${id} AND state IN ('queued', 'running')`,
  )
  if (started !== 1) return
  const folder = exportsFolder()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${randomToken(16)}.${found.format}`)
  const part = `${path}.part`
  try {
    await writeFile(found, attempts, { path, part })
  } catch (error) {
    await rm(part, { force: true })
    await rm(path, { force: true })
    if (error instanceof NotOurs) return
    if (error instanceof RetryLater) throw error
    if (!(error instanceof Refusal) && attempts < MAX_ATTEMPTS) throw error
    log.warn({ err: error, exportId: id }, 'export failed')
    const words = error instanceof Refusal ? String(error.detail?.reason ?? errorTextOf(error.code)) : String(error)
    await run(
      sql`UPDATE exports SET state = 'failed', error = ${words.slice(0, 1000)}, finished_at = ${now()} WHERE id = ${id} AND state = 'running' AND attempts = ${attempts}`,
    )
  }
}

async function writeFile(found: ExportRunRow, attempts: number, { path, part }: { path: string; part: string }): Promise<void> {
  const kind = exportKindOf(found.kind)
  const columns = columnsOf(found)
  const ctx = ctxOfRun(found)
  const leftOut = new Map<string, number>()
  const leaveOut = (reason: string, count = 1) => void leftOut.set(reason, (leftOut.get(reason) ?? 0) + count)
  const asked = {
    options: JSON.parse(found.options) as Record<string, unknown>,
    keys: columns.map(column => column.key),
    isRevealed: found.is_revealed === 1,
  }
  const file = await openTable(found.format, part, kind.isBare ? null : columns.map(column => column.name))
  let written = 0
  try {
    for await (const page of kind.pages(ctx, asked, leaveOut)) {
      written += page.length
      if (written > ROWS_MAX[found.format])
        throw new Refusal('export.tooLarge', { reason: tooManyRows({ max: ROWS_MAX[found.format] }) })
      await file.add(page.map(one => asked.keys.map(key => one[key] ?? null)))
      await proceed(found.id, attempts, written)
      if (isWorkStopping()) throw new RetryLater('the process is stopping', 0)
    }
  } catch (error) {
    file.abort()
    throw error
  }
  const sizeBytes = await file.end()
  await rename(part, path)
  const left = [...leftOut].map(([reason, count]) => ({ reason, count }))
  await transaction(async () => {
    const at = now()
    const changed = await run(
      sql`UPDATE exports SET state = 'finished', written_rows = ${written}, total_rows = ${written}, left_out = ${JSON.stringify(left)}, size_bytes = ${sizeBytes},
        file_path = ${path}, finished_at = ${at}, expires_at = ${addDays(at, FILE_DAYS)} WHERE id = ${found.id} AND state = 'running' AND attempts = ${attempts}`,
    )
    if (changed !== 1) throw new NotOurs()
    await recordAudit({ ...ctx, now: at }, 'exports.finish', auditOf(found, written, left))
  })
}

/** What an entry of the audit says of a file. */
export function auditOf(found: ExportRunRow, rows: number, leftOut: { reason: string; count: number }[] = []) {
  return {
    exportId: Number(found.id),
    kind: found.kind,
    title: found.title,
    format: found.format,
    rows,
    columns: columnsOf(found)
      .map(column => column.key)
      .join(', '),
    isRevealed: found.is_revealed === 1,
    ...(leftOut.length > 0 ? { leftOut } : {}),
  }
}

/** The eyes of whoever asked: his brands, his stores, his language. What he may do was decided when he asked. */
export function ctxOfRun(found: ExportRunRow): Ctx {
  const list = (text: string | null): number[] | 'all' => (text === null ? 'all' : (JSON.parse(text) as number[]))
  const operatorId = Number(found.operator_id)
  return {
    ...systemCtx({ brandId: found.brand_id === null ? null : Number(found.brand_id), name: `exports.${found.kind}` }),
    actor: { type: 'operator', id: operatorId, name: found.operator_name },
    operatorId,
    brandIds: list(found.brand_ids),
    storeIds: list(found.store_ids),
    permissions: [],
    mayReveal: found.is_revealed === 1,
    language: found.language,
  }
}

/** Proves that the run is still ours, and renews the lease. */
async function proceed(id: number, attempts: number, written: number): Promise<void> {
  const changed = await run(
    sql`UPDATE exports SET written_rows = ${written}, leased_until = ${addMs(now(), LEASE_SECONDS * 1000)} WHERE id = ${id} AND state = 'running' AND status = 'leased' AND attempts = ${attempts}`,
  )
  if (changed !== 1) throw new NotOurs()
  // The embedded database answers without leaving the turn of the event loop: let waiting requests in between.
  await new Promise(setImmediate)
}
