import { isPresence } from '@banyan/shared'
import { factPeople } from '../fact-sql.ts'
import { MIDNIGHT, NEVER, type OperatorSql } from '../operator-sql.ts'
import type { Writer } from '../sql-parts.ts'
import { fieldIn, kindOf } from '../subject-kind.ts'
import { movesBy, type Range, rangeOf, shift } from '../window-range.ts'

export const date: OperatorSql<'date'> = {
  reads: ({ field }, kind) => [`fact:${fieldIn(kind, field).fact}`],
  bitmap: ({ field, is }, w) => {
    if (isPresence(is)) {
      const there = factPeople(w, field, '1')
      return is.op === 'isSet' ? there : w.not(there)
    }
    const { now, zone } = w.scope
    const range = 'window' in is ? rangeOf(is.window, now, zone) : { from: now, to: shift(now, is.next, is.unit, zone) }
    const people = factPeople(w, field, insideSql(range, w))
    return is.op === 'within' || is.op === 'ahead' ? people : w.not(people)
  },
  nextChange: ({ field, is }, w) => {
    if (isPresence(is)) return NEVER
    if ('window' in is && movesBy(is.window) !== 'always') return movesBy(is.window) === 'midnight' ? MIDNIGHT : NEVER
    const { now, zone } = w.scope
    // A value enters or leaves when an end of the window passes it: the next one after each end tells when.
    const ends = 'window' in is ? [rangeOf(is.window, now, zone).from ?? now, now] : [now, shift(now, is.next, is.unit, zone)]
    const next = ends.map(
      end =>
        `(SELECT min(number) - ${w.bind(end.getTime() - now.getTime(), 'Float64')} + 1 AS at FROM facts_all WHERE name = ${w.bind(fieldIn(kindOf(w.scope), field).fact, 'String')} AND is_set = 1 AND number >= ${w.bind(end.getTime(), 'Float64')}${w.brandFilter()}${w.peopleFilter()} HAVING count() > 0)`,
    )
    const unit = 'window' in is ? (is.window.type === 'rolling' ? is.window.unit : 'days') : is.unit
    return { isMidnight: unit === 'months', sql: `SELECT at FROM (${next.join(' UNION ALL ')})` }
  },
}

function insideSql({ from, to }: Range, w: Writer): string {
  const ends = [
    ...(from ? [`number >= ${w.bind(from.getTime(), 'Float64')}`] : []),
    ...(to ? [`number < ${w.bind(to.getTime(), 'Float64')}`] : []),
  ]
  return ends.length > 0 ? ends.join(' AND ') : '1'
}
