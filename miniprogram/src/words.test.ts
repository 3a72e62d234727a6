import { expect, test } from 'vitest'
import { ago, count, countdown, day, daysToBirthday, grouped, isInWords, money, paid, signed, since, timeLeft } from './words.ts'

const now = new Date(2026, 10, 22, 10, 0)
const at = (...parts: [number, number, number, number?, number?]) =>
  new Date(...(parts as [number, number, number])).toISOString()

test('money shows fen only when there are any, and keeps the sign in front', () => {
  expect(money(0)).toBe('¥0')
  expect(money(123450)).toBe('¥1,234.50')
  expect(money(1_234_567_00)).toBe('¥1,234,567')
  expect(money(-905)).toBe('-¥9.05')
  expect(paid(124_000)).toBe('¥1,240.00')
  expect(paid(990)).toBe('¥9.90')
})

test('counts are grouped, and from a million on said in 万', () => {
  expect(count(12345)).toBe('12,345')
  expect(count(1_234_567)).toBe('123.5 万')
  expect(signed(120)).toBe('+120')
  expect(signed(-3000)).toBe('-3,000')
})

test('recent is relative, older is a date, another year is named', () => {
  expect(ago(new Date(now.getTime() - 20_000).toISOString(), now)).toBe('刚刚')
  expect(ago(new Date(now.getTime() - 3 * 60_000).toISOString(), now)).toBe('3 分钟前')
  expect(ago(at(2026, 10, 22, 7), now)).toBe('3 小时前')
  expect(ago(at(2026, 10, 21, 23, 50), now)).toBe('昨天 23:50')
  expect(ago(at(2026, 10, 3, 9), now)).toBe('11 月 3 日')
  expect(day(at(2025, 0, 2, 9), now)).toBe('2025 年 1 月 2 日')
  expect(since(at(2026, 9, 30, 9), now)).toBe('23 天前')
  expect(since(at(2026, 10, 22, 1), now)).toBe('今天')
})

test('a coupon that ends at midnight is valid through the day before', () => {
  expect(timeLeft(at(2026, 10, 23), now)).toEqual({ text: '今天到期', isUrgent: true })
  expect(timeLeft(at(2026, 10, 22, 14), now)).toEqual({ text: '还剩 4 小时', isUrgent: true })
  expect(timeLeft(at(2026, 10, 22, 10, 30), now)).toEqual({ text: '还剩 30 分钟', isUrgent: true })
  expect(timeLeft(at(2026, 10, 28), now)).toEqual({ text: '还剩 5 天', isUrgent: false })
  expect(timeLeft(at(2027, 0, 1), now)).toEqual({ text: '12 月 31 日到期', isUrgent: false })
  expect(timeLeft(at(2026, 10, 22, 10), now).text).toBe('已过期')
})

test('29 February is celebrated on the 28th in other years', () => {
  expect(daysToBirthday('1992-02-29', new Date(2027, 1, 27))).toBe(1)
  expect(daysToBirthday('1992-02-29', new Date(2028, 1, 28))).toBe(1)
  expect(daysToBirthday('1995-11-22', now)).toBe(0)
})

test('codes are read out in fours and clocks count down to zero', () => {
  expect(grouped('884210293345')).toBe('8842 1029 3345')
  expect(grouped('12345')).toBe('1234 5')
  expect(countdown(599)).toBe('09:59')
  expect(countdown(3661)).toBe('1:01:01')
  expect(countdown(-4)).toBe('00:00')
})

test.each([
  ['¥25', false],
  ['9.5 折', false],
  ['¥1,234.5', false],
  ['免邮', true],
  ['肩颈护理 3 次', true],
  ['夜息修护油 5ml', true],
])('%s is a thing and no amount: %s', (headline, isThing) => {
  expect(isInWords(headline)).toBe(isThing)
})
