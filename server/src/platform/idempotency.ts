import {
  type Call,
  decrypt,
  encrypt,
  insertIgnore,
  type Link,
  log,
  type Row,
  redis,
  refused,
  row,
  run,
  sha256,
  sql,
} from '../core/index.ts'
import { gather } from './gather.ts'

/** A reservation outside a transaction (the action calls a platform) is given up after this: its process has died. */
const RUNNING_MS = 120_000
/** How long an answer is replayed. */
export const KEPT_HOURS = 48

/**
 * Link: a command with an `Idempotency-Key` happens once. The same key with the same input answers what the first call answered; with another input it
 * is refused (idempotency.mismatch). The key's row is written in the command's own transaction: when that is rolled back the key is free
 * again, and a second call at the same moment waits for the first. Answers are kept encrypted, since they may hold a secret that is shown once.
 */
export const idempotency: Link = async (call, next) => {
  const key = call.ctx.idempotencyKey
  if (!key || call.route.endpoint.kind === 'query' || call.ctx.actor.id === null) return next()
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) throw refused('idempotency.badKey', { field: 'Idempotency-Key' })
  if (call.route.endpoint.keepsOwnKey) return next()
  return call.route.isOutsideTransaction ? besideTheAction(call, key, next) : withTheAction(call, key, next)
}

async function withTheAction(call: Call, key: string, next: () => Promise<unknown>): Promise<unknown> {
  const slot = slotOf(call, key)
  if (!(await reserve(call, slot))) return replay(slot)
  const answer = await next()
  await run(
    sql`UPDATE idempotency_keys SET status = 'done', answer = ${encrypt(JSON.stringify(answer ?? null))} WHERE ${mine(slot)}`,
  )
  return answer
}

/**
 * The action opens its own transactions around a call to a platform. While it runs, Redis holds the reservation (a crash lets it lapse); the answer is
 * kept in the database once there is one. The order matters: reserve, then look for an answer; keep the answer, then release. With
 * Redis away only a twin that is running at this moment goes unseen.
 */
async function besideTheAction(call: Call, key: string, next: () => Promise<unknown>): Promise<unknown> {
  const slot = slotOf(call, key)
  const reservation = `idempotency:${sha256(`${slot.caller}\0${slot.name}\0${key}`)}`
  const isOurs = await reserveInRedis(reservation)
  try {
    const known = await answerOf(slot)
    if (known) return known.answer
    if (!isOurs) throw refused('idempotency.running', { retryAfterSeconds: 1 })
    const answer = await next()
    await keep({ ...slot, status: 'done', answer: encrypt(JSON.stringify(answer ?? null)), createdAt: call.ctx.now })
    return answer
  } finally {
    if (isOurs) await redis.del(reservation).catch(error => log.warn({ err: error }, 'a reservation stays until it lapses'))
  }
}

async function reserveInRedis(reservation: string): Promise<boolean> {
  try {
    return await redis.set(reservation, '1', { ttlMs: RUNNING_MS, onlyIfAbsent: true })
  } catch (error) {
    log.warn({ err: error }, 'no reservation: Redis is away')
    return true
  }
}

/** Answers of one moment are written together: a flash sale would otherwise commit one row per claim. */
const keep = gather<Row, void>(4, 200, async list => {
  await insertIgnore('idempotency_keys', list)
  return list.map(() => undefined)
})

type Slot = { caller: string; name: string; key: string; bodyHash: string }

function slotOf(call: Call, key: string): Slot {
  const { actor, brandId } = call.ctx
  return {
    caller: `${actor.type}:${actor.id}`,
    name: call.route.name,
    key,
    bodyHash: sha256(`${brandId ?? ''}\0${JSON.stringify(call.rawInput ?? {})}`),
  }
}

const mine = (slot: Slot) => sql`caller = ${slot.caller} AND name = ${slot.name} AND ${sql.id('key')} = ${slot.key}`

async function reserve(call: Call, slot: Slot): Promise<boolean> {
  return (await insertIgnore('idempotency_keys', { ...slot, status: 'running', createdAt: call.ctx.now })) === 1
}

async function replay(slot: Slot): Promise<unknown> {
  const known = await answerOf(slot)
  if (!known) throw refused('idempotency.running', { retryAfterSeconds: 1 })
  return known.answer
}

/** The kept answer, or null while there is none. Throws idempotency.mismatch when the key was used for another input. */
async function answerOf(slot: Slot): Promise<{ answer: unknown } | null> {
  const known = await row<{ body_hash: string; status: string; answer: string | null }>(
    sql`SELECT body_hash, status, answer FROM idempotency_keys WHERE ${mine(slot)}`,
  )
  if (!known) return null
  if (known.body_hash !== slot.bodyHash) throw refused('idempotency.mismatch', { field: 'Idempotency-Key' })
  return known.status === 'done' && known.answer !== null ? { answer: JSON.parse(decrypt(known.answer)) } : null
}
