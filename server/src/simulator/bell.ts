/** Tells those who watch that something in the world has changed, at most a few times a second. */
export type Bell = { ring(): void; listen(listener: () => void): () => void }

const AT_MOST_EVERY_MS = 250

export function createBell(): Bell {
  const listeners = new Set<() => void>()
  let timer: NodeJS.Timeout | null = null
  return {
    ring() {
      if (listeners.size === 0 || timer) return
      timer = setTimeout(() => {
        timer = null
        for (const listener of listeners) listener()
      }, AT_MOST_EVERY_MS).unref()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
