import { bulkInsert, type Ctx, clickhouse, run, sql, transaction } from '../core/index.ts'
import { memberSets, partOf } from './member-sets.ts'
import { type SegmentRow, storesOfSegment } from './segment.ts'

/** Ids of a list are kept this many together. */
const LIST_ROWS = 100_000

/**
 * Fills a segment from others in one query, so that all of them are read at the same instant; then keeps the list where nothing is lost. For a segment
 * without builds only: members that a dead process left are written again.
 */
export async function fillFromSets(
  ctx: Ctx,
  segment: SegmentRow,
  { inside, match, outside }: { inside: number[]; match: 'all' | 'any'; outside: number[] },
): Promise<void> {
  const own = storesOfSegment(segment)
  const scope: Ctx = own ? { ...ctx, actor: { ...ctx.actor, type: 'operator' }, storeIds: own } : ctx
  const { columns, params } = memberSets(scope, [...inside, ...outside])
  const name = (_: number, at: number) => `s${at}`
  const part = partOf(
    inside.map(name),
    match,
    outside.map((_, at) => `s${inside.length + at}`),
  )
  await clickhouse.command('DELETE FROM segment_members WHERE segment_id = {id:UInt32}', { id: segment.id })
  await clickhouse.command(
    `INSERT INTO segment_members (segment_id, person_id, is_in, version, at)
      SELECT {id:UInt32}, arrayJoin(bitmapToArray(${part})), 1, 1, {at:DateTime64(3)} FROM (SELECT ${columns})`,
    { ...params, id: segment.id, at: ctx.now },
    { lane: 'build' },
  )
  await transaction(async () => {
    await keepPages(segment.id, storedPages(segment.id), ctx.now)
    await run(sql`UPDATE segments SET taken_at = ${ctx.now} WHERE id = ${segment.id}`)
  })
}

/** A static list is kept in pages: its truth, from which members are written again when ClickHouse is lost. In a transaction: all of it, or nothing. */
export async function keepPages(segmentId: number, pages: AsyncIterable<number[]>, at: Date): Promise<number> {
  let count = 0
  for await (const entered of pages) {
    count += entered.length
    await bulkInsert('segment_builds', [
      {
        segmentId,
        isFirst: true,
        enteredCount: entered.length,
        leftCount: 0,
        tookMs: 0,
        at,
        status: 'announced',
        changes: { entered, left: [] },
      },
    ])
  }
  return count
}

async function* storedPages(segmentId: number): AsyncGenerator<number[]> {
  for (let after = 0; ; ) {
    const page = await clickhouse.query<{ person_id: number }>(
      'SELECT DISTINCT person_id FROM segment_members WHERE segment_id = {id:UInt32} AND person_id > {after:UInt32} ORDER BY person_id LIMIT {limit:UInt32}',
      { id: segmentId, after, limit: LIST_ROWS },
      { lane: 'build' },
    )
    if (page.length > 0) yield page.map(one => one.person_id)
    if (page.length < LIST_ROWS) return
    after = (page.at(-1) as { person_id: number }).person_id
  }
}
