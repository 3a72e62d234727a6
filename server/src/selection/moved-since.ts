import { type Condition, isPresence, type Rule } from '@banyan/shared'
import { nextChangeOf } from './operators.ts'
import type { Writer } from './sql-parts.ts'
import { type Range, rangeOf, shift } from './window-range.ts'

/**
 * SQL that lists in `person_id` (homes) everybody of whom time alone may have changed the answer between `since` and the scope's now: who has something in what the
 * ends of the window have passed over. Null: nobody. `unknown`: whoever it may be, the answer of `since` cannot be used any more after its next change.
 */
export function movedSince(condition: Condition, since: Date, w: Writer): string | null | 'unknown' {
  const { now, zone } = w.scope
  if (condition.kind === 'tracks') {
    const passed = passedOver(rangeOf(condition.window, since, zone), rangeOf(condition.window, now, zone))
    if (passed.length === 0) return null
    const inside = passed.map(
      ([from, to]) => `(occurred_at >= ${w.bind(from, 'DateTime64(3)')} AND occurred_at < ${w.bind(to, 'DateTime64(3)')})`,
    )
    return `SELECT person_id FROM tracks WHERE name = ${w.bind(condition.name, 'String')}${w.brandFilter()} AND (${inside.join(' OR ')})`
  }
  if (condition.kind === 'date') {
    const { is } = condition
    if (isPresence(is)) return null
    const at = (instant: Date): Range =>
      'window' in is ? rangeOf(is.window, instant, zone) : { from: instant, to: shift(instant, is.next, is.unit, zone) }
    const passed = passedOver(at(since), at(now))
    if (passed.length === 0) return null
    const inside = passed.map(
      ([from, to]) => `(number >= ${w.bind(from.getTime(), 'Float64')} AND number < ${w.bind(to.getTime(), 'Float64')})`,
    )
    return `SELECT person_id FROM facts_all WHERE name = ${w.bind(condition.field, 'String')} AND is_set = 1 AND (${inside.join(' OR ')})`
  }
  const next = nextChangeOf(condition, w)
  return next.isMidnight || next.sql ? 'unknown' : null
}

/** Whatever lies inside one of two windows only lies between their starts or between their ends. */
function passedOver(before: Range, after: Range): [Date, Date][] {
  return [between(before.from, after.from), between(before.to, after.to)].flatMap(span => (span ? [span] : []))
}

function between(a: Date | null, b: Date | null): [Date, Date] | null {
  if (!a || !b || a.getTime() === b.getTime()) return null
  return a < b ? [a, b] : [b, a]
}

/** Whether time has any part in a rule. */
export function movesInTime(condition: Rule, w: Writer): boolean {
  if (condition.kind === 'all' || condition.kind === 'any' || condition.kind === 'none')
    return condition.rules.some(part => movesInTime(part, w))
  const next = nextChangeOf(condition, w)
  return next.isMidnight || next.sql !== null
}
