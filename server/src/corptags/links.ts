import type { MarkFailure } from '@banyan/shared'
import { bulkInsert, type Ctx, run, sql } from '../core/index.ts'
import type { Item } from './gather.ts'

const UPDATED = ['isOurs', 'isTheirs', 'state', 'wantsOn', 'failure', 'detail', 'markedAt', 'at'] as const

/** For so long a mark of ours is remembered where nothing is left of it: what is read meanwhile may be older. */
export const MARK_REMEMBERED_MS = 5 * 60_000

/** Writes down that both sides are now as decided; where neither has the tag no row is kept. */
export async function settleLinks(ctx: Ctx, list: readonly Item[]): Promise<void> {
  const items = list.filter(item => !item.decision.isStuck)
  const isKept = (item: Item) => isOfUse(ctx, item)
  const [kept, gone] = [items.filter(isKept), items.filter(item => item.link && !isKept(item))]
  await bulkInsert(
    'corp_tag_links',
    sorted(kept).map(({ mirror, relation, link, decision }) => ({
      mirrorId: mirror.id,
      relationId: relation.id,
      isOurs: decision.isOurs,
      isTheirs: decision.isTheirs,
      state: 'inStep',
      wantsOn: decision.isTheirs,
      failure: null,
      detail: '',
      markedAt: decision.mark ? ctx.now : (link?.markedAt ?? null),
      at: ctx.now,
    })),
    { onDuplicate: { update: UPDATED } },
  )
  for (const { mirror, relation } of gone)
    await run(sql`DELETE FROM corp_tag_links WHERE mirror_id = ${mirror.id} AND relation_id = ${relation.id}`)
}

/** These are to be marked, and wait for it. What both sides were stays as it was. */
export async function waitForMarks(ctx: Ctx, list: readonly { mirrorId: number; relationId: number; isAdd: boolean }[]) {
  await bulkInsert(
    'corp_tag_links',
    [...list]
      .sort((a, b) => a.mirrorId - b.mirrorId || a.relationId - b.relationId)
      .map(({ mirrorId, relationId, isAdd }) => ({
        mirrorId,
        relationId,
        state: 'waiting',
        wantsOn: isAdd,
        failure: null,
        detail: '',
        at: ctx.now,
      })),
    { onDuplicate: { update: ['state', 'wantsOn', 'failure', 'detail', 'at'] } },
  )
}

/** These could not be marked, and are not tried again until something changes or somebody says so. */
export async function failMarks(ctx: Ctx, items: readonly Item[], failure: MarkFailure, detail: string): Promise<void> {
  await bulkInsert(
    'corp_tag_links',
    sorted(items).map(({ mirror, relation, decision }) => ({
      mirrorId: mirror.id,
      relationId: relation.id,
      state: 'failed',
      wantsOn: decision.mark === 'add',
      failure,
      detail: detail.slice(0, 300),
      at: ctx.now,
    })),
    { onDuplicate: { update: ['state', 'wantsOn', 'failure', 'detail', 'at'] } },
  )
}

function isOfUse(ctx: Ctx, { decision, relation, link }: Item): boolean {
  if (!relation.isActive) return false
  if (decision.isOurs || decision.isTheirs || decision.mark) return true
  return link?.markedAt != null && ctx.now.getTime() - link.markedAt.getTime() < MARK_REMEMBERED_MS
}

function sorted(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.mirror.id - b.mirror.id || a.relation.id - b.relation.id)
}
