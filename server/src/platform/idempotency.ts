import { addMs, type Call, decrypt, encrypt, insertIgnore, type Link, refused, row, run, sha256, sql } from '../core/index.ts'

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

/** The action opens its own transactions around a call to a platform: the reservation is visible while it runs. */
async function besideTheAction(call: Call, key: string, next: () => Promise<unknown>): Promise<unknown> {
  const slot = slotOf(call, key)
  const isOurs = (await reserve(call, slot)) || (await takeOver(call, slot))
  if (!isOurs) return replay(slot)
  try {
    const answer = await next()
    await run(
      sql`UPDATE idempotency_keys SET status = 'done', answer = ${encrypt(JSON.stringify(answer ?? null))} WHERE ${mine(slot)}`,
    )
    return answer
  } catch (error) {
    await run(sql`DELETE FROM idempotency_keys WHERE ${mine(slot)}`)
    throw error
  }
}

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

async function takeOver(call: Call, slot: Slot): Promise<boolean> {
  const { now } = call.ctx
  return (
    (await run(
      sql`UPDATE idempotency_keys SET created_at = ${now} WHERE ${mine(slot)} AND body_hash = ${slot.bodyHash} AND status = 'running' AND created_at < ${addMs(now, -RUNNING_MS)}`,
    )) === 1
  )
}

async function replay(slot: Slot): Promise<unknown> {
  const known = await row<{ body_hash: string; status: string; answer: string | null }>(
    sql`SELECT body_hash, status, answer FROM idempotency_keys WHERE ${mine(slot)}`,
  )
  if (known && known.body_hash !== slot.bodyHash) throw refused('idempotency.mismatch', { field: 'Idempotency-Key' })
  if (!known || known.status !== 'done' || known.answer === null) throw refused('idempotency.running', { retryAfterSeconds: 1 })
  return JSON.parse(decrypt(known.answer))
}
