import { type ConditionOf, isTextCompare } from '@banyan/shared'
import { MIDNIGHT, NEVER, type OperatorSql } from '../operator-sql.ts'
import { shapeOf } from '../set-key.ts'
import { type Bitmap, holds, numberSql, positiveOf, textSql, type Writer } from '../sql-parts.ts'
import { filterSql } from '../track-filter-sql.ts'
import { peopleByTracks, peopleByTracksSince, type TrackMeasure } from '../track-people.ts'
import { movesBy, rangeOf } from '../window-range.ts'

type Tracks = ConditionOf<'tracks'>

export const tracks: OperatorSql<'tracks'> = {
  reads: ({ name, since }) => [`track:${name}`, ...(since ? [`track:${since.name}`] : [])],
  bitmap: (condition, w) => {
    const { is, measure } = condition
    if (isTextCompare(is)) {
      const { positive, isNegated } = positiveOf(is)
      const people = measured(condition, w, value => textSql(value, positive, w.bind))
      return isNegated ? w.not(people) : people
    }
    const { positive, isNegated } = positiveOf(is)
    const startsAtZero = measure.of === 'count' || measure.of === 'days' || measure.of === 'distinct' || measure.of === 'sum'
    // Who has no track at all counts as 0: when 0 qualifies, ask for those who do not.
    const isZeroIn = startsAtZero && holds(0, positive)
    const people = measured(condition, w, value =>
      isZeroIn ? `NOT (${numberSql(value, positive, w.bind)})` : numberSql(value, positive, w.bind),
    )
    return isZeroIn === isNegated ? people : w.not(people)
  },
  nextChange: (condition, w) => {
    const { window } = condition
    if (window.type !== 'rolling') return movesBy(window) === 'midnight' ? MIDNIGHT : NEVER
    const { now, zone } = w.scope
    const from = rangeOf(window, now, zone).from ?? now
    const aheadMs = now.getTime() - from.getTime()
    // The oldest track inside leaves when the window's start has passed it; one of the future enters when now has.
    const least = (edge: Date, shiftMs: number) =>
      `(SELECT toFloat64(toUnixTimestamp64Milli(min(occurred_at))) + ${w.bind(shiftMs + 1, 'Float64')} AS at FROM tracks WHERE name = ${w.bind(condition.name, 'String')} AND occurred_at >= ${w.bind(edge, 'DateTime64(3)')}${w.brandFilter()}${w.homesFilter()} HAVING count() > 0)`
    return { isMidnight: window.unit === 'months', sql: `SELECT at FROM (${least(from, aheadMs)} UNION ALL ${least(now, 0)})` }
  },
}

/** People of whom the measure of their matching tracks satisfies `test`; those without a matching track are never among them. */
function measured(condition: Tracks, w: Writer, test: (value: string) => string): Bitmap {
  const { where, measure } = trackValues(condition, w)
  const { since } = condition
  if (!since) return peopleByTracks(w, where, measure, test, shapeOf(condition))
  const anchor = [`name = ${w.bind(since.name, 'String')}`, ...since.filters.map(filter => filterSql(filter, w))].join(' AND ')
  return peopleByTracksSince(w, where, { where: anchor, pick: since.pick }, measure, test)
}

/** Which tracks a condition counts, and what it measures of them. */
export function trackValues({ name, filters, window, measure, is }: Tracks, w: Writer): { where: string; measure: TrackMeasure } {
  const { from, to } = rangeOf(window, w.scope.now, w.scope.zone)
  const { needs, ...how } = measureSql(measure, isTextCompare(is), w)
  const where = [
    `name = ${w.bind(name, 'String')}`,
    ...(from ? [`occurred_at >= ${w.bind(from, 'DateTime64(3)')}`] : []),
    ...(to ? [`occurred_at < ${w.bind(to, 'DateTime64(3)')}`] : []),
    ...(needs ? [needs] : []),
    ...filters.map(filter => filterSql(filter, w)),
  ].join(' AND ')
  return { where, measure: how }
}

/** The aggregate, and what a track needs in order to count. */
function measureSql(measure: Tracks['measure'], asText: boolean, w: Writer): TrackMeasure & { needs: string | null } {
  const of = (name: string, what: string, needs: string | null) => ({
    whole: `${name}(${what})`,
    state: `${name}State(${what})`,
    merged: `${name}Merge(state)`,
    needs,
  })
  if (!('property' in measure))
    return measure.of === 'count'
      ? of('count', '', null)
      : of('uniqExact', `toDate(occurred_at, ${w.bind(w.scope.zone, 'String')})`, null)
  const key = w.bind(measure.property, 'String')
  const number = `numbers[${key}]`
  const text = `texts[${key}]`
  const hasNumber = `mapContains(numbers, ${key})`
  switch (measure.of) {
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return of(measure.of, number, hasNumber)
    case 'distinct':
      return of('uniqExact', `if(${hasNumber}, toString(${number}), ${text})`, `(${hasNumber} OR mapContains(texts, ${key}))`)
    case 'first':
    case 'last':
      // Tracks of one instant are ordered by their message, so that the answer is always the same.
      return of(
        measure.of === 'first' ? 'argMin' : 'argMax',
        `${asText ? text : number}, (occurred_at, message_key)`,
        asText ? `mapContains(texts, ${key})` : hasNumber,
      )
  }
}
