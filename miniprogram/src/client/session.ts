import { platform } from '../platform/index.ts'

/** A token that is fetched when needed. `token()` from many places at once signs in once. */
export type Session = {
  token(): Promise<string>
  /** The server no longer accepts this token. A newer one that came meanwhile stays. */
  forget(token: string): void
  /** The server moved the session, for example after the phone joined two records. */
  replace(token: string): void
  /** The next call signs in anew, whatever is kept. */
  renew(): void
}

type Kept = { token: string; expiresAt: string }

/** A session kept in storage under `name` and `owner()`, opened again by `signIn` without the person noticing. */
export function sessionOf(name: string, owner: () => string, signIn: () => Promise<Kept>): Session {
  let running: Promise<string> | null = null
  const storageKey = () => `banyan.session.${name}.${owner()}`

  function read(): Kept | null {
    const text = platform.read(storageKey())
    if (!text) return null
    const kept = JSON.parse(text) as Kept
    return new Date(kept.expiresAt).getTime() > Date.now() + 60_000 ? kept : null
  }

  return {
    async token() {
      const kept = read()
      if (kept) return kept.token
      running ??= signIn()
        .then(fresh => {
          platform.write(storageKey(), JSON.stringify({ token: fresh.token, expiresAt: fresh.expiresAt }))
          return fresh.token
        })
        .finally(() => {
          running = null
        })
      return running
    },
    forget(token) {
      if (read()?.token === token) platform.write(storageKey(), null)
    },
    renew() {
      platform.write(storageKey(), null)
    },
    replace(token) {
      const expiresAt = read()?.expiresAt ?? new Date(Date.now() + 86_400_000).toISOString()
      platform.write(storageKey(), JSON.stringify({ token, expiresAt }))
    },
  }
}
