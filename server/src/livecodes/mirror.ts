import { activeRelationsOf } from '../contacts/index.ts'
import { type Ctx, rows, sql } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'
import { attributionsOfMany } from './touches.ts'

/** What rules read about how people came: their first and last code per brand. */
export async function mirrorChannels(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const byBrand = new Map<number, { personId: number; facts: { firstCode: string; lastCode: string } }[]>()
  for (const [personId, brands] of await attributionsOfMany(personIds)) {
    for (const { brandId, first, last } of brands) {
      const list = byBrand.get(brandId) ?? []
      list.push({ personId, facts: { firstCode: first.name, lastCode: last.name } })
      byBrand.set(brandId, list)
    }
  }
  for (const [brandId, people] of byBrand) await putFacts(ctx, brandId, people)
}

/** Whether people are connected with staff of the brand now. */
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
