import { z } from 'zod'
import { activeRelationsOf, relationsBearing } from '../contacts/index.ts'
import { addMs, type Ctx, enqueue, isWorkStopping, now, RetryLater, rows, run, sql, task } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { holdersOf, tagsById } from '../tags/index.ts'
import { readCatalogue } from './catalogue.ts'
import { MARK_REMEMBERED_MS } from './links.ts'
import { lookWhereNeeded } from './looks.ts'
import { type Mirror, mirrorsWhere } from './mirror.ts'

const AT_ONCE = 500

/**
 * Compares everybody of a mirror: those who have our tag, the relations that bear the corp tag, and what was once in step. Finds what no event told:
 * changes through the API come back as none, callbacks get lost, and so may work of ours. Safe to repeat and to be cut off.
 */
export const compareTask = task(
  'corpTags.compare',
  z.object({ mirrorId: z.int() }),
  async (ctx, { mirrorId }) => {
    const [mirror] = await mirrorsWhere(sql`id = ${mirrorId} AND status <> 'tagGone'`)
    if (!mirror) return
    for await (const relationIds of everybodyOf(mirror)) {
      if (isWorkStopping()) throw new RetryLater('the process ends', 1_000)
      await lookWhereNeeded(ctx, relationIds)
    }
    await run(
      sql`UPDATE corp_tag_mirrors SET status = 'active', compared_at = ${now()} WHERE id = ${mirrorId} AND status <> 'tagGone'`,
    )
  },
  { lane: 'bulk' },
)

async function* everybodyOf(mirror: Mirror): AsyncGenerator<number[]> {
  const value = mirror.value ?? undefined
  yield* pages(
    after => holdersOf(mirror.tagId, { value, after, limit: AT_ONCE }),
    async people => (await activeRelationsOf(people)).filter(one => one.corpId === mirror.corpId).map(one => one.id),
  )
  yield* pages(after => relationsBearing(mirror.corpId, mirror.corpTagId, { after, limit: AT_ONCE }))
  yield* pages(after => linkedTo(mirror.id, after))
}

async function* pages(
  next: (after: number) => Promise<number[]>,
  relationsOf: (ids: number[]) => Promise<number[]> = async ids => ids,
): AsyncGenerator<number[]> {
  for (let after = 0; ; ) {
    const ids = await next(after)
    const last = ids.at(-1)
    if (last === undefined) return
    yield await relationsOf(ids)
    after = last
  }
}

async function linkedTo(mirrorId: number, after: number): Promise<number[]> {
  const found = await rows<{ relation_id: number }>(
    sql`SELECT relation_id FROM corp_tag_links WHERE mirror_id = ${mirrorId} AND relation_id > ${after} ORDER BY relation_id LIMIT ${AT_ONCE}`,
  )
  return found.map(one => Number(one.relation_id))
}

/** Before the relations are compared with WeCom, so that a tag deleted there is known to be. */
export async function readAllCatalogues(ctx: Ctx): Promise<void> {
  for (const corp of await connectionsOf('wecom')) await readCatalogue(ctx, corp.externalId)
}

/** Every night, after the relations were read whole: every mirror is compared, and what is left of ended ones goes. */
export async function reconcile(ctx: Ctx): Promise<void> {
  const mirrors = await mirrorsWhere(sql`1 = 1`)
  const there = new Set(
    (
      await tagsById(
        ctx,
        mirrors.map(one => one.tagId),
      )
    ).map(tag => tag.id),
  )
  for (const mirror of mirrors) {
    if (there.has(mirror.tagId)) await enqueue(ctx, compareTask, { mirrorId: mirror.id })
    else await forgetWhenDone(mirror.id)
  }
  const before = addMs(ctx.now, -MARK_REMEMBERED_MS)
  await run(sql`DELETE FROM corp_tag_links WHERE state = 'inStep' AND is_ours = 0 AND is_theirs = 0 AND at < ${before}`)
}

/** The tag was removed: its marks come off first. */
async function forgetWhenDone(mirrorId: number): Promise<void> {
  const waiting = await rows(sql`SELECT id FROM corp_tag_links WHERE mirror_id = ${mirrorId} AND state = 'waiting' LIMIT 1`)
  if (waiting.length > 0) return
  await run(sql`DELETE FROM corp_tag_links WHERE mirror_id = ${mirrorId}`)
  await run(sql`DELETE FROM corp_tag_mirrors WHERE id = ${mirrorId}`)
}
