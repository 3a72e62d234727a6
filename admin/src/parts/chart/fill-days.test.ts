import { expect, test } from 'vitest'
import { fillDays } from './fill-days.ts'

test('days on which nothing happened are zeros, not gaps', () => {
  const days = fillDays([{ key: '2026-02-28', label: '2026-02-28', scans: 3, costPerJoinFen: null }], '2026-02-27', '2026-03-01')
  expect(days.map(day => [day.key, day.scans])).toEqual([
    ['2026-02-27', 0],
    ['2026-02-28', 3],
    ['2026-03-01', 0],
  ])
  expect(days[0]?.label).toBe('2026-02-27')
})

test('nothing at all stays nothing, so that the page can say so', () =>
  expect(fillDays([], '2026-02-27', '2026-03-01')).toEqual([]))
