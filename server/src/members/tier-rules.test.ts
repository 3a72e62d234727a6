import { expect, test } from 'vitest'
import { decideTier, termEnd, tierAfterRefund, tierFor, windowStart } from './tier-rules.ts'

const tiers = [
  { id: 1, tierRank: 0, thresholdFen: 0, termMonths: 12, graceDays: 0 },
  { id: 2, tierRank: 1, thresholdFen: 80_000, termMonths: 12, graceDays: 30 },
  { id: 3, tierRank: 2, thresholdFen: 250_000, termMonths: 12, graceDays: 30 },
] as const
const [seed, branch, leaf] = tiers
const now = new Date('2026-11-22T04:00:00Z')
const before = new Date('2026-11-01T16:00:00Z')
const base = { tiers: [...tiers], current: leaf, endsAt: before, graceUntil: null, drop: 'toEarned' as const, now }

test('up at once, at the threshold exactly', () => {
  expect(tierFor(tiers, 79_999)).toBe(seed)
  expect(tierFor(tiers, 80_000)).toBe(branch)
  const up = decideTier({ ...base, current: seed, endsAt: null, qualifying: 250_000 })
  expect(up).toMatchObject({ kind: 'up', tier: leaf })
  expect(termEnd(leaf, now)?.toISOString()).toBe('2027-11-22T16:00:00.000Z')
})

test('nobody goes down before the term ends, then grace, then down', () => {
  expect(decideTier({ ...base, endsAt: new Date('2027-01-01T00:00:00Z'), qualifying: 0 })).toEqual({ kind: 'keep' })
  expect(decideTier({ ...base, qualifying: 90_000 })).toEqual({ kind: 'grace', graceUntil: new Date('2026-12-01T16:00:00Z') })
  expect(decideTier({ ...base, graceUntil: new Date('2026-12-01T16:00:00Z'), qualifying: 90_000 })).toEqual({ kind: 'keep' })
  expect(decideTier({ ...base, graceUntil: now, qualifying: 90_000 })).toMatchObject({ kind: 'down', tier: branch })
  expect(decideTier({ ...base, graceUntil: now, qualifying: 0 })).toMatchObject({ kind: 'down', tier: seed, endsAt: null })
  expect(decideTier({ ...base, graceUntil: now, qualifying: 0, drop: 'oneStep' })).toMatchObject({ kind: 'down', tier: branch })
})

test('who qualifies again at the end keeps the tier for another term', () => {
  expect(decideTier({ ...base, qualifying: 260_000 })).toMatchObject({ kind: 'renew', tier: leaf })
})

test('a refund lowers the tier only to where its own order had found it', () => {
  expect(tierAfterRefund({ tiers: [...tiers], current: leaf, before: branch, qualifying: 0 })).toBe(branch)
  expect(tierAfterRefund({ tiers: [...tiers], current: leaf, before: seed, qualifying: 90_000 })).toBe(branch)
  expect(tierAfterRefund({ tiers: [...tiers], current: leaf, before: seed, qualifying: 300_000 })).toBe(leaf)
})

test('windows start where the words say, in the brand zone', () => {
  const joined = new Date('2024-02-29T04:00:00Z')
  expect(windowStart('rolling12Months', now, joined).toISOString()).toBe('2025-11-22T04:00:00.000Z')
  expect(windowStart('calendarYear', now, joined).toISOString()).toBe('2025-12-31T16:00:00.000Z')
  expect(windowStart('anniversary', now, joined).toISOString()).toBe('2026-02-27T16:00:00.000Z')
  expect(windowStart('anniversary', new Date('2026-02-27T04:00:00Z'), joined).toISOString()).toBe('2025-02-27T16:00:00.000Z')
})
