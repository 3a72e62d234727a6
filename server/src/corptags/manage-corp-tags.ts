import type { CorpTagCatalogue, corpTags, InputOf } from '@banyan/shared'
import { type Ctx, insertIgnore, notFound, refused, run, sql } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'
import { tagsById } from '../tags/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { addCorpTag, type CorpTagGroupOf, deleteCorpTag, renameCorpTag } from '../wecom/index.ts'
import { type KnownCorpTag, knownTag, knownTags, readAtOf, readCatalogue } from './catalogue.ts'
import { type Corp, corpOfId, mustOwnCorp, visibleCorps } from './corps.ts'
import { liveMirrors } from './mirror.ts'

type Contract = typeof corpTags

/** What WeCom has, by corp and group; of mirrors those of tags that the caller may see. */
export async function corpTagCatalogue(
  ctx: Ctx,
  { corpId }: InputOf<Contract['corpTags.catalogue']>,
): Promise<CorpTagCatalogue[]> {
  const corps = (await visibleCorps(ctx)).filter(one => corpId === undefined || one.corpId === corpId)
  return Promise.all(corps.map(corp => catalogueOf(ctx, corp)))
}

async function catalogueOf(ctx: Ctx, { corpId, name }: Corp): Promise<CorpTagCatalogue> {
  // connected since last night: whoever looks first has it read; a platform that is away shows as not read yet
  if (!(await readAtOf(corpId))) await readCatalogue(ctx, corpId).catch(unlessRefused)
  const [tags, mirrors, readAt] = await Promise.all([knownTags(corpId), liveMirrors({ corpIds: [corpId] }), readAtOf(corpId)])
  const ours = new Map(
    (
      await tagsById(
        ctx,
        mirrors.map(one => one.tagId),
      )
    ).map(tag => [tag.id, tag]),
  )
  const groups = [...groupBy(tags, one => one.groupId).values()].map((group: KnownCorpTag[]) => ({
    groupId: group[0]?.groupId ?? '',
    name: group[0]?.groupName ?? '',
    tags: group.map(({ corpTagId, name: tagName, isOurs, madeAt }) => ({
      corpTagId,
      name: tagName,
      isOurs,
      madeAt,
      mirrors: mirrors.flatMap(one => {
        const tag = one.corpTagId === corpTagId ? ours.get(one.tagId) : undefined
        return tag ? [{ mirrorId: one.id, tagId: tag.id, tagName: tag.name, value: one.value }] : []
      }),
    })),
  }))
  return { corpId, corpName: name, readAt, groups }
}

export async function refreshCatalogue(ctx: Ctx, { corpId }: InputOf<Contract['corpTags.refresh']>) {
  await corpOfId(ctx, corpId)
  return { tagCount: await readCatalogue(ctx, corpId) }
}

/** Throws corpTag.foreign, wecom.tagNameTaken. */
export async function renameTag(ctx: Ctx, { corpId, corpTagId, name }: InputOf<Contract['corpTags.rename']>) {
  await mustBeOurs(ctx, corpId, corpTagId)
  await renameCorpTag(corpId, corpTagId, name)
  await readCatalogue(ctx, corpId)
  return { isDone: true as const }
}

/** It comes off every customer in WeCom; what it was mirrored with stays on here. Throws corpTag.foreign. */
export async function removeTag(ctx: Ctx, { corpId, corpTagId }: InputOf<Contract['corpTags.remove']>) {
  await mustBeOurs(ctx, corpId, corpTagId)
  await deleteCorpTag(corpId, corpTagId)
  await readCatalogue(ctx, corpId)
  return { isDone: true as const }
}

type NewTag = { groupId?: string | undefined; groupName?: string | undefined; name: string }

/** Makes a corp tag, which is ours from then on. An answer that was lost is made up for by looking. Throws wecom.tagNameTaken, wecom.tagsFull. */
export async function makeTag(ctx: Ctx, corpId: string, { groupId, groupName, name }: NewTag): Promise<string> {
  const before = new Set((await knownTags(corpId, { isWithGone: true })).map(one => one.corpTagId))
  const made = await addCorpTag(corpId, { groupId: groupId ?? null, groupName: groupName ?? '', name }).catch(unlessLost)
  if (made) await noteOurs(ctx, corpId, made)
  await readCatalogue(ctx, corpId)
  const own = made?.tags.find(tag => tag.name === name)?.id
  if (own) return own
  const sameGroup = (one: KnownCorpTag) => (groupId ? one.groupId === groupId : one.groupName === groupName)
  const found = (await knownTags(corpId)).find(one => one.name === name && sameGroup(one) && !before.has(one.corpTagId))
  if (!found) throw refused('wecom.unavailable')
  await run(sql`UPDATE corp_tags SET is_ours = 1 WHERE corp_id = ${corpId} AND corp_tag_id = ${found.corpTagId}`)
  return found.corpTagId
}

async function noteOurs(_ctx: Ctx, corpId: string, group: CorpTagGroupOf): Promise<void> {
  await insertIgnore(
    'corp_tags',
    group.tags.map(tag => ({
      corpId,
      corpTagId: tag.id,
      groupId: group.id,
      groupName: group.name,
      name: tag.name,
      isOurs: true,
    })),
  )
}

function unlessRefused(error: unknown): void {
  if (!isGatewayError(error)) throw error
}

function unlessLost(error: unknown): null {
  if (isGatewayError(error) && error.class === 'unknown') return null
  throw error
}

async function mustBeOurs(ctx: Ctx, corpId: string, corpTagId: string): Promise<void> {
  mustOwnCorp(ctx, await corpOfId(ctx, corpId))
  const tag = await knownTag(corpId, corpTagId)
  if (!tag) throw notFound('corpTag', corpTagId)
  if (!tag.isOurs) throw refused('corpTag.foreign')
}
