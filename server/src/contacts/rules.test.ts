import { expect, test } from 'vitest'
import { addWayName, forecastScale, isConnectedNow, isRemovalStale } from './rules.ts'

const at = (second: number) => new Date(1_700_000_000_000 + second * 1000)

test.each([
  ['never seen', null, at(0), true],
  ['connected already', { addedAt: at(0), removedAt: null }, at(0), true],
  // a customer who deleted the staff member stays in the staff member's list with his old date
  ['parted, and the platform gives the old date', { addedAt: at(0), removedAt: at(10) }, at(0), false],
  ['parted, and added again later', { addedAt: at(0), removedAt: at(10) }, at(11), true],
])('is the relation active: %s', (_, known, addedAt, expected) => expect(isConnectedNow(known, addedAt)).toBe(expected))

test('a removal that is older than the present connection says nothing', () => {
  expect(isRemovalStale({ addedAt: at(10), removedAt: null }, at(9))).toBe(true)
  expect(isRemovalStale({ addedAt: at(10), removedAt: null }, at(10))).toBe(false)
})

const scale = { boughtCount: 5000, usedCount: 1000, netAddsPerDay: 0, today: '2026-11-22', expiresOn: null, freeCount: 2000 }

test('the forecast names the day on which the scale is full, and warns in time', () => {
  expect(forecastScale(scale)).toMatchObject({ status: 'ok', forecastFullOn: null, remainingCount: 4000 })
  expect(forecastScale({ ...scale, usedCount: 4760, netAddsPerDay: 24 })).toMatchObject({
    status: 'warning',
    forecastFullOn: '2026-12-02',
  })
  expect(forecastScale({ ...scale, usedCount: 5000, netAddsPerDay: 24 })).toMatchObject({
    status: 'full',
    forecastFullOn: '2026-11-22',
  })
  expect(forecastScale({ ...scale, usedCount: 5100 })).toMatchObject({ status: 'full', remainingCount: 0 })
  expect(forecastScale({ ...scale, netAddsPerDay: 1 })).toMatchObject({ status: 'ok', forecastFullOn: null }) // in eleven years
})

test('a contract that ends soon falls back to the free scale: a warning when more is used than that', () => {
  expect(forecastScale({ ...scale, usedCount: 2500, expiresOn: '2026-12-01' })).toMatchObject({
    status: 'warning',
    advice: expect.stringContaining('2026-12-01'),
  })
  expect(forecastScale({ ...scale, usedCount: 1500, expiresOn: '2026-12-01' })).toMatchObject({ status: 'ok' })
})

test('ways of adding that we do not know pass through', () => {
  expect(addWayName(1)).toBe('扫描二维码')
  expect(addWayName(999)).toContain('999')
})
