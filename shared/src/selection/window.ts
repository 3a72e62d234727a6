import { z } from 'zod'
import { Instant } from '../kernel.ts'

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

export const WINDOW_UNIT_ZH: Record<WindowUnit, string> = {
  minutes: '分钟',
  hours: '小时',
  days: '天',
  weeks: '周',
  months: '个月',
}
export const CALENDAR_PERIOD_ZH: Record<CalendarPeriod, string> = {
  today: '今天',
  yesterday: '昨天',
  thisWeek: '本周',
  lastWeek: '上周',
  thisMonth: '本月',
  lastMonth: '上月',
  thisYear: '今年',
}

export function windowZh(window: Window): string {
  switch (window.type) {
    case 'none':
      return '有史以来'
    case 'rolling':
      return `过去 ${window.last} ${WINDOW_UNIT_ZH[window.unit]}内`
    case 'calendar':
      return CALENDAR_PERIOD_ZH[window.period]
    case 'calendarDays':
      return `最近 ${window.days} 天（${window.includesToday ? '含' : '不含'}今天）`
    case 'absolute':
      return `${dayZh(window.from)} 至 ${dayZh(window.to)}`
  }
}

function dayZh(at: Date | null): string {
  return at
    ? new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'medium', timeStyle: 'short' }).format(at)
    : '不限'
}
