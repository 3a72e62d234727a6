import { z } from 'zod'
import { type Ctx, enqueue, Op, publish, RetryLater, task, transaction } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'
import { countRemoved, ensureStaff } from '../staff/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { type Customer, externalContact, type Follow } from '../wecom/index.ts'
import { ContactRelation, type RemovedBy } from './contact-relation.ts'
import { contactRemoved } from './events.ts'
import { isRemovalStale } from './rules.ts'
import { subjectOf, takeRelations } from './take-relations.ts'

type Named = { corpId: string; userId: string; externalUserId: string; createdAt: Date }

/** The platform's read side lags behind its events by a second or two. */
const LAG_MS = 30_000
const AGAIN_MS = 1_500

/** A customer was added: read him again (events may lie, repeat and overtake each other) and write down what is true. */
export async function takeAdded(
  ctx: Ctx,
  { corpId, userId, externalUserId, createdAt, state, isHalf }: Named & { state: string; isHalf: boolean },
): Promise<void> {
  const seen = await readCustomer(corpId, externalUserId)
  const follow =
    seen?.follows.find(one => one.userId === userId) ?? (seen && isHalf ? halfFollow(userId, createdAt, state) : null)
  if (!seen || !follow) {
    if (ctx.now.getTime() - createdAt.getTime() < LAG_MS) throw new RetryLater('the customer cannot be read yet', AGAIN_MS)
    return // gone again: the removal has its own event
  }
  await ensureStaff(ctx, corpId, userId)
  // the event's state is right at the time of adding; the one read back may be an older one
  await takeRelations(ctx, corpId, [{ customer: seen.customer, follow: { ...follow, state: state || follow.state } }], 'callback')
}

/** One relation, read again. */
export const rereadTask = task(
  'contacts.reread',
  z.object({ corpId: z.string(), userId: z.string(), externalUserId: z.string() }),
  rereadRelation,
)

/** Brings one relation to what the platform says now. Outside a transaction. */
export async function rereadRelation(
  ctx: Ctx,
  { corpId, userId, externalUserId }: { corpId: string; userId: string; externalUserId: string },
): Promise<void> {
  const seen = await readCustomer(corpId, externalUserId)
  const follow = seen?.follows.find(one => one.userId === userId)
  if (seen && follow) await takeRelations(ctx, corpId, [{ customer: seen.customer, follow }], 'callback')
}

/**
 * Remark, description or tags were edited in WeCom: those relations are read again, each once however many edits came together.
 * An edit of a relation that we do not know is left to the reconcile: it is no reason to call the platform at the pace of its events.
 */
export async function takeEdited(ctx: Ctx, edited: readonly Named[]): Promise<void> {
  for (const [corpId, group] of groupBy(edited, one => one.corpId)) {
    const wanted = new Set(group.map(one => `${one.userId}|${one.externalUserId}`))
    const known = await ContactRelation.findAll({
      where: { corpId, externalUserId: { [Op.in]: [...new Set(group.map(one => one.externalUserId))] }, removedAt: null },
      attributes: ['userId', 'externalUserId'],
    })
    for (const { userId, externalUserId } of known) {
      if (wanted.has(`${userId}|${externalUserId}`)) await enqueue(ctx, rereadTask, { corpId, userId, externalUserId })
    }
  }
}

/** They parted. For a relation that we do not know yet the removal waits a moment for its adding. */
export async function takeRemoved(
  ctx: Ctx,
  { corpId, userId, externalUserId, createdAt, by, isTransfer }: Named & { by: 'staff' | 'person'; isTransfer: boolean },
): Promise<void> {
  const relation = await ContactRelation.findOne({ where: { corpId, userId, externalUserId } })
  if (!relation) {
    if (ctx.now.getTime() - createdAt.getTime() < LAG_MS) throw new RetryLater('its adding has not been worked yet', AGAIN_MS)
    return
  }
  if (isRemovalStale(relation, createdAt)) return
  await endRelation(ctx, relation, createdAt, isTransfer ? 'transfer' : by)
}

/** Marks one relation as ended and says so; once. */
export async function endRelation(ctx: Ctx, relation: ContactRelation, removedAt: Date, removedBy: RemovedBy): Promise<boolean> {
  return transaction(async () => {
    const [changed] = await ContactRelation.update({ removedAt, removedBy }, { where: { id: relation.id, removedAt: null } })
    if (changed === 0) return false
    const { id: relationId, personId, corpId, userId, externalUserId, state, addedAt } = relation
    const place = { staffId: relation.staffId ?? null, storeId: relation.storeId ?? null, brandId: relation.brandId ?? null }
    if (place.staffId !== null) await countRemoved(place.staffId)
    await publish(
      ctx,
      contactRemoved,
      { relationId, personId, ...place, corpId, userId, externalUserId, state, addedAt, removedAt, removedBy },
      subjectOf(externalUserId),
    )
    return true
  })
}

async function readCustomer(corpId: string, externalUserId: string): Promise<{ customer: Customer; follows: Follow[] } | null> {
  try {
    return await externalContact(corpId, externalUserId)
  } catch (error) {
    if (isGatewayError(error) && error.code === 'wecom.noRelation') return null
    throw error
  }
}

/** The staff member has not confirmed yet: the relation is known by its event alone. */
function halfFollow(userId: string, addedAt: Date, state: string): Follow {
  return { userId, remark: '', description: '', addedAt, tags: [], tagIds: [], addWay: 0, state, mobiles: [] }
}
