import { type Ctx, on, onBatch, rows, sql } from '../core/index.ts'
import { personMerged, personUnmerged } from '../identity/index.ts'
import { memberJoined, membersTouched, memberTierChanged, pointsChanged } from './events.ts'
import { groupBy, mirrorMembers } from './facts.ts'

const mirrorBatch = async (ctx: Ctx, facts: { brandId: number; memberId: number }[]) => {
  const [first] = facts
  if (first) await mirrorMembers(ctx, first.brandId, [...new Set(facts.map(fact => fact.memberId))])
}

async function mirrorPeople(ctx: Ctx, personIds: number[]): Promise<void> {
  const found = await rows<{ id: number; brand_id: number }>(
    sql`SELECT id, brand_id FROM members WHERE person_id IN (${personIds})`,
  )
  for (const [brandId, ids] of groupBy(found)) await mirrorMembers(ctx, brandId, ids)
}

export const subscribers = [
  onBatch(memberJoined, 'members.mirrorJoined', mirrorBatch),
  onBatch(memberTierChanged, 'members.mirrorTier', mirrorBatch),
  onBatch(pointsChanged, 'members.mirrorPoints', mirrorBatch),
  on(membersTouched, 'members.mirrorTouched', (ctx, { brandId, memberIds }) => mirrorMembers(ctx, brandId, memberIds), {
    lane: 'bulk',
  }),
  on(personMerged, 'members.mirrorMerged', (ctx, { toId }) => mirrorPeople(ctx, [toId])),
  on(personUnmerged, 'members.mirrorUnmerged', (ctx, { fromId, toId }) => mirrorPeople(ctx, [fromId, toId])),
]
