import type { RedisPort, TakeLimit } from './redis.ts'
import { StoreError } from './store-error.ts'

type Entry = { value: string; expiresAt: number }

const SWEEP_EVERY_MS = 10_000

/** The Redis port inside the process: for one process with nothing installed, and for tests. Forgets everything when it stops. */
export function openMemoryRedis(): RedisPort {
  const entries = new Map<string, Entry>()
  const handlers = new Map<string, Set<(text: string) => void>>()
  const sweep = setInterval(() => {
    const at = Date.now()
    for (const [key, entry] of entries) if (entry.expiresAt <= at) entries.delete(key)
  }, SWEEP_EVERY_MS)
  sweep.unref()

  const find = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    if (entry && entry.expiresAt <= Date.now()) {
      entries.delete(key)
      return undefined
    }
    return entry
  }
  const put = (key: string, value: string, ttlMs?: number) =>
    entries.set(key, { value, expiresAt: ttlMs ? Date.now() + ttlMs : Number.POSITIVE_INFINITY })
  const numberOf = (key: string, entry: Entry | undefined): number => {
    const value = Number(entry?.value ?? 0)
    if (!Number.isSafeInteger(value)) throw new StoreError('redis.notANumber', `${key} does not hold a whole number`)
    return value
  }

  return {
    async get(key) {
      return find(key)?.value ?? null
    },
    async set(key, value, { ttlMs, onlyIfAbsent } = {}) {
      if (onlyIfAbsent && find(key)) return false
      put(key, value, ttlMs)
      return true
    },
    async del(...keys) {
      for (const key of keys) entries.delete(key)
    },
    async delIfEquals(key, value) {
      if (find(key)?.value !== value) return false
      return entries.delete(key)
    },
    async extendIfEquals(key, value, ttlMs) {
      if (find(key)?.value !== value) return false
      put(key, value, ttlMs)
      return true
    },
    async incrBy(key, n, { ttlMs } = {}) {
      const entry = find(key)
      const value = numberOf(key, entry) + n
      if (entry) entry.value = String(value)
      else put(key, String(value), ttlMs)
      return value
    },
    async take(key, { limit, windowMs, cost = 1 }: TakeLimit) {
      const entry = find(key)
      const taken = numberOf(key, entry)
      if (taken + cost > limit)
        return { isAllowed: false, retryAfterMs: entry ? Math.max(1, entry.expiresAt - Date.now()) : windowMs }
      if (entry) entry.value = String(taken + cost)
      else put(key, String(cost), windowMs)
      return { isAllowed: true, retryAfterMs: 0 }
    },
    async gateOpen(key, stock, ttlMs) {
      if (!find(key)) put(key, String(stock), ttlMs)
    },
    async gateTake(key, n = 1) {
      const entry = find(key)
      if (!entry) return true
      const left = numberOf(key, entry)
      if (left < n) return false
      entry.value = String(left - n)
      return true
    },
    async gateGiveBack(key, n = 1) {
      const entry = find(key)
      if (entry) entry.value = String(numberOf(key, entry) + n)
    },
    async publish(channel, text) {
      for (const handler of handlers.get(channel) ?? []) setImmediate(handler, text)
    },
    async subscribe(channel, handler) {
      const list = handlers.get(channel) ?? new Set()
      handlers.set(channel, list.add(handler))
      return async () => void list.delete(handler)
    },
    async ping() {},
    async close() {
      clearInterval(sweep)
      entries.clear()
      handlers.clear()
    },
  }
}
