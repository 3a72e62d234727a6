import {
  type ConditionOf,
  isPresence,
  isTextCompare,
  type NumberCompare,
  type TextCompare,
  type TrackFilter,
} from '@banyan/shared'
import { MIDNIGHT, NEVER, type OperatorSql } from '../operator-sql.ts'
import { type Bitmap, numberSql, positiveOf, textSql, type Writer } from '../sql-parts.ts'
import { movesBy, rangeOf } from '../window-range.ts'

type Tracks = ConditionOf<'tracks'>

export const tracks: OperatorSql<'tracks'> = {
  reads: ({ name }) => [`track:${name}`],
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
function measured({ name, filters, window, measure, is }: Tracks, w: Writer, test: (value: string) => string): Bitmap {
  const { from, to } = rangeOf(window, w.scope.now, w.scope.zone)
  const asText = isTextCompare(is)
  const { state, value, needs } = measureSql(measure, asText, w)
  const where = [
    `name = ${w.bind(name, 'String')}`,
    ...(from ? [`occurred_at >= ${w.bind(from, 'DateTime64(3)')}`] : []),
    ...(to ? [`occurred_at < ${w.bind(to, 'DateTime64(3)')}`] : []),
    ...(needs ? [needs] : []),
    ...filters.map(filter => filterSql(filter, w)),
  ].join(' AND ')
  // By home first, then the few homes that were merged are mapped to their person.
  return w.people(
    `SELECT person_id FROM (
      SELECT coalesce(alias.to_id, home) AS person_id, ${value} AS value
      FROM (SELECT person_id AS home, ${state} AS state FROM tracks WHERE ${where}${w.brandFilter()}${w.homesFilter()} GROUP BY home) AS by_home
      LEFT JOIN (SELECT home_id, argMax(person_id, version) AS to_id FROM person_aliases GROUP BY home_id) AS alias ON alias.home_id = by_home.home
      GROUP BY person_id) WHERE ${test('value')}`,
  )
}

/** The aggregate in two steps, and what a track needs in order to count. */
function measureSql(
  measure: Tracks['measure'],
  asText: boolean,
  w: Writer,
): { state: string; value: string; needs: string | null } {
  if (!('property' in measure) && measure.of === 'count')
    return { state: 'countState()', value: 'countMerge(state)', needs: null }
  if (!('property' in measure))
    return {
      state: `uniqExactState(toDate(occurred_at, ${w.bind(w.scope.zone, 'String')}))`,
      value: 'uniqExactMerge(state)',
      needs: null,
    }
  const key = w.bind(measure.property, 'String')
  const number = `numbers[${key}]`
  const text = `texts[${key}]`
  const hasNumber = `mapContains(numbers, ${key})`
  switch (measure.of) {
    case 'sum':
      return { state: `sumState(${number})`, value: 'sumMerge(state)', needs: hasNumber }
    case 'avg':
      return { state: `avgState(${number})`, value: 'avgMerge(state)', needs: hasNumber }
    case 'min':
      return { state: `minState(${number})`, value: 'minMerge(state)', needs: hasNumber }
    case 'max':
      return { state: `maxState(${number})`, value: 'maxMerge(state)', needs: hasNumber }
    case 'distinct':
      return {
        state: `uniqExactState(if(${hasNumber}, toString(${number}), ${text}))`,
        value: 'uniqExactMerge(state)',
        needs: `(${hasNumber} OR mapContains(texts, ${key}))`,
      }
    case 'first':
    case 'last': {
      // Tracks of one instant are ordered by their message, so that the answer is always the same.
      const pick = measure.of === 'first' ? 'argMin' : 'argMax'
      return {
        state: `${pick}State(${asText ? text : number}, (occurred_at, message_key))`,
        value: `${pick}Merge(state)`,
        needs: asText ? `mapContains(texts, ${key})` : hasNumber,
      }
    }
  }
}

/** One filter over one track; negation is over that track, so a track without the property passes it. */
function filterSql({ property, is }: TrackFilter, w: Writer): string {
  const key = w.bind(property, 'String')
  if (isPresence(is)) {
    const there = `(mapContains(numbers, ${key}) OR mapContains(texts, ${key}))`
    return is.op === 'isSet' ? there : `NOT ${there}`
  }
  const { positive, isNegated } = positiveOf(is as NumberCompare | TextCompare)
  const test = isTextCompare(positive)
    ? `(mapContains(texts, ${key}) AND ${textSql(`texts[${key}]`, positive, w.bind)})`
    : `(mapContains(numbers, ${key}) AND ${numberSql(`numbers[${key}]`, positive as NumberCompare, w.bind)})`
  return isNegated ? `NOT ${test}` : test
}

function holds(value: number, compare: NumberCompare): boolean {
  switch (compare.op) {
    case 'between':
      return value >= compare.from && value <= compare.to
    case 'notBetween':
      return value < compare.from || value > compare.to
    case '=':
      return value === compare.value
    case '!=':
      return value !== compare.value
    case '<':
      return value < compare.value
    case '<=':
      return value <= compare.value
    case '>':
      return value > compare.value
    case '>=':
      return value >= compare.value
  }
}
