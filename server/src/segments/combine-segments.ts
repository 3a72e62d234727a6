import type { InputOf, segments } from '@banyan/shared'
import { type Ctx, enqueue, refused } from '../core/index.ts'
import { countParts } from './member-sets.ts'
import { insertStatic } from './new-segment.ts'
import { refreshTask } from './refresh-segment.ts'
import { findSegments, type SegmentRow, segmentFacts, segmentOfId } from './segment.ts'

type Segments = typeof segments

/** The exact sizes of every part of two or three segments, at one instant. Throws thing.notFound, segment.notBuilt, segment.otherType. */
export async function overlapSegments(ctx: Ctx, { segmentIds }: InputOf<Segments['segments.overlap']>) {
  const list = await comparable(ctx, segmentIds)
  const counts = await countParts(ctx, segmentIds)
  const sizeOf = (bit: number) => counts.reduce((sum, count, at) => sum + (((at + 1) >> bit) & 1 ? count : 0), 0)
  return {
    segments: list.map((one, at) => ({ id: one.id, name: one.name, count: sizeOf(at), refreshedAt: one.refreshed_at })),
    parts: counts.map((count, at) => ({
      inside: segmentIds.filter((_, bit) => ((at + 1) >> bit) & 1),
      outside: segmentIds.filter((_, bit) => !(((at + 1) >> bit) & 1)),
      count,
    })),
    at: ctx.now,
  }
}

/** A static segment of who is in all, or any, of some segments and in none of others, as they stand now. */
export async function combineSegments(
  ctx: Ctx,
  { name, description, inside, match, outside }: InputOf<Segments['segments.combine']>,
) {
  const [first] = await comparable(ctx, [...inside, ...outside])
  const segmentId = await insertStatic(ctx, {
    name,
    description,
    typeId: Number(first?.type_id ?? 0),
    source: { of: 'sets', inside, match, outside },
  })
  await enqueue(ctx, refreshTask, { segmentId })
  return segmentFacts(await segmentOfId(ctx, segmentId))
}

/** Segments of the caller, of one type, with stored members, in the order asked for. */
async function comparable(ctx: Ctx, ids: readonly number[]): Promise<SegmentRow[]> {
  if (new Set(ids).size !== ids.length) throw refused('input.invalid', { field: 'segmentIds', reason: 'twice the same' })
  const byId = new Map((await findSegments(ctx, ids)).map(one => [Number(one.id), one]))
  const list: SegmentRow[] = []
  for (const id of ids) list.push(byId.get(id) ?? (await segmentOfId(ctx, id)))
  const unbuilt = list.find(one => one.is_built !== 1)
  if (unbuilt) throw refused('segment.notBuilt', { segmentId: unbuilt.id })
  if (new Set(list.map(one => Number(one.type_id))).size > 1) throw refused('segment.otherType')
  return list
}
