import type { Ctx } from '../core/index.ts'

type Users = (ctx: Ctx, segmentId: number) => Promise<{ id: number; name: string }[]>
const lookups: Users[] = []

/** For modules behind: what of theirs would break without a segment. */
export function declareSegmentUse(users: Users): void {
  lookups.push(users)
}

export async function othersUsing(ctx: Ctx, segmentId: number): Promise<{ id: number; name: string }[]> {
  const found = []
  for (const lookup of lookups) found.push(...(await lookup(ctx, segmentId)))
  return found
}
