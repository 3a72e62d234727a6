import type { TagComputation } from '@banyan/shared'
import { addDays, clickhouse } from '../core/index.ts'
import { withRelated } from './related-scopes.ts'
import { RuleWriter } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import type { Writer } from './sql-parts.ts'
import { fieldIn, kindOf } from './subject-kind.ts'
import { filterSql } from './track-filter-sql.ts'
import { type TrackMeasure, valuesSql } from './track-people.ts'

/** The four cuts between the fifths of everybody, for how lately (milliseconds), how often and how much. */
export type QuintileCuts = { recency: number[]; frequency: number[]; money: number[] }
/** What is computed of one subject. */
export type Computed = { personId: number; value: string | number }

export const MEASURED_AT_ONCE = 200_000

/** What a computation reads, as `tracks.stored` and `facts.changed` name it. */
export function readsOfComputation(computation: TagComputation, scope: Scope): string[] {
  return computation.of === 'daysSinceField'
    ? [`fact:${fieldIn(kindOf(scope), computation.field).fact}`]
    : [`track:${computation.name}`]
}

/**
 * Computes a value for every subject of the scope of whom there is one, in pages by ascending id. `asText`: the property holds texts. RFM needs the cuts of
 * `quintileCuts`; so everybody can be computed again one by one, and stays where the latest cuts put him.
 */
export async function* measurePeople(
  computation: TagComputation,
  around: Scope,
  { asText = false, cuts }: { asText?: boolean; cuts?: QuintileCuts | undefined } = {},
): AsyncGenerator<Computed[]> {
  const scope = await withRelated([], around)
  for (let after = 0; ; ) {
    const w = new RuleWriter(scope, new Map())
    const values = valuesOf(computation, w, asText)
    const found = await clickhouse.query<{ id: number; said: string | number }>(
      `${everyone(w)} SELECT person_id AS id, ${sayingSql(computation, w, cuts)} AS said FROM (${values})
        WHERE person_id > ${w.bind(after, 'UInt32')} AND bitmapContains(everyone, toUInt32(person_id)) ORDER BY person_id LIMIT ${MEASURED_AT_ONCE}`,
      w.binder.params,
      { lane: 'build' },
    )
    if (found.length > 0) yield found.map(({ id, said }) => ({ personId: id, value: said }))
    const last = found.at(-1)
    if (!last || found.length < MEASURED_AT_ONCE) return
    after = last.id
  }
}

/** The cuts of an RFM computation over everybody of the scope who has any; the same people give the same cuts. */
export async function quintileCuts(computation: TagComputation, scope: Scope): Promise<QuintileCuts> {
  const w = new RuleWriter({ ...scope, candidates: null }, new Map())
  const cut = (part: string) => `arrayMap(x -> toFloat64(x), quantilesExact(0.2, 0.4, 0.6, 0.8)(${part}))`
  const [found] = await clickhouse.query<QuintileCuts>(
    `${everyone(w)} SELECT ${cut(RECENCY)} AS recency, ${cut(FREQUENCY)} AS frequency, ${cut(MONEY)} AS money FROM (${valuesOf(computation, w, false)})
      WHERE bitmapContains(everyone, toUInt32(person_id)) HAVING count() > 0`,
    w.binder.params,
    { lane: 'build' },
  )
  return found ?? { recency: [], frequency: [], money: [] }
}

const RECENCY = 'toUnixTimestamp64Milli(tupleElement(value, 1))'
const FREQUENCY = 'tupleElement(value, 2)'
const MONEY = 'tupleElement(value, 3)'

function everyone(w: RuleWriter): string {
  const population = w.population
  return `WITH (${w.withClause()} SELECT ${population} FROM ${w.from()}) AS everyone`
}

function valuesOf(computation: TagComputation, w: Writer, asText: boolean): string {
  if (computation.of === 'daysSinceField') return factValues(computation.field, w)
  const { now } = w.scope
  const { needs, ...measure } = measureSql(computation, w, asText)
  const from = 'days' in computation && computation.days !== null ? addDays(now, -computation.days) : null
  const where = [
    `name = ${w.bind(computation.name, 'String')}`,
    `occurred_at < ${w.bind(now, 'DateTime64(3)')}`,
    ...(from ? [`occurred_at >= ${w.bind(from, 'DateTime64(3)')}`] : []),
    ...(needs ? [needs] : []),
    ...computation.filters.map(filter => filterSql(filter, w)),
  ].join(' AND ')
  return valuesSql(w, where, measure)
}

/** In several brands, the latest. */
function factValues(key: string, w: Writer): string {
  const { fact, scope } = fieldIn(kindOf(w.scope), key)
  const brands = scope === 'person' ? ' AND brand_id = 0' : w.brandFilter()
  return `SELECT person_id, max(instant) AS value FROM (
      SELECT brand_id, person_id, argMax(number, version) AS instant, argMax(is_set, version) AS is_there FROM facts_all
      WHERE name = ${w.bind(fact, 'String')}${brands}${w.peopleFilter()} GROUP BY brand_id, person_id) WHERE is_there = 1 GROUP BY person_id`
}

type OnTracks = Exclude<TagComputation, { of: 'daysSinceField' }>

function measureSql(computation: OnTracks, w: Writer, asText: boolean): TrackMeasure & { needs: string | null } {
  const of = (name: string, what: string, needs: string | null) => ({
    whole: `${name}(${what})`,
    state: `${name}State(${what})`,
    merged: `${name}Merge(state)`,
    needs,
  })
  if (computation.of === 'daysSince') return of('max', 'occurred_at', null)
  if (computation.of === 'count') return of('count', '', null)
  const key = w.bind(computation.property, 'String')
  const hasNumber = `mapContains(numbers, ${key})`
  switch (computation.of) {
    case 'sum':
      return of('sum', `numbers[${key}]`, hasNumber)
    case 'first':
    case 'last':
      // Tracks of one instant are ordered by their message, so that the answer is always the same.
      return of(
        computation.of === 'first' ? 'argMin' : 'argMax',
        `${asText ? 'texts' : 'numbers'}[${key}], (occurred_at, message_key)`,
        asText ? `mapContains(texts, ${key})` : hasNumber,
      )
    case 'favourite':
      return of('sumMap', `[texts[${key}]], [toUInt64(1)]`, `mapContains(texts, ${key})`)
    case 'rfm':
      return {
        whole: `tuple(max(occurred_at), count(), sum(numbers[${key}]))`,
        state: `tuple(maxState(occurred_at), countState(), sumState(numbers[${key}]))`,
        merged: 'tuple(maxMerge(tupleElement(state, 1)), countMerge(tupleElement(state, 2)), sumMerge(tupleElement(state, 3)))',
        needs: hasNumber,
      }
  }
}

/** What the tag says, from what was measured. */
function sayingSql({ of }: TagComputation, w: Writer, cuts: QuintileCuts | undefined): string {
  const [zone, today] = [w.bind(w.scope.zone, 'String'), w.bind(w.scope.now, 'DateTime64(3)')]
  const daysFrom = (instant: string) => `greatest(0, dateDiff('day', toDate(${instant}, ${zone}), toDate(${today}, ${zone})))`
  switch (of) {
    case 'daysSince':
      return daysFrom('value')
    case 'daysSinceField':
      return daysFrom("fromUnixTimestamp64Milli(toInt64(value), 'UTC')")
    case 'favourite':
      return 'arraySort(pair -> (-toInt64(pair.2), pair.1), arrayZip(value.1, value.2))[1].1'
    case 'rfm': {
      const fifth = (part: string, at: number[] = []) =>
        `toString(1 + arrayCount(cut -> cut < ${part}, ${w.bind(at, 'Array(Float64)')}))`
      return `concat(${fifth(RECENCY, cuts?.recency)}, ${fifth(FREQUENCY, cuts?.frequency)}, ${fifth(MONEY, cuts?.money)})`
    }
    case 'count':
      return 'toFloat64(value)'
    default:
      return 'value'
  }
}
