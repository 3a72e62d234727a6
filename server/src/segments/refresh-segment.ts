import { setTimeout as sleep } from 'node:timers/promises'
import type { Rule } from '@banyan/shared'
import { z } from 'zod'
import {
  addMs,
  addSeconds,
  type Ctx,
  clickhouse,
  insertOne,
  now,
  publishMany,
  Refusal,
  RetryLater,
  row,
  rows,
  run,
  sql,
  systemCtx,
  task,
  transaction,
} from '../core/index.ts'
import { differenceTo, nextChangeOfRule, type Scope, scopeOf, selectPeople, storeEverybody } from '../selection/index.ts'
import { segmentEntered, segmentLeft } from './events.ts'
import { resolveRule, resolveSegment } from './resolve-rule.ts'
import { ruleOfRow, type SegmentRow } from './segment.ts'

/** Differences are computed, announced and stored this many people at a time. */
const CHANGES_AT_ONCE = 100_000
const PEOPLE_PER_EVENT = 500
const LEASE_SECONDS = 900
const WAIT_MS = 20_000

export const refreshTask = task(
  'segments.refresh',
  z.object({ segmentId: z.int() }),
  (_ctx, { segmentId }) => refreshSegment(segmentId, null),
  { lane: 'bulk' },
)

/**
 * Brings stored members up to date: all of them, or only `people`. What changed is announced once, in the transaction that records the
 * build, and then written to ClickHouse under the build's version; a crash between the two is made good before the next difference is computed.
 */
export async function refreshSegment(segmentId: number, people: readonly number[] | null): Promise<void> {
  await withLease(segmentId, async () => {
    const segment = await row<SegmentRow>(sql`SELECT * FROM segments WHERE id = ${segmentId} AND removed_at IS NULL`)
    if (!segment) return
    await storePending(segment)
    try {
      if (segment.kind === 'static') await buildStatic(segment)
      else if (segment.is_built === 0) await buildFirst(segment)
      else await buildDifference(segment, people)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      // A rule that can no longer be computed (a tag is gone, it takes too long) is for people to mend.
      await run(sql`UPDATE segments SET status = 'failed', failure = ${error.code}, recheck_at = NULL WHERE id = ${segmentId}`)
    }
  })
}

async function buildDifference(segment: SegmentRow, people: readonly number[] | null): Promise<void> {
  const ctx = ctxOf(segment)
  const { rule } = await resolveSegment(ctx, segment)
  const scope: Scope = { ...scopeOf(ctx, segment.brand_id), candidates: people }
  const began = Date.now()
  let count = segment.count ?? 0
  for (;;) {
    const { entered, left, count: size } = await differenceTo(segment.id, rule, scope, CHANGES_AT_ONCE)
    count = people ? count + entered.length - left.length : size
    if (entered.length > 0 || left.length > 0) await announce(ctx, segment, { entered, left, tookMs: Date.now() - began })
    if (entered.length < CHANGES_AT_ONCE && left.length < CHANGES_AT_ONCE) break
  }
  await finish(segment, rule, scope, { count, tookMs: people ? segment.took_ms : Date.now() - began })
}

async function buildFirst(segment: SegmentRow): Promise<void> {
  const ctx = ctxOf(segment)
  const { rule } = await resolveSegment(ctx, segment)
  const scope = scopeOf(ctx, segment.brand_id)
  const began = Date.now()
  const known = await row<{ id: number }>(
    sql`SELECT id FROM segment_builds WHERE segment_id = ${segment.id} AND is_first = ${true} AND status = 'announced'`,
  )
  const buildId =
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
  // A first build that died may have left some: they were never announced.
  if (known) await clickhouse.command('DELETE FROM segment_members WHERE segment_id = {id:UInt32}', { id: segment.id })
  const count = await storeEverybody(segment.id, buildId, rule, scope)
  await transaction(async () => {
    const tookMs = Date.now() - began
    await run(
      sql`UPDATE segment_builds SET status = 'stored', entered_count = ${count}, took_ms = ${tookMs} WHERE id = ${buildId}`,
    )
    await run(sql`UPDATE segments SET is_built = ${true} WHERE id = ${segment.id}`)
    await publishMany(ctx, segmentEntered, [
      { payload: { segmentId: segment.id, buildId, personIds: [], isFirst: true, count }, subject: `segment:${segment.id}` },
    ])
  })
  await finish(segment, rule, scope, { count, tookMs: Date.now() - began })
}

/** A static segment is filled once: from its list, which is already a build, or from a rule as it is now. */
async function buildStatic(segment: SegmentRow): Promise<void> {
  if (segment.is_built === 1) return
  const ctx = ctxOf(segment)
  const source = ruleOfRow(segment)
  const began = Date.now()
  if (source) {
    const { rule } = await resolveRule(ctx, source)
    const ids: number[] = []
    for await (const page of selectPeople(rule, scopeOf(ctx, segment.brand_id))) ids.push(...page)
    await insertOne('segment_builds', {
      segmentId: segment.id,
      isFirst: true,
      enteredCount: ids.length,
      leftCount: 0,
      tookMs: Date.now() - began,
      at: now(),
      status: 'announced',
      changes: { entered: ids, left: [] },
    })
    await storePending(segment)
  }
  const built = await row<{ n: number }>(sql`SELECT SUM(entered_count) AS n FROM segment_builds WHERE segment_id = ${segment.id}`)
  await run(
    sql`UPDATE segments SET is_built = ${true}, status = 'ready', failure = NULL, count = ${Number(built?.n ?? 0)}, took_ms = ${Date.now() - began}, refreshed_at = ${now()} WHERE id = ${segment.id}`,
  )
}

/** The build, its events and the new count are one transaction; ClickHouse follows under the build's version. */
async function announce(
  ctx: Ctx,
  segment: SegmentRow,
  { entered, left, tookMs }: { entered: number[]; left: number[]; tookMs: number },
): Promise<void> {
  const at = now()
  const buildId = await transaction(async () => {
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
    return id
  })
  await storeChanges(segment.id, buildId, at, { entered, left })
}

/** Builds that were announced and, because a process died, not stored. */
async function storePending(segment: SegmentRow): Promise<void> {
  const pending = await rows<{ id: number; at: Date; changes: string }>(
    sql`SELECT id, at, changes FROM segment_builds WHERE status = 'announced' AND segment_id = ${segment.id} AND changes IS NOT NULL ORDER BY id`,
  )
  for (const build of pending) await storeChanges(segment.id, build.id, build.at, JSON.parse(build.changes))
}

async function storeChanges(
  segmentId: number,
  version: number,
  at: Date,
  { entered, left }: { entered: number[]; left: number[] },
): Promise<void> {
  const asRow = (person_id: number, is_in: 0 | 1) => ({ segment_id: segmentId, person_id, is_in, version, at: at.toISOString() })
  for (const some of inParts(entered, 50_000))
    await clickhouse.insert(
      'segment_members',
      some.map(id => asRow(id, 1)),
    )
  for (const some of inParts(left, 50_000))
    await clickhouse.insert(
      'segment_members',
      some.map(id => asRow(id, 0)),
    )
  await run(sql`UPDATE segment_builds SET status = 'stored' WHERE id = ${version}`)
}

async function finish(
  segment: SegmentRow,
  rule: Rule,
  scope: Scope,
  { count, tookMs }: { count: number; tookMs: number | null },
): Promise<void> {
  const next = segment.is_time_dependent === 1 ? await nextChangeOfRule(rule, scope) : null
  // After a part only: the others' next instant still stands.
  const recheckAt = scope.candidates && segment.recheck_at && (!next || segment.recheck_at < next) ? segment.recheck_at : next
  await run(
    sql`UPDATE segments SET status = 'ready', failure = NULL, count = ${count}, took_ms = ${tookMs}, refreshed_at = ${scope.now}, recheck_at = ${recheckAt} WHERE id = ${segment.id}`,
  )
}

/** One build of a segment at a time, over all processes. Throws RetryLater when it stays busy. */
async function withLease(segmentId: number, work: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + WAIT_MS
  let until = addSeconds(now(), LEASE_SECONDS)
  while (
    (await run(
      sql`UPDATE segments SET leased_until = ${until} WHERE id = ${segmentId} AND (leased_until IS NULL OR leased_until < ${now()})`,
    )) === 0
  ) {
    if (!(await row(sql`SELECT id FROM segments WHERE id = ${segmentId}`))) return
    if (Date.now() > giveUpAt) throw new RetryLater(`segment ${segmentId} is being built`, 5_000)
    await sleep(50)
    until = addMs(now(), LEASE_SECONDS * 1000)
  }
  try {
    await work()
  } finally {
    await run(sql`UPDATE segments SET leased_until = NULL WHERE id = ${segmentId} AND leased_until = ${until}`)
  }
}

function ctxOf(segment: SegmentRow): Ctx {
  return systemCtx({ brandId: segment.brand_id, name: 'segments' })
}

function inParts(list: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}
