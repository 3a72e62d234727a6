import { log, redis, refused, type TakeLimit } from '../../core/index.ts'

/** Counts something that must not come too often, over all processes. Without Redis nobody counts. Throws rate.limited. */
export async function mustBeWithin(name: string, limit: TakeLimit): Promise<void> {
  const taken = await redis.take(name, limit).catch((error: unknown) => {
    log.debug({ err: error, name }, 'nobody counts: Redis is away')
    return { isAllowed: true, retryAfterMs: 0 }
  })
  if (!taken.isAllowed) throw refused('rate.limited', { retryAfterSeconds: Math.ceil(taken.retryAfterMs / 1000) })
}
