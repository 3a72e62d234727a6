import { type Call, type Link, refused } from '../../core/index.ts'

/**
 * Nobody may ask without end. Counted in this process, per session, and per address for callers who are nobody; far
 * above what a person or a shop behind one address does, far below what hurts. Other systems' keys are the owner's to give and are
 * not counted. Finer limits stand where they matter (sign-in, phones, platforms).
 */
const WINDOW_MS = 60_000
const PER_SESSION = 3_000
const PER_ADDRESS = 6_000
const KEYS_MAX = 50_000

let windowStartMs = 0
let counts = new Map<string, number>()

/** Link: counts who shows nothing. Who shows something is counted once it is known whose it is. */
export const rate: Link = async (call, next) => {
  if (!call.headers.authorization && !call.headers['x-api-key']) countStranger(call)
  return next()
}

/** Also of who shows what opens nothing: made-up tokens would otherwise each have a count of their own. Throws rate.limited. */
export function countStranger(call: Call): void {
  count(call, `address:${call.ip}`, PER_ADDRESS)
}

/** Throws rate.limited. */
export function countSession(call: Call): void {
  count(call, `session:${call.ctx.sessionId}`, PER_SESSION)
}

function count(call: Call, key: string, limit: number): void {
  const nowMs = call.ctx.now.getTime()
  if (nowMs - windowStartMs >= WINDOW_MS || nowMs < windowStartMs || counts.size > KEYS_MAX) {
    windowStartMs = nowMs
    counts = new Map()
  }
  const counted = (counts.get(key) ?? 0) + 1
  counts.set(key, counted)
  if (counted > limit) throw refused('rate.limited', { retryAfterSeconds: Math.ceil((windowStartMs + WINDOW_MS - nowMs) / 1000) })
}
