import type { CalendarPeriod, Window, WindowUnit } from '@banyan/shared'
import { addMs, dayIn, shiftDay, shiftMonth, startOfDay } from '../core/index.ts'

/** [from, to); null is open. */
export type Range = { from: Date | null; to: Date | null }

const UNIT_MS: Record<Exclude<WindowUnit, 'months'>, number> = {
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 7 * 86_400_000,
}

/** The instants that a window means at `now`. Rolling windows are exact; calendar windows use the zone (semantics 4.5). */
export function rangeOf(window: Window, now: Date, zone: string): Range {
  switch (window.type) {
    case 'none':
      return { from: null, to: null }
    case 'rolling':
      return { from: shift(now, -window.last, window.unit, zone), to: now }
    case 'absolute':
      return { from: window.from, to: window.to }
    case 'calendarDays': {
      const today = dayIn(now, zone)
      const end = window.includesToday ? shiftDay(today, 1) : today
      return { from: startOfDay(shiftDay(end, -window.days), zone), to: startOfDay(end, zone) }
    }
    case 'calendar': {
      const [first, after] = daysOf(window.period, dayIn(now, zone))
      return { from: startOfDay(first, zone), to: startOfDay(after, zone) }
    }
  }
}

/** Whether time alone moves the window; a calendar window moves at midnight, a rolling one always. */
export function movesBy(window: Window): 'never' | 'midnight' | 'always' {
  if (window.type === 'rolling') return 'always'
  return window.type === 'calendar' || window.type === 'calendarDays' ? 'midnight' : 'never'
}

/** Months clamp to the month's end and keep the time of day in the zone. */
export function shift(at: Date, count: number, unit: WindowUnit, zone: string): Date {
  if (unit !== 'months') return addMs(at, count * UNIT_MS[unit])
  const day = dayIn(at, zone)
  const sinceMidnight = at.getTime() - startOfDay(day, zone).getTime()
  return addMs(startOfDay(shiftMonth(day, count), zone), sinceMidnight)
}

export function nextMidnight(now: Date, zone: string): Date {
  return startOfDay(shiftDay(dayIn(now, zone), 1), zone)
}

/** First day, and the day after the last. */
function daysOf(period: CalendarPeriod, today: string): [string, string] {
  const monday = shiftDay(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7))
  const month = `${today.slice(0, 7)}-01`
  switch (period) {
    case 'today':
      return [today, shiftDay(today, 1)]
    case 'yesterday':
      return [shiftDay(today, -1), today]
    case 'thisWeek':
      return [monday, shiftDay(monday, 7)]
    case 'lastWeek':
      return [shiftDay(monday, -7), monday]
    case 'thisMonth':
      return [month, shiftMonth(month, 1)]
    case 'lastMonth':
      return [shiftMonth(month, -1), month]
    case 'thisYear':
      return [`${today.slice(0, 4)}-01-01`, `${Number(today.slice(0, 4)) + 1}-01-01`]
  }
}
