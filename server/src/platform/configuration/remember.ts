import { now } from '../../core/index.ts'

/** Small, often read, seldom changed: kept for a few seconds in each process, forgotten at once where it was changed. */
export function remember<T>(forMs: number, max = 2_000) {
  const known = new Map<string, { value: Promise<T>; until: number }>()
  return {
    async get(key: string, read: () => Promise<T>): Promise<T> {
      const at = now().getTime()
      const found = known.get(key)
      if (found && found.until > at) return found.value
      if (known.size >= max) known.clear()
      const value = read()
      known.set(key, { value, until: at + forMs })
      value.catch(() => known.delete(key))
      return value
    },
    forget: () => known.clear(),
  }
}
