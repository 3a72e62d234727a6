import { z } from 'zod'
import { type Ctx, enqueue, log, Op, run, sql, task } from '../core/index.ts'
import { connectionsOf } from '../platform/index.ts'
import { activeStaff, ensureStaff, setContactCounts, staffByUserIds } from '../staff/index.ts'
import { batchByUser, type CustomerTag, followUsers } from '../wecom/index.ts'
import { ContactRelation, ContactSync } from './contact-relation.ts'
import { corpTagsOf } from './corp-tags.ts'
import { endRelation } from './follow-callbacks.ts'
import { takeRelations } from './take-relations.ts'

/**
 * Callbacks are not reliable ("may be out of order, may be lost", says the platform), so every night each staff member's list is read whole
 * and compared with ours. Finds what was added and what was removed without our knowing; a half-read list removes nobody.
 */
export const reconcileTask = task(
  'contacts.reconcile',
  z.object({ syncId: z.int() }),
  (ctx, { syncId }) => reconcile(ctx, syncId),
  { lane: 'bulk', maxAttempts: 3 },
)

const USERS_PER_READ = 20

export async function startReconcile(ctx: Ctx, { corpId }: { corpId?: string | undefined }): Promise<{ syncIds: number[] }> {
  const corps = (await connectionsOf('wecom')).filter(one => corpId === undefined || one.externalId === corpId)
  const syncIds: number[] = []
  for (const corp of corps) {
    const sync = await ContactSync.create({ corpId: corp.externalId, startedAt: ctx.now })
    await enqueue(ctx, reconcileTask, { syncId: sync.id })
    syncIds.push(sync.id)
  }
  return { syncIds }
}

async function reconcile(ctx: Ctx, syncId: number): Promise<void> {
  const sync = await ContactSync.findByPk(syncId)
  if (!sync || sync.status === 'done') return
  try {
    const { corpId } = sync
    const userIds = (await followUsers(corpId)).sort()
    const tagNames = await tagNamesOf(corpId)
    await sync.update({ status: 'running', staffTotal: userIds.length, staffDone: 0, readCount: 0, error: null })
    for (const userId of userIds) await ensureStaff(ctx, corpId, userId)
    for (let at = 0; at < userIds.length; at += USERS_PER_READ) {
      await reconcileUsers(ctx, sync, userIds.slice(at, at + USERS_PER_READ), tagNames)
      await run(sql`UPDATE contact_syncs SET staff_done = ${Math.min(at + USERS_PER_READ, userIds.length)} WHERE id = ${syncId}`)
    }
    await correctCounts(ctx, corpId)
    await run(sql`UPDATE contact_syncs SET status = 'done', finished_at = ${ctx.now} WHERE id = ${syncId}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warn({ err: error, syncId }, 'the reconcile of contacts stopped; it will be tried again')
    await run(
      sql`UPDATE contact_syncs SET status = 'failed', finished_at = ${ctx.now}, error = ${reason.slice(0, 300)} WHERE id = ${syncId}`,
    )
    throw error
  }
}

async function reconcileUsers(
  ctx: Ctx,
  sync: ContactSync,
  userIds: string[],
  tagNames: ReadonlyMap<string, CustomerTag>,
): Promise<void> {
  const { id, corpId, startedAt } = sync
  const seen = new Set<string>()
  for await (const page of batchByUser(corpId, userIds)) {
    for (const { customer, follow } of page) seen.add(`${follow.userId}|${customer.externalUserId}`)
    const taken = await takeRelations(ctx, corpId, page, 'reconcile', tagNames)
    const found = taken.filter(one => one.isAdded).length
    const changed = taken.filter(one => one.isChanged && !one.isAdded).length
    await run(
      sql`UPDATE contact_syncs SET read_count = read_count + ${page.length}, found_count = found_count + ${found}, changed_count = changed_count + ${changed} WHERE id = ${id}`,
    )
  }
  // only what was connected before we began to read can be missing
  const active = await ContactRelation.findAll({
    where: { corpId, userId: { [Op.in]: userIds }, removedAt: null, addedAt: { [Op.lt]: startedAt } },
    order: [['id', 'ASC']],
  })
  const missing = active.filter(relation => !seen.has(`${relation.userId}|${relation.externalUserId}`))
  for (const relation of missing) await endRelation(ctx, relation, ctx.now, 'unknown')
  if (missing.length > 0) await run(sql`UPDATE contact_syncs SET lost_count = lost_count + ${missing.length} WHERE id = ${id}`)
}

async function tagNamesOf(corpId: string): Promise<Map<string, CustomerTag>> {
  const groups = await corpTagsOf(corpId)
  return new Map(
    groups.flatMap(group =>
      group.tags.map(tag => [tag.id, { id: tag.id, name: tag.name, groupName: group.name, kind: 'corp' as const }]),
    ),
  )
}

/** Counters drift when callbacks are lost; after reading everything we know. */
async function correctCounts(ctx: Ctx, corpId: string): Promise<void> {
  const staff = await activeStaff({ corpId }, ctx.now)
  const counted = (await ContactRelation.count({ where: { corpId, removedAt: null }, group: ['userId'] })) as unknown as {
    userId: string
    count: number
  }[]
  const byUserId = await staffByUserIds(
    corpId,
    counted.map(row => row.userId),
    ctx.now,
  )
  const counts = new Map(staff.map(member => [member.id, 0]))
  for (const { userId, count } of counted) {
    const member = byUserId.get(userId)
    if (member) counts.set(member.id, Number(count))
  }
  await setContactCounts(counts)
}

export async function listSyncs(_ctx: Ctx) {
  const found = await ContactSync.findAll({ order: [['id', 'DESC']], limit: 20 })
  return found.map(sync => ({ ...sync.get({ plain: true }), finishedAt: sync.finishedAt ?? null, error: sync.error ?? null }))
}
