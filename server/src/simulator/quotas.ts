/** How often something was done in a fixed window, as the platforms count: a block lasts until the window ends. */
export type Quotas = {
  /** Counts one use. False when the limit of the window is used up. */
  take(key: string, limit: number, windowMs: number, nowMs: number): boolean
  clear(): void
}

const COUNTERS_MAX = 50_000

export function createQuotas(): Quotas {
  const counters = new Map<string, { endsAtMs: number; used: number }>()
  return {
    take(key, limit, windowMs, nowMs) {
      const counter = counters.get(key)
      if (!counter || counter.endsAtMs <= nowMs) {
        if (counters.size >= COUNTERS_MAX) counters.clear() // forgetting limits is harmless; growing without bound is not
        counters.set(key, { endsAtMs: (Math.floor(nowMs / windowMs) + 1) * windowMs, used: 1 })
        return limit >= 1
      }
      counter.used += 1
      return counter.used <= limit
    },
    clear: () => counters.clear(),
  }
}
