import { type Ctx, clickhouse, rows, sql, storeScope } from '../core/index.ts'
import { ofStoresSql } from '../selection/index.ts'
import { mustUseSegment, usableSegments } from './segment.ts'

const STORED = `SELECT segment_id, person_id FROM segment_members`
const SEGMENTS_MAX = 500
/** The most that a list looks through when it filters a segment further. */
const MEMBERS_MAX = 20_000

/** The stored members of segments, one row each with `segment_id`, `person_id` and `at`: those whom the caller may see. */
export function membersSql(ctx: Ctx, segmentIds: readonly number[]): { sql: string; params: Record<string, unknown> } {
  const mine = ofStoresSql(ctx)
  return {
    sql: `SELECT segment_id, person_id, argMax(at, version) AS at FROM segment_members WHERE segment_id IN {segments:Array(UInt32)}${mine.sql} GROUP BY segment_id, person_id HAVING argMax(is_in, version) = 1`,
    params: { segments: segmentIds, ...mine.params },
  }
}

/** How many members segments hold for an operator of single stores; null for everybody else, who sees what the segment says of itself. */
export async function countsSeen(ctx: Ctx, segmentIds: readonly number[]): Promise<Map<number, number> | null> {
  if (storeScope(ctx) === null) return null
  if (segmentIds.length === 0) return new Map()
  const { sql: members, params } = membersSql(ctx, segmentIds)
  const found = await clickhouse.query<{ segment_id: number; n: number }>(
    `SELECT segment_id, count() AS n FROM (${members}) GROUP BY segment_id`,
    params,
  )
  return new Map(found.map(row => [row.segment_id, row.n]))
}

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
  const { sql: members, params } = membersSql(ctx, [segmentId])
  const stored = await clickhouse.query<{ person_id: number }>(
    `SELECT person_id FROM (${members}) ORDER BY person_id LIMIT {limit:UInt32}`,
    { ...params, limit: MEMBERS_MAX },
  )
  return stored.map(one => one.person_id)
}
