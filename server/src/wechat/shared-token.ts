import { decrypt, encrypt, log, redis, sha256 } from '../core/index.ts'
import { withoutRedis } from './soft-redis.ts'

/**
 * Access tokens (and tickets) that all processes share: one fetch for everybody, however many ask at once.
 * A second fetch may invalidate the first token, and a wrong secret asked again and again gets the address banned for an hour.
 */
export type FreshToken = { value: string; expiresInSeconds: number }
export type TokenSource = {
  /** `wecom:<corp>:<what>`: unique per platform, account and secret's purpose. */
  key: string
  /** Part of the key, so that a corrected secret is tried at once. */
  secret: string
  /** `isForced`: the platform must make a new one although the last has not ended. */
  fetch: (isForced: boolean) => Promise<FreshToken>
  /** Errors after which asking again soon is harmful. */
  isFatal: (error: unknown) => boolean
}

const EARLY_SECONDS = 120 // renewed before it ends, so that no call carries a token that dies under way
const LOCK_MS = 15_000
const FATAL_PAUSE_MS = 60_000

type Held = { value: string; untilMs: number }
const held = new Map<string, Held>()
const flying = new Map<string, Promise<string>>()
const paused = new Map<string, { error: unknown; untilMs: number }>()

/** A token that works, as far as we know. `stale` is one that the platform has just refused: it is never given back. */
export async function sharedToken(source: TokenSource, stale?: string): Promise<string> {
  const key = keyOf(source)
  const mine = held.get(key)
  if (mine && mine.value !== stale && mine.untilMs > Date.now()) return mine.value
  const inFlight = flying.get(key)
  if (inFlight) {
    const value = await inFlight
    if (value !== stale) return value
  }
  const work = obtain(key, source, stale)
  flying.set(key, work)
  try {
    return await work
  } finally {
    if (flying.get(key) === work) flying.delete(key)
  }
}

const keys = new WeakMap<TokenSource, string>()

/** A client asks with the same source at every call. */
function keyOf(source: TokenSource): string {
  const known = keys.get(source)
  if (known) return known
  const key = `token:${source.key}:${sha256(source.secret).slice(0, 12)}`
  keys.set(source, key)
  return key
}

/** Tests and a changed connection: forget what this process holds. */
export function forgetTokens(): void {
  held.clear()
  paused.clear()
}

async function obtain(key: string, source: TokenSource, stale: string | undefined): Promise<string> {
  const pause = paused.get(key)
  if (pause && pause.untilMs > Date.now()) throw pause.error
  const shared = await readShared(key)
  if (shared && shared.value !== stale) return hold(key, shared)
  const fetchOnce = async () => {
    const again = await readShared(key) // another process may have been first
    if (again && again.value !== stale) return hold(key, again)
    return fetchNew(key, source, stale)
  }
  // the lock saves a fetch; when Redis is away, or whoever holds it hangs, one fetch more is better than none
  return withoutRedis(() => redis.lock(key, LOCK_MS, fetchOnce), fetchOnce)
}

async function fetchNew(key: string, source: TokenSource, stale: string | undefined): Promise<string> {
  try {
    let fresh = await source.fetch(false)
    // the platform gives the same dead token again: somebody reset it, so ask for a new one
    if (stale !== undefined && fresh.value === stale) fresh = await source.fetch(true)
    const lifeMs = Math.max(1, fresh.expiresInSeconds - EARLY_SECONDS) * 1000
    const token = { value: fresh.value, untilMs: Date.now() + lifeMs }
    await withoutRedis(
      () => redis.set(key, encrypt(JSON.stringify(token)), { ttlMs: lifeMs }),
      () => false,
    )
    return hold(key, token)
  } catch (error) {
    if (source.isFatal(error)) paused.set(key, { error, untilMs: Date.now() + FATAL_PAUSE_MS })
    throw error
  }
}

function hold(key: string, token: Held): string {
  held.set(key, token)
  return token.value
}

async function readShared(key: string): Promise<Held | null> {
  const sealed = await withoutRedis(
    () => redis.get(key),
    () => null,
  )
  if (!sealed) return null
  try {
    const token = JSON.parse(decrypt(sealed)) as Held
    return token.untilMs > Date.now() ? token : null
  } catch (error) {
    log.warn({ err: error, key }, 'a shared token cannot be read; a new one is fetched')
    return null
  }
}
