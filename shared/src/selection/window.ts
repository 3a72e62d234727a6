import { z } from 'zod'
import { Instant } from '../kernel.ts'
import { type Reader, say, type Words } from '../language.ts'

/** Which instants count. Calendar windows use the brand's zone; weeks begin on Monday; months clamp. */
export const WindowUnit = z.enum(['minutes', 'hours', 'days', 'weeks', 'months'])
export type WindowUnit = z.output<typeof WindowUnit>

export const CalendarPeriod = z.enum(['today', 'yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'lastMonth', 'thisYear'])
export type CalendarPeriod = z.output<typeof CalendarPeriod>

export const Window = z.discriminatedUnion('type', [
  /** Ever. */
  z.object({ type: z.literal('none') }),
  /** [now - last, now), exact to the millisecond. */
  z.object({ type: z.literal('rolling'), last: z.int().min(1).max(100_000), unit: WindowUnit }),
  z.object({ type: z.literal('calendar'), period: CalendarPeriod }),
  /** Whole days: the last `days` days, with today as the last of them or not. */
  z.object({ type: z.literal('calendarDays'), days: z.int().min(1).max(3_660), includesToday: z.boolean() }),
  /** [from, to); either end may be open. */
  z.object({ type: z.literal('absolute'), from: Instant.nullable(), to: Instant.nullable() }),
])
export type Window = z.output<typeof Window>

/** Spans that are always as long: no months. */
export const FixedUnit = z.enum(['minutes', 'hours', 'days', 'weeks'])
export type FixedUnit = z.output<typeof FixedUnit>
export const Span = z.object({ last: z.int().min(1).max(100_000), unit: FixedUnit })
export type Span = z.output<typeof Span>

const UNIT: Record<WindowUnit, Words> = {
  minutes: ['分钟', 'minutes'],
  hours: ['小时', 'hours'],
  days: ['天', 'days'],
  weeks: ['周', 'weeks'],
  months: ['个月', 'months'],
}
const PERIOD: Record<CalendarPeriod, Words> = {
  today: ['今天', 'today'],
  yesterday: ['昨天', 'yesterday'],
  thisWeek: ['本周', 'this week'],
  lastWeek: ['上周', 'last week'],
  thisMonth: ['本月', 'this month'],
  lastMonth: ['上月', 'last month'],
  thisYear: ['今年', 'this year'],
}

export function windowWords(reader: Reader, window: Window): string {
  switch (window.type) {
    case 'none':
      return say(reader, '有史以来', 'at any time')
    case 'rolling':
      return say(reader, `过去 ${window.last} ${UNIT[window.unit][0]}内`, `in the last ${spanWords(window.last, window.unit)}`)
    case 'calendar':
      return say(reader, ...PERIOD[window.period])
    case 'calendarDays':
      return say(
        reader,
        `最近 ${window.days} 天（${window.includesToday ? '含' : '不含'}今天）`,
        `in the last ${window.days} whole days (${window.includesToday ? 'with' : 'without'} today)`,
      )
    case 'absolute': {
      const [from, to] = [dayWords(reader, window.from), dayWords(reader, window.to)]
      return say(reader, `${from} 至 ${to}`, `from ${from} to ${to}`)
    }
  }
}

/** "未来 30 天内", "in the next 30 days". */
export function aheadWords(reader: Reader, next: number, unit: WindowUnit): string {
  return say(reader, `未来 ${next} ${UNIT[unit][0]}内`, `in the next ${spanWords(next, unit)}`)
}

/** "30 天内", "within 30 days". */
export function withinWords(reader: Reader, { last, unit }: Span): string {
  return say(reader, `${last} ${UNIT[unit][0]}内`, `within ${spanWords(last, unit)}`)
}

const spanWords = (count: number, unit: WindowUnit) => (count === 1 ? UNIT[unit][1].slice(0, -1) : `${count} ${UNIT[unit][1]}`)

function dayWords(reader: Reader, at: Date | null): string {
  if (!at) return say(reader, '不限', 'any time')
  const options = { timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short' } as const
  return new Intl.DateTimeFormat(say(reader, 'zh-CN', 'en-GB'), options).format(at)
}
