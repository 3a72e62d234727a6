import { addDays, type Ctx, keyedHash, redis, refused, row, rows, run, sql, upsert } from '../../core/index.ts'

/**
 * Guessing passwords. A name is locked for the place that guesses, not for everybody: otherwise five wrong passwords from anywhere would keep its
 * owner out. All strange places together have a slower limit, which a place from where the name signed in before does not feel.
 */
const WRONG_MAX = 5
const LOCKED_MS = 15 * 60_000
const STRANGERS = { limit: 30, windowMs: 3600_000 }
const PLACE_KEPT_DAYS = 90

/** One try at a password, counted before the password is looked at, so that many at once are no more than many in turn. */
export type Try = { counter: string; count: number }

/** A try to sign in; `operatorId` is 0 where nobody has the name. Throws auth.locked. */
export async function trySignIn(ctx: Ctx, username: string, operatorId: number): Promise<Try> {
  const place = placeHash(ctx)
  const counted = await countTry(`signin:wrong:${keyedHash(`${username} ${place}`, 'signin')}`)
  if (await isKnownPlace(ctx, operatorId, place)) return counted
  const { isAllowed, retryAfterMs } = await redis.take(`signin:strangers:${keyedHash(username, 'signin')}`, STRANGERS)
  if (!isAllowed) throw locked(retryAfterMs)
  return counted
}

/** A try at the old password by who has the session already. Throws auth.locked. */
export const tryOldPassword = (operatorId: number): Promise<Try> => countTry(`password:wrong:${operatorId}`)

export const forgive = ({ counter }: Try): Promise<void> => redis.del(counter)

export const wrong = ({ count }: Try, field: string) => (count >= WRONG_MAX ? locked() : refused('auth.wrong', { field }))

/** The operator signed in from here: from now on strangers elsewhere do not hold him up here. */
export async function rememberPlace(ctx: Ctx, operatorId: number): Promise<void> {
  await upsert('operator_places', { operatorId, placeHash: placeHash(ctx), seenAt: ctx.now }, ['seenAt'])
}

/** What one caller can change his address within is one place: a home or a machine has a whole /64 of IPv6 (RFC 6177). */
export function placeOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!address.includes(':')) return address
  const [before = '', after] = address.split('%')[0]!.toLowerCase().split('::')
  const head = before.split(':').filter(Boolean)
  const tail = after?.split(':').filter(Boolean) ?? []
  const groups = after === undefined ? head : [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail]
  return `${groups
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

const BATCH = 2_000

/** Places not signed in from for long are strange again. */
export async function forgetPlaces(ctx: Ctx): Promise<void> {
  for (let round = 0; round < 1000; round++) {
    const old = await rows<{ id: number }>(
      sql`SELECT id FROM operator_places WHERE seen_at < ${keptSince(ctx)} ORDER BY seen_at LIMIT ${BATCH}`,
    )
    if (old.length === 0) return
    await run(sql`DELETE FROM operator_places WHERE id IN (${old.map(one => one.id)})`)
  }
}

async function countTry(counter: string): Promise<Try> {
  const count = await redis.incrBy(counter, 1, { ttlMs: LOCKED_MS })
  if (count > WRONG_MAX) throw locked()
  return { counter, count }
}

async function isKnownPlace(ctx: Ctx, operatorId: number, place: string): Promise<boolean> {
  const found = await row(
    sql`SELECT id FROM operator_places WHERE operator_id = ${operatorId} AND place_hash = ${place} AND seen_at >= ${keptSince(ctx)}`,
  )
  return found !== null
}

const keptSince = (ctx: Ctx) => addDays(ctx.now, -PLACE_KEPT_DAYS)
const placeHash = (ctx: Ctx) => keyedHash(placeOf(ctx.address ?? ''), 'place')
const locked = (retryAfterMs = LOCKED_MS) => refused('auth.locked', { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) })
