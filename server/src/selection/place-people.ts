import type { Rule } from '@banyan/shared'
import { clickhouse } from '../core/index.ts'
import { compileMany } from './compile.ts'
import { inIds } from './id-list.ts'
import { withRelated } from './related-scopes.ts'
import type { Scope } from './scope.ts'
import { marksOf, withinLimits, withStored } from './select-people.ts'
import type { Binder } from './sql-parts.ts'
import { IN_ORDER } from './track-people.ts'

/**
 * Rules in an order that put everybody of the scope into one place each: the first whose rule selects him, else the last, the rest. Where they are now
 * stands in a table of a later module: `sql` selects `person_id` and `place` (a number of its own; 0: nowhere), with its parameters bound.
 */
export type Places = {
  rules: readonly Rule[]
  /** The number of each rule's place, the rest's last. */
  numbers: readonly number[]
  /** Where somebody may still be, though nobody is put there any more. */
  others: readonly number[]
  standing: (bind: Binder['bind'], people: string) => string
}
type Options = { lane?: 'build' | 'read'; marks?: readonly string[] }

export type Placed = {
  /** Whom each place gets who is not in it, at most `limit` each; and how many it has in all within the scope. */
  entered: number[][]
  counts: number[]
  /** Who stands somewhere and is of the scope's population no more; who was merged is left where he was. */
  gone: number[]
}

/** All in one query at one instant, conditions that rules share once. Throws selection.tooSlow. */
export async function placePeople(places: Places, around: Scope, limit: number, options: Options = {}): Promise<Placed> {
  const { numbers } = places
  const ids = (bitmap: string) => `arraySort(bitmapToArray(subBitmap(${bitmap}, 0, ${limit})))`
  const each = numbers.map((_, at) => `(${ids(`bitmapAndnot(p${at}, s${at})`)}, bitmapCardinality(p${at}))`)
  const gone = ids('bitmapAndnot(bitmapAndnot(standing, everybody), merged)')
  const [answer] = await ask<{ placed: [number[], number][]; gone: number[] }>(
    places,
    around,
    `[${each.join(', ')}] AS placed, ${gone} AS gone`,
    options,
  )
  const placed = answer?.placed ?? numbers.map((): [number[], number] => [[], 0])
  return { entered: placed.map(([list]) => list), counts: placed.map(([, count]) => count), gone: answer?.gone ?? [] }
}

export type PlaceCounts = {
  counts: number[]
  population: number
  /** From where (0: nowhere yet) to the place of this index. */
  moves: { from: number; toAt: number; count: number }[]
}

/** The same in numbers: how many each place would have, and from where they would come. */
export async function countPlaces(places: Places, around: Scope): Promise<PlaceCounts> {
  const { numbers, others } = places
  const known = [...numbers.map((number, at) => [number, `s${at}`] as const), ...others.map((id, at) => [id, `o${at}`] as const)]
  const pairs = known.flatMap(([from, standing]) =>
    numbers.flatMap((to, at) =>
      from === to ? [] : [`(toUInt32(${from}), toUInt32(${at}), bitmapAndCardinality(${standing}, p${at}))`],
    ),
  )
  const fresh = numbers.map(
    (_, at) => `(toUInt32(0), toUInt32(${at}), bitmapAndnotCardinality(p${at}, bitmapOr(standing, merged)))`,
  )
  const counts = numbers.map((_, at) => `bitmapCardinality(p${at})`)
  const [answer] = await ask<{ counts: number[]; population: number; moves: [number, number, number][] }>(
    places,
    around,
    `[${counts.join(', ')}] AS counts, bitmapCardinality(everybody) AS population,
      arrayFilter(move -> move.3 > 0, [${[...pairs, ...fresh].join(', ')}]) AS moves`,
    { lane: 'read' },
  )
  return {
    counts: answer?.counts ?? numbers.map(() => 0),
    population: answer?.population ?? 0,
    moves: (answer?.moves ?? []).map(([from, toAt, count]) => ({ from, toAt, count })),
  }
}

const MERGED = '(SELECT groupBitmapState(home_id) FROM person_aliases FINAL WHERE person_id != home_id) AS merged'

/**
 * Each step is a subquery of its own, because ClickHouse writes an alias out wherever it is mentioned: `r` what a rule selects, `p` what its place gets,
 * `s` who stands there, `o` who stands where nobody is put any more.
 */
async function ask<T extends object>(
  places: Places,
  around: Scope,
  select: string,
  { lane = 'build', marks }: Options,
): Promise<T[]> {
  const { rules, numbers, others } = places
  const scope = await withRelated(rules, around)
  return withStored(rules, scope, lane, async sets => {
    const compiled = compileMany(rules, scope, sets)
    const { bind, params } = compiled
    const among = scope.candidates ? ` AND person_id IN ${inIds(scope.candidates, bind)}` : ''
    const standing = [...numbers, ...others].map(id => `groupBitmapStateIf(person_id, place = ${bind(id, 'UInt32')})`)
    const stands = `(SELECT tuple(${[...standing, 'groupBitmapStateIf(person_id, place != 0)'].join(', ')}) FROM (${places.standing(bind, among)})) AS stands`
    const read = [
      `${compiled.population} AS everybody`,
      ...compiled.roots.map((root, at) => `${root} AS r${at}`),
      ...[...numbers.map((_, at) => `s${at}`), ...others.map((_, at) => `o${at}`), 'standing'].map(
        (name, at) => `tupleElement(stands, ${at + 1}) AS ${name}`,
      ),
      'merged',
    ]
    const before = (at: number) =>
      Array.from({ length: at }, (_, n) => `r${n}`).reduce((left, right) => `bitmapOr(${left}, ${right})`)
    const put = numbers.map((_, at) => {
      const got = at === rules.length ? 'everybody' : `r${at}`
      return at === 0 ? `${got} AS p0` : `bitmapAndnot(${got}, ${before(at)}) AS p${at}`
    })
    return withinLimits(() =>
      clickhouse.query<T>(
        `${marksOf(marks)}SELECT ${select} FROM (SELECT *, ${put.join(', ')}
          FROM (${compiled.withClause} SELECT ${read.join(', ')} FROM ${compiled.from([stands, MERGED])}))${IN_ORDER}`,
        params,
        { lane },
      ),
    )
  })
}
