import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  bulkInsert,
  type Ctx,
  counter,
  histogram,
  id,
  instant,
  isDeadlock,
  longText,
  metrics,
  migration,
  now,
  publishMany,
  randomToken,
  ref,
  rows,
  run,
  sql,
  systemCtx,
  text,
  transaction,
} from '../core/index.ts'
import type { CallbackFact } from './callback-facts.ts'

/**
 * The durable inbox of every platform's callbacks. A callback is answered only after its row and its event are committed;
 * those that arrive within the same few milliseconds share one transaction, so that a burst costs a handful of statements.
 */
export const callbackMigrations = [
  migration('wechat-001-callbacks', async m => {
    await m.create(
      'callbacks',
      {
        id: id(),
        platform: text(12),
        accountId: text(64),
        brandId: ref({ null: true }),
        // of the decrypted body: a platform's retry is the same body, two events of one second are two bodies
        dedupeKey: text(64, { unique: true }),
        batch: text(24),
        // '' = a kind of event we have no word for: kept, answered, not worked
        eventName: text(60),
        body: longText(),
        receivedAt: instant(),
      },
      { index: [['batch'], ['receivedAt'], ['platform', 'accountId', 'receivedAt']] },
    )
  }),
]

export type Incoming = {
  platform: 'wechat' | 'wecom' | 'pay'
  accountId: string
  brandId: number | null
  body: string
  fact: CallbackFact | null
}

const BATCH_MAX = 300
const RETENTION_DAYS = 30
const TRIES_MAX = 4

const outcomes = metrics.counter('callbacks_total', 'Callbacks by what became of them', ['platform', 'outcome'])
const batchSizes = histogram('callback_batch_size', 'Callbacks that shared one transaction', [], [1, 2, 5, 10, 25, 50, 100, 300])
const unknownKinds = counter('callbacks_unknown_total', 'Callbacks of a kind we have no word for', ['platform'])

type Waiting = { incoming: Incoming; dedupeKey: string; done: () => void; failed: (error: unknown) => void }
const waiting: Waiting[] = []
let isFlushing = false

/** Resolves when the callback is stored and its event published, or was here before. Rejects when the database is away: answer 5xx, the platform retries. */
export function acceptCallback(incoming: Incoming): Promise<void> {
  const dedupeKey = createHash('sha256')
    .update(`${incoming.platform}\n${incoming.accountId}\n`)
    .update(incoming.body)
    .digest('hex')
  return new Promise((done, failed) => {
    waiting.push({ incoming: { ...incoming, fact: sound(incoming) }, dedupeKey, done, failed })
    if (!isFlushing) void flushAll()
  })
}

/** Counted for every refusal, by code, so that an attack or a wrong key shows. */
export function countRefusal(platform: Incoming['platform'], code: string): void {
  outcomes.inc({ platform, outcome: code })
}

/** Keeps the table from growing for ever. */
export async function forgetOldCallbacks(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now.getTime() - RETENTION_DAYS * 86_400_000)
  for (let pass = 0; pass < 1000; pass++) {
    const old = await rows<{ id: number }>(sql`SELECT id FROM callbacks WHERE received_at < ${before} ORDER BY id LIMIT 1000`)
    if (old.length === 0) return
    await run(sql`DELETE FROM callbacks WHERE id IN ${old.map(row => row.id)}`)
  }
}

/** In a burst a moment's patience makes one transaction of what would be several; the platforms wait five seconds for our answer. */
const BURST_MIN = 4
const GATHER_MS = 8

/** One loop: what arrives while a transaction runs waits for the next. An idle inbox costs nothing and a lone callback does not wait. */
async function flushAll(): Promise<void> {
  isFlushing = true
  await new Promise(resolve => setImmediate(resolve)) // those of the same turn of the loop come along
  while (waiting.length > 0) {
    const batch = waiting.splice(0, BATCH_MAX)
    batchSizes.observe(batch.length)
    try {
      await storeWithRetry(batch)
      for (const item of batch) item.done()
    } catch (error) {
      for (const item of batch) item.failed(error)
    }
    if (batch.length >= BURST_MIN && waiting.length < BATCH_MAX) await new Promise(resolve => setTimeout(resolve, GATHER_MS))
  }
  isFlushing = false
}

async function storeWithRetry(batch: Waiting[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(() => store(batch))
    } catch (error) {
      if (!isDeadlock(error) || attempt >= TRIES_MAX) throw error
    }
  }
}

async function store(batch: Waiting[]): Promise<void> {
  const token = randomToken(18)
  const receivedAt = now()
  const stored = batch.map(({ incoming, dedupeKey }) => ({
    platform: incoming.platform,
    accountId: incoming.accountId,
    brandId: incoming.brandId,
    dedupeKey,
    batch: token,
    eventName: incoming.fact?.event.name ?? '',
    body: incoming.body,
    receivedAt,
  }))
  const newCount = await bulkInsert('callbacks', stored, { onDuplicate: 'ignore' })
  // repeats are rare, so which of them are new is asked only when some are not
  const freshKeys = new Set(
    newCount === batch.length
      ? batch.map(item => item.dedupeKey)
      : (await rows<{ dedupe_key: string }>(sql`SELECT dedupe_key FROM callbacks WHERE batch = ${token}`)).map(
          row => row.dedupe_key,
        ),
  )

  const facts = new Map<string, { fact: CallbackFact; brandId: number | null }[]>()
  for (const { incoming, dedupeKey } of batch) {
    const isNew = freshKeys.delete(dedupeKey) // the second of two equal ones in this batch is a repeat
    outcomes.inc({ platform: incoming.platform, outcome: isNew ? 'stored' : 'repeated' })
    if (!isNew || !incoming.fact) continue
    const list = facts.get(incoming.fact.event.name) ?? []
    list.push({ fact: incoming.fact, brandId: incoming.brandId })
    facts.set(incoming.fact.event.name, list)
  }
  for (const list of facts.values()) {
    await publishMany(
      systemCtx({ name: 'callback', now: receivedAt }),
      list[0]!.fact.event,
      list.map(({ fact, brandId }) => ({
        payload: fact.payload as never,
        brandId,
        ...(fact.subject ? { subject: fact.subject.slice(0, 80) } : {}),
      })),
    )
  }
}

/** A fact that does not fit its own schema (a field the platform left out) is kept as an unknown kind: it must not spoil its batch. */
function sound({ fact, platform }: Incoming): CallbackFact | null {
  const isSound = fact !== null && z.safeEncode(fact.event.schema, fact.payload as never).success
  if (!isSound) unknownKinds.inc({ platform })
  return isSound ? fact : null
}

/** When this account last sent us a genuine callback; null when never (within the time we keep). */
export async function lastCallbackAt(platform: Incoming['platform'], accountId: string): Promise<Date | null> {
  const [last] = await rows<{ received_at: Date }>(
    sql`SELECT received_at FROM callbacks WHERE platform = ${platform} AND account_id = ${accountId} ORDER BY received_at DESC LIMIT 1`,
  )
  return last ? new Date(last.received_at) : null
}
