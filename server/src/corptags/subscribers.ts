import { activeRelationsOf, contactAdded, contactRemoved, contactTagsChanged } from '../contacts/index.ts'
import { type Ctx, on, onBatch, run, sql } from '../core/index.ts'
import { personMerged, personUnmerged } from '../identity/index.ts'
import { tagPut, tagTaken, tagValueChanged } from '../tags/index.ts'
import { wecomTagChanged } from '../wecom/index.ts'
import { readCatalogue } from './catalogue.ts'
import { look, lookAtPeople } from './looks.ts'
import { liveMirrors } from './mirror.ts'

type Change = { tagId: number; personIds: readonly number[]; source: string }

export const subscribers = [
  // what came from WeCom stays on the relation that it came from
  onBatch(tagPut, 'corpTags.followPut', (ctx, changes) =>
    follow(
      ctx,
      changes.filter(one => one.source !== 'wecom'),
      true,
    ),
  ),
  onBatch(tagTaken, 'corpTags.followTaken', (ctx, changes) => follow(ctx, changes, false)),
  onBatch(tagValueChanged, 'corpTags.followValue', followValues),
  onBatch(contactTagsChanged, 'corpTags.followMarks', lookAtRelations),
  onBatch(contactAdded, 'corpTags.followAdded', lookAtRelations),
  on(contactRemoved, 'corpTags.followRemoved', async (ctx, { relationId, corpId, removedBy }) => {
    // handed over, he is no less what his staff noted: the next relation tells
    if (removedBy === 'transfer') await run(sql`DELETE FROM corp_tag_links WHERE relation_id = ${relationId}`)
    else await lookAtRelations(ctx, [{ relationId, corpId }])
  }),
  onBatch(personMerged, 'corpTags.followMerge', lookAtBoth),
  onBatch(personUnmerged, 'corpTags.followUnmerge', lookAtBoth),
  on(wecomTagChanged, 'corpTags.followCatalogue', (ctx, { corpId }) => readCatalogue(ctx, corpId), {
    isOutsideTransaction: true,
  }),
]

async function follow(ctx: Ctx, changes: readonly Change[], isAdd: boolean): Promise<void> {
  if (changes.length === 0) return
  for (const mirror of await liveMirrors({ tagIds: [...new Set(changes.map(one => one.tagId))] })) {
    const personIds = changes.filter(one => one.tagId === mirror.tagId).flatMap(one => one.personIds)
    await lookAtPeople(ctx, mirror, [...new Set(personIds)], isAdd)
  }
}

/** One value gives way to another: each has its own corp tag. */
async function followValues(ctx: Ctx, changes: readonly Change[]): Promise<void> {
  const mirrors = await liveMirrors({ tagIds: [...new Set(changes.map(one => one.tagId))] })
  if (mirrors.length === 0) return
  const relations = await activeRelationsOf([...new Set(changes.flatMap(one => one.personIds))])
  await look(
    ctx,
    relations.map(one => one.id),
  )
}

async function lookAtRelations(ctx: Ctx, list: readonly { relationId: number; corpId: string }[]): Promise<void> {
  const corpIds = new Set((await liveMirrors({ corpIds: [...new Set(list.map(one => one.corpId))] })).map(one => one.corpId))
  await look(
    ctx,
    list.filter(one => corpIds.has(one.corpId)).map(one => one.relationId),
  )
}

/** The tags of two people became one's, or two people's again. */
async function lookAtBoth(ctx: Ctx, list: readonly { fromId: number; toId: number }[]): Promise<void> {
  const relations = await activeRelationsOf([...new Set(list.flatMap(one => [one.fromId, one.toId]))])
  await lookAtRelations(
    ctx,
    relations.map(one => ({ relationId: one.id, corpId: one.corpId })),
  )
}
