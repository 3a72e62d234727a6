import { forgetCorpTags } from '../contacts/index.ts'
import { bulkInsert, type Ctx, row, rows, run, sql, transaction, upsert } from '../core/index.ts'
import { type CorpTags, corpTags } from '../wecom/index.ts'

export type KnownCorpTag = {
  corpId: string
  corpTagId: string
  groupId: string
  groupName: string
  name: string
  isOurs: boolean
  madeAt: Date | null
  deletedAt: Date | null
}

type TagRow = {
  corp_id: string
  corp_tag_id: string
  group_id: string
  group_name: string
  name: string
  group_order: number
  tag_order: number
  is_ours: number
  made_at: Date | null
  deleted_at: Date | null
}

/** Reads the corp's tags from WeCom and writes down what differs; mirrors of a tag that is gone stop. Answers how many tags there are. */
export async function readCatalogue(ctx: Ctx, corpId: string): Promise<number> {
  const seen = flat(await corpTags(corpId))
  await forgetCorpTags(corpId)
  await transaction(async () => {
    const known = new Map((await rowsOf(corpId)).map(one => [one.corp_tag_id, one]))
    const changed = seen.filter(one => isOther(one, known.get(one.corpTagId)))
    await bulkInsert(
      'corp_tags',
      changed.map(one => ({ corpId, ...one, deletedAt: null })),
      { onDuplicate: { update: ['groupId', 'groupName', 'name', 'groupOrder', 'tagOrder', 'madeAt', 'deletedAt'] } },
    )
    const ids = new Set(seen.map(one => one.corpTagId))
    const gone = [...known.values()].filter(one => !one.deleted_at && !ids.has(one.corp_tag_id)).map(one => one.corp_tag_id)
    if (gone.length > 0) await endTags(ctx, corpId, gone)
    await upsert('corp_tag_reads', { corpId, readAt: ctx.now })
  })
  return seen.length
}

/** Reads it again when it is older than this. Answers whether it did. */
export async function readAgain(ctx: Ctx, corpId: string, ageMs: number): Promise<boolean> {
  const readAt = await readAtOf(corpId)
  if (readAt && ctx.now.getTime() - readAt.getTime() < ageMs) return false
  await readCatalogue(ctx, corpId)
  return true
}

export async function readAtOf(corpId: string): Promise<Date | null> {
  return (await row<{ read_at: Date }>(sql`SELECT read_at FROM corp_tag_reads WHERE corp_id = ${corpId}`))?.read_at ?? null
}

/** Groups and tags in the platform's order; those that are gone only when asked for. */
export async function knownTags(corpId: string, options: { isWithGone?: boolean } = {}): Promise<KnownCorpTag[]> {
  const found = await rowsOf(corpId)
  return found.filter(one => options.isWithGone || !one.deleted_at).map(knownOf)
}

export async function knownTag(corpId: string, corpTagId: string): Promise<KnownCorpTag | null> {
  const found = await row<TagRow>(sql`SELECT * FROM corp_tags WHERE corp_id = ${corpId} AND corp_tag_id = ${corpTagId}`)
  return found && !found.deleted_at ? knownOf(found) : null
}

export async function corpTagNames(corpId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const found = await rows<{ corp_tag_id: string; name: string }>(
    sql`SELECT corp_tag_id, name FROM corp_tags WHERE corp_id = ${corpId} AND corp_tag_id IN (${[...ids]})`,
  )
  return new Map(found.map(one => [one.corp_tag_id, one.name]))
}

async function endTags(ctx: Ctx, corpId: string, corpTagIds: readonly string[]): Promise<void> {
  await run(
    sql`UPDATE corp_tags SET deleted_at = ${ctx.now} WHERE corp_id = ${corpId} AND corp_tag_id IN (${[...corpTagIds]}) AND deleted_at IS NULL`,
  )
  await run(
    sql`UPDATE corp_tag_mirrors SET status = 'tagGone' WHERE corp_id = ${corpId} AND corp_tag_id IN (${[...corpTagIds]}) AND status <> 'tagGone'`,
  )
}

async function rowsOf(corpId: string): Promise<TagRow[]> {
  return rows<TagRow>(
    sql`SELECT * FROM corp_tags WHERE corp_id = ${corpId} ORDER BY group_order DESC, group_id, tag_order DESC, id`,
  )
}

function flat(groups: CorpTags) {
  return groups.flatMap(group =>
    group.tags.map(tag => ({
      corpTagId: tag.id,
      groupId: group.id,
      groupName: group.name.slice(0, 60),
      name: tag.name.slice(0, 60),
      groupOrder: group.order,
      tagOrder: tag.order,
      madeAt: tag.madeAtSeconds > 0 ? new Date(tag.madeAtSeconds * 1000) : null,
    })),
  )
}

type Seen = ReturnType<typeof flat>[number]

function isOther(seen: Seen, known: TagRow | undefined): boolean {
  if (!known || known.deleted_at) return true
  const isMoved = known.group_id !== seen.groupId || Number(known.group_order) !== seen.groupOrder
  return isMoved || known.group_name !== seen.groupName || known.name !== seen.name || Number(known.tag_order) !== seen.tagOrder
}

function knownOf(one: TagRow): KnownCorpTag {
  return {
    corpId: one.corp_id,
    corpTagId: one.corp_tag_id,
    groupId: one.group_id,
    groupName: one.group_name,
    name: one.name,
    isOurs: one.is_ours === 1,
    madeAt: one.made_at,
    deletedAt: one.deleted_at,
  }
}
