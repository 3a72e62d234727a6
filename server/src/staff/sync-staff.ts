import { z } from 'zod'
import { type Ctx, enqueue, Op, publish, rows, run, sql, task, transaction, upsert } from '../core/index.ts'
import { connectionsOf, endSessionsOf, limitOf } from '../platform/index.ts'
import { listMembers, type Member, memberOfId } from '../wecom/index.ts'
import { staffChanged } from './events.ts'
import { StaffMember } from './staff-member.ts'

export const syncTask = task('staff.sync', z.object({ corpId: z.string() }), (ctx, { corpId }) => syncCorp(ctx, corpId), {
  maxAttempts: 3,
})

/** Starts a sync of one corp, or of all. */
export async function startSync(ctx: Ctx, { corpId }: { corpId?: string | undefined }): Promise<{ corpIds: string[] }> {
  const corps = (await connectionsOf('wecom')).filter(one => corpId === undefined || one.externalId === corpId)
  for (const corp of corps) {
    await upsert('staff_syncs', { corpId: corp.externalId, startedAt: ctx.now, finishedAt: null, error: null }, [
      'startedAt',
      'finishedAt',
      'error',
    ])
    await enqueue(ctx, syncTask, { corpId: corp.externalId })
  }
  return { corpIds: corps.map(corp => corp.externalId) }
}

/** Reads the directory and brings our list to it: new ones come, changed ones change, missing ones have left. */
export async function syncCorp(ctx: Ctx, corpId: string): Promise<void> {
  try {
    const members = (await listMembers(corpId)).filter(member => member.isActive)
    // an app whose range was emptied by mistake must not make everybody leave
    if (members.length === 0) throw new Error('应用的可见范围里没有成员')
    await takeMembers(ctx, corpId, members)
    await transaction(async () => {
      const seen = new Set(members.map(member => member.userId))
      const active = await StaffMember.findAll({ where: { corpId, status: 'active' }, order: [['id', 'ASC']] })
      for (const member of active) if (!seen.has(member.userId)) await leave(ctx, member)
    })
    await run(sql`UPDATE staff_syncs SET finished_at = ${ctx.now}, error = NULL WHERE corp_id = ${corpId}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    await run(sql`UPDATE staff_syncs SET finished_at = ${ctx.now}, error = ${reason.slice(0, 300)} WHERE corp_id = ${corpId}`)
    throw error
  }
}

const MEMBERS_PER_TRANSACTION = 200

async function takeMembers(ctx: Ctx, corpId: string, members: Member[]): Promise<void> {
  const contactCap = await limitOf('wecom.staffContactsMax')
  const inOrder = [...members].sort((a, b) => (a.userId < b.userId ? -1 : 1))
  for (let at = 0; at < inOrder.length; at += MEMBERS_PER_TRANSACTION) {
    const part = inOrder.slice(at, at + MEMBERS_PER_TRANSACTION)
    await transaction(() => takePart(ctx, corpId, part, contactCap))
  }
}

async function takePart(ctx: Ctx, corpId: string, members: Member[], contactCap: number): Promise<void> {
  const known = await StaffMember.findAll({ where: { corpId, userId: { [Op.in]: members.map(member => member.userId) } } })
  const byUserId = new Map(known.map(member => [member.userId, member]))
  for (const { userId, name, avatar, position } of members) {
    const member = byUserId.get(userId)
    if (!member) {
      const role = position.includes('店长') ? 'manager' : 'clerk'
      const created = await StaffMember.create({
        corpId,
        userId,
        name: name.slice(0, 64),
        avatar,
        role,
        contactCap,
        createdAt: ctx.now,
        syncedAt: ctx.now,
      })
      await publish(ctx, staffChanged, { staffId: created.id, corpId, change: 'came' })
      continue
    }
    const hasReturned = member.status === 'left'
    const isChanged = hasReturned || member.name !== name.slice(0, 64) || member.avatar !== avatar
    await member.update({ name: name.slice(0, 64), avatar, status: 'active', leftAt: null, syncedAt: ctx.now })
    if (isChanged) await publish(ctx, staffChanged, { staffId: member.id, corpId, change: hasReturned ? 'came' : 'changed' })
  }
}

/** One member, read again: for a callback, or somebody who signs in before the first sync. Null when he is no active member. */
export async function syncOne(ctx: Ctx, corpId: string, userId: string): Promise<StaffMember | null> {
  const member = await memberOfId(corpId, userId)
  const contactCap = await limitOf('wecom.staffContactsMax')
  return transaction(async () => {
    if (member?.isActive) {
      await takePart(ctx, corpId, [member], contactCap)
      return StaffMember.findOne({ where: { corpId, userId } })
    }
    const known = await StaffMember.findOne({ where: { corpId, userId, status: 'active' } })
    if (known) await leave(ctx, known)
    return null
  })
}

/** The platform renamed a userid: the same person stays the same row. */
export async function renameUserId(ctx: Ctx, corpId: string, userId: string, newUserId: string): Promise<void> {
  await transaction(async () => {
    const isTaken = await StaffMember.findOne({ where: { corpId, userId: newUserId } })
    if (!isTaken) await run(sql`UPDATE staff SET user_id = ${newUserId} WHERE corp_id = ${corpId} AND user_id = ${userId}`)
  })
  await syncOne(ctx, corpId, newUserId)
}

async function leave(ctx: Ctx, member: StaffMember): Promise<void> {
  await member.update({ status: 'left', leftAt: ctx.now })
  await endSessionsOf(ctx, 'staff', member.id)
  await publish(ctx, staffChanged, { staffId: member.id, corpId: member.corpId, change: 'left' })
}

export async function listSyncs(_ctx: Ctx) {
  type Row = {
    corp_id: string
    started_at: Date | null
    finished_at: Date | null
    error: string | null
    active_count: number
    left_count: number
  }
  const found = await rows<Row>(
    sql`SELECT s.corp_id, s.started_at, s.finished_at, s.error, (SELECT COUNT(*) FROM staff a WHERE a.corp_id = s.corp_id AND a.status = 'active') AS active_count, (SELECT COUNT(*) FROM staff l WHERE l.corp_id = s.corp_id AND l.status = 'left') AS left_count FROM staff_syncs s ORDER BY s.corp_id`,
  )
  const names = new Map((await connectionsOf('wecom')).map(one => [one.externalId, one.name]))
  return found.map(row => ({
    corpId: row.corp_id,
    corpName: names.get(row.corp_id) ?? row.corp_id,
    isRunning: row.finished_at === null,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    activeCount: Number(row.active_count),
    leftCount: Number(row.left_count),
    error: row.error,
  }))
}

/** The staff member behind a userid, read from the directory when he is new to us. */
export async function ensureStaff(ctx: Ctx, corpId: string, userId: string): Promise<void> {
  const known = await rows<{ id: number }>(sql`SELECT id FROM staff WHERE corp_id = ${corpId} AND user_id = ${userId} LIMIT 1`)
  if (known.length === 0) await syncOne(ctx, corpId, userId)
}
