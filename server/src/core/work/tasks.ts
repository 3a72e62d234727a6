import { z } from 'zod'
import { now } from '../clock.ts'
import { type Ctx, systemCtx } from '../ctx.ts'
import { assert } from '../errors.ts'
import { id, instant, longText, ref, text } from '../stores/columns.ts'
import { migration } from '../stores/migrate.ts'
import { bulkInsert, sql } from '../stores/sql.ts'
import type { WorkLane } from './events.ts'
import { type WorkerDef, type WorkRow, wakeWorkers, work, workIndex, workTables } from './worker.ts'

/** One piece of later work with a payload: a welcome message, a reconcile, a query to Pay. */
export const taskMigrations = [
  migration('core-002-tasks', async m => {
    await m.create(
      'tasks',
      {
        id: id(),
        name: text(60),
        key: text(120, { null: true }),
        brandId: ref({ null: true }),
        lane: text(10),
        payload: longText(),
        createdAt: instant(),
        ...work(),
      },
      {
        unique: [['name', 'key']],
        index: [
          ['lane', ...workIndex],
          ['status', 'createdAt'],
        ],
      },
    )
  }),
]

export type TaskDef<T = unknown> = {
  name: string
  schema: z.ZodType<T>
  handle: (ctx: Ctx, payload: T) => Promise<unknown>
  lane: WorkLane
  maxAttempts: number
}

/** Defines a task. Its handler runs outside a transaction (it may call a network) and may run twice. */
export function task<T>(
  name: string,
  schema: z.ZodType<T>,
  handle: (ctx: Ctx, payload: T) => Promise<unknown>,
  options: { lane?: WorkLane; maxAttempts?: number } = {},
): TaskDef<T> {
  return { name, schema, handle, lane: options.lane ?? 'default', maxAttempts: options.maxAttempts ?? 8 }
}

const tasksByName = new Map<string, TaskDef>()

/** App hands over every module's tasks once. */
// biome-ignore lint/suspicious/noExplicitAny: a list of tasks over different payloads.
export function registerTasks(all: readonly TaskDef<any>[]): void {
  tasksByName.clear()
  for (const one of all) {
    assert(!tasksByName.has(one.name), `task ${one.name} is registered twice`)
    tasksByName.set(one.name, one)
  }
}

/** Puts a task in line, in the ambient transaction when there is one. With a `key` the second call of the same task is a no-op. */
export async function enqueue<T>(
  ctx: Ctx,
  of: Pick<TaskDef<T>, 'name' | 'schema' | 'lane'>,
  payload: T,
  options: { dueAt?: Date; key?: string } = {},
): Promise<void> {
  const row = {
    name: of.name,
    key: options.key ?? null,
    brand_id: ctx.brandId,
    lane: of.lane,
    payload: JSON.stringify(z.encode(of.schema, payload)),
    created_at: ctx.now,
    status: 'due',
    due_at: options.dueAt ?? ctx.now,
    attempts: 0,
  }
  await bulkInsert('tasks', [row], { onDuplicate: 'ignore' })
  wakeWorkers('tasks', of.lane)
}

type TaskRow = WorkRow & { name: string; brand_id: number | null; payload: string }

// At import: the web process lists dead letters and has no workers.
workTables.set('tasks', { retentionDays: 7 })

export function taskWorkers(): WorkerDef[] {
  return (['fast', 'default', 'bulk'] as const).map(lane => ({
    name: `tasks.${lane}`,
    table: 'tasks',
    batchSize: lane === 'bulk' ? 2 : 16,
    loops: lane === 'fast' ? 3 : 1,
    concurrency: lane === 'fast' ? 8 : lane === 'default' ? 8 : 2,
    leaseSeconds: lane === 'bulk' ? 3600 : 120,
    maxAttempts: 8,
    where: sql`lane = ${lane}`,
    lane,
    run: row => runTask(row as TaskRow),
  }))
}

async function runTask(row: TaskRow): Promise<void> {
  const known = tasksByName.get(row.name)
  assert(known, `no task ${row.name} in this version`)
  await known.handle(
    systemCtx({ brandId: row.brand_id, now: now(), name: row.name }),
    z.decode(known.schema, JSON.parse(row.payload)),
  )
}
