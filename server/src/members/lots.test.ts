import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { availableOf, expiryOf, type Lot, pendingOf, takeExpired, takeForClawback, takeForSpend } from './lots.ts'

const NOW = new Date('2026-11-22T04:00:00Z')
const DAY = 86_400_000
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY)

const lots = fc
  .array(
    fc.record({
      earned: fc.integer({ min: -400, max: 0 }),
      pendingDays: fc.integer({ min: -10, max: 10 }),
      expires: fc.option(fc.integer({ min: -20, max: 60 })),
      remaining: fc.integer({ min: 0, max: 500 }),
      frozenShare: fc.double({ min: 0, max: 1, noNaN: true }),
      orderId: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
    { maxLength: 12 },
  )
  .map(list =>
    list.map(
      (lot, index): Lot => ({
        id: index + 1,
        earnedAt: inDays(lot.earned),
        availableFrom: inDays(lot.pendingDays),
        expiresAt: lot.expires === null ? null : inDays(lot.expires),
        remaining: lot.remaining,
        frozen: Math.floor(lot.remaining * lot.frozenShare),
        orderId: lot.orderId,
      }),
    ),
  )

const after = (before: readonly Lot[], takes: { lotId: number; points: number }[]) =>
  before.map(lot => ({
    ...lot,
    remaining: lot.remaining - takes.filter(take => take.lotId === lot.id).reduce((sum, take) => sum + take.points, 0),
  }))

describe('laws of lots', () => {
  test('a spend takes exactly what was asked, the earliest expiry first, and nothing frozen, pending or expired', () => {
    fc.assert(
      fc.property(lots, fc.integer({ min: 1, max: 3000 }), (all, points) => {
        const takes = takeForSpend(all, points, NOW)
        if (points > availableOf(all, NOW)) {
          expect(takes).toBeNull()
          return
        }
        expect(takes).not.toBeNull()
        const left = after(all, takes ?? [])
        expect(availableOf(all, NOW) - availableOf(left, NOW)).toBe(points)
        expect(pendingOf(left, NOW)).toBe(pendingOf(all, NOW))
        for (const lot of left) expect(lot.remaining).toBeGreaterThanOrEqual(lot.frozen)
        // A lot is only touched when every lot that expires earlier is used up.
        const touched = new Set((takes ?? []).map(take => take.lotId))
        const end = (lot: Lot) => lot.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
        for (const later of left.filter(lot => touched.has(lot.id)))
          for (const earlier of left.filter(lot => end(lot) < end(later) && lot.availableFrom <= NOW && end(lot) > NOW.getTime()))
            expect(earlier.remaining).toBe(earlier.frozen)
      }),
    )
  })

  test('a clawback never takes more than asked, takes pending points before available ones, and accounts for every point', () => {
    fc.assert(
      fc.property(
        lots,
        fc.integer({ min: 0, max: 3000 }),
        fc.constantFrom('only_pending' as const, 'within_balance' as const, 'unlimited' as const),
        fc.integer({ min: 0, max: 300 }),
        (all, points, policy, debtMax) => {
          const result = takeForClawback(all, points, { orderId: 1, policy, debt: 0, debtMax, now: NOW })
          const taken = result.takes.reduce((sum, take) => sum + take.points, 0)
          expect(taken + result.debt + result.forgiven).toBe(points)
          expect(result.debt).toBeLessThanOrEqual(policy === 'unlimited' ? debtMax : 0)
          const left = after(all, result.takes)
          for (const lot of left) expect(lot.remaining).toBeGreaterThanOrEqual(lot.frozen)
          if (availableOf(left, NOW) < availableOf(all, NOW)) expect(pendingOf(left, NOW)).toBe(0)
          if (policy === 'only_pending') expect(availableOf(left, NOW)).toBe(availableOf(all, NOW))
        },
      ),
    )
  })

  test('after expiring, nothing free is left in an expired lot and nothing else has moved', () => {
    fc.assert(
      fc.property(lots, all => {
        const left = after(all, takeExpired(all, NOW))
        expect(takeExpired(left, NOW)).toEqual([])
        expect(availableOf(left, NOW)).toBe(availableOf(all, NOW))
        expect(pendingOf(left, NOW)).toBe(pendingOf(all, NOW))
      }),
    )
  })
})

test('the last valid day counts whole in the zone, and months clamp to their end', () => {
  const earnedAt = new Date('2026-01-31T02:00:00Z')
  expect(expiryOf({ kind: 'none' }, earnedAt)).toBeNull()
  expect(expiryOf({ kind: 'afterMonths', months: 1 }, earnedAt)?.toISOString()).toBe('2026-02-28T16:00:00.000Z')
  expect(expiryOf({ kind: 'afterDays', days: 30 }, earnedAt)?.toISOString()).toBe('2026-03-02T16:00:00.000Z')
  expect(expiryOf({ kind: 'yearEnd', years: 1 }, earnedAt)?.toISOString()).toBe('2027-12-31T16:00:00.000Z')
  expect(expiryOf({ kind: 'fixedDate', day: '2026-06-30' }, earnedAt)?.toISOString()).toBe('2026-06-30T16:00:00.000Z')
  expect(expiryOf({ kind: 'fixedDate', day: '2025-06-30' }, earnedAt)?.toISOString()).toBe('2026-06-30T16:00:00.000Z')
  // 23:30 in Shanghai is still that day, though UTC has not turned.
  expect(expiryOf({ kind: 'afterDays', days: 1 }, new Date('2026-03-01T15:30:00Z'))?.toISOString()).toBe(
    '2026-03-02T16:00:00.000Z',
  )
})
