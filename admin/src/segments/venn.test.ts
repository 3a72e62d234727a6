import { expect, test } from 'vitest'
import { lensArea, pointIn, threeCircles, twoCircles } from './venn.ts'

const box = { width: 480, height: 300 }

test.each([
  [100, 50, 20],
  [1000, 1000, 1],
  [5, 900, 4],
  [70, 30, 30],
])('areas of %i and %i with %i in both are true to the numbers', (first, second, both) => {
  const [a, b] = twoCircles(first, second, both, box)
  const perHead = (Math.PI * a.r ** 2) / first
  expect((Math.PI * b.r ** 2) / perHead).toBeCloseTo(second, 6)
  expect(lensArea(a.r, b.r, Math.hypot(a.x - b.x, a.y - b.y)) / perHead).toBeCloseTo(both, 3)
  for (const one of [a, b]) {
    expect(one.x - one.r).toBeGreaterThan(-0.01)
    expect(one.x + one.r).toBeLessThan(box.width + 0.01)
    expect(one.r * 2).toBeLessThan(box.height + 0.01)
  }
})

test('nothing in common stands apart, and an empty set is a point', () => {
  const [a, b] = twoCircles(10, 40, 0, box)
  expect(b.x - a.x).toBeGreaterThan(a.r + b.r)
  expect(twoCircles(0, 40, 0, box)[0].r).toBe(0)
})

test('every part of three has room for its number', () => {
  const circles = threeCircles(box)
  for (const inside of [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]) {
    const at = pointIn(circles, inside)!
    expect(circles.flatMap((one, i) => (Math.hypot(at.x - one.x, at.y - one.y) < one.r ? [i] : []))).toEqual(inside)
  }
})
