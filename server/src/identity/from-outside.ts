import type { IdentifierInput } from '@banyan/shared'
import { type Ctx, log, redis, refused } from '../core/index.ts'
import { phoneOf as asPhone } from './normalise.ts'

/** What somebody outside may say or ask by identifiers, beside what his scope shows him. */

/**
 * Does one of these number a member of a brand that the caller does not see? Member numbers can be counted through: whoever may name those of other
 * brands would make all their members known to his own.
 */
export function isOfOthers(ctx: Ctx, identifiers: readonly Pick<IdentifierInput, 'type' | 'scope'>[]): boolean {
  const { brandIds } = ctx
  return brandIds !== 'all' && identifiers.some(one => one.type === 'memberNumber' && !brandIds.includes(Number(one.scope)))
}

/** Whole phones that named nobody, of one operator or staff member: a busy desk has a dozen of them an hour. */
const WRONG_PER_HOUR = 300
const HOUR_MS = 3_600_000

/**
 * Looks for a whole phone. A face shows seven digits of eleven, and the other four are ten thousand guesses: so wrong ones are counted, before
 * anybody looks, and past the limit even a right one is refused. Other texts, and other systems' keys, are not counted. Throws rate.limited.
 */
export async function withoutGuessing<T>(
  ctx: Ctx,
  text: string,
  look: () => Promise<T>,
  isFound: (found: T) => boolean,
): Promise<T> {
  const { type, id } = ctx.actor
  if ((type !== 'operator' && type !== 'staff') || asPhone(text.trim()) === null) return look()
  const key = `phones:wrong:${type}:${id}`
  const wrong = await counted(key, 1)
  if (wrong > WRONG_PER_HOUR) throw refused('rate.limited', { retryAfterSeconds: HOUR_MS / 1000 })
  const found = await look()
  if (isFound(found)) await counted(key, -1)
  return found
}

/** Redis may be away; then nobody counts. */
async function counted(key: string, by: 1 | -1): Promise<number> {
  try {
    return await redis.incrBy(key, by, { ttlMs: HOUR_MS })
  } catch (error) {
    log.debug({ err: error }, 'wrong phones are not counted: Redis is away')
    return 0
  }
}
