import type { InputOf, segments } from '@banyan/shared'
import { addDays, type Ctx, dayIn, insertIgnore, rows, run, type Sql, shiftDay, sql, storeScope } from '../core/index.ts'
import { type SegmentRow, segmentOfId, storesOfSegment } from './segment.ts'

type Segments = typeof segments

/** Sizes of days are kept this long. */
const KEPT_DAYS = 3 * 366

/** How many a segment has after a refresh: the latest of a day is that day's size. */
export function noteSize(segmentId: number, count: number, at: Date): Promise<void> {
  return onDay(segmentId, at, sql`count = ${count}, at = ${at}`, count)
}

/** Whom a refresh brought and took; in the transaction that records the build. `before`: how many there were. */
export function noteMoves(
  segmentId: number,
  { entered, left, before }: { entered: number; left: number; before: number },
  at: Date,
): Promise<void> {
  const change = sql`entered_count = entered_count + ${entered}, left_count = left_count + ${left}`
  return onDay(segmentId, at, change, before)
}

async function onDay(segmentId: number, at: Date, change: Sql, count: number): Promise<void> {
  const day = dayIn(at)
  const update = sql`UPDATE segment_days SET ${change} WHERE segment_id = ${segmentId} AND day = ${day}`
  if ((await run(update)) > 0) return
  await insertIgnore('segment_days', { segmentId, day, count, at, enteredCount: 0, leftCount: 0 })
  await run(update)
}

/**
 * The size of a segment at the end of each of the latest days, today's as it is now, from the day on which it was made. A day on which nothing was
 * computed has no size: it is said, not guessed. The numbers are of everybody, so an operator of single stores sees those of segments limited to his stores only.
 */
export async function segmentTrend(ctx: Ctx, { segmentId, days }: InputOf<Segments['segments.trend']>) {
  const segment = await segmentOfId(ctx, segmentId)
  const to = dayIn(ctx.now)
  const [, from = to] = [dayIn(segment.created_at), shiftDay(to, 1 - days)].sort()
  if (!isAllHis(ctx, segment)) return { isWithheld: true, from, to, days: [] }
  const kept = await rows<{ day: string; count: number; entered_count: number; left_count: number; at: Date }>(
    sql`SELECT day, count, entered_count, left_count, at FROM segment_days WHERE segment_id = ${segmentId} AND day >= ${from} ORDER BY day`,
  )
  const byDay = new Map(kept.map(one => [one.day, one]))
  const list = []
  for (let day = from; day <= to; day = shiftDay(day, 1)) {
    const one = byDay.get(day)
    list.push({
      day,
      count: one?.count ?? null,
      enteredCount: one?.entered_count ?? 0,
      leftCount: one?.left_count ?? 0,
      at: one?.at ?? null,
    })
  }
  return { isWithheld: false, from, to, days: list }
}

function isAllHis(ctx: Ctx, segment: SegmentRow): boolean {
  const [his, own] = [storeScope(ctx), storesOfSegment(segment)]
  return his === null || (own !== null && own.every(store => his.includes(store)))
}

/** Days that are long past, and those of segments that are gone. */
export async function removeOldDays(ctx: Ctx): Promise<void> {
  await run(
    sql`DELETE FROM segment_days WHERE day < ${dayIn(addDays(ctx.now, -KEPT_DAYS))} OR segment_id IN (SELECT id FROM segments WHERE removed_at IS NOT NULL)`,
  )
}
