import { z } from 'zod'
import { type Ctx, systemCtx } from '../ctx.ts'
import { assert } from '../errors.ts'
import { randomPart } from '../random.ts'
import { id, instant, longText, ref, text } from '../stores/columns.ts'
import { mustBeInTransaction, transaction } from '../stores/database.ts'
import { migration } from '../stores/migrate.ts'
import { bulkInsert, type Row, rows, run, sql } from '../stores/sql.ts'
import { type WorkerDef, type WorkRow, wakeWorkers, work, workIndex, workTables } from './worker.ts'

/** The outbox: facts are published in the transaction that made them true, and delivered at least once to each subscriber. */
export const eventMigrations = [
  migration('core-001-outbox', async m => {
    await m.create(
      'outbox_events',
      { id: text(26, { unique: true }), name: text(60), brandId: ref({ null: true }), payload: longText(), createdAt: instant() },
      { index: [['createdAt']] },
    )
    await m.create(
      'outbox_deliveries',
      {
        id: id(),
        eventId: text(26),
        eventName: text(60),
        subscriber: text(80),
        subjectKey: text(80, { null: true }),
        lane: text(10),
        createdAt: instant(),
        ...work(),
      },
      {
        unique: [['eventId', 'subscriber']],
        index: [
          ['lane', ...workIndex],
          ['subscriber', 'subjectKey', 'status', 'id'],
          ['status', 'createdAt'],
        ],
      },
    )
  }),
]

/** `fast` answers a waiting customer, `bulk` may be slow without slowing others. */
export type WorkLane = 'fast' | 'default' | 'bulk'

export type EventDef<T = unknown> = { name: string; schema: z.ZodType<T> }
type HandlerOne = (ctx: Ctx, payload: never) => Promise<unknown>
type HandlerMany = (ctx: Ctx, payloads: never[]) => Promise<unknown>

export type Subscriber = {
  event: EventDef
  name: string
  lane: WorkLane
  /** The handler calls a network: it runs outside the delivery's transaction and must be repeatable by itself. */
  isOutsideTransaction: boolean
} & ({ kind: 'one'; handle: HandlerOne } | { kind: 'many'; handle: HandlerMany })

export type SubscribeOptions = { lane?: WorkLane; isOutsideTransaction?: boolean }

/** A fact that may be published. Instants inside are Dates in our code and text in the row. */
export function event<T>(name: string, schema: z.ZodType<T>): EventDef<T> {
  return { name, schema }
}

/** Calls `handler` once for every event, in its own transaction together with the delivery's mark, in order per subject. */
export function on<T>(
  of: EventDef<T>,
  name: string,
  handler: (ctx: Ctx, payload: T) => Promise<unknown>,
  options: SubscribeOptions = {},
): Subscriber {
  return {
    event: of as EventDef,
    name,
    kind: 'one',
    handle: handler as HandlerOne,
    lane: options.lane ?? 'default',
    isOutsideTransaction: options.isOutsideTransaction ?? false,
  }
}

/** Like `on` for facts that are cheaper to handle many at a time; events of one call may be of several subjects of one brand. */
export function onBatch<T>(
  of: EventDef<T>,
  name: string,
  handler: (ctx: Ctx, payloads: T[]) => Promise<unknown>,
  options: SubscribeOptions = {},
): Subscriber {
  return {
    event: of as EventDef,
    name,
    kind: 'many',
    handle: handler as HandlerMany,
    lane: options.lane ?? 'default',
    isOutsideTransaction: options.isOutsideTransaction ?? false,
  }
}

const subscribersByEvent = new Map<string, Subscriber[]>()
const subscribersByName = new Map<string, Subscriber>()

/** App hands over every module's subscribers once, before anything is published. */
export function registerSubscribers(all: readonly Subscriber[]): void {
  subscribersByEvent.clear()
  subscribersByName.clear()
  for (const subscriber of all) {
    assert(!subscribersByName.has(subscriber.name), `subscriber ${subscriber.name} is registered twice`)
    subscribersByName.set(subscriber.name, subscriber)
    subscribersByEvent.set(subscriber.event.name, [...(subscribersByEvent.get(subscriber.event.name) ?? []), subscriber])
  }
}

export type PublishOptions = {
  /** Deliveries of one subject reach a subscriber in order, for example `person:7`. Without it order is free. */
  subject?: string
  /** Deliver at the earliest then. */
  dueAt?: Date
}

/** Publishes one fact in the ambient transaction. Throws when there is none, or when the payload is not what the event says. */
export async function publish<T>(ctx: Ctx, of: EventDef<T>, payload: T, options: PublishOptions = {}): Promise<void> {
  await publishMany(ctx, of, [{ payload, ...options }])
}

export type Fact<T> = { payload: T; brandId?: number | null } & PublishOptions

/** Publishes many facts of one kind with two statements. */
export async function publishMany<T>(ctx: Ctx, of: EventDef<T>, facts: readonly Fact<T>[]): Promise<void> {
  await publishTogether(ctx, [factsOf(of, facts)])
}

/** Facts of one kind, to be published with those of other kinds. */
export function factsOf<T>(of: EventDef<T>, facts: readonly Fact<T>[]): Facts {
  return { of: of as EventDef, facts }
}
export type Facts = { of: EventDef; facts: readonly Fact<unknown>[] }

/** Publishes facts of several kinds, in the order given, with the two statements that one kind would take. */
export async function publishTogether(ctx: Ctx, kinds: readonly Facts[]): Promise<void> {
  mustBeInTransaction()
  const events: Row[] = []
  const deliveries: Row[] = []
  for (const { of, facts } of kinds) {
    const subscribers = subscribersByEvent.get(of.name) ?? []
    for (const fact of facts) {
      const id = nextEventId(ctx.now)
      events.push({
        id,
        name: of.name,
        brand_id: fact.brandId === undefined ? ctx.brandId : fact.brandId,
        payload: JSON.stringify(z.encode(of.schema, fact.payload)),
        created_at: ctx.now,
      })
      for (const subscriber of subscribers)
        deliveries.push({
          event_id: id,
          event_name: of.name,
          subscriber: subscriber.name,
          subject_key: fact.subject ?? null,
          lane: subscriber.lane,
          created_at: ctx.now,
          status: 'due',
          due_at: fact.dueAt ?? ctx.now,
          attempts: 0,
        })
    }
  }
  await bulkInsert('outbox_events', events)
  await bulkInsert('outbox_deliveries', deliveries)
  for (const lane of new Set(deliveries.map(one => String(one['lane'])))) wakeWorkers('outbox_deliveries', lane)
}

let lastMs = 0
let sequence = 0
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Time-ordered 26 characters: 10 of milliseconds, 4 of a sequence within them, 12 random. */
function nextEventId(at: Date): string {
  const ms = Math.max(at.getTime(), lastMs)
  sequence = ms === lastMs ? sequence + 1 : 0
  lastMs = ms
  let random = ''
  for (const byte of randomPart(12)) random += ALPHABET[byte & 31]
  return base32(ms, 10) + base32(sequence, 4) + random
}

function base32(value: number, length: number): string {
  let rest = value
  let out = ''
  for (let i = 0; i < length; i += 1) {
    out = (ALPHABET[rest % 32] ?? '0') + out
    rest = Math.floor(rest / 32)
  }
  return out
}

/** Has everything that was published until then, and is due, reached these subscribers? */
export async function haveHeard(subscribers: readonly string[], until: Date): Promise<boolean> {
  const found = await rows(
    sql`SELECT id FROM outbox_deliveries WHERE status IN ('due', 'leased') AND created_at <= ${until} AND due_at <= ${until} AND subscriber IN (${[...subscribers]}) LIMIT 1`,
  )
  return found.length === 0
}

type Delivery = WorkRow & { event_id: string; subscriber: string; subject_key: string | null }
type EventRow = { id: string; brand_id: number | null; payload: string }

workTables.set('outbox_deliveries', { retentionDays: 3 })

/** One loop per lane, so that bulk work never delays an answer. */
export function relayWorkers(): WorkerDef[] {
  return (['fast', 'default', 'bulk'] as const).map(lane => ({
    name: `outbox.${lane}`,
    table: 'outbox_deliveries',
    batchSize: lane === 'fast' ? 50 : 500,
    concurrency: 1,
    leaseSeconds: 120,
    maxAttempts: 12,
    settlesItself: true,
    loops: lane === 'fast' ? 3 : 1,
    where: sql`lane = ${lane}`,
    lane,
    gatherMs: lane === 'fast' ? 2 : lane === 'default' ? 15 : 50,
    ...(lane === 'fast' ? {} : { busyGatherMs: 100 }),
    ready: sql`(subject_key IS NULL OR NOT EXISTS (SELECT 1 FROM outbox_deliveries earlier WHERE earlier.subscriber = outbox_deliveries.subscriber AND earlier.subject_key = outbox_deliveries.subject_key AND earlier.id < outbox_deliveries.id AND earlier.status IN ('due', 'leased')))`,
    runMany: (claimed: WorkRow[]) => deliver(claimed as Delivery[], lane === 'fast' ? 16 : 8),
  }))
}

async function deliver(claimed: Delivery[], concurrency: number): Promise<Map<number, unknown>> {
  const found = await rows<EventRow>(
    sql`SELECT id, brand_id, payload FROM outbox_events WHERE id IN ${[...new Set(claimed.map(row => row.event_id))]}`,
  )
  const events = new Map<string, EventRow>(found.map(row => [row.id, row]))
  const failed = new Map<number, unknown>()

  const jobs: (() => Promise<void>)[] = []
  for (const [key, group] of groupsOf(claimed, events)) {
    const subscriber = subscribersByName.get(key.slice(0, key.indexOf('\0')))
    if (!subscriber) {
      for (const row of group) failed.set(row.id, new Error(`no subscriber ${row.subscriber} in this version`))
      continue
    }
    if (subscriber.kind === 'many') {
      jobs.push(() => attempt(subscriber, group, events, failed))
    } else {
      for (const row of group) jobs.push(() => attempt(subscriber, [row], events, failed))
    }
  }
  await inParallel(jobs, concurrency)
  return failed
}

function groupsOf(claimed: Delivery[], events: Map<string, EventRow>): Map<string, Delivery[]> {
  const groups = new Map<string, Delivery[]>()
  for (const row of claimed) {
    const key = `${row.subscriber}\0${events.get(row.event_id)?.brand_id ?? ''}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

async function attempt(
  subscriber: Subscriber,
  group: Delivery[],
  events: Map<string, EventRow>,
  failed: Map<number, unknown>,
): Promise<void> {
  const settle = () =>
    run(
      sql`UPDATE outbox_deliveries SET status = 'done', leased_until = NULL, last_error = NULL WHERE id IN (${group.map(row => row.id)})`,
    )
  try {
    const payloads = group.map(row => {
      const found = events.get(row.event_id)
      assert(found, `event ${row.event_id} is missing`)
      return z.decode(subscriber.event.schema, JSON.parse(found.payload))
    })
    const first = group[0]
    const ctx = systemCtx({ brandId: (first && events.get(first.event_id)?.brand_id) ?? null, name: subscriber.name })
    const handle = async () => {
      if (subscriber.kind === 'many') await subscriber.handle(ctx, payloads as never[])
      else await subscriber.handle(ctx, payloads[0] as never)
    }
    if (subscriber.isOutsideTransaction) {
      await handle()
      await settle()
    } else {
      await transaction(async () => {
        await handle()
        await settle()
      })
    }
  } catch (error) {
    for (const row of group) failed.set(row.id, error)
  }
}

/** Runs jobs with a bound on how many at once. */
export async function inParallel(jobs: readonly (() => Promise<void>)[], concurrency: number): Promise<void> {
  let next = 0
  async function lane(): Promise<void> {
    while (next < jobs.length) {
      const job = jobs[next]
      next += 1
      await job?.()
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, lane))
}
