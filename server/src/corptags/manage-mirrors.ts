import type { corpTags, InputOf, MirrorDirection } from '@banyan/shared'
import { type Ctx, enqueue, insertOne, isDuplicate, notFound, refused, row, rows, run, sql, transaction } from '../core/index.ts'
import { limitOf } from '../platform/index.ts'
import { ownTagOfId, type TagFacts, tagOfId } from '../tags/index.ts'
import { knownTag, readCatalogue } from './catalogue.ts'
import { compareTask } from './compare.ts'
import { type Corp, corpOfId, mustSeeAllStores } from './corps.ts'
import { look } from './looks.ts'
import { makeTag } from './manage-corp-tags.ts'
import { type Mirror, mirrorOfId } from './mirror.ts'
import { viewOf } from './mirror-view.ts'

type Contract = typeof corpTags

/**
 * Mirrors a tag with a corp tag, made for it or there already, and compares everybody. Outside a transaction: a new corp tag is made first.
 * Throws corpTag.* refusals, wecom.tagNameTaken, wecom.tagsFull.
 */
export async function mirrorTag(ctx: Ctx, input: InputOf<Contract['corpTags.mirror']>) {
  mustSeeAllStores(ctx)
  const tag = await ownTagOfId(ctx, input.tagId)
  const corp = await corpOfId(ctx, input.corpId)
  await mustFit(tag, corp, input)
  const corpTagId = await corpTagOf(ctx, input)
  const mirrorId = await transaction(async () => {
    const id = await insertOne('corp_tag_mirrors', {
      tagId: tag.id,
      value: input.value ?? '',
      brandId: tag.brandId ?? 0,
      corpId: corp.corpId,
      corpTagId,
      direction: input.direction,
      status: 'comparing',
      createdBy: ctx.actor.name,
      createdAt: ctx.now,
    }).catch(error => {
      throw isDuplicate(error) ? refused('corpTag.mirrored', { field: 'corpTagId' }) : error
    })
    await enqueue(ctx, compareTask, { mirrorId: id })
    return id
  })
  return viewOf(ctx, await mirrorOfId(mirrorId))
}

export async function setDirection(ctx: Ctx, { mirrorId, direction }: InputOf<Contract['corpTags.setDirection']>) {
  const { mirror, tag } = await ownMirror(ctx, mirrorId)
  mustBeAllowed(tag, direction)
  await run(sql`UPDATE corp_tag_mirrors SET direction = ${direction} WHERE id = ${mirror.id}`)
  await compareAgain(ctx, mirror)
  return viewOf(ctx, await mirrorOfId(mirrorId))
}

export async function runAgain(ctx: Ctx, { mirrorId }: InputOf<Contract['corpTags.runAgain']>) {
  const { mirror } = await ownMirror(ctx, mirrorId)
  const failed = await rows<{ relation_id: number }>(
    sql`SELECT relation_id FROM corp_tag_links WHERE mirror_id = ${mirrorId} AND state IN ('failed', 'waiting') ORDER BY relation_id LIMIT 10000`,
  )
  await run(
    sql`UPDATE corp_tag_links SET state = 'waiting', failure = NULL, detail = '', at = ${ctx.now} WHERE mirror_id = ${mirrorId} AND state = 'failed'`,
  )
  await look(
    ctx,
    failed.map(one => Number(one.relation_id)),
  )
  await compareAgain(ctx, mirror)
  return viewOf(ctx, await mirrorOfId(mirrorId))
}

const ROWS_AT_ONCE = 2_000

/** What is on stays on, on both sides. */
export async function unmirror(ctx: Ctx, { mirrorId }: InputOf<Contract['corpTags.unmirror']>) {
  await ownMirror(ctx, mirrorId)
  await run(sql`DELETE FROM corp_tag_mirrors WHERE id = ${mirrorId}`)
  await forgetLinks(mirrorId)
  return { isDone: true as const }
}

export async function forgetLinks(mirrorId: number): Promise<void> {
  for (;;) {
    const some = await rows<{ id: number }>(
      sql`SELECT id FROM corp_tag_links WHERE mirror_id = ${mirrorId} ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
    )
    if (some.length === 0) return
    await run(sql`DELETE FROM corp_tag_links WHERE id IN (${some.map(one => one.id)})`)
  }
}

/** A mirror of a tag that the caller may change. Throws thing.notFound, access.outOfScope. */
async function ownMirror(ctx: Ctx, mirrorId: number): Promise<{ mirror: Mirror; tag: TagFacts }> {
  mustSeeAllStores(ctx)
  const mirror = await mirrorOfId(mirrorId)
  // whose tag he may not see, of its mirror he hears nothing either
  await tagOfId(ctx, mirror.tagId).catch(() => {
    throw notFound('tagMirror', mirrorId)
  })
  return { mirror, tag: await ownTagOfId(ctx, mirror.tagId) }
}

async function compareAgain(ctx: Ctx, mirror: Mirror): Promise<void> {
  if (mirror.status === 'tagGone') {
    if (!(await knownTag(mirror.corpId, mirror.corpTagId))) throw refused('wecom.tagGone')
  }
  await run(sql`UPDATE corp_tag_mirrors SET status = 'comparing' WHERE id = ${mirror.id}`)
  await enqueue(ctx, compareTask, { mirrorId: mirror.id })
}

async function mustFit(
  tag: TagFacts,
  corp: Corp,
  { value, direction }: { value?: string | undefined; direction: MirrorDirection },
) {
  if (tag.typeId !== null) throw refused('corpTag.notForPeople', { field: 'tagId' })
  if (corp.brandId !== null && tag.brandId !== null && corp.brandId !== tag.brandId) throw notFound('corp', corp.corpId)
  mustBeAllowed(tag, direction)
  if (tag.valueKind === 'number') throw refused('corpTag.noNumbers', { field: 'tagId' })
  if (tag.valueKind === 'plain' && value !== undefined) throw refused('tag.wrongValue', { field: 'value' })
  if (tag.valueKind !== 'plain' && value === undefined) throw refused('corpTag.valueMissing', { field: 'value' })
  if (tag.valueKind === 'choice' && value !== undefined && !tag.choices.includes(value))
    throw refused('tag.wrongValue', { field: 'value' })
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM corp_tag_mirrors WHERE corp_id = ${corp.corpId}`)
  if (Number(counted?.n ?? 0) >= (await limitOf('wecom.mirroredTagsMax'))) throw refused('corpTag.tooMany')
}

/** What a rule keeps, staff cannot put on or take off. */
function mustBeAllowed(tag: TagFacts, direction: MirrorDirection): void {
  if (tag.kind !== 'manual' && direction !== 'out') throw refused('corpTag.keptByRule', { field: 'direction' })
}

async function corpTagOf(ctx: Ctx, { corpId, corpTagId, newTag }: InputOf<Contract['corpTags.mirror']>): Promise<string> {
  if (corpTagId === undefined) {
    if (!newTag || (newTag.groupId === undefined && newTag.groupName === undefined))
      throw refused('input.invalid', { field: 'newTag', reason: 'required' })
    return makeTag(ctx, corpId, newTag)
  }
  if (!(await knownTag(corpId, corpTagId))) await readCatalogue(ctx, corpId)
  if (!(await knownTag(corpId, corpTagId))) throw notFound('corpTag', corpTagId)
  return corpTagId
}
