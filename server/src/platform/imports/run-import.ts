import { errorTextOf } from '@banyan/shared'
import {
  addMs,
  bulkInsert,
  type Ctx,
  isDatabaseAway,
  isDeadlock,
  isWorkStopping,
  log,
  now,
  ownWork,
  Refusal,
  RetryLater,
  run,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../../core/index.ts'
import { limitOf } from '../configuration/limits.ts'
import { ImportRun } from './import-run.ts'
import { type ImportKind, type ImportRow, kindOf, type Reject } from './kinds.ts'
import { readFile } from './read-file.ts'
import type { FileRow } from './records.ts'
import { reasons } from './words.ts'

const LEASE_SECONDS = 120
const MAX_ATTEMPTS = 5
const BATCH_ROWS = 500
const GROUP_ROWS_MAX = 5_000
const DEADLOCK_TRIES = 5

/** Thrown when the run is no longer ours: cancelled, or taken over after a lost lease. */
class NotOurs extends Error {}

ownWork('imports', { name: 'imports', subject: 'file_name', at: 'created_at', mayDismiss: false })

export const importWorker: WorkerDef = {
  name: 'imports',
  table: 'imports',
  batchSize: 1,
  concurrency: 1,
  leaseSeconds: LEASE_SECONDS,
  maxAttempts: MAX_ATTEMPTS,
  run: row => runImport(row),
}

/**
 * Takes a file in, batch by batch. Each batch and the import's progress are one transaction, so a process that dies is followed by one that
 * begins where the last whole batch ended, and no row counts twice.
 */
export async function runImport({ id, attempts }: WorkRow): Promise<void> {
  const found = await ImportRun.findByPk(id)
  if (!found || !['queued', 'running'].includes(found.state)) return
  const ctx = systemCtx({ brandId: found.brandId, name: `imports.${found.kind}` })
  if (!found.startedAt) await found.update({ state: 'running', startedAt: now() })
  else await found.update({ state: 'running' })
  const progress = new Progress(found, attempts)
  try {
    const kind = kindOf(found.kind)
    await kind.begin?.(ctx, found.options)
    await takeIn(ctx, kind, found, progress)
    await kind.finish?.(ctx, { importId: id, options: found.options })
    await progress.end('finished', '')
  } catch (error) {
    if (error instanceof NotOurs) return
    if (error instanceof RetryLater) throw error
    const isFinal = error instanceof Refusal || attempts >= MAX_ATTEMPTS
    if (!isFinal) throw error
    log.warn({ err: error, importId: id }, 'import failed')
    const detail =
      error instanceof Refusal
        ? (error.detail?.reason ?? errorTextOf(error.code))
        : error instanceof Error
          ? error.message
          : error
    await progress.end('failed', String(detail))
  }
}

async function takeIn(ctx: Ctx, kind: ImportKind, found: ImportRun, progress: Progress): Promise<void> {
  const rowsMax = await limitOf('import.rowsMax')
  const size = kind.batchRows ?? BATCH_ROWS
  const toRow = rowReader(found)
  let toSkip = found.readRows
  let isHeader = true
  let batch: Parsed[] = []
  // One batch is written while the next is read and parsed; never two at once, so order holds.
  let writing: Promise<void> = Promise.resolve()
  const write = async (full: Parsed[]) => {
    await writing
    if (progress.readRows > rowsMax) throw new Refusal('import.tooLarge', { reason: reasons.tooManyRows({ max: rowsMax }) })
    writing = takeBatch(ctx, kind, found, full, progress)
    writing.catch(() => undefined) // whoever awaits it next hears of it
  }
  try {
    for await (const rows of readFile(found.filePath, found, bytes => progress.readTo(bytes))) {
      for (const row of rows) {
        if (isHeader) {
          isHeader = false
          continue
        }
        if (toSkip > 0) {
          toSkip--
          continue
        }
        const parsed = toRow(row)
        const isFull = batch.length >= size && (!sameGroup(kind, batch.at(-1), parsed) || batch.length >= size + GROUP_ROWS_MAX)
        if (isFull) {
          await write(batch)
          batch = []
        }
        batch.push(parsed)
      }
      if (isWorkStopping()) throw new RetryLater('the process is stopping', 0)
    }
    await write(batch)
  } finally {
    await writing
  }
}

type Parsed = { row: FileRow; values: Record<string, string>; reject: Omit<Reject, 'line'> | null }

/** Cells -> values by field, or why the row cannot be read. */
function rowReader(found: ImportRun): (row: FileRow) => Parsed {
  const wanted = Object.entries(found.mapping).map(([key, column]) => ({ key, index: found.columns.indexOf(column) }))
  const width = found.columns.length
  const isSheet = found.format === 'xlsx'
  return row => {
    if (row.broken) return { row, values: {}, reject: { code: 'import.brokenRow', reason: row.broken } }
    if (!isSheet && row.cells.length !== width)
      return {
        row,
        values: {},
        reject: { code: 'import.columnCount', reason: reasons.columnCount({ cells: row.cells.length, width }) },
      }
    const values: Record<string, string> = {}
    for (const { key, index } of wanted) values[key] = row.cells[index] ?? ''
    if (!isSheet && hasBadCharacter(row.cells))
      return {
        row,
        values,
        reject: { code: 'import.badCharacters', reason: reasons.badCharacters({ encoding: found.encoding }) },
      }
    return { row, values, reject: null }
  }
}

function hasBadCharacter(cells: readonly string[]): boolean {
  for (const cell of cells) if (cell.includes('\uFFFD')) return true
  return false
}

function sameGroup(kind: ImportKind, last: Parsed | undefined, next: Parsed): boolean {
  if (!kind.groupBy || !last || last.reject || next.reject) return false
  const key = next.values[kind.groupBy]
  return key !== '' && key === last.values[kind.groupBy]
}

/** One transaction: the kind's work, the refused rows, the progress. Halves the batch when it throws, until the bad group stands alone. */
async function takeBatch(ctx: Ctx, kind: ImportKind, found: ImportRun, batch: Parsed[], progress: Progress): Promise<void> {
  if (batch.length === 0) return
  try {
    await withoutDeadlock(() => transaction(() => writeBatch({ ...ctx, now: now() }, kind, found, batch, progress, null)))
    progress.confirm()
    // The embedded database answers without leaving the turn of the event loop: let waiting requests in between.
    await new Promise(setImmediate)
  } catch (error) {
    if (error instanceof NotOurs || error instanceof RetryLater || isDatabaseAway(error)) throw error
    const middle = groupBoundary(kind, batch)
    if (middle > 0) {
      await takeBatch(ctx, kind, found, batch.slice(0, middle), progress)
      await takeBatch(ctx, kind, found, batch.slice(middle), progress)
      return
    }
    if (!(error instanceof Refusal))
      log.warn({ err: error, importId: found.id, line: batch[0]?.row.line }, 'an imported row failed')
    const failure = {
      code: error instanceof Refusal ? error.code : 'import.rowFailed',
      reason: error instanceof Refusal ? String(error.detail?.reason ?? errorTextOf(error.code)) : reasons.rowFailed(),
    }
    await transaction(() => writeBatch(ctx, kind, found, batch, progress, failure))
    progress.confirm()
  }
}

async function writeBatch(
  ctx: Ctx,
  kind: ImportKind,
  found: ImportRun,
  batch: Parsed[],
  progress: Progress,
  failure: Omit<Reject, 'line'> | null,
): Promise<void> {
  const readable = batch.filter(one => one.reject === null)
  const rejects = new Map(batch.flatMap(one => (one.reject ? [[one.row.line, { ...one.reject, line: one.row.line }]] : [])))
  if (failure) for (const one of readable) rejects.set(one.row.line, { ...failure, line: one.row.line })
  else if (readable.length > 0) {
    const rows: ImportRow[] = readable.map(one => ({ line: one.row.line, values: one.values }))
    for (const reject of (await kind.runBatch(ctx, rows, found.options)).rejects) rejects.set(reject.line, reject)
  }
  const refused = batch.flatMap(one => {
    const reject = rejects.get(one.row.line)
    return reject
      ? [
          {
            importId: found.id,
            line: reject.line,
            code: reject.code.slice(0, 64),
            reason: reject.reason.slice(0, 500),
            cells: JSON.stringify(one.row.cells),
          },
        ]
      : []
  })
  await bulkInsert('import_rejects', refused)
  await progress.write(batch.length, refused.length)
}

/** Where to cut a batch in two without cutting a group; 0 when it is one group. */
function groupBoundary(kind: ImportKind, batch: Parsed[]): number {
  const middle = Math.ceil(batch.length / 2)
  for (let at = middle; at < batch.length; at++) if (!sameGroup(kind, batch[at - 1], batch[at]!)) return at
  for (let at = middle - 1; at > 0; at--) if (!sameGroup(kind, batch[at - 1], batch[at]!)) return at
  return 0
}

async function withoutDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isDeadlock(error) || attempt >= DEADLOCK_TRIES) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 30 * attempt))
    }
  }
}

/** What was read, taken and refused. Every write proves that the run is still ours, and renews the lease. */
class Progress {
  readRows: number
  private accepted: number
  private rejected: number
  private bytes: number
  private next = { readRows: 0, accepted: 0, rejected: 0 }
  private readonly id: number
  private readonly attempts: number

  constructor(found: ImportRun, attempts: number) {
    this.id = found.id
    this.attempts = attempts
    this.readRows = found.readRows
    this.accepted = found.acceptedRows
    this.rejected = found.rejectedRows
    this.bytes = found.readBytes
  }

  readTo(bytes: number): void {
    this.bytes = Math.max(this.bytes, bytes)
  }

  /** In the batch's transaction. Throws NotOurs, which takes the batch back. */
  async write(rows: number, refused: number): Promise<void> {
    this.next = { readRows: this.readRows + rows, accepted: this.accepted + rows - refused, rejected: this.rejected + refused }
    const { readRows, accepted, rejected } = this.next
    const changed = await run(
      sql`UPDATE imports SET read_rows = ${readRows}, accepted_rows = ${accepted}, rejected_rows = ${rejected}, read_bytes = ${this.bytes}, leased_until = ${addMs(now(), LEASE_SECONDS * 1000)} WHERE id = ${this.id} AND state = 'running' AND status = 'leased' AND attempts = ${this.attempts}`,
    )
    if (changed !== 1) throw new NotOurs()
  }

  /** After the commit. */
  confirm(): void {
    this.readRows = this.next.readRows
    this.accepted = this.next.accepted
    this.rejected = this.next.rejected
  }

  async end(state: 'finished' | 'failed', error: string): Promise<void> {
    await run(
      sql`UPDATE imports SET state = ${state}, error = ${error.slice(0, 1000)}, finished_at = ${now()} WHERE id = ${this.id} AND state = 'running' AND attempts = ${this.attempts}`,
    )
  }
}
