import { type Link, refused, sha256 } from '../../core/index.ts'

/**
 * Link: no person may ask without end. Counted in this process, per session, and per address for callers who are nobody yet; far
 * above what a person or a shop behind one address does, far below what hurts. Other systems' keys are the owner's to give and are
 * not counted. Finer limits stand where they matter (sign-in, phones, platforms).
 */
const WINDOW_MS = 60_000
const PER_SESSION = 3_000
const PER_ADDRESS = 6_000
const KEYS_MAX = 50_000

let windowStartMs = 0
let counts = new Map<string, number>()

export const rate: Link = async (call, next) => {
  const nowMs = call.ctx.now.getTime()
  if (nowMs - windowStartMs >= WINDOW_MS || nowMs < windowStartMs || counts.size > KEYS_MAX) {
    windowStartMs = nowMs
    counts = new Map()
  }
  const token = call.headers.authorization
  if (!token && call.headers['x-api-key']) return next()
  const [key, limit] = token ? [sha256(token), PER_SESSION] : [call.ip, PER_ADDRESS]
  const count = (counts.get(key) ?? 0) + 1
  counts.set(key, count)
  if (count > limit) throw refused('rate.limited', { retryAfterSeconds: Math.ceil((windowStartMs + WINDOW_MS - nowMs) / 1000) })
  return next()
}
