import { clickhouse, dayIn } from '../core/index.ts'
import { populationSize, rangesOver } from './estimate-people.ts'
import { LIST_GAP } from './operators/list.ts'
import { RuleWriter } from './rule-writer.ts'
import type { Scope } from './scope.ts'
import { withinLimits } from './select-people.ts'
import { type KindField, kindOf } from './subject-kind.ts'

/** Of more people than these a sample is read: half a million of them at equal distances. */
const EXACT_MAX = 2_000_000
/** A text of more different values than these says who somebody is, not what he is like. */
const DIFFERENT_MAX = 500
const VALUES_MAX = 20
/** Ages as advertisers cut them. */
export const AGES = [18, 25, 35, 45, 55] as const

/** How many of a set, and of everybody, hold something. */
export type FactShares = { inside: number; all: number }
export type FactProfile = {
  /** The set and the population; of a sample, as many of them as it holds. */
  people: FactShares
  isSample: boolean
  /** Per fact, how many have it at all; of numbers, the middle one of the set and of the others. */
  facts: Map<string, FactShares & { different: number; insideMedian: number | null; outsideMedian: number | null }>
  /** Per fact its values: texts as they are, of a list each that it holds, ages as the index of their band, numbers cut into fifths of everybody. */
  values: Map<string, (FactShares & { value: string; low: number; high: number })[]>
}

type Names = { numbers: string[]; lists: string[]; days: string[]; flags: string[]; texts: string[] }

/** What tells people apart instead of saying what they are like, and what another field says in words. */
const NOT_PROFILED = new Set(['name', 'tierRank', 'lastClickId'])

/** What a profile reads of each kind of field; names, places and ranks under a name of their own are left out. */
export function profileNames(fields: Iterable<[string, KindField]>): Names {
  const names: Names = { numbers: [], lists: [], days: [], flags: [], texts: [] }
  const listOf = { number: 'numbers', instant: 'numbers', list: 'lists', day: 'days', flag: 'flags', text: 'texts' } as const
  for (const [key, { kind, fact }] of fields) if (kind !== 'location' && !NOT_PROFILED.has(key)) names[listOf[kind]].push(fact)
  return names
}

/**
 * How facts and tags are spread among the members of a set and among everybody of the scope, in three queries. `members` is SQL for one bitmap, with its
 * parameters. `exactMax` more people than which are sampled. Throws selection.tooSlow.
 */
export async function profileFacts(
  asked: Scope,
  members: { sql: string; params: Record<string, unknown> },
  exactMax = EXACT_MAX,
): Promise<FactProfile> {
  const { people, idMin, idMax } = await populationSize(asked)
  const isSample = people > exactMax
  const scope = isSample ? { ...asked, ranges: rangesOver(idMin, idMax - idMin + 1) } : asked
  const w = new RuleWriter(scope, new Map())
  const population = w.population
  const head = `WITH (${w.withClause()} SELECT ${population} FROM ${w.from()}) AS everyone, ${members.sql} AS given, bitmapAnd(everyone, given) AS members`
  const names = profileNames(kindOf(scope).fields)
  const all = [...names.numbers, ...names.lists, ...names.days, ...names.flags, ...names.texts]
  const ofAll = factsSql(w, scope, all, true)
  const shares =
    'bitmapAndCardinality(groupBitmapState(person_id), members) AS inside, bitmapAndCardinality(groupBitmapState(person_id), everyone) AS all'
  const ask = <T extends object>(query: string) =>
    withinLimits(() => clickhouse.query<T>(`${head} ${query}`, { ...w.binder.params, ...members.params }))

  const [counted] = await ask<FactShares>('SELECT bitmapCardinality(members) AS inside, bitmapCardinality(everyone) AS all')
  const facts = await ask<
    FactShares & { name: string; different: number; cuts: number[]; insideMedian: number | null; outsideMedian: number | null }
  >(
    `SELECT name, toUInt32(uniq(text)) AS different, ${shares}, quantilesDeterministic(0.2, 0.4, 0.6, 0.8)(number, person_id) AS cuts,
      quantileDeterministicIf(0.5)(number, person_id, bitmapContains(members, person_id)) AS insideMedian,
      quantileDeterministicIf(0.5)(number, person_id, NOT bitmapContains(members, person_id)) AS outsideMedian
      FROM (${ofAll}) WHERE bitmapContains(everyone, person_id) GROUP BY name`,
  )
  const isNumber = new Set(names.numbers)
  const cut = facts.filter(one => isNumber.has(one.name))
  const isReadable = new Set(facts.filter(one => one.different <= DIFFERENT_MAX).map(one => one.name))
  const values = [
    ...(cut.length > 0
      ? await ask<FactShares & { name: string; value: string; low: number; high: number }>(
          `SELECT name, toString(arrayCount(cut -> number > cut, arrayElement(${w.bind(
            cut.map(one => [...new Set(one.cuts)]),
            'Array(Array(Float64))',
          )}, indexOf(${w.bind(
            cut.map(one => one.name),
            'Array(String)',
          )}, toString(name))))) AS value, min(number) AS low, max(number) AS high, ${shares}
          FROM (${factsSql(
            w,
            scope,
            cut.map(one => one.name),
            false,
          )}) WHERE bitmapContains(everyone, person_id) GROUP BY name, value ORDER BY name, low`,
        )
      : []),
    ...(await ask<FactShares & { name: string; value: string; low: number; high: number }>(
      `SELECT name, value, 0 AS low, 0 AS high, ${shares} FROM (
          SELECT name, person_id, arrayJoin(${valuesSql(w, scope, names)}) AS value FROM (${factsSql(
            w,
            scope,
            [...names.lists, ...names.days, ...names.flags, ...names.texts.filter(name => isReadable.has(name))],
            false,
          )}) WHERE bitmapContains(everyone, person_id))
        WHERE value != '' GROUP BY name, value
        ORDER BY name, greatest(inside / greatest(1, bitmapCardinality(members)), all / greatest(1, bitmapCardinality(everyone))) DESC, value LIMIT ${VALUES_MAX} BY name`,
    )),
  ]
  const byName: FactProfile['values'] = new Map()
  for (const { name, ...value } of values) byName.set(name, [...(byName.get(name) ?? []), value])
  return {
    people: counted ?? { inside: 0, all: 0 },
    isSample,
    facts: new Map(facts.map(({ name, cuts: _cuts, ...fact }) => [name, fact])),
    values: byName,
  }
}

/** The facts of these names as they are now, one row each: those of the person, those of the scope's brands, and with `withTags` every tag. */
function factsSql(w: RuleWriter, { brands }: Scope, names: readonly string[], withTags: boolean): string {
  const inBrands = (list: readonly number[] | null) => (list ? ` AND brand_id IN ${w.bind(list, 'Array(UInt32)')}` : '')
  const named = [
    `(name IN ${w.bind(names, 'Array(String)')}${inBrands(brands && [0, ...brands])})`,
    ...(withTags ? [`(startsWith(name, 'tag:')${inBrands(brands && [0, ...brands])})`] : []),
  ]
  const which = `(${named.join(' OR ')})${w.peopleFilter()}`
  const columns = 'toString(name) AS name, person_id, number, text'
  return `SELECT ${columns} FROM facts_recent FINAL WHERE ${which} AND is_set = 1
    UNION ALL SELECT ${columns} FROM facts_settled FINAL WHERE ${which} AND is_set = 1
      AND (brand_id, name, person_id) NOT IN (SELECT brand_id, name, person_id FROM facts_recent WHERE ${which})`
}

function valuesSql(w: RuleWriter, { now, zone }: Scope, { lists, days, flags }: Names): string {
  const isOf = (names: readonly string[]) => `name IN ${w.bind(names, 'Array(String)')}`
  const age = `age('year', toDate32OrNull(text), toDate32(${w.bind(dayIn(now, zone), 'String')}))`
  const band = `if(isNull(toDate32OrNull(text)), '', toString(arrayCount(from -> ifNull(${age}, 0) >= from, [${AGES.join(', ')}])))`
  return `multiIf(${isOf(lists)}, splitByChar(${w.bind(LIST_GAP, 'String')}, text), ${isOf(days)}, [${band}], ${isOf(flags)}, [toString(toUInt8(number))], [text])`
}
