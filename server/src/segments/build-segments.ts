import type { Rule } from '@banyan/shared'
import { type Ctx, clickhouse, insertOne, now, publishMany, row, rows, run, sql, systemCtx, transaction } from '../core/index.ts'
import {
  type Asked,
  differencesTo,
  fewOf,
  freshSets,
  movedPeople,
  nextChangesOfRules,
  noteAsked,
  type Scope,
  selectPeople,
  storeEverybody,
} from '../selection/index.ts'
import { segmentEntered, segmentLeft } from './events.ts'
import { fillFromSets, keepPages } from './keep-list.ts'
import { asking, resolveRule } from './resolve-rule.ts'
import { ruleOfRow, type SegmentRow, scopeOfSegment, sourceOfRow } from './segment.ts'
import { noteMoves, noteSize } from './segment-days.ts'

/** Differences are computed, announced and stored this many people at a time. */
const CHANGES_AT_ONCE = 100_000
const PEOPLE_PER_EVENT = 500
/** Rows of members written to ClickHouse at once, about. */
const MOVES_AT_ONCE = 50_000
const PEOPLE_AT_ONCE = 50_000
/** Pages of a list that stand in memory together. */
const BUILDS_AT_ONCE = 10

/** A segment with the rule that it is computed by. */
export type Ready = { segment: SegmentRow; rule: Rule }
/** Whom to ask about: everybody, whoever time alone may have moved since it was last asked about everybody, or these. */
export type RefreshOf = 'everybody' | 'moved' | readonly number[]

/** The comment in the queries that build a segment: see `clickhouse.cancel`. */
export const markOf = (segmentId: number) => `build:${segmentId}`

/**
 * Brings built segments of one scope up to date. What changed is announced once, in the transaction that records the build, and then written to ClickHouse
 * under the build's version; a crash between the two is made good before the next difference is computed.
 */
export async function buildDifferences(list: readonly Ready[], scope: Scope, of: RefreshOf): Promise<void> {
  const began = Date.now()
  const people = of === 'everybody' ? null : await fewOf(of === 'moved' ? await movedOf(list, scope) : of, scope)
  const around: Scope = { ...scope, candidates: people }
  const counts = new Map(list.map(({ segment }) => [segment.id, segment.count ?? 0]))
  // A change of everybody's is one question, one of many people's is asked in slices.
  for (const slice of people ? inParts(people, PEOPLE_AT_ONCE) : [null])
    await announceDifferences(list, { ...around, candidates: slice }, counts, began)
  const tookMs = Date.now() - began
  if (!people) await noteLong(list, scope, tookMs)
  await finish(list, of === 'moved' ? scope : around, counts, people ? null : tookMs, !people || of === 'moved')
}

async function announceDifferences(
  list: readonly Ready[],
  scope: Scope,
  counts: Map<number, number>,
  began: number,
): Promise<void> {
  for (let open = [...list]; open.length > 0; ) {
    const asked = open.map(({ segment, rule }): Asked => ({ segmentId: segment.id, rule }))
    const differences = await differencesTo(asked, scope, CHANGES_AT_ONCE, { marks: marksOf(open) })
    const more: Ready[] = []
    const builds: Build[] = []
    try {
      for (const [at, { entered, left, count }] of differences.entries()) {
        const one = open[at] as Ready
        const { id } = one.segment
        counts.set(id, scope.candidates ? (counts.get(id) ?? 0) + entered.length - left.length : count)
        if (entered.length > 0 || left.length > 0)
          builds.push(await announce(ctxOf(one.segment), one.segment, { entered, left, tookMs: Date.now() - began }))
        if (entered.length === CHANGES_AT_ONCE || left.length === CHANGES_AT_ONCE) more.push(one)
      }
    } finally {
      // What was announced is stored, also when the next one fails: it would be announced again.
      await storeBuilds(builds)
    }
    open = more
  }
}

/** First builds of segments of one scope: their members are written inside ClickHouse, and nobody is named. */
export async function buildFirst(list: readonly Ready[], scope: Scope): Promise<void> {
  const began = Date.now()
  const builds = new Map<number, number>()
  for (const { segment } of list) builds.set(segment.id, await firstBuildOf(segment, scope))
  const asked = list.map(({ segment, rule }) => ({ segmentId: segment.id, rule, version: builds.get(segment.id) as number }))
  const stored = await storeEverybody(asked, scope, { marks: marksOf(list) })
  const tookMs = Date.now() - began
  const counts = new Map(list.map(({ segment }, at) => [segment.id, stored[at] ?? 0]))
  for (const { segment } of list) {
    const buildId = builds.get(segment.id) as number
    const count = counts.get(segment.id) ?? 0
    await transaction(async () => {
      await run(
        sql`UPDATE segment_builds SET status = 'stored', entered_count = ${count}, took_ms = ${tookMs} WHERE id = ${buildId}`,
      )
      await run(sql`UPDATE segments SET is_built = ${true} WHERE id = ${segment.id}`)
      await publishMany(ctxOf(segment), segmentEntered, [
        { payload: { segmentId: segment.id, buildId, personIds: [], isFirst: true, count }, subject: `segment:${segment.id}` },
      ])
    })
  }
  await noteLong(list, scope, tookMs)
  await finish(list, scope, counts, tookMs, true)
}

async function firstBuildOf(segment: SegmentRow, scope: Scope): Promise<number> {
  const known = await row<{ id: number }>(
    sql`SELECT id FROM segment_builds WHERE segment_id = ${segment.id} AND is_first = ${true} AND status = 'announced'`,
  )
  // A first build that died may have left some: they were never announced.
  if (known) await clickhouse.command('DELETE FROM segment_members WHERE segment_id = {id:UInt32}', { id: segment.id })
  return (
    known?.id ??
    (await insertOne('segment_builds', {
      segmentId: segment.id,
      isFirst: true,
      enteredCount: 0,
      leftCount: 0,
      tookMs: 0,
      at: scope.now,
      status: 'announced',
    }))
  )
}

/** A static segment is filled once: from its list, which is already a build, or from a rule as it is now. */
export async function buildStatic(segment: SegmentRow): Promise<void> {
  if (segment.is_built === 1) return
  const ctx = ctxOf(segment)
  const began = Date.now()
  // A list that is kept is written again as it is: what it was taken from may say something else by now.
  const known = await row(sql`SELECT id FROM segment_builds WHERE segment_id = ${segment.id} LIMIT 1`)
  if (!known) await takeStatic(ctx, segment)
  await storePending(segment)
  const built = await row<{ n: number }>(sql`SELECT SUM(entered_count) AS n FROM segment_builds WHERE segment_id = ${segment.id}`)
  const count = Number(built?.n ?? 0)
  await noteSize(segment.id, count, now())
  await run(
    sql`UPDATE segments SET is_built = ${true}, status = 'ready', failure = NULL, count = ${count}, took_ms = ${Date.now() - began}, refreshed_at = ${now()} WHERE id = ${segment.id}`,
  )
}

/** From other segments as they stand, or from a rule at the instant at which it was asked for. */
async function takeStatic(ctx: Ctx, segment: SegmentRow): Promise<void> {
  const source = sourceOfRow(segment)
  if (source?.of === 'sets') return fillFromSets(ctx, segment, source)
  const rule = ruleOfRow(segment)
  if (!rule) return
  const resolved = await resolveRule(ctx, rule, null, Number(segment.type_id))
  const at = segment.taken_at ?? ctx.now
  const scope = { ...asking(scopeOfSegment(ctx, segment), resolved), now: at }
  await transaction(() => keepPages(segment.id, selectPeople(resolved.rule, scope), at))
}

/** Who came and went by one build, which is the version under which ClickHouse has them. */
type Build = { segmentId: number; id: number; at: Date; entered: number[]; left: number[] }

/** The build, its events and the new count are one transaction; ClickHouse follows under the build's version. */
async function announce(
  ctx: Ctx,
  segment: SegmentRow,
  { entered, left, tookMs }: { entered: number[]; left: number[]; tookMs: number },
): Promise<Build> {
  const at = now()
  const id = await transaction(async () => {
    const id = await insertOne('segment_builds', {
      segmentId: segment.id,
      isFirst: false,
      enteredCount: entered.length,
      leftCount: left.length,
      tookMs,
      at,
      status: 'announced',
      changes: { entered, left },
    })
    const facts = (list: number[]) =>
      inParts(list, PEOPLE_PER_EVENT).map(personIds => ({
        payload: { segmentId: segment.id, buildId: id, personIds, isFirst: false, count: personIds.length },
        subject: `segment:${segment.id}`,
      }))
    await publishMany(ctx, segmentEntered, facts(entered))
    await publishMany(ctx, segmentLeft, facts(left))
    await noteMoves(segment.id, { entered: entered.length, left: left.length, before: segment.count ?? 0 }, at)
    return id
  })
  return { segmentId: segment.id, id, at, entered, left }
}

/** Builds that were announced and, because a process died, not stored. */
export async function storePending(segment: SegmentRow): Promise<void> {
  for (;;) {
    const pending = await rows<{ id: number; at: Date; changes: string }>(
      sql`SELECT id, at, changes FROM segment_builds WHERE status = 'announced' AND segment_id = ${segment.id} AND changes IS NOT NULL ORDER BY id LIMIT ${BUILDS_AT_ONCE}`,
    )
    await storeBuilds(
      pending.map(({ id, at, changes }) => ({
        segmentId: segment.id,
        id,
        at,
        ...(JSON.parse(changes) as Pick<Build, 'entered' | 'left'>),
      })),
    )
    if (pending.length < BUILDS_AT_ONCE) return
  }
}

/** Many small builds are one insert: each insert costs ClickHouse as much as thousands of rows. */
async function storeBuilds(builds: readonly Build[]): Promise<void> {
  if (builds.length === 0) return
  const moves = builds.flatMap(build => [
    ...inParts(build.entered, MOVES_AT_ONCE).map(personIds => ({ build, personIds, is_in: 1 })),
    ...inParts(build.left, MOVES_AT_ONCE).map(personIds => ({ build, personIds, is_in: 0 })),
  ])
  let waiting: object[] = []
  for (const { build, personIds, is_in } of moves) {
    const [version, at] = [build.id, build.at.toISOString()]
    for (const person_id of personIds) waiting.push({ segment_id: build.segmentId, person_id, is_in, version, at })
    if (waiting.length < MOVES_AT_ONCE) continue
    await clickhouse.insert('segment_members', waiting)
    waiting = []
  }
  await clickhouse.insert('segment_members', waiting)
  await run(sql`UPDATE segment_builds SET status = 'stored' WHERE id IN (${builds.map(build => build.id)})`)
}

/** Whom time may have moved since these segments were last asked about everybody; null: ask about everybody. */
async function movedOf(list: readonly Ready[], scope: Scope): Promise<number[] | null> {
  const since = list.map(({ segment }) => segment.evaluated_at)
  if (since.includes(null)) return null
  const oldest = new Date(Math.min(...since.map(at => (at as Date).getTime())))
  return movedPeople(
    list.map(({ rule }) => rule),
    scope,
    oldest,
  )
}

/** Conditions of builds that took long are worth storing. */
async function noteLong(list: readonly Ready[], scope: Scope, tookMs: number): Promise<void> {
  const rules = list.map(({ rule }) => rule)
  const [first] = list
  if (!first || tookMs < LONG_MS * list.length) return
  const { missing } = await freshSets(rules, scope, 'build')
  await noteAsked(ctxOf(first.segment), rules, scope, missing, tookMs)
}
const LONG_MS = 500

/** `tookMs` null: only some were asked about, which says nothing of the cost. */
async function finish(
  list: readonly Ready[],
  scope: Scope,
  counts: ReadonlyMap<number, number>,
  tookMs: number | null,
  isWhole: boolean,
): Promise<void> {
  const timed = list.filter(({ segment }) => segment.is_time_dependent === 1)
  const found =
    timed.length > 0
      ? await nextChangesOfRules(
          timed.map(({ rule }) => rule),
          scope,
        )
      : []
  const nextOf = new Map(timed.map(({ segment }, at) => [segment.id, found[at] ?? null]))
  for (const { segment } of list) {
    const next = nextOf.get(segment.id) ?? null
    // After a part only: the others' next instant still stands.
    const recheckAt = !isWhole && segment.recheck_at && (!next || segment.recheck_at < next) ? segment.recheck_at : next
    const count = counts.get(segment.id) ?? 0
    await noteSize(segment.id, count, scope.now)
    await run(
      sql`UPDATE segments SET status = 'ready', failure = NULL, count = ${count}, took_ms = ${tookMs === null ? segment.took_ms : Math.ceil(tookMs / list.length)},
        refreshed_at = ${scope.now}, evaluated_at = ${isWhole ? scope.now : segment.evaluated_at}, recheck_at = ${recheckAt} WHERE id = ${segment.id}`,
    )
  }
}

export function ctxOf(segment: SegmentRow): Ctx {
  return systemCtx({ brandId: segment.brand_id, name: 'segments' })
}

const marksOf = (list: readonly Ready[]): string[] => list.map(({ segment }) => markOf(segment.id))

function inParts(list: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}
