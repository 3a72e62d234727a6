import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { config } from '../config.ts'
import { openMemoryRedis } from './memory-redis.ts'
import { openServerRedis } from './server-redis.ts'
import { StoreError } from './store-error.ts'

export type TakeLimit = { limit: number; windowMs: number; cost?: number }

/**
 * What we ask of Redis: wake-ups, counters, gates, short-lived values, locks. Nothing here is the truth; all of it may be lost.
 * Two adapters: a Redis server, and the process itself. Durations are milliseconds. Throws StoreError `redis.away`.
 */
export type RedisPort = {
  get(key: string): Promise<string | null>
  /** False only when `onlyIfAbsent` found a value. */
  set(key: string, value: string, options?: { ttlMs?: number; onlyIfAbsent?: boolean }): Promise<boolean>
  del(...keys: string[]): Promise<void>
  delIfEquals(key: string, value: string): Promise<boolean>
  extendIfEquals(key: string, value: string, ttlMs: number): Promise<boolean>
  /** `ttlMs` counts from the first increment. */
  incrBy(key: string, n: number, options?: { ttlMs?: number }): Promise<number>
  /** Takes `cost` from a window that begins with its first take. A refusal costs nothing. */
  take(key: string, limit: TakeLimit): Promise<{ isAllowed: boolean; retryAfterMs: number }>
  /** Opens a gate with a stock, unless it is open already. A gate stands in front of the database and may be lost: then it lets everybody through. */
  gateOpen(key: string, stock: number, ttlMs: number): Promise<void>
  gateTake(key: string, n?: number): Promise<boolean>
  gateGiveBack(key: string, n?: number): Promise<void>
  /** Wakes the subscribers of a channel in every process; at most once, perhaps never. */
  publish(channel: string, text: string): Promise<void>
  subscribe(channel: string, handler: (text: string) => void): Promise<() => Promise<void>>
  ping(): Promise<void>
  close(): Promise<void>
}

export type Redis = RedisPort & {
  /**
   * Runs `work` while nobody else holds the lock; waits up to `waitMs` (default: ttlMs) for it, and renews it while `work` runs. For saving work,
   * never for correctness: a lock may be lost. Throws StoreError `redis.lockTaken`.
   */
  lock<T>(key: string, ttlMs: number, work: () => Promise<T>, options?: { waitMs?: number }): Promise<T>
}

export function openRedis(url: string | null, prefix: string): Redis {
  const port = url ? openServerRedis(url, prefix) : openMemoryRedis()
  return { ...port, lock: (key, ttlMs, work, options) => withLock(port, `lock:${key}`, ttlMs, options?.waitMs ?? ttlMs, work) }
}

/** The process's Redis; it connects on first use. */
export const redis: Redis = openRedis(config.redisUrl, config.redisPrefix)

const LOCK_RETRY_MS = 40

async function withLock<T>(port: RedisPort, key: string, ttlMs: number, waitMs: number, work: () => Promise<T>): Promise<T> {
  const token = randomBytes(12).toString('base64url')
  const giveUpAt = Date.now() + waitMs
  while (!(await port.set(key, token, { ttlMs, onlyIfAbsent: true }))) {
    if (Date.now() >= giveUpAt) throw new StoreError('redis.lockTaken', `${key} was held by somebody else for ${waitMs} ms`)
    await sleep(LOCK_RETRY_MS * (0.5 + Math.random()))
  }
  const renewal = setInterval(() => void port.extendIfEquals(key, token, ttlMs).catch(() => undefined), Math.max(10, ttlMs / 3))
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await port.delIfEquals(key, token).catch(() => undefined)
  }
}
