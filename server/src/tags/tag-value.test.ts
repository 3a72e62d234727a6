import { describe, expect, test } from 'vitest'
import { nextHour } from './next-hour.ts'
import { checkedValue, saidOf } from './tag-value.ts'
import { rangesOf } from './value-ranges.ts'

describe('what a tag may say', () => {
  const choice = { valueKind: 'choice', choices: ['干性', '油性'] } as const
  test.each([
    [{ valueKind: 'plain', choices: [] }, undefined, { value: null }],
    [{ valueKind: 'plain', choices: [] }, '干性', { refusal: 'tag.wrongValue' }],
    [choice, '油性', { value: '油性' }],
    [choice, '中性', { refusal: 'tag.wrongValue' }],
    [choice, undefined, { refusal: 'tag.valueMissing' }],
    [{ valueKind: 'number', choices: [] }, '12.50', { value: '12.5' }],
    [{ valueKind: 'number', choices: [] }, 0, { value: '0' }],
    [{ valueKind: 'number', choices: [] }, 'many', { refusal: 'tag.wrongValue' }],
    [{ valueKind: 'text', choices: [] }, 'x'.repeat(101), { refusal: 'tag.wrongValue' }],
  ] as const)('%j said %s', (tag, given, answer) => expect(checkedValue(tag, given)).toEqual(answer))

  test('a number is a number to rules', () => expect(saidOf({ valueKind: 'number' }, '12.5')).toBe(12.5))
})

describe('ranges of a chart', () => {
  test.each([
    [0, 0, [[0, 1]]],
    [3, 3, [[3, 4]]],
    [0, 9, Array.from({ length: 10 }, (_, at) => [at, at + 1])],
    [
      0,
      10,
      [
        [0, 2],
        [2, 4],
        [4, 6],
        [6, 8],
        [8, 10],
        [10, 12],
      ],
    ],
    [
      95,
      1234,
      [
        [0, 200],
        [200, 400],
        [400, 600],
        [600, 800],
        [800, 1000],
        [1000, 1200],
        [1200, 1400],
      ],
    ],
  ])('from %d to %d', (least, most, ranges) => expect(rangesOf(least, most).map(({ from, to }) => [from, to])).toEqual(ranges))

  test('hold every number in at most eleven', () => {
    for (const [least, most] of [
      [-7, 88],
      [0.1, 0.35],
      [1, 1e9],
      [19, 20.0001],
      [-3, -2],
    ] as const) {
      const ranges = rangesOf(least, most)
      expect(ranges.length).toBeLessThanOrEqual(11)
      expect(ranges[0]?.from).toBeLessThanOrEqual(least)
      expect(ranges.at(-1)?.to).toBeGreaterThan(most)
    }
  })
})

test('an hour of the day comes today or tomorrow, in the brand’s zone', () => {
  expect(nextHour(new Date('2026-11-22T00:30:00Z'), 9)).toEqual(new Date('2026-11-22T01:00:00Z')) // 8:30 in Shanghai
  expect(nextHour(new Date('2026-11-22T01:00:00Z'), 9)).toEqual(new Date('2026-11-23T01:00:00Z'))
  expect(nextHour(new Date('2026-11-22T15:59:59Z'), 0)).toEqual(new Date('2026-11-22T16:00:00Z'))
})
