import type { PointRule } from '@banyan/shared'
import { addDays, dayIn, shiftMonth, startOfDay } from '../core/index.ts'
import { dayAfter } from './lots.ts'

export type TierFacts = { id: number; tierRank: number; thresholdFen: number; termMonths: number; graceDays: number }

/** The highest tier that this sum reaches; the lowest tier when it reaches none. */
export function tierFor<T extends TierFacts>(tiers: readonly T[], qualifying: number): T {
  const [lowest, ...higher] = [...tiers].sort((a, b) => a.tierRank - b.tierRank)
  if (!lowest) throw new Error('a brand has no tiers')
  return higher.reduce((reached, tier) => (qualifying >= tier.thresholdFen ? tier : reached), lowest)
}

/** The first instant that counts. Rolling windows are exact to the millisecond of the day's month arithmetic; calendar ones follow the zone. */
export function windowStart(window: PointRule['tierWindow'], now: Date, joinedAt: Date): Date {
  const today = dayIn(now)
  if (window === 'lifetime') return new Date(0)
  if (window === 'calendarYear') return startOfDay(`${today.slice(0, 4)}-01-01`)
  if (window === 'rolling12Months') {
    const sinceMidnight = now.getTime() - startOfDay(today).getTime()
    return new Date(startOfDay(shiftMonth(today, -12)).getTime() + sinceMidnight)
  }
  const joined = dayIn(joinedAt)
  let years = Number(today.slice(0, 4)) - Number(joined.slice(0, 4))
  if (shiftMonth(joined, years * 12) > today) years -= 1
  return startOfDay(shiftMonth(joined, years * 12))
}

/** When a tier taken at `from` is sure until, exclusive; null for the lowest, which never ends. */
export function termEnd(tier: TierFacts, from: Date): Date | null {
  return tier.tierRank === 0 ? null : dayAfter(shiftMonth(dayIn(from), tier.termMonths))
}

export type TierDecision<T> =
  | { kind: 'keep' }
  | { kind: 'up'; tier: T; endsAt: Date | null }
  | { kind: 'renew'; tier: T; endsAt: Date | null }
  | { kind: 'grace'; graceUntil: Date }
  | { kind: 'down'; tier: T; endsAt: Date | null }

/** Up at once; down only when the term and its grace are over, to what was earned or by one step (semantics 2.6). */
export function decideTier<T extends TierFacts>(of: {
  tiers: readonly T[]
  current: T
  endsAt: Date | null
  graceUntil: Date | null
  qualifying: number
  drop: PointRule['tierDrop']
  now: Date
}): TierDecision<T> {
  const { tiers, current, endsAt, graceUntil, now } = of
  const earned = tierFor(tiers, of.qualifying)
  if (earned.tierRank > current.tierRank) return { kind: 'up', tier: earned, endsAt: termEnd(earned, now) }
  if (endsAt === null || endsAt > now) return { kind: 'keep' }
  if (earned.tierRank === current.tierRank) return { kind: 'renew', tier: current, endsAt: termEnd(current, now) }
  if (graceUntil === null && current.graceDays > 0) return { kind: 'grace', graceUntil: addDays(endsAt, current.graceDays) }
  if (graceUntil !== null && graceUntil > now) return { kind: 'keep' }
  const lower = [...tiers].filter(tier => tier.tierRank < current.tierRank).sort((a, b) => b.tierRank - a.tierRank)[0]
  const next = of.drop === 'oneStep' && lower ? lower : earned
  return { kind: 'down', tier: next, endsAt: termEnd(next, now) }
}

/** What a refund does at once: only the order that raised the tier lowers it again, never below where it was (semantics 2.6). */
export function tierAfterRefund<T extends TierFacts>(of: { tiers: readonly T[]; current: T; before: T; qualifying: number }): T {
  const earned = tierFor(of.tiers, of.qualifying)
  if (earned.tierRank >= of.current.tierRank) return of.current
  return earned.tierRank > of.before.tierRank ? earned : of.before
}
