/**
 * The small SDK's heart, for browsers and mini programs alike; it depends on nothing. What is told waits in a queue that outlives the page, goes out in
 * batches, again after a failure with growing pauses, and carries a `messageId`, so that the server stores a repeat once.
 */
export type Value = string | number | boolean
export type WaitingTrack = { name: string; occurredAt: string; messageId: string; properties: Record<string, Value> }

/** `taken`: it is the server's now. `refused`: it will never be taken, so it is not sent again. Anything thrown, and `again`: later. */
export type Outcome = 'taken' | 'refused' | 'again'

export type QueueParts = {
  send: (tracks: WaitingTrack[]) => Promise<Outcome>
  /** The last chance of a page that goes: no answer is waited for. */
  sendLast?: (tracks: WaitingTrack[]) => void
  read: () => string | null
  write: (text: string | null) => void
  nowMs: () => number
  newId: () => string
  /** Runs `work` after `ms`; answers how to give it up. */
  later: (ms: number, work: () => void) => () => void
  /** 0 to 1; spreads the second tries of many phones. */
  random: () => number
}

/** What happens within this time goes out together. */
export const GATHER_MS = 2_000
export const BATCH_MAX = 100
/** Beyond it the oldest go: a phone in a tunnel for a week does not fill its storage. */
export const WAITING_MAX = 500
export const BACKOFF_FIRST_MS = 1_000
export const BACKOFF_MAX_MS = 300_000
const TEXT_MAX = 1_000

export type TrackQueue = {
  put: (name: string, properties?: Record<string, Value | null | undefined>) => void
  /** Sends at once what waits. */
  flush: () => Promise<void>
  /** The page is hidden, perhaps for ever. */
  hide: () => void
  clear: () => void
  waitingCount: () => number
}

export function trackQueue(parts: QueueParts): TrackQueue {
  let waiting = restored(parts.read())
  let giveUp: (() => void) | null = null
  let isSending = false
  let failures = 0

  const keep = () => parts.write(waiting.length === 0 ? null : JSON.stringify(waiting))

  function schedule(ms: number) {
    giveUp?.()
    giveUp = parts.later(ms, () => {
      giveUp = null
      void flush()
    })
  }

  async function flush(): Promise<void> {
    if (isSending) return
    giveUp?.()
    giveUp = null
    isSending = true
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, BATCH_MAX)
        const outcome = await parts.send(batch).catch((): Outcome => 'again')
        if (outcome === 'again') {
          failures += 1
          schedule(Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS) * (0.75 + parts.random() / 2))
          return
        }
        failures = 0
        const sent = new Set(batch.map(track => track.messageId))
        waiting = waiting.filter(track => !sent.has(track.messageId))
        keep()
      }
    } finally {
      isSending = false
    }
  }

  // What the last visit could not send goes with this one.
  if (waiting.length > 0) schedule(GATHER_MS)

  return {
    put(name, properties = {}) {
      waiting.push({
        name,
        occurredAt: new Date(parts.nowMs()).toISOString(),
        messageId: parts.newId(),
        properties: told(properties),
      })
      waiting = waiting.slice(-WAITING_MAX)
      keep()
      // After a failure the pause holds: new tracks wait with the old.
      if (giveUp === null && !isSending) schedule(GATHER_MS)
    },
    flush,
    hide() {
      if (waiting.length === 0) return
      // They stay in the queue: whether the last call arrived nobody hears, and a repeat is stored once.
      if (parts.sendLast) parts.sendLast(waiting.slice(0, BATCH_MAX))
      else void flush()
    },
    clear() {
      waiting = []
      giveUp?.()
      giveUp = null
      keep()
    },
    waitingCount: () => waiting.length,
  }
}

function told(properties: Record<string, Value | null | undefined>): Record<string, Value> {
  const all: Record<string, Value> = {}
  for (const [key, value] of Object.entries(properties))
    if (value !== null && value !== undefined) all[key] = typeof value === 'string' ? value.slice(0, TEXT_MAX) : value
  return all
}

/** Another version, or another's hand, may have written it. */
function restored(text: string | null): WaitingTrack[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(kept) ? kept.filter(isTrack).slice(-WAITING_MAX) : []
  } catch {
    return []
  }
}

function isTrack(one: unknown): one is WaitingTrack {
  const { name, messageId, occurredAt, properties } = (one ?? {}) as Record<string, unknown>
  return (
    typeof name === 'string' && typeof messageId === 'string' && typeof occurredAt === 'string' && typeof properties === 'object'
  )
}
