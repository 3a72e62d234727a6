import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { addMs, addSeconds, now, Refusal, RetryLater, row, rows, run, sql, task } from '../core/index.ts'
import { buildDifferences, buildFirst, buildStatic, ctxOf, type Ready, type RefreshOf, storePending } from './build-segments.ts'
import { asking, resolveSegment } from './resolve-rule.ts'
import { type SegmentRow, scopeOfSegment } from './segment.ts'

const LEASE_SECONDS = 900
const WAIT_MS = 20_000
/** Segments asked in one query: their bitmaps stand in memory together. */
const TOGETHER_MAX = 50
/** A cancelled refresh is tried again after this. */
const AGAIN_MS = 10 * 60_000

export const refreshTask = task(
  'segments.refresh',
  z.object({ segmentId: z.int() }),
  (_ctx, { segmentId }) => refreshSegments([segmentId], 'everybody'),
  { lane: 'bulk' },
)

/** Segments whose instant has come: whoever time alone may have moved is asked about. */
export const recheckTask = task(
  'segments.recheck',
  z.object({ segmentIds: z.array(z.int()) }),
  (_ctx, { segmentIds }) => refreshSegments(segmentIds, 'moved'),
  { lane: 'bulk' },
)

export const refreshSegment = (segmentId: number, people: readonly number[] | null) =>
  refreshSegments([segmentId], people ?? 'everybody')

/** Brings stored members up to date. Segments of one brand and the same stores are computed in one query, conditions that they share once. */
export async function refreshSegments(ids: readonly number[], of: RefreshOf): Promise<void> {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  for (let from = 0; from < sorted.length; from += TOGETHER_MAX) {
    const some = sorted.slice(from, from + TOGETHER_MAX)
    await withLeases(some, async () => {
      const segments = await rows<SegmentRow>(
        sql`SELECT * FROM segments WHERE id IN (${some}) AND removed_at IS NULL ORDER BY id`,
      )
      const open: SegmentRow[] = []
      for (const segment of segments) {
        await storePending(segment)
        if (segment.cancelled_at) await settleCancelled(segment)
        else if (segment.kind === 'static') await guarded([segment], () => buildStatic(segment), of)
        else open.push(segment)
      }
      await refreshTogether(open, of)
    })
  }
}

async function refreshTogether(segments: readonly SegmentRow[], of: RefreshOf): Promise<void> {
  for (const group of groupsOf(segments)) {
    const build = async () => {
      const list: Ready[] = []
      let scope = scopeOfSegment(ctxOf(group[0] as SegmentRow), group[0] as SegmentRow)
      for (const segment of group) {
        const resolved = await resolveSegment(ctxOf(segment), segment)
        list.push({ segment, rule: resolved.rule })
        scope = asking(scope, resolved)
      }
      const [built, fresh] = [list.filter(one => one.segment.is_built === 1), list.filter(one => one.segment.is_built === 0)]
      if (fresh.length > 0) await buildFirst(fresh, scope)
      if (built.length > 0) await buildDifferences(built, scope, of)
    }
    await guarded(group, build, of)
  }
}

/** What goes wrong with one of several is found by asking one by one. */
async function guarded(group: readonly SegmentRow[], build: () => Promise<void>, of: RefreshOf): Promise<void> {
  try {
    await build()
  } catch (error) {
    const isCancelled = (error as { type?: string }).type === 'QUERY_WAS_CANCELLED'
    if (!isCancelled && !(error instanceof Refusal)) throw error
    const [one] = group
    if (group.length > 1) {
      const again = await rows<SegmentRow>(
        sql`SELECT * FROM segments WHERE id IN (${group.map(segment => segment.id)}) ORDER BY id`,
      )
      for (const segment of again) {
        if (segment.cancelled_at) await settleCancelled(segment)
        else await refreshTogether([segment], of)
      }
    } else if (one && isCancelled) {
      const segment = await row<SegmentRow>(sql`SELECT * FROM segments WHERE id = ${one.id}`)
      // Ended by somebody else's hand, for example the server going down: that is no decision about this segment.
      if (!segment?.cancelled_at) throw error
      await settleCancelled(segment)
    }
    // A rule that can no longer be computed (a tag is gone, it takes too long) is for people to mend.
    else if (one)
      await run(
        sql`UPDATE segments SET status = 'failed', failure = ${(error as Refusal).code}, recheck_at = NULL WHERE id = ${one.id}`,
      )
  }
}

/** One that was built keeps its members and is looked at again later; one that never was stays cancelled until somebody asks. */
async function settleCancelled(segment: SegmentRow): Promise<void> {
  const isBuilt = segment.is_built === 1
  await run(
    sql`UPDATE segments SET status = ${isBuilt ? 'ready' : 'failed'}, failure = 'segment.cancelled', cancelled_at = ${isBuilt ? null : segment.cancelled_at},
      recheck_at = ${isBuilt && segment.is_time_dependent === 1 ? addMs(now(), AGAIN_MS) : null} WHERE id = ${segment.id}`,
  )
}

/** Segments with the same scope. */
function groupsOf(segments: readonly SegmentRow[]): SegmentRow[][] {
  const groups = new Map<string, SegmentRow[]>()
  for (const segment of segments) {
    const key = `${segment.brand_id}:${segment.type_id}:${segment.store_ids ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), segment])
  }
  return [...groups.values()]
}

/** One build of a segment at a time, over all processes; in id order, so that two never wait for each other. Throws RetryLater when one stays busy. */
async function withLeases(ids: readonly number[], work: () => Promise<void>): Promise<void> {
  const held: { id: number; until: Date }[] = []
  try {
    for (const id of ids) {
      const until = await leased(id)
      if (until) held.push({ id, until })
    }
    await work()
  } finally {
    for (const { id, until } of held)
      await run(sql`UPDATE segments SET leased_until = NULL WHERE id = ${id} AND leased_until = ${until}`)
  }
}

async function leased(segmentId: number): Promise<Date | null> {
  const giveUpAt = Date.now() + WAIT_MS
  for (;;) {
    const until = addSeconds(now(), LEASE_SECONDS)
    const taken = await run(
      sql`UPDATE segments SET leased_until = ${until} WHERE id = ${segmentId} AND (leased_until IS NULL OR leased_until < ${now()})`,
    )
    if (taken > 0) return until
    if (!(await row(sql`SELECT id FROM segments WHERE id = ${segmentId}`))) return null
    if (Date.now() > giveUpAt) throw new RetryLater(`segment ${segmentId} is being built`, 5_000)
    await sleep(50)
  }
}
