import { type Condition, conditionsOf, isGroup, isPresence, type Rule } from '@banyan/shared'
import { clickhouse } from '../core/index.ts'
import { nextChangeOf } from './operators.ts'
import { RuleWriter } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import { setKey } from './set-key.ts'
import type { Writer } from './sql-parts.ts'
import { fieldIn, kindOf } from './subject-kind.ts'
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
    return `SELECT person_id FROM facts_all WHERE name = ${w.bind(fieldIn(kindOf(w.scope), condition.field).fact, 'String')} AND is_set = 1 AND (${inside.join(' OR ')})`
  }
  const next = nextChangeOf(condition, w)
  return next.isMidnight || next.sql ? 'unknown' : null
}

const MOVED_MAX = 50_000

/** Whom time alone may have moved in or out of any of these rules since then; null when that is not known, or more than it pays to ask one by one. */
export async function movedPeople(rules: readonly Rule[], scope: Scope, since: Date): Promise<number[] | null> {
  const writer = new RuleWriter(scope, new Map())
  const conditions = new Map(rules.flatMap(conditionsOf).map(condition => [setKey(condition, scope), condition]))
  const moved = [...conditions.values()].map(condition => movedSince(condition, since, writer))
  if (moved.includes('unknown')) return null
  const selects = moved.filter(sql => sql !== null)
  if (selects.length === 0) return []
  const [found] = await clickhouse.query<{ people: number[] }>(
    `SELECT groupUniqArray(${MOVED_MAX + 1})(person) AS people FROM (
      SELECT coalesce(alias.to_id, home.person_id) AS person FROM (${selects.join(' UNION ALL ')}) AS home
      LEFT JOIN (SELECT home_id, person_id AS to_id FROM person_aliases FINAL) AS alias ON alias.home_id = home.person_id)`,
    writer.binder.params,
    { lane: 'build' },
  )
  const people = found?.people ?? []
  return people.length > MOVED_MAX ? null : people
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
  if (isGroup(condition)) return condition.rules.some(part => movesInTime(part, w))
  const next = nextChangeOf(condition, w)
  return next.isMidnight || next.sql !== null
}
