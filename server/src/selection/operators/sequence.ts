import type { ConditionOf, Span } from '@banyan/shared'
import { MIDNIGHT, NEVER, type OperatorSql } from '../operator-sql.ts'
import type { Writer } from '../sql-parts.ts'
import { filterSql } from '../track-filter-sql.ts'
import { personTracks } from '../track-people.ts'
import { movesBy, rangeOf } from '../window-range.ts'

type Sequence = ConditionOf<'sequence'>

const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 }
const lengthOf = ({ last, unit }: Span) => last * UNIT_MS[unit]

/**
 * One pass over each person's tracks in their order (those of one instant by their message, so that the answer is always the same). For every step it keeps the latest start of a
 * chain that has come so far: no other chain can end in time when that one does not.
 */
export const sequence: OperatorSql<'sequence'> = {
  reads: ({ steps }) => [...new Set(steps.map(step => `track:${step.name}`))],
  bitmap: (condition, w) => {
    const test = condition.last === 'did' ? chainTest(condition, w) : absenceTest(condition, w)
    return w.people(
      `SELECT person FROM (
        SELECT person, arraySort(groupArray((at, message_key, steps))) AS list FROM (${stepTracks(condition, w)}) GROUP BY person) WHERE ${test}`,
      'person',
    )
  },
  nextChange: (condition, w) => {
    const { window, steps, within, last } = condition
    const { now, zone } = w.scope
    const first = (names: readonly string[], edge: Date, shiftMs: number) =>
      `(SELECT toFloat64(toUnixTimestamp64Milli(min(occurred_at))) + ${w.bind(shiftMs, 'Float64')} AS at FROM tracks WHERE name IN ${w.bind(names, 'Array(String)')} AND occurred_at >= ${w.bind(edge, 'DateTime64(3)')}${w.brandFilter()}${w.homesFilter()} HAVING count() > 0)`
    const names = [...new Set(steps.map(step => step.name))]
    const changes: string[] = []
    // What was awaited did not come: true from the instant when its time is over.
    if (last === 'didNot' && within && steps[0])
      changes.push(first([steps[0].name], new Date(now.getTime() - lengthOf(within) + 1), lengthOf(within)))
    if (window.type === 'rolling') {
      const from = rangeOf(window, now, zone).from ?? now
      changes.push(first(names, from, now.getTime() - from.getTime() + 1), first(names, now, 1))
    }
    const moves = movesBy(window)
    if (changes.length === 0) return moves === 'midnight' ? MIDNIGHT : NEVER
    return {
      isMidnight: moves === 'midnight' || (window.type === 'rolling' && window.unit === 'months'),
      sql: `SELECT at FROM (${changes.join(' UNION ALL ')})`,
    }
  },
}

/** Every track that is one of the steps, with a bit for each step that it is. */
function stepTracks({ steps, window }: Sequence, w: Writer): string {
  const { from, to } = rangeOf(window, w.scope.now, w.scope.zone)
  const isStep = steps.map(({ name, filters }) =>
    [`name = ${w.bind(name, 'String')}`, ...filters.map(filter => filterSql(filter, w))].join(' AND '),
  )
  const mask = isStep.map((test, at) => `if(${test}, ${2 ** at}, 0)`).join(' + ')
  const where = [
    `name IN ${w.bind([...new Set(steps.map(step => step.name))], 'Array(String)')}`,
    ...(from ? [`occurred_at >= ${w.bind(from, 'DateTime64(3)')}`] : []),
    ...(to ? [`occurred_at < ${w.bind(to, 'DateTime64(3)')}`] : []),
  ].join(' AND ')
  return `SELECT * FROM (${personTracks(w, where, `toUnixTimestamp64Milli(occurred_at) AS at, toUInt8(${mask}) AS steps, message_key`)}) WHERE steps > 0`
}

function chainTest({ steps, within }: Sequence, w: Writer): string {
  const inTime = (start: string) => (within ? ` AND x.1 - ${start} < ${w.bind(lengthOf(within), 'Int64')}` : '')
  // acc[k]: the latest start of a chain that has reached step k; -1 where there is none.
  const next = steps.map((_, at) =>
    at === 0
      ? 'if(bitTest(x.3, 0), x.1, acc[1])'
      : `if(bitTest(x.3, ${at}) AND acc[${at}] >= 0${inTime(`acc[${at}]`)}, greatest(acc[${at + 1}], acc[${at}]), acc[${at + 1}])`,
  )
  const none = steps.map(() => 'toInt64(-1)').join(', ')
  return `arrayFold((acc, x) -> [${next.join(', ')}], list, [${none}])[${steps.length}] >= 0`
}

/** From the latest track to the first, remembering when the awaited step came next. */
function absenceTest({ within }: Sequence, w: Writer): string {
  const ms = w.bind(within ? lengthOf(within) : 0, 'Int64')
  const now = w.bind(w.scope.now.getTime(), 'Int64')
  const isAlone = `bitTest(x.3, 0) AND x.1 + ${ms} <= ${now} AND (acc.1 < 0 OR acc.1 >= x.1 + ${ms})`
  return `arrayFold((acc, x) -> (if(bitTest(x.3, 1), x.1, acc.1), toUInt8(acc.2 OR (${isAlone}))), arrayReverse(list), (toInt64(-1), toUInt8(0))).2 = 1`
}
