/** One key per intention. It stays the same over retries of that intention, so a repeat cannot act twice. */
export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`

/**
 * Remembers the key of what was sent last. The same body after an unsure end (silence, a server failure) is the same
 * intention and gets the same key; another body, or anything after a definite answer, gets a new one.
 */
export function intentions() {
  let last: { body: string; key: string } | null = null
  return {
    keyFor(body: string): string {
      if (last?.body !== body) last = { body, key: newKey() }
      return last.key
    },
    end(isUnsure: boolean) {
      if (!isUnsure) last = null
    },
  }
}
