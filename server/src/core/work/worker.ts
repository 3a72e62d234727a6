import { randomBytes } from 'node:crypto'
import { addMs, now } from '../clock.ts'
import { config } from '../config.ts'
import { RetryLater } from '../errors.ts'
import { log } from '../log.ts'
import { counter, histogram } from '../metrics.ts'
import { instant, int, longText, text } from '../stores/columns.ts'
import { afterCommit, transaction } from '../stores/database.ts'
import { redis } from '../stores/redis.ts'
import { rows, run, type Sql, sql } from '../stores/sql.ts'

/**
 * Work is rows. A row is `due`, then `leased` by a worker until `leasedUntil`, then `done`, or again `due` after a failure,
 * or `dead` when it failed too often. A crash strands nobody: leases expire and the row is due again.
 */
export const work = () => ({
  status: text(10, { default: 'due' }),
  dueAt: instant(),
  attempts: int({ default: 0 }),
  leasedUntil: instant({ null: true }),
  lastError: longText({ null: true }),
})

/** The index that claiming reads; put it on every table of work. */
export const workIndex = ['status', 'dueAt', 'id']

export type WorkRow = { id: number; attempts: number }

export type WorkerDef<Row extends WorkRow = WorkRow> = {
  name: string
  table: string
  /** Rows claimed at once. */
  batchSize: number
  /** Rows worked at the same time. */
  concurrency: number
  leaseSeconds: number
  maxAttempts: number
  /** Only these rows, for tables shared by lanes. */
  where?: Sql
  /** The lane that `where` selects, so that only its loops wake for it. */
  lane?: string
  /** Milliseconds that a woken loop waits for more rows before it claims; default 0. */
  gatherMs?: number
  /** The same while many rows come: few large batches cost a fraction of many small ones. */
  busyGatherMs?: number
  /** A further condition of claiming, for rows that must wait for others. */
  ready?: Sql
  /** How many loops claim and work side by side; more than one where a slow row must not hold up the next batch. */
  loops?: number
  /** Seconds before the first repeat; doubles each time up to an hour. */
  backoffSeconds?: number
  /** What becomes of a row whose worker died: `due` (run again) by default, or the status to set when a repeat could do harm. */
  afterLostLease?: string
  /** Does one row, in no transaction. A throw means: again later. */
  run?: (row: Row) => Promise<void>
  /** Does many rows at once; returns the ids that failed with their errors. Rows not named are done. */
  runMany?: (rows: Row[]) => Promise<Map<number, unknown> | undefined>
  /** The handler writes status `done` itself, in the transaction of its own change. */
  settlesItself?: boolean
}

const BACKOFF_MAX_MS = 3_600_000
const IDLE_MAX_MS = 15_000
const BLOCKED_MS = 250
/** From so many rows in a batch on a loop is busy. */
const BUSY_ROWS = 20
const finished = counter('work_total', 'Rows of work by worker and outcome', ['worker', 'outcome'])
const lag = histogram('work_lag_seconds', 'From due to started', ['worker'], [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 20, 60, 600])

/** Tables that hold work, for dead letters and retention. */
export const workTables = new Map<string, { retentionDays: number }>()

/** A module's own rows that are work too. */
export type OwnWork = {
  name: string
  /** The columns that say what a dead row is about and when it began. */
  subject: string
  at: string
  /** False when nobody else would end what the row stands for: it stays until it has been done. */
  mayDismiss: boolean
  /** Rows that ended without anybody knowing how: they show, may be dismissed, and are never run again. */
  unsure?: Sql
}

/** Own tables of work: their dead rows show among the dead letters; how long they are kept is their module's business. */
export const ownTables = new Map<string, OwnWork>()

/** Announces a module's own table of work; call it beside the worker, at import time. */
export function ownWork(table: string, of: OwnWork): void {
  ownTables.set(table, of)
}

type Loop = { def: WorkerDef; isIdle: boolean; wake: () => void; stopped: Promise<void> }
const loops: Loop[] = []
let isStopping = false
const WAKE_CHANNEL = 'work'
const self = randomBytes(6).toString('base64url')

/**
 * Wakes the workers of a table (of one lane of it) once the ambient transaction has committed; their poll finds the rows anyway.
 * Lanes that got nothing sleep on: an idle lane asks the database nothing.
 */
export function wakeWorkers(table: string, lane?: string): void {
  const key = lane ? `${table}|${lane}` : table
  afterCommit(() => {
    wakeHere(key)
    if (config.redisUrl) wakeElsewhere(key)
  })
}

const WAKE_EVERY_MS = 2
const toWake = new Set<string>()

/** Once for all commits of a moment. */
function wakeElsewhere(key: string): void {
  if (toWake.size === 0)
    setTimeout(() => {
      const keys = [...toWake]
      toWake.clear()
      for (const one of keys) void redis.publish(WAKE_CHANNEL, `${self} ${one}`).catch(() => undefined)
    }, WAKE_EVERY_MS).unref()
  toWake.add(key)
}

function wakeHere(key: string): void {
  const [table = '', lane] = key.split('|')
  const woken = new Set<string>()
  for (const loop of loops) {
    const { def } = loop
    if (def.table !== table || (lane && def.lane && def.lane !== lane) || woken.has(def.name)) continue
    const idle = loops.find(one => one.def.name === def.name && one.isIdle)
    ;(idle ?? loop).wake()
    woken.add(def.name)
  }
}

function wakeFromElsewhere(text: string): void {
  const [sender, key] = text.split(' ')
  if (key && sender !== self) wakeHere(key)
}

/** Starts the loops. Call once, in the process that works. */
// biome-ignore lint/suspicious/noExplicitAny: a list of workers over different row types.
export async function startWorkers(defs: readonly WorkerDef<any>[]): Promise<void> {
  isStopping = false
  if (config.redisUrl) await redis.subscribe(WAKE_CHANNEL, wakeFromElsewhere)
  for (const def of defs) for (let n = 0; n < (def.loops ?? 1); n += 1) loops.push(startLoop(def))
}

/** Long work asks between its steps, and gives the row back with RetryLater when the process is about to end. */
export function isWorkStopping(): boolean {
  return isStopping
}

/** Finishes what runs, releases what was claimed and not begun. */
export async function stopWorkers(): Promise<void> {
  isStopping = true
  for (const loop of loops) loop.wake()
  await Promise.all(loops.map(loop => loop.stopped))
  loops.length = 0
}

function startLoop(def: WorkerDef): Loop {
  let rouse: (() => void) | null = null
  let isWoken = false
  const loop: Loop = {
    def,
    isIdle: false,
    wake: () => {
      isWoken = true
      rouse?.()
    },
    stopped: Promise.resolve(),
  }
  const sleep = async (ms: number) => {
    if (isWoken || isStopping) return
    loop.isIdle = true
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    rouse = null
    loop.isIdle = false
    if (isWoken) await gather(0)
  }
  // Commits come in bursts: a moment's patience makes one batch of them.
  const gather = async (lastCount: number) => {
    const ms = (lastCount >= BUSY_ROWS ? def.busyGatherMs : undefined) ?? def.gatherMs ?? 0
    if (ms > 0 && !isStopping) await new Promise(resolve => setTimeout(resolve, ms))
  }

  async function live(): Promise<void> {
    let failures = 0
    while (!isStopping) {
      isWoken = false
      try {
        const count = await runOnce(def)
        failures = 0
        if (count >= def.batchSize) continue
        const waitMs = isWoken ? 0 : await untilNextDue(def)
        if (waitMs > 0) await sleep(waitMs)
        // Due and yet not claimed: it waits for an earlier row of its subject, or another process has it.
        else if (count === 0 && !isWoken) await sleep(BLOCKED_MS)
        else await gather(count)
      } catch (error) {
        failures += 1
        log.error({ err: error, worker: def.name }, 'worker loop failed; it goes on')
        await sleep(Math.min(200 * 2 ** failures, 10_000))
      }
    }
  }
  loop.stopped = live()
  return loop
}

/** Claims one batch and works it; answers how many rows there were. Tests call it to work step by step. */
// biome-ignore lint/suspicious/noExplicitAny: see startWorkers.
export async function runOnce(def: WorkerDef<any>): Promise<number> {
  const claimed = await claim(def)
  if (claimed.length === 0) return 0
  if (def.runMany) await runTogether(def, claimed)
  else await runEach(def, claimed)
  return claimed.length
}

async function claim(def: WorkerDef): Promise<WorkRow[]> {
  const at = now()
  await reclaimLost(def, at)
  const filter = sql.and([...(def.where ? [def.where] : []), ...(def.ready ? [def.ready] : [])])
  return transaction(async () => {
    const found = await rows<WorkRow & { due_at: Date }>(
      sql`SELECT * FROM ${sql.id(def.table)} WHERE status = 'due' AND due_at <= ${at} AND ${filter} ORDER BY due_at, id LIMIT ${def.batchSize} FOR UPDATE SKIP LOCKED`,
    )
    if (found.length === 0) return []
    await run(
      sql`UPDATE ${sql.id(def.table)} SET status = 'leased', leased_until = ${addMs(at, def.leaseSeconds * 1000)}, attempts = attempts + 1 WHERE id IN (${found.map(row => row.id)})`,
    )
    for (const row of found) {
      row.attempts += 1
      lag.observe({ worker: def.name }, Math.max(0, at.getTime() - row.due_at.getTime()) / 1000)
    }
    return found
  })
}

const lastReclaim = new Map<string, number>()

async function reclaimLost(def: WorkerDef, at: Date): Promise<void> {
  const previous = lastReclaim.get(def.name) ?? 0
  if (Math.abs(at.getTime() - previous) < 5000) return
  lastReclaim.set(def.name, at.getTime())
  const next = def.afterLostLease ?? 'due'
  const filter = def.where ? sql` AND (${def.where})` : sql``
  await run(
    sql`UPDATE ${sql.id(def.table)} SET status = ${next}, leased_until = NULL WHERE status = 'leased' AND leased_until < ${at}${filter}`,
  )
}

/** Milliseconds until the next row is due; 0 when one is due now. */
async function untilNextDue(def: WorkerDef): Promise<number> {
  const filter = def.where ? sql` AND (${def.where})` : sql``
  const [next] = await rows<{ due_at: Date | null }>(
    sql`SELECT MIN(due_at) AS due_at FROM ${sql.id(def.table)} WHERE status = 'due'${filter}`,
  )
  if (!next?.due_at) return IDLE_MAX_MS
  return Math.max(0, Math.min(new Date(next.due_at).getTime() - now().getTime(), IDLE_MAX_MS))
}

async function runTogether(def: WorkerDef, claimed: WorkRow[]): Promise<void> {
  let failures: Map<number, unknown> | undefined
  try {
    failures = await def.runMany?.(claimed)
  } catch (error) {
    failures = new Map(claimed.map(row => [row.id, error]))
  }
  const failed = failures ?? new Map<number, unknown>()
  const done = claimed.filter(row => !failed.has(row.id))
  if (!def.settlesItself) await markDone(def, done)
  finished.inc({ worker: def.name, outcome: 'done' }, done.length)
  for (const row of claimed) if (failed.has(row.id)) await putBack(def, row, failed.get(row.id))
}

async function runEach(def: WorkerDef, claimed: WorkRow[]): Promise<void> {
  const queue = [...claimed]
  const done: WorkRow[] = []
  async function lane(): Promise<void> {
    for (let row = queue.shift(); row; row = queue.shift()) {
      if (isStopping) {
        await release(def, row)
        continue
      }
      try {
        await def.run?.(row)
        done.push(row)
        finished.inc({ worker: def.name, outcome: 'done' })
      } catch (error) {
        await putBack(def, row, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(def.concurrency, claimed.length) }, lane))
  if (!def.settlesItself) await markDone(def, done)
}

async function markDone(def: WorkerDef, done: readonly WorkRow[]): Promise<void> {
  if (done.length === 0) return
  await run(
    sql`UPDATE ${sql.id(def.table)} SET status = 'done', leased_until = NULL, last_error = NULL WHERE status = 'leased' AND id IN (${done.map(row => row.id)})`,
  )
}

async function release(def: WorkerDef, row: WorkRow): Promise<void> {
  await run(
    sql`UPDATE ${sql.id(def.table)} SET status = 'due', leased_until = NULL, attempts = attempts - 1 WHERE id = ${row.id} AND status = 'leased'`,
  )
}

async function putBack(def: WorkerDef, row: WorkRow, error: unknown): Promise<void> {
  const isWaiting = error instanceof RetryLater
  const isDead = !isWaiting && row.attempts >= def.maxAttempts
  const delayMs = isWaiting ? error.delayMs : backoffMs(def, row.attempts)
  const reason = error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error)
  finished.inc({ worker: def.name, outcome: isDead ? 'dead' : 'again' })
  if (!isWaiting) log.warn({ err: error, worker: def.name, rowId: row.id, attempts: row.attempts, isDead }, 'work failed')
  await run(
    sql`UPDATE ${sql.id(def.table)} SET status = ${isDead ? 'dead' : 'due'}, due_at = ${addMs(now(), delayMs)}, leased_until = NULL, attempts = ${isWaiting ? row.attempts - 1 : row.attempts}, last_error = ${reason.slice(0, 4000)} WHERE id = ${row.id} AND status = 'leased'`,
  )
}

function backoffMs(def: WorkerDef, attempts: number): number {
  const base = (def.backoffSeconds ?? 1) * 1000 * 2 ** (attempts - 1)
  return Math.round(Math.min(base, BACKOFF_MAX_MS) * (0.8 + Math.random() * 0.4))
}
