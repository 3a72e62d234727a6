import { dayIn, many, type Reader, say } from '../core/index.ts'

/** Money, days and spans as people say them, in the language of whoever reads. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : ''
  const [whole = '0', cents = '00'] = (Math.abs(fen) / 100).toFixed(2).split('.')
  return `${sign}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `11月3日`, with the year when it is another; `3 Nov`. */
export function dayWords(reader: Reader, at: Date, now: Date): string {
  const [year = 0, month = 1, date = 1] = dayIn(at).split('-').map(Number)
  const isThisYear = dayIn(now).startsWith(String(year))
  const english = `${date} ${MONTHS[month - 1]}`
  return isThisYear
    ? say(reader, `${month}月${date}日`, english)
    : say(reader, `${year}年${month}月${date}日`, `${english} ${year}`)
}

/** `今天`, `昨天`, `12 天前`. */
export function agoWords(reader: Reader, at: Date, now: Date): string {
  const days = Math.round((Date.parse(dayIn(now)) - Date.parse(dayIn(at))) / 86_400_000)
  if (days <= 0) return say(reader, '今天', 'today')
  if (days === 1) return say(reader, '昨天', 'yesterday')
  if (days < 365) return say(reader, `${days} 天前`, `${many(days, 'day')} ago`)
  const years = Math.floor(days / 365)
  return say(reader, `${years} 年前`, `${many(years, 'year')} ago`)
}

/** Whole days from now to a day, by the calendar of the zone; negative when it has passed. */
export function daysUntil(at: Date, now: Date): number {
  return Math.round((Date.parse(dayIn(at)) - Date.parse(dayIn(now))) / 86_400_000)
}

/** Days until the next birthday; 29 February falls on 28 in other years. */
export function daysToBirthday(birthday: string, now: Date): number | null {
  const [, month, date] = birthday.split('-').map(Number)
  if (!month || !date) return null
  const today = dayIn(now)
  for (const year of [Number(today.slice(0, 4)), Number(today.slice(0, 4)) + 1]) {
    const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
    const on = Date.UTC(year, month - 1, month === 2 && date === 29 && !isLeap ? 28 : date)
    const days = Math.round((on - Date.parse(today)) / 86_400_000)
    if (days >= 0) return days
  }
  return null
}
