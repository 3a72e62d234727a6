import { type InputOf, type Rule, Rule as RuleShape, type SegmentSource, type segments } from '@banyan/shared'
import {
  afterCommit,
  bulkInsert,
  type Ctx,
  clickhouse,
  enqueue,
  insertOne,
  mustSeeBrand,
  orderSql,
  publish,
  refused,
  row,
  rows,
  run,
  sql,
  storeScope,
} from '../core/index.ts'
import { canonicalIds, visiblePeople } from '../identity/index.ts'
import { isTimeDependent, mustFit, scopeOf, storeFact } from '../selection/index.ts'
import { markOf } from './build-segments.ts'
import { segmentRuleChanged } from './events.ts'
import { mustBeFree } from './new-segment.ts'
import { countsSeen } from './read-membership.ts'
import { refreshTask } from './refresh-segment.ts'
import { asking, type Resolved, resolveRule } from './resolve-rule.ts'
import {
  findSegments,
  mustOwnSegment,
  ruleOfRow,
  type SegmentRow,
  segmentFacts,
  segmentNames,
  segmentOfId,
  sourceOfRow,
  storesOfSegment,
  visibleSegments,
} from './segment.ts'
import { othersUsing } from './segment-uses.ts'

type Segments = typeof segments

const SORTS = {
  name: 'name',
  count: 'segments.count',
  refreshedAt: 'refreshed_at',
  updatedAt: 'updated_at',
  createdAt: 'created_at',
}

/** The newest first unless told otherwise. By count, an operator of single stores is ordered by what the segments hold of everybody. */
export async function listSegments(ctx: Ctx, { page, pageSize, search, sort, kind, typeId }: InputOf<Segments['segments.list']>) {
  const where = sql.and([
    visibleSegments(ctx),
    ...(search ? [sql`LOWER(name) LIKE ${`%${search.toLowerCase()}%`}`] : []),
    ...(kind ? [sql`kind = ${kind}`] : []),
    ...(typeId === undefined ? [] : [sql`type_id = ${typeId ?? 0}`]),
  ])
  const found = await rows<SegmentRow>(
    sql`SELECT * FROM segments WHERE ${where} ORDER BY ${orderSql(sort, SORTS, '-createdAt')}, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM segments WHERE ${where}`)
  const counts = await countsSeen(
    ctx,
    found.map(one => one.id),
  )
  return { items: found.map(one => seenAs(counts, one)), total: Number(counted?.n ?? 0) }
}

/** The segment with as many people as the caller sees of it. */
function seenAs(counts: Map<number, number> | null, segment: SegmentRow) {
  const facts = segmentFacts(segment)
  return counts && facts.count !== null ? { ...facts, count: counts.get(segment.id) ?? 0 } : facts
}

async function segmentSeen(ctx: Ctx, segmentId: number) {
  return seenAs(await countsSeen(ctx, [segmentId]), await segmentOfId(ctx, segmentId))
}

const BUILDS_SHOWN = 20

export async function getSegment(ctx: Ctx, { segmentId }: { segmentId: number }) {
  const segment = await segmentOfId(ctx, segmentId)
  const builds = await rows<{
    id: number
    at: Date
    is_first: number
    entered_count: number
    left_count: number
    took_ms: number
  }>(
    sql`SELECT id, at, is_first, entered_count, left_count, took_ms FROM segment_builds WHERE segment_id = ${segmentId} ORDER BY id DESC LIMIT ${BUILDS_SHOWN}`,
  )
  const counts = await countsSeen(ctx, [segmentId])
  return {
    ...seenAs(counts, segment),
    rule: segment.kind === 'static' ? null : ruleOfRow(segment),
    // how many came and went is of everybody
    builds: (counts && storesOfSegment(segment) === null ? [] : builds).map(build => ({
      id: build.id,
      at: build.at,
      isFirst: build.is_first === 1,
      enteredCount: build.entered_count,
      leftCount: build.left_count,
      tookMs: build.took_ms,
    })),
    usedBy: await usersOf(segment),
    sourceNames: await namesOfSource(segment),
  }
}

export async function createSegment(ctx: Ctx, input: InputOf<Segments['segments.create']>) {
  mustSeeBrand(ctx, ctx.brandId)
  await mustBeFree(ctx, input.name, null)
  const rule =
    input.kind === 'dynamic'
      ? input.rule
      : (input.rule ??
        (input.fromSegmentId ? ({ kind: 'segment', segmentId: input.fromSegmentId, isIn: true } satisfies Rule) : null))
  const people = input.kind === 'static' && !rule ? await peopleOfList(ctx, input.personIds ?? []) : null
  if (!rule && people?.length === 0) throw refused('segment.emptyList', { field: 'personIds' })
  const resolved = rule ? await resolveRule(ctx, rule, null, input.typeId) : null
  const id = await insertOne('segments', {
    brandId: ctx.brandId,
    name: input.name,
    description: input.description,
    kind: input.kind,
    typeId: input.typeId ?? 0,
    rule: rule ? RuleShape.encode(rule) : null,
    source: input.kind === 'static' ? sourceOf(input) : null,
    takenAt: input.kind === 'static' ? ctx.now : null,
    ...readsOf(ctx, input.kind === 'dynamic' ? resolved : null, storeScope(ctx)),
    status: 'building',
    createdBy: ctx.actor.name,
    operatorId: ctx.operatorId,
    storeIds: storeScope(ctx),
    createdAt: ctx.now,
    updatedAt: ctx.now,
  })
  if (people) {
    await bulkInsert('segment_builds', [
      {
        segmentId: id,
        isFirst: true,
        enteredCount: people.length,
        leftCount: 0,
        tookMs: 0,
        at: ctx.now,
        status: 'announced',
        changes: { entered: people, left: [] },
      },
    ])
  }
  await enqueue(ctx, refreshTask, { segmentId: id })
  return segmentSeen(ctx, id)
}

export async function updateSegment(ctx: Ctx, { segmentId, name, description, rule }: InputOf<Segments['segments.update']>) {
  const segment = await segmentOfId(ctx, segmentId)
  mustOwnSegment(ctx, segment)
  if (rule && segment.kind === 'static') throw refused('segment.isStatic', { field: 'rule' })
  if (name !== undefined) await mustBeFree(ctx, name, segmentId)
  await run(
    sql`UPDATE segments SET name = ${name ?? segment.name}, description = ${description ?? segment.description}, updated_at = ${ctx.now} WHERE id = ${segmentId}`,
  )
  if (rule) {
    await writeRule(ctx, segment, rule)
    await refreshUsers(ctx, segment)
  }
  return segmentSeen(ctx, segmentId)
}

export async function removeSegment(ctx: Ctx, { segmentId }: { segmentId: number }) {
  const segment = await segmentOfId(ctx, segmentId)
  mustOwnSegment(ctx, segment)
  const users = [...(await usersOf(segment)), ...(await othersUsing(ctx, segmentId))]
  if (users.length > 0) throw refused('segment.inUse', { segments: users })
  await run(sql`UPDATE segments SET removed_at = ${ctx.now}, recheck_at = NULL WHERE id = ${segmentId}`)
  return { isDone: true as const }
}

export async function requestRefresh(ctx: Ctx, { segmentId }: { segmentId: number }) {
  const segment = await segmentOfId(ctx, segmentId)
  mustOwnSegment(ctx, segment)
  if (segment.kind === 'static') throw refused('segment.isStatic')
  await startRefresh(ctx, segmentId)
  return segmentSeen(ctx, segmentId)
}

/** Stops a build for good: one that waits does not begin, one that computes is ended in ClickHouse. Members stay as they were. */
export async function cancelBuild(ctx: Ctx, { segmentId }: { segmentId: number }) {
  const segment = await segmentOfId(ctx, segmentId)
  mustOwnSegment(ctx, segment)
  if (segment.status !== 'building') throw refused('segment.notBuilding')
  await run(sql`UPDATE segments SET cancelled_at = ${ctx.now} WHERE id = ${segmentId}`)
  afterCommit(() => clickhouse.cancel(markOf(segmentId)))
  return segmentSeen(ctx, segmentId)
}

function sourceOf({ rule, fromSegmentId }: { rule?: Rule; fromSegmentId?: number }): SegmentSource {
  if (rule) return { of: 'rule' }
  return fromSegmentId ? { of: 'segment', segmentId: fromSegmentId } : { of: 'people' }
}

async function startRefresh(ctx: Ctx, segmentId: number): Promise<void> {
  await run(sql`UPDATE segments SET status = 'building', cancelled_at = NULL WHERE id = ${segmentId}`)
  await enqueue(ctx, refreshTask, { segmentId })
}

async function writeRule(ctx: Ctx, segment: SegmentRow, rule: Rule): Promise<void> {
  const segmentId = segment.id
  const resolved = await resolveRule(ctx, rule, segmentId, Number(segment.type_id))
  const { readsFrom, refersTo, isTimeDependent: isByTime } = readsOf(ctx, resolved, storesOfSegment(segment))
  await mustFit(ctx, `segment:${segmentId}`, resolved.reads)
  await run(
    sql`UPDATE segments SET rule = ${JSON.stringify(RuleShape.encode(rule))}, reads_from = ${JSON.stringify(readsFrom)}, refers_to = ${JSON.stringify(refersTo)}, is_time_dependent = ${isByTime} WHERE id = ${segmentId}`,
  )
  await publish(ctx, segmentRuleChanged, { segmentId }, { subject: `segment:${segmentId}` })
  await startRefresh(ctx, segmentId)
}

/** A changed rule changes every segment that refers to it, directly or through others. */
async function refreshUsers(ctx: Ctx, segment: SegmentRow): Promise<void> {
  const done = new Set([segment.id])
  const open = [segment]
  for (let next = open.pop(); next; next = open.pop()) {
    for (const user of await usersOf(next)) {
      if (done.has(user.id)) continue
      done.add(user.id)
      const [found] = await findSegments(ctx, [user.id])
      const rule = found && found.kind === 'dynamic' ? ruleOfRow(found) : null
      if (!found || !rule) continue
      open.push(found)
      await writeRule(ctx, found, rule)
    }
  }
}

function readsOf(ctx: Ctx, resolved: Resolved | null, stores: number[] | null) {
  if (!resolved) return { readsFrom: [] as string[], refersTo: [] as number[], isTimeDependent: false }
  const readsFrom = [...resolved.reads, ...(stores ?? []).map(id => `fact:${storeFact(id)}`)]
  return {
    readsFrom,
    refersTo: resolved.refersTo,
    isTimeDependent: isTimeDependent(resolved.rule, asking(scopeOf(ctx), resolved)),
  }
}

/** What the segments that a static one was taken from are called, removed ones too. */
async function namesOfSource(segment: SegmentRow): Promise<{ id: number; name: string }[]> {
  const source = sourceOfRow(segment)
  const ids = source?.of === 'sets' ? [...source.inside, ...source.outside] : source?.of === 'segment' ? [source.segmentId] : []
  return [...(await segmentNames(ids))].map(([id, name]) => ({ id: Number(id), name }))
}

async function usersOf(segment: SegmentRow): Promise<{ id: number; name: string }[]> {
  const others = await rows<{ id: number; name: string; refers_to: string }>(
    sql`SELECT id, name, refers_to FROM segments WHERE removed_at IS NULL AND kind = 'dynamic' AND refers_to <> '[]' AND id <> ${segment.id} ORDER BY id`,
  )
  return others
    .filter(other => (JSON.parse(other.refers_to) as number[]).includes(segment.id))
    .map(({ id, name }) => ({ id, name }))
}

async function peopleOfList(ctx: Ctx, ids: readonly number[]): Promise<number[]> {
  const people = [...new Set((await canonicalIds(ids)).values())]
  const visible: number[] = []
  for (let from = 0; from < people.length; from += 5_000)
    visible.push(...(await visiblePeople(ctx, people.slice(from, from + 5_000))))
  return visible.sort((a, b) => a - b)
}
