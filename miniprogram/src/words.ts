/** Numbers and times as people read them (faces: common language). Pure; `now` is handed in. */

/** Fen as yuan: ¥1,234.50, and ¥1,234 when whole. */
export function money(fen: number): string {
  const sign = fen < 0 ? '-' : ''
  const yuan = Math.floor(Math.abs(fen) / 100)
  const rest = Math.abs(fen) % 100
  return `${sign}¥${thousands(yuan)}${rest ? `.${String(rest).padStart(2, '0')}` : ''}`
}

/** What was or will be paid, always to the fen, as on a receipt: ¥1,240.00. */
export function paid(fen: number): string {
  const text = money(fen)
  return text.includes('.') ? text : `${text}.00`
}

/** 12,345; from a million on 万 with one digit: 123.4 万. */
export function count(value: number): string {
  return Math.abs(value) >= 1_000_000 ? `${(value / 10_000).toFixed(1)} 万` : thousands(value)
}

/** "+120" / "-30": points on a statement. */
export function signed(value: number): string {
  return value > 0 ? `+${thousands(value)}` : thousands(value)
}

/** "刚刚", "3 分钟前", "2 小时前", "昨天 18:20", "11 月 3 日", and the year when it is another one. */
export function ago(instant: string, now: Date): string {
  const then = new Date(instant)
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000)
  if (minutes >= 0 && minutes < 1) return '刚刚'
  if (minutes > 0 && minutes < 60) return `${minutes} 分钟前`
  const days = daysBetween(then, now)
  if (days === 0) return minutes < 0 ? clock(then) : `${Math.floor(minutes / 60)} 小时前`
  if (days === 1) return `昨天 ${clock(then)}`
  return day(instant, now)
}

/** How long ago a purchase was, in days that staff can weigh: "今天", "昨天", "23 天前", "5 个月前", "2 年前". */
export function since(instant: string, now: Date): string {
  const days = daysBetween(new Date(instant), now)
  if (days <= 0) return '今天'
  if (days === 1) return '昨天'
  if (days < 60) return `${days} 天前`
  return days < 730 ? `${Math.floor(days / 30.44)} 个月前` : `${Math.floor(days / 365.25)} 年前`
}

/** "11 月 3 日", or "2025 年 11 月 3 日" in another year. */
export function day(instant: string, now: Date): string {
  const then = new Date(instant)
  const monthDay = `${then.getMonth() + 1} 月 ${then.getDate()} 日`
  return then.getFullYear() === now.getFullYear() ? monthDay : `${then.getFullYear()} 年 ${monthDay}`
}

/** "2026-11-03 18:20", for statements and proofs. */
export function exact(instant: string): string {
  const then = new Date(instant)
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${clock(then)}`
}

/** An exclusive end as people say it: what ends at midnight is good until 23:59 of the day before. */
export function lastMoment(end: string): string {
  return exact(new Date(new Date(end).getTime() - 1).toISOString())
}

/** Time left of a coupon whose end is exclusive: "还剩 3 小时", "今天到期", "还剩 5 天", "12 月 31 日到期". */
export function timeLeft(validTo: string, now: Date): { text: string; isUrgent: boolean } {
  const end = new Date(validTo)
  const minutes = Math.floor((end.getTime() - now.getTime()) / 60_000)
  if (minutes <= 0) return { text: '已过期', isUrgent: false }
  if (minutes < 60) return { text: `还剩 ${Math.max(1, minutes)} 分钟`, isUrgent: true }
  const lastDay = new Date(end.getTime() - 1)
  const days = daysBetween(now, lastDay)
  if (days === 0) return { text: minutes < 360 ? `还剩 ${Math.floor(minutes / 60)} 小时` : '今天到期', isUrgent: true }
  if (days <= 7) return { text: `还剩 ${days} 天`, isUrgent: days <= 3 }
  return { text: `${day(lastDay.toISOString(), now)}到期`, isUrgent: false }
}

/** Seconds as "09:59", and hours in front when there are any. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`
}

/** Whole days until the next birthday (`yyyy-mm-dd` or `mm-dd`), 0 = today; 29 February falls on 28 in other years. */
export function daysToBirthday(birthday: string, now: Date): number {
  const [month, dayOfMonth] = birthday.split('-').slice(-2).map(Number) as [number, number]
  for (const year of [now.getFullYear(), now.getFullYear() + 1]) {
    const isLeap = new Date(year, 1, 29).getMonth() === 1
    const date = new Date(year, month - 1, month === 2 && dayOfMonth === 29 && !isLeap ? 28 : dayOfMonth)
    const days = daysBetween(now, date)
    if (days >= 0) return days
  }
  return 366
}

/** A member code or coupon code in groups of four, so that it can be read out. */
export function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ')
}

function thousands(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Calendar days from `from` to `to` on the phone's calendar. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((midnight(to) - midnight(from)) / 86_400_000)
}

/** What a coupon is worth when that is a thing and no amount: "肩颈护理 3 次" stands smaller than "¥25" and "9 折". */
export const isInWords = (headline: string): boolean =>
  !/\d/.test(headline) || headline.length > 8 || /[\u4e00-\u9fff]{3}/.test(headline)
