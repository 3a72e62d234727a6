import { dayIn, shiftDay } from '../../core/index.ts'
import { factPeople } from '../fact-sql.ts'
import { MIDNIGHT, NEVER, type OperatorSql } from '../operator-sql.ts'
import { fieldIn, kindOf } from '../subject-kind.ts'

/** Matched by month and day; 29 February falls on the 28th in years that have none. */
export const anniversary: OperatorSql<'anniversary'> = {
  reads: ({ field }, kind) => [`fact:${fieldIn(kind, field).fact}`],
  bitmap: ({ field, is }, w) => {
    const today = dayIn(w.scope.now, w.scope.zone)
    // Days are kept as `2026-11-22`, instants as milliseconds.
    const monthDay =
      fieldIn(kindOf(w.scope), field).kind === 'day'
        ? 'substring(text, 6, 5)'
        : `formatDateTime(fromUnixTimestamp64Milli(toInt64(number), ${w.bind(w.scope.zone, 'String')}), '%m-%d')`
    if (is.op === 'inDays')
      return factPeople(w, field, `${monthDay} IN ${w.bind(monthDaysBetween(today, is.fromDays, is.toDays), 'Array(String)')}`)
    const months = is.op === 'thisMonth' ? [Number(today.slice(5, 7))] : is.months
    return factPeople(
      w,
      field,
      `substring(${monthDay}, 1, 2) IN ${w.bind(
        months.map(month => String(month).padStart(2, '0')),
        'Array(String)',
      )}`,
    )
  },
  nextChange: ({ is }) => (is.op === 'months' ? NEVER : MIDNIGHT),
}

/** Every `MM-DD` from so many days after today to so many, both included; the 28th of February brings the 29th along in common years. */
export function monthDaysBetween(today: string, fromDays: number, toDays: number): string[] {
  const found: string[] = []
  for (let days = fromDays; days <= toDays; days += 1) {
    const day = shiftDay(today, days)
    found.push(day.slice(5))
    if (day.endsWith('-02-28') && !isLeap(Number(day.slice(0, 4)))) found.push('02-29')
  }
  return [...new Set(found)]
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}
