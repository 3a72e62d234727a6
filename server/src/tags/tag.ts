import { brandScope, type Ctx, notFound, rows, type Sql, sql } from '../core/index.ts'

export type TagRow = {
  id: number
  brand_id: number
  group_name: string
  name: string
  color: string | null
  is_exclusive: number
  created_at: Date
}
export type TagFacts = {
  id: number
  brandId: number | null
  groupName: string
  name: string
  color: string | null
  isExclusive: boolean
  createdAt: Date
}

/** Tags that the caller may see: the group's and those of his brands. */
export function visibleTags(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql`tags.removed_key = 0 AND ${brands ? sql`tags.brand_id IN (${[0, ...brands]})` : sql`1 = 1`}`
}

export async function tagsById(ctx: Ctx, ids: readonly number[]): Promise<TagFacts[]> {
  if (ids.length === 0) return []
  return (await rows<TagRow>(sql`SELECT * FROM tags WHERE id IN (${[...new Set(ids)]}) AND ${visibleTags(ctx)} ORDER BY id`)).map(
    tagFacts,
  )
}

/** Throws thing.notFound. */
export async function tagOfId(ctx: Ctx, id: number): Promise<TagFacts> {
  const [tag] = await tagsById(ctx, [id])
  if (!tag) throw notFound('tag', id)
  return tag
}

export function tagFacts(row: TagRow): TagFacts {
  return {
    id: row.id,
    brandId: row.brand_id === 0 ? null : row.brand_id,
    groupName: row.group_name,
    name: row.name,
    color: row.color,
    isExclusive: row.is_exclusive === 1,
    createdAt: row.created_at,
  }
}
