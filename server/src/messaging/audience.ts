import { type Ctx, notFound } from '../core/index.ts'
import { audienceOf as peopleOfSegment, segmentsByIds } from '../segments/index.ts'

/** The people of a segment now, in batches; the one place where messaging asks segments. */
export function audienceOf(ctx: Ctx, segmentId: number): AsyncIterable<number[]> {
  return peopleOfSegment(ctx, segmentId)
}

export async function segmentNames(ids: readonly number[]): Promise<Map<number, string>> {
  return new Map((await segmentsByIds([...new Set(ids)])).map(segment => [segment.id, segment.name]))
}

/** Throws thing.notFound for a segment outside the caller's brands. */
export async function mustSeeSegment(ctx: Ctx, segmentId: number): Promise<void> {
  const [segment] = await segmentsByIds([segmentId])
  const isMine = segment && (segment.brandId === null || ctx.brandId === null || segment.brandId === ctx.brandId)
  if (!isMine) throw notFound('segment', segmentId)
}
