import { rows, sql } from '../core/index.ts'

/** A tag on somebody, as later modules ask: what it says and where it came from. */
export type HeldTag = { tagId: number; personId: number; value: string | null; source: string }

/** Which of these tags these people (canonical ids) have. */
export async function heldTags(tagIds: readonly number[], personIds: readonly number[]): Promise<HeldTag[]> {
  if (tagIds.length === 0 || personIds.length === 0) return []
  const found = await rows<{ tag_id: number; person_id: number; value: string | null; source: string }>(
    sql`SELECT tag_id, person_id, value, source FROM person_tags WHERE tag_id IN (${[...new Set(tagIds)]}) AND person_id IN (${[...new Set(personIds)]})`,
  )
  return found.map(one => ({ tagId: Number(one.tag_id), personId: Number(one.person_id), value: one.value, source: one.source }))
}

/** Those who have a tag, by ascending id, `limit` at a time; with `value` those of whom it says just that. */
export async function holdersOf(
  tagId: number,
  { value, after, limit }: { value?: string | undefined; after: number; limit: number },
): Promise<number[]> {
  const says = value === undefined ? sql`1 = 1` : sql`value = ${value}`
  const found = await rows<{ person_id: number }>(
    sql`SELECT person_id FROM person_tags WHERE tag_id = ${tagId} AND ${says} AND person_id > ${after} ORDER BY person_id LIMIT ${limit}`,
  )
  return found.map(one => Number(one.person_id))
}
