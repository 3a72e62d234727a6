import { type Ctx, canSeeBrand, notFound, rows, sql } from '../core/index.ts'
import { audienceOf as peopleOfSegment } from '../segments/index.ts'

/** One place where messaging asks segments. Pages are cut so that every question about them is one statement. */
const PEOPLE_AT_ONCE = 1000

/** The people of a segment at `ctx.now`, in batches. */
export async function* audienceOf(ctx: Ctx, segmentId: number): AsyncGenerator<number[]> {
  for await (const page of peopleOfSegment(ctx, { segmentId })) {
    for (let from = 0; from < page.length; from += PEOPLE_AT_ONCE) yield page.slice(from, from + PEOPLE_AT_ONCE)
  }
}

type SegmentRow = { id: number; name: string; brand_id: number | null }

export async function segmentNames(ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const found = await rows<SegmentRow>(sql`SELECT id, name, brand_id FROM segments WHERE id IN (${[...new Set(ids)]})`)
  return new Map(found.map(segment => [Number(segment.id), segment.name]))
}

/** Throws thing.notFound for a segment that is gone or of another brand. */
export async function mustSeeSegment(ctx: Ctx, segmentId: number): Promise<void> {
  const [segment] = await rows<SegmentRow>(
    sql`SELECT id, name, brand_id FROM segments WHERE id = ${segmentId} AND removed_at IS NULL`,
  )
  const brandId = segment?.brand_id == null ? null : Number(segment.brand_id)
  if (!segment || (brandId !== null && !canSeeBrand(ctx, brandId))) throw notFound('segment', segmentId)
}
