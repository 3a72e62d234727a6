import {
  buildSet,
  buildValues,
  countPeople,
  EVERYBODY,
  estimatePeople,
  forgetStoredSets,
  type Scope,
  selectAmong,
  selectByMany,
  storableIn,
} from '../../../server/src/selection/index.ts'
import type { Rule } from '../../../shared/src/index.ts'
import { conditionsOf } from '../../../shared/src/index.ts'
import type { Row } from '../measures.ts'
import { whole } from '../measures.ts'
import { askMariadb } from './mariadb.ts'
import { attributesAndTags, shapeOf, tagsOnly, withMoreSpending, withSpending } from './rules.ts'
import { measureSegments } from './segments.ts'
import { BRAND } from './world.ts'

type Say = (what: string) => void
const TIMES = 5
/** A hundred segments of a hundred million people are a billion rows of members: not for this disk. */
const SEGMENTS_PEOPLE_MAX = 10_000_000

export type Timed<T> = { ms: number; first: number; cpuMs: number; last: T }

/**
 * Milliseconds: the median of so many runs, and the first by itself, which finds nothing in memory that it did not leave there. `cpuMs` is what all threads of this
 * process (ClickHouse is in it) computed, in the middle: on two cores that are busy with other work a run takes longer than it computes.
 */
export async function timed<T>(work: (at: number) => Promise<T>, times = TIMES): Promise<Timed<T>> {
  const took: number[] = []
  const computed: number[] = []
  let last: T | undefined
  for (let at = 0; at < times; at += 1) {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    last = await work(at)
    took.push(performance.now() - began)
    const { user, system } = process.cpuUsage(cpu)
    computed.push((user + system) / 1000)
  }
  return { ms: middle(took), first: took[0] ?? 0, cpuMs: middle(computed), last: last as T }
}

const middle = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

export function rowOf(
  what: string,
  { ms, first, cpuMs, last }: Timed<unknown>,
  targetMs: number,
  detail: Record<string, unknown> = {},
): Row {
  return {
    what,
    reached: `${whole(ms)} ms (${whole(cpuMs)} ms of CPU)`,
    target: `${whole(targetMs)} ms`,
    isReached: ms <= targetMs,
    detail: { ms, first, cpuMs, ...(Array.isArray(last) ? {} : { last }), ...detail },
  }
}

export async function measureAudience(people: number, now: Date, say: Say): Promise<Row[]> {
  const scope: Scope = { brands: [BRAND], stores: [], now, zone: 'Asia/Shanghai', candidates: null }
  const rows: Row[] = []
  const add = (row: Row) => {
    rows.push(row)
    say(`${row.what}: ${row.reached}`)
  }
  // Kept data may hold sets of an earlier run: the first answers are computed.
  await forgetStoredSets()
  const raw = await timed(() => countPeople(attributesAndTags, scope), 3)
  add(rowOf('3 attributes + 2 tags, exact, raw', raw, 3000))
  const estimate = await timed(() => estimatePeople(attributesAndTags, scope))
  add(rowOf('3 attributes + 2 tags, estimate', estimate, 300, { error: estimate.last.count - raw.last.count }))
  const spentRaw = await timed(() => countPeople(withSpending, scope), 3)
  add(rowOf('with a sum over 90 days of tracks, exact, raw', spentRaw, 3000))
  const spentEstimate = await timed(() => estimatePeople(withSpending, scope))
  add(
    rowOf('with a sum over 90 days, estimate', spentEstimate, 300, {
      error: spentEstimate.last.count - spentRaw.last.count,
    }),
  )

  const one = await timed(at => selectAmong(withSpending, scope, [1 + ((at * 7919) % people)]), 15)
  add(rowOf('isIn of one subject', one, 20))
  const some = await timed(
    at =>
      selectAmong(
        withSpending,
        scope,
        Array.from({ length: 500 }, (_, n) => 1 + ((n * 104_729 + at * 31) % people)),
      ),
    7,
  )
  add(rowOf('isIn of 500 subjects', some, 100, { inside: some.last.length }))

  await build([attributesAndTags, tagsOnly, withSpending], scope, say)
  const stored = await timed(() => countPeople(attributesAndTags, scope))
  same(stored.last.count, raw.last.count)
  add(rowOf('3 attributes + 2 tags, exact, stored', stored, 1000))
  const tags = await timed(() => countPeople(tagsOnly, scope))
  add(rowOf('tags only, stored', tags, 300))
  const spent = await timed(() => countPeople(withSpending, scope))
  same(spent.last.count, spentRaw.last.count)
  add(rowOf('with a sum over 90 days, exact, stored', spent, 1000))
  const shape = shapeOf(withMoreSpending)
  const built = await timed(() => buildValues(shape, scope), 1)
  say(`stored values of the sum: ${whole(built.last)} in ${whole(built.ms)} ms`)
  const more = await timed(() => countPeople(withMoreSpending, scope))
  add(rowOf('the same sum with another limit, from stored values', more, 1000))
  if (people <= SEGMENTS_PEOPLE_MAX) await measureSegments(people, now, add, say)
  if (people <= 1_000_000 && process.env.BENCH_MARIADB !== '0') {
    const began = performance.now()
    const [ids] = await selectByMany([withSpending], scope)
    const buildMs = performance.now() - began
    const counted = await timed(() => countPeople(withSpending, scope), 3)
    for (const row of await askMariadb(now, ids?.length ?? 0, { countMs: counted.ms, buildMs }, say)) add(row)
  }
  return rows
}

async function build(rules: readonly Rule[], scope: Scope, say: Say): Promise<void> {
  const parts = [...storableIn(rules, scope).values()]
  // The population first: the others are limited to it.
  for (const rule of [EVERYBODY, ...parts.filter(part => conditionsOf(part).length > 0)]) {
    const began = performance.now()
    const count = await buildSet(rule, scope)
    say(`stored ${JSON.stringify(rule).slice(0, 60)}: ${whole(count)} people in ${whole(performance.now() - began)} ms`)
  }
}

function same(a: number, b: number): void {
  if (a !== b) throw new Error(`two ways of counting differ: ${a} and ${b}`)
}
