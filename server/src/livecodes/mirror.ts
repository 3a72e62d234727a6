import { activeRelationsOf } from '../contacts/index.ts'
import { type Ctx, rows, sql } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'
import { attributionsOf } from './touches.ts'

/** What rules read about how people came: first and last code, and whether they are connected with staff of the brand. */
export async function mirrorChannels(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  for (const personId of new Set(personIds)) {
    for (const { brandId, first, last } of await attributionsOf(personId)) {
      await putFacts(ctx, brandId, [{ personId, facts: { firstCode: first.name, lastCode: last.name } }])
    }
  }
}

export async function mirrorFriends(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  const unique = [...new Set(personIds)]
  const relations = await activeRelationsOf(unique)
  const friends = new Set(relations.filter(relation => relation.brandId === brandId).map(relation => relation.personId))
  await putFacts(
    ctx,
    brandId,
    unique.map(personId => ({ personId, facts: { isFriend: friends.has(personId) } })),
  )
}

/** After a merge or its undoing: both people anew, in every brand that either has come to. */
export async function mirrorMerged(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  await mirrorChannels(ctx, personIds)
  const brands = await rows<{ brand_id: number }>(
    sql`SELECT DISTINCT brand_id FROM live_code_touches WHERE person_id IN ${[...personIds]}`,
  )
  const relations = await activeRelationsOf(personIds)
  const brandIds = new Set([...brands.map(row => row.brand_id), ...relations.flatMap(relation => relation.brandId ?? [])])
  for (const brandId of brandIds) await mirrorFriends(ctx, brandId, personIds)
}
