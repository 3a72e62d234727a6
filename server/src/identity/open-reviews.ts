import { type Ctx, insertIgnore, rows, sql } from '../core/index.ts'
import { noteDecisions } from './decisions.ts'
import type { Clash } from './plan.ts'

export type ReviewCall = { leftId: number; rightId: number; clash: Clash; matchedTypes: readonly string[]; source: string }

/** Opens a review for each pair that has none yet; answers the review of every pair, by `left:right` as given. */
export async function openReviews(ctx: Ctx, calls: readonly ReviewCall[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  const pairs = new Map(calls.map(call => [lowHigh(call).join(':'), call]))
  if (pairs.size === 0) return ids
  const before = await reviewsOf([...pairs.values()])
  const fresh = [...pairs].filter(([key]) => !before.has(key)).sort(([a], [b]) => (a < b ? -1 : 1))
  if (fresh.length > 0) {
    await insertIgnore(
      'reviews',
      fresh.map(([, call]) => {
        const [leftId, rightId] = lowHigh(call)
        return {
          kind: call.clash.kind === 'careful' ? 'careful' : 'recommended',
          status: 'open',
          leftId,
          rightId,
          reasonType: call.clash.reasonType,
          matchedTypes: [...call.matchedTypes],
          source: call.source,
          openedAt: ctx.now,
        }
      }),
    )
    await noteDecisions(
      ctx,
      fresh.map(([, call]) => ({
        kind: 'reviewOpened',
        personId: call.leftId,
        otherPersonId: call.rightId,
        types: call.matchedTypes,
        source: call.source,
        note: call.clash.reasonType,
      })),
    )
  }
  const after = fresh.length > 0 ? await reviewsOf([...pairs.values()]) : before
  for (const [key, call] of pairs) {
    const id = after.get(key)
    if (id) ids.set(`${call.leftId}:${call.rightId}`, id)
  }
  return ids
}

function lowHigh(call: { leftId: number; rightId: number }): [number, number] {
  return call.leftId < call.rightId ? [call.leftId, call.rightId] : [call.rightId, call.leftId]
}

async function reviewsOf(calls: readonly ReviewCall[]): Promise<Map<string, number>> {
  const lefts = calls.map(call => lowHigh(call)[0])
  const found = await rows<{ id: number; left_id: number; right_id: number }>(
    sql`SELECT id, left_id, right_id FROM reviews WHERE left_id IN (${lefts})`,
  )
  return new Map(found.map(row => [`${row.left_id}:${row.right_id}`, Number(row.id)]))
}
