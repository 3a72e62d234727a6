import type { InputOf, tags } from '@banyan/shared'
import { type Ctx, insertOne, isDuplicate, mustSeeBrand, orderOf, refused, row, rows, run, sql } from '../core/index.ts'
import { inStores } from '../identity/index.ts'
import { tagRemoved, takeTag } from './put-tag.ts'
import { type TagFacts, type TagRow, tagFacts, tagOfId, visibleTags } from './tag.ts'

type Tags = typeof tags

const SORTS = { group: 'group_name', name: 'name', createdAt: 'created_at' }

export async function listTags(ctx: Ctx, { page, pageSize, search, sort, groupName }: InputOf<Tags['tags.list']>) {
  const [field, direction] = orderOf(sort, Object.keys(SORTS) as (keyof typeof SORTS)[], 'group')
  const order = sql.raw(`tags.${SORTS[field]} ${direction}`)
  const where = sql.and([
    visibleTags(ctx),
    ...(search
      ? [
          sql`(LOWER(tags.name) LIKE ${`%${search.toLowerCase()}%`} OR LOWER(tags.group_name) LIKE ${`%${search.toLowerCase()}%`})`,
        ]
      : []),
    ...(groupName === undefined ? [] : [sql`tags.group_name = ${groupName}`]),
  ])
  const found = await rows<TagRow>(
    sql`SELECT tags.* FROM tags WHERE ${where} ORDER BY ${order}, tags.name, tags.id LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM tags WHERE ${where}`)
  return { items: await withCounts(ctx, found.map(tagFacts)), total: Number(counted?.n ?? 0) }
}

export async function createTag(ctx: Ctx, input: InputOf<Tags['tags.create']>) {
  mustSeeBrand(ctx, ctx.brandId)
  const id = await insertOne('tags', { ...input, brandId: ctx.brandId ?? 0, createdAt: ctx.now }).catch(asTaken)
  return { ...(await tagOfId(ctx, id)), peopleCount: 0 }
}

export async function updateTag(ctx: Ctx, { tagId, ...changes }: InputOf<Tags['tags.update']>) {
  const tag = await mustOwn(ctx, tagId)
  const { name, groupName, color, isExclusive } = { ...tag, ...changes }
  await run(
    sql`UPDATE tags SET name = ${name}, group_name = ${groupName}, color = ${color}, is_exclusive = ${isExclusive} WHERE id = ${tagId}`,
  ).catch(asTaken)
  const [updated] = await withCounts(ctx, [await tagOfId(ctx, tagId)])
  return updated as TagFacts & { peopleCount: number }
}

const PEOPLE_AT_ONCE = 1_000

/** Takes the tag off everybody; the history keeps who had it. */
export async function removeTag(ctx: Ctx, { tagId }: { tagId: number }) {
  await mustOwn(ctx, tagId)
  for (;;) {
    const some = await rows<{ person_id: number }>(
      sql`SELECT person_id FROM person_tags WHERE tag_id = ${tagId} ORDER BY person_id LIMIT ${PEOPLE_AT_ONCE}`,
    )
    if (some.length === 0) break
    await takeTag(ctx, { tagId, personIds: some.map(one => Number(one.person_id)), source: 'operator', why: tagRemoved() })
  }
  await run(sql`UPDATE tags SET removed_at = ${ctx.now}, removed_key = id WHERE id = ${tagId}`)
  return { isDone: true as const }
}

/** A brand's people may use the group's tags, not change them. */
async function mustOwn(ctx: Ctx, tagId: number): Promise<TagFacts> {
  const tag = await tagOfId(ctx, tagId)
  if (tag.brandId === null && ctx.brandIds !== 'all') throw refused('access.outOfScope')
  return tag
}

async function withCounts(ctx: Ctx, list: readonly TagFacts[]): Promise<(TagFacts & { peopleCount: number })[]> {
  if (list.length === 0) return []
  const counted = await rows<{ tag_id: number; n: number }>(
    sql`SELECT tag_id, COUNT(*) AS n FROM person_tags WHERE tag_id IN (${list.map(tag => tag.id)}) AND ${inStores(ctx, sql`person_tags.person_id`)} GROUP BY tag_id`,
  )
  const byTag = new Map(counted.map(one => [Number(one.tag_id), Number(one.n)]))
  return list.map(tag => ({ ...tag, peopleCount: byTag.get(tag.id) ?? 0 }))
}

function asTaken(error: unknown): never {
  throw isDuplicate(error) ? refused('tag.nameTaken', { field: 'name' }) : error
}
