import { expect, test } from 'vitest'
import {
  type BatchFacts,
  type CouponFacts,
  discountOf,
  shownStatus,
  statusAfterReturn,
  validityOf,
  whyNotEntitled,
  whyNotOpen,
  whyNotUse,
} from './rules.ts'
import { conditionOf, headlineOf, yuan } from './words.ts'

const now = new Date('2026-11-22T04:00:00Z')
const zh = { language: 'zh' } as const
const hour = (count: number) => new Date(now.getTime() + count * 3_600_000)
const batch: BatchFacts = {
  status: 'published',
  opensAt: hour(-1),
  closesAt: hour(1),
  claimedCount: 0,
  stock: 1,
  priceFen: 0,
  isMemberOnly: true,
  tierRankMin: 0,
}
const coupon: CouponFacts = {
  status: 'available',
  validFrom: hour(-1),
  validTo: hour(1),
  brandId: 1,
  personId: 7,
  thresholdFen: 30_000,
  storeIds: [3],
}

test.each([
  [{}, null],
  [{ status: 'draft' }, 'coupon.notPublished'],
  [{ status: 'closed' }, 'coupon.closed'],
  [{ opensAt: hour(1) }, 'coupon.notOpen'],
  [{ closesAt: now }, 'coupon.closed'],
  [{ claimedCount: 1 }, 'coupon.soldOut'],
] as const)('a batch with %o answers %s', (change, refusal) => {
  expect(whyNotOpen({ ...batch, ...change }, now)).toBe(refusal)
})

test('membership and tier decide who may take it', () => {
  expect(whyNotEntitled(batch, null)).toBe('coupon.membersOnly')
  expect(whyNotEntitled({ ...batch, isMemberOnly: false }, null)).toBeNull()
  expect(whyNotEntitled({ ...batch, tierRankMin: 2 }, { tierRank: 1 })).toBe('coupon.tierTooLow')
  expect(whyNotEntitled({ ...batch, tierRankMin: 2 }, { tierRank: 2 })).toBeNull()
})

test('every reason is named, not only the first', () => {
  expect(whyNotUse(coupon, { now, brandId: 1, storeId: 3, personId: 7, orderAmountFen: 30_000 })).toEqual([])
  expect(whyNotUse(coupon, { now: hour(1), brandId: 2, storeId: 4, personId: 8, orderAmountFen: 29_999 })).toEqual([
    'coupon.expired',
    'coupon.wrongBrand',
    'coupon.wrongStore',
    'coupon.wrongPerson',
    'coupon.belowThreshold',
  ])
  expect(whyNotUse({ ...coupon, validFrom: hour(1), validTo: hour(2) }, { now })).toEqual(['coupon.pending'])
})

test('time alone makes a coupon usable and ends it', () => {
  expect(shownStatus(coupon, hour(-2))).toBe('pending')
  expect(shownStatus(coupon, now)).toBe('available')
  expect(shownStatus(coupon, hour(1))).toBe('expired')
  expect(shownStatus({ ...coupon, status: 'used' }, hour(1))).toBe('used')
  expect(statusAfterReturn(coupon, now)).toBe('available')
  expect(statusAfterReturn(coupon, hour(1))).toBe('expired')
})

test('a relative validity counts its last day whole', () => {
  expect(validityOf({ kind: 'relative', afterDays: 0, days: 7 }, now)).toEqual({
    validFrom: now,
    validTo: new Date('2026-11-28T16:00:00Z'),
  })
  expect(validityOf({ kind: 'relative', afterDays: 2, days: 1 }, now)).toEqual({
    validFrom: new Date('2026-11-23T16:00:00Z'),
    validTo: new Date('2026-11-24T16:00:00Z'),
  })
})

test('what a coupon takes off', () => {
  expect(discountOf({ kind: 'cash', amountFen: 4000 }, 30_000)).toBe(4000)
  expect(discountOf({ kind: 'cash', amountFen: 4000 }, 3000)).toBe(3000)
  expect(discountOf({ kind: 'percentage', percentOff: 15, capFen: 2000 }, 9999)).toBe(1499)
  expect(discountOf({ kind: 'percentage', percentOff: 15, capFen: 1000 }, 9999)).toBe(1000)
  expect(discountOf({ kind: 'freight', capFen: null }, 9999, 800)).toBe(800)
  expect(discountOf({ kind: 'gift', item: '旅行四件套' }, 9999)).toBe(0)
})

test('what people read', () => {
  expect(headlineOf(zh, { kind: 'percentage', percentOff: 15, capFen: null })).toBe('8.5 折')
  expect(headlineOf(zh, { kind: 'percentage', percentOff: 20, capFen: null })).toBe('8 折')
  expect(headlineOf(zh, { kind: 'cash', amountFen: 4050 })).toBe('¥40.50')
  expect(conditionOf(zh, { kind: 'cash', amountFen: 4000 }, 30_000)).toBe('满 ¥300 可用')
  expect(yuan(123_456_700)).toBe('¥1,234,567')
})
