import { describe, expect, test } from 'vitest'
import { compact, date, delta, duration, money, moneyCompact, percent, relative, share } from './format.ts'

describe('numbers are for people', () => {
  test.each([
    [0, '0'],
    [9_876, '9,876'],
    [12_345, '1.2 万'],
    [-12_345, '-1.2 万'],
    [340_000_000, '3.4 亿'],
  ])('%d reads %s', (value, text) => expect(compact(value)).toBe(text))

  test('money is exact, its total is short', () => {
    expect(money(123_450)).toBe('¥1,234.50')
    expect(money(-5)).toBe('-¥0.05')
    expect(moneyCompact(211_600_000)).toBe('¥211.6 万')
    expect(money(null)).toBe('—')
  })

  test('a share of nothing is a dash, not zero', () => {
    expect(share(0, 0)).toBe('—')
    expect(share(1, 8)).toBe('12.5%')
    expect(percent(Number.NaN)).toBe('—')
  })

  test('a delta has a direction, and none without something to compare with', () => {
    expect(delta(110, 100)).toEqual({ text: '+10.0%', direction: 'up' })
    expect(delta(90, 100)).toEqual({ text: '-10.0%', direction: 'down' })
    expect(delta(5, 0)).toBeNull()
  })
})

describe("time is the brand's, wherever the reader sits", () => {
  const now = new Date('2026-11-22T06:00:00Z') // 14:00 in Shanghai
  test.each([
    ['2026-11-22T05:59:40Z', '刚刚'],
    ['2026-11-22T05:57:00Z', '3 分钟前'],
    ['2026-11-22T01:00:00Z', '5 小时前'],
    ['2026-11-21T06:20:00Z', '昨天 14:20'],
    ['2026-03-05T06:20:00Z', '3-05 14:20'],
    ['2025-03-05T06:20:00Z', '2025-03-05'],
    ['2026-11-22T06:05:00Z', '5 分钟后'],
    ['2026-11-23T06:20:00Z', '明天 14:20'],
  ])('%s reads %s', (at, text) => expect(relative(at, now)).toBe(text))

  test('late evening in UTC is already tomorrow in Shanghai', () => expect(date('2026-11-21T16:30:00Z')).toBe('2026-11-22'))
  test('durations name their two largest parts', () => {
    expect(duration(42)).toBe('42 秒')
    expect(duration(95)).toBe('1 分 35 秒')
    expect(duration(3_725)).toBe('1 小时 2 分')
  })
})
