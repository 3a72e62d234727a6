import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cumulativeShare, splitByLargestRemainder } from './split.ts'

const sum = (list: readonly number[]) => list.reduce((total, part) => total + part, 0)

test('ties go to the earlier line', () => {
  expect(splitByLargestRemainder(100, [1, 1, 1])).toEqual([34, 33, 33])
  expect(splitByLargestRemainder(2, [1, 1, 1])).toEqual([1, 1, 0])
  expect(splitByLargestRemainder(5, [0, 0])).toEqual([0, 0])
})

test('parts sum to the amount and none exceeds its line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 30 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (weights, share) => {
        const amount = Math.floor(sum(weights) * share)
        const parts = splitByLargestRemainder(amount, weights)
        expect(sum(parts)).toBe(sum(weights) === 0 ? 0 : amount)
        for (const [index, part] of parts.entries()) expect(part).toBeLessThanOrEqual(weights[index] ?? 0)
      },
    ),
  )
})

test('successive refunds never give back more than was recorded, and all of it at the end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000 }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 10 }),
      (recorded, steps) => {
        const whole = sum(steps)
        let part = 0
        let given = 0
        for (const step of steps) {
          const share = cumulativeShare(recorded, part + step, whole) - cumulativeShare(recorded, part, whole)
          expect(share).toBeGreaterThanOrEqual(0)
          part += step
          given += share
          expect(given).toBeLessThanOrEqual(recorded)
        }
        expect(given).toBe(recorded)
      },
    ),
  )
})
