import type { PointExpiry, PointRule } from '@banyan/shared'
import { dayIn, shiftDay, shiftMonth, startOfDay } from '../core/index.ts'

/**
 * Which lots a movement of points touches: pure decisions, proven by laws. A lot is what one earning left:
 * `remaining` is still there, `frozen` of it is promised to somebody and cannot be spent, taken back or expire.
 */
export type Lot = {
  id: number
  earnedAt: Date
  availableFrom: Date
  /** Exclusive: at this instant the lot has expired. Null = never. */
  expiresAt: Date | null
  remaining: number
  frozen: number
  orderId: number | null
}

export type Take = { lotId: number; points: number }

export const isExpired = (lot: Lot, now: Date): boolean => lot.expiresAt !== null && lot.expiresAt <= now
export const isPending = (lot: Lot, now: Date): boolean => lot.availableFrom > now && !isExpired(lot, now)
const freeOf = (lot: Lot): number => lot.remaining - lot.frozen

/** What can be spent at this instant. */
export function availableOf(lots: readonly Lot[], now: Date): number {
  return sum(lots.filter(lot => !isPending(lot, now) && !isExpired(lot, now)).map(freeOf))
}

export function pendingOf(lots: readonly Lot[], now: Date): number {
  return sum(lots.filter(lot => isPending(lot, now)).map(freeOf))
}

/** The lots a spend takes: earliest expiry first, then earliest earned, then lowest id (semantics 2.2). Null when there is not enough. */
export function takeForSpend(lots: readonly Lot[], points: number, now: Date): Take[] | null {
  const usable = lots.filter(lot => !isPending(lot, now) && !isExpired(lot, now)).sort(bySpendOrder)
  const { takes, short } = take(usable, points)
  return short === 0 ? takes : null
}

export type Clawback = { takes: Take[]; debt: number; forgiven: number }

/**
 * What is taken back after a refund: pending points first (those of the refunded order before others), then, as the policy
 * allows, available ones; what cannot be found is owed with `unlimited` up to the limit, and forgiven otherwise (semantics 2.5).
 */
export function takeForClawback(
  lots: readonly Lot[],
  points: number,
  of: { orderId: number | null; policy: PointRule['clawbackPolicy']; debt: number; debtMax: number; now: Date },
): Clawback {
  const { now, policy } = of
  const ownFirst = (a: Lot, b: Lot) => Number(b.orderId === of.orderId) - Number(a.orderId === of.orderId) || bySpendOrder(a, b)
  const pending = lots.filter(lot => isPending(lot, now)).sort(ownFirst)
  const available =
    policy === 'only_pending' ? [] : lots.filter(lot => !isPending(lot, now) && !isExpired(lot, now)).sort(ownFirst)
  const { takes, short } = take([...pending, ...available], points)
  const debt = policy === 'unlimited' ? Math.max(0, Math.min(short, of.debtMax - of.debt)) : 0
  return { takes, debt, forgiven: short - debt }
}

/** What expires now: everything free in lots past their day. Frozen points wait for their freeze to end. */
export function takeExpired(lots: readonly Lot[], now: Date): Take[] {
  return lots.filter(lot => isExpired(lot, now) && freeOf(lot) > 0).map(lot => ({ lotId: lot.id, points: freeOf(lot) }))
}

/**
 * The instant a lot earned at `earnedAt` expires, exclusive. The last valid day counts whole in the zone; months clamp to the
 * month's end; a fixed date that has passed means the same date of the next year that has not.
 */
export function expiryOf(expiry: PointExpiry, earnedAt: Date): Date | null {
  const day = dayIn(earnedAt)
  switch (expiry.kind) {
    case 'none':
      return null
    case 'fixedDate': {
      let last = expiry.day
      while (last < day) last = shiftMonth(last, 12)
      return dayAfter(last)
    }
    case 'afterDays':
      return dayAfter(shiftDay(day, expiry.days))
    case 'afterMonths':
      return dayAfter(shiftMonth(day, expiry.months))
    case 'yearEnd':
      return dayAfter(`${Number(day.slice(0, 4)) + expiry.years}-12-31`)
  }
}

export function dayAfter(day: string): Date {
  return startOfDay(shiftDay(day, 1))
}

function take(ordered: readonly Lot[], points: number): { takes: Take[]; short: number } {
  const takes: Take[] = []
  let short = points
  for (const lot of ordered) {
    if (short === 0) break
    const part = Math.min(short, freeOf(lot))
    if (part <= 0) continue
    takes.push({ lotId: lot.id, points: part })
    short -= part
  }
  return { takes, short }
}

function bySpendOrder(a: Lot, b: Lot): number {
  const expiry = (lot: Lot) => lot.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
  const byExpiry = expiry(a) === expiry(b) ? 0 : expiry(a) - expiry(b)
  return byExpiry || a.earnedAt.getTime() - b.earnedAt.getTime() || a.id - b.id
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
