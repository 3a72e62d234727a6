import { type Ctx, clickhouse, rows, sql } from '../core/index.ts'
import { mustUseSegment, usableSegments } from './segment.ts'

const STORED = `SELECT segment_id, person_id FROM segment_members`
const SEGMENTS_MAX = 500
/** The most that a list looks through when it filters a segment further. */
const MEMBERS_MAX = 20_000

/** The segments a person stands in as of their last refresh, in the caller's brands, by name. */
export async function segmentsOf(ctx: Ctx, personId: number): Promise<{ id: number; name: string }[]> {
  const stored = await clickhouse.query<{ segment_id: number }>(
    `${STORED} WHERE person_id = {person:UInt32} GROUP BY segment_id, person_id HAVING argMax(is_in, version) = 1 LIMIT ${SEGMENTS_MAX}`,
    { person: personId },
  )
  if (stored.length === 0) return []
  const found = await rows<{ id: number; name: string }>(
    sql`SELECT id, name FROM segments WHERE id IN (${stored.map(one => one.segment_id)}) AND ${usableSegments(ctx)} ORDER BY name`,
  )
  return found.map(row => ({ id: Number(row.id), name: row.name }))
}

/** Members of a segment as of its last refresh, the lowest ids first, at most 20,000. Throws thing.notFound for another brand's. */
export async function personIdsOfSegment(ctx: Ctx, segmentId: number): Promise<number[]> {
  await mustUseSegment(ctx, segmentId)
  const stored = await clickhouse.query<{ person_id: number }>(
    `${STORED} WHERE segment_id = {id:UInt32} GROUP BY segment_id, person_id HAVING argMax(is_in, version) = 1 ORDER BY person_id LIMIT {limit:UInt32}`,
    { id: segmentId, limit: MEMBERS_MAX },
  )
  return stored.map(one => one.person_id)
}
