import { expect, test } from 'vitest'
import { addWayName, forecastScale, isConnectedNow, isRemovalStale } from './rules.ts'

const zh = { language: 'zh' } as const

const at = (second: number) => new Date(1_700_000_000_000 + second * 1000)

const known = (removedBy: 'staff' | 'person' | 'unknown' | null, removedAt: Date | null = null) => ({
  addedAt: at(0),
  removedAt,
  removedBy,
})

test.each([
  ['never seen', null, at(0), true],
  ['connected already', known(null), at(0), true],
  // a customer who deleted the staff member stays in the staff member's list with his old date
  ['he left, and the platform gives the old date', known('person', at(10)), at(0), false],
  ['he left in the very second in which he had come', known('person', at(0)), at(0), false],
  ['he left, and came again later', known('person', at(10)), at(11), true],
  ['staff removed him, and an old reading still has him', known('staff', at(10)), at(0), false],
  ['staff removed him, and he was added again in the same second', known('staff', at(10)), at(10), true],
  ['we only did not see him in one reading', known('unknown', at(10)), at(0), true],
])('is the relation active: %s', (_, relation, addedAt, expected) => expect(isConnectedNow(relation, addedAt)).toBe(expected))

test('a removal that is older than the present connection says nothing', () => {
  expect(isRemovalStale({ addedAt: at(10) }, at(9))).toBe(true)
  expect(isRemovalStale({ addedAt: at(10) }, at(10))).toBe(false)
})

const scale = { boughtCount: 5000, usedCount: 1000, netAddsPerDay: 0, today: '2026-11-22', expiresOn: null, freeCount: 2000 }

test('the forecast names the day on which the scale is full, and warns in time', () => {
  expect(forecastScale(zh, scale)).toMatchObject({ status: 'ok', forecastFullOn: null, remainingCount: 4000 })
  expect(forecastScale(zh, { ...scale, usedCount: 4760, netAddsPerDay: 24 })).toMatchObject({
    status: 'warning',
    forecastFullOn: '2026-12-02',
  })
  expect(forecastScale(zh, { ...scale, usedCount: 5000, netAddsPerDay: 24 })).toMatchObject({
    status: 'full',
    forecastFullOn: '2026-11-22',
  })
  expect(forecastScale(zh, { ...scale, usedCount: 5100 })).toMatchObject({ status: 'full', remainingCount: 0 })
  expect(forecastScale(zh, { ...scale, netAddsPerDay: 1 })).toMatchObject({ status: 'ok', forecastFullOn: null }) // in eleven years
})

test('a contract that ends soon falls back to the free scale: a warning when more is used than that', () => {
  expect(forecastScale(zh, { ...scale, usedCount: 2500, expiresOn: '2026-12-01' })).toMatchObject({
    status: 'warning',
    advice: expect.stringContaining('2026-12-01'),
  })
  expect(forecastScale(zh, { ...scale, usedCount: 1500, expiresOn: '2026-12-01' })).toMatchObject({ status: 'ok' })
})

test('ways of adding that we do not know pass through', () => {
  expect(addWayName(zh, 1)).toBe('扫描二维码')
  expect(addWayName(zh, 999)).toContain('999')
})
