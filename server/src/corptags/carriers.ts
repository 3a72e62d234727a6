import { z } from 'zod'
import { activeRelationsOf, relationOfId } from '../contacts/index.ts'
import { type Carrier, enqueue, rows, run, sql, task } from '../core/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { markTag } from '../wecom/index.ts'

/** Marks of somebody who was erased: they come off in WeCom, too, or the next reading would bring his tags back. */
export const unmarkTask = task(
  'corpTags.unmark',
  z.object({ relationId: z.int(), corpTagIds: z.array(z.string()) }),
  async (_ctx, { relationId, corpTagIds }) => {
    const relation = await relationOfId(relationId)
    if (!relation?.isActive) return
    const { corpId, userId, externalUserId } = relation
    for (const corpTagId of corpTagIds)
      await markTag(corpId, userId, externalUserId, { remove: [corpTagId] }).catch(error => {
        if (!isGatewayError(error) || error.class !== 'refused') throw error // a tag or a relation that is gone bears nothing
      })
  },
)

/** What both sides agreed on hangs on the relation, which contacts carries: a merge is followed as an event. */
export const carriers: Carrier[] = [
  {
    name: 'corptags',
    columns: [],
    preview: async () => ({}),
    merge: async () => undefined,
    unmerge: async () => undefined,
    export: async () => ({}),
    async erase(ctx, personId) {
      const relationIds = (await activeRelationsOf([personId])).map(one => one.id)
      const borne = await rows<{ relation_id: number; corp_tag_id: string }>(
        sql`SELECT l.relation_id, m.corp_tag_id FROM corp_tag_links l JOIN corp_tag_mirrors m ON m.id = l.mirror_id WHERE l.is_theirs = 1 AND l.relation_id IN (${relationIds}) ORDER BY l.id`,
      )
      for (const relationId of relationIds) {
        const corpTagIds = borne.filter(one => Number(one.relation_id) === relationId).map(one => one.corp_tag_id)
        if (corpTagIds.length > 0) await enqueue(ctx, unmarkTask, { relationId, corpTagIds })
      }
      await run(sql`DELETE FROM corp_tag_links WHERE relation_id IN (${relationIds})`)
    },
  },
]
