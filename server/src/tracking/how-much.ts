import { mustBeWithin } from '../platform/index.ts'

/** Tracks per minute: far above what the visitors of a brand, a shop behind one address, or one person do. */
const PER_MINUTE = { key: 600_000, address: 6_000, person: 6_000 }
const WINDOW_MS = 60_000
/** A track of real properties is smaller; what is larger counts as several. */
const TRACK_BYTES = 1_000

/**
 * Strangers and consumers may not fill us up, neither with many tracks nor with huge ones. Ask the narrowest sender first: what is refused is not
 * counted, and a flood from one address must not use up what all visitors share. Throws rate.limited.
 */
export function mustNotFlood(sender: keyof typeof PER_MINUTE, name: string | number, count: number, bytes: number) {
  const cost = Math.max(count, Math.ceil(bytes / TRACK_BYTES))
  return mustBeWithin(`tracks:${sender}:${name}`, { limit: PER_MINUTE[sender], windowMs: WINDOW_MS, cost })
}
