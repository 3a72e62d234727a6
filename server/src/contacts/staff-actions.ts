import type { ContactRelation as ContactRelationView, contacts as contract, InputOf } from '@banyan/shared'
import { type Ctx, notFound, refused, staffOf } from '../core/index.ts'
import { canonicalId } from '../identity/index.ts'
import { limitOf } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { externalContact, remark } from '../wecom/index.ts'
import { ContactRelation } from './contact-relation.ts'
import { viewsOf } from './relation-view.ts'
import { takeRelations } from './take-relations.ts'

type Contract = typeof contract

/** The person behind the chat that a staff member has open. One we do not know yet (lost callback) is read and taken. */
export async function openContact(
  ctx: Ctx,
  { externalUserId }: InputOf<Contract['contacts.open']>,
): Promise<{ personId: number; isNew: boolean }> {
  const me = await meOf(ctx)
  const known = await ContactRelation.findOne({ where: { corpId: me.corpId, userId: me.userId, externalUserId } })
  if (known) return { personId: await canonicalId(known.personId), isNew: false }
  try {
    const { customer, follows } = await externalContact(me.corpId, externalUserId)
    const mine = follows.filter(follow => follow.userId === me.userId)
    // only a chat of his own: an id he heard of elsewhere opens nobody
    if (mine.length === 0) throw refused('contacts.unknownCustomer')
    const [taken] = await takeRelations(
      ctx,
      me.corpId,
      mine.map(follow => ({ customer, follow })),
      'sidebar',
    )
    if (!taken) throw refused('contacts.unknownCustomer')
    return { personId: taken.personId, isNew: taken.isNewPerson }
  } catch (error) {
    if (isGatewayError(error) && error.code === 'wecom.noRelation') throw refused('contacts.unknownCustomer')
    throw error
  }
}

/** Changes a staff member's own note, on WeCom first: what the platform refuses is not kept. Throws contacts.notFriends, contacts.remarkTooLong. */
export async function remarkContact(
  ctx: Ctx,
  { personId, remark: text, description }: InputOf<Contract['contacts.remark']>,
): Promise<ContactRelationView> {
  const me = await meOf(ctx)
  const isTooLong =
    [...(text ?? '')].length > (await limitOf('wecom.remarkLength')) ||
    [...(description ?? '')].length > (await limitOf('wecom.descriptionLength'))
  if (isTooLong) throw refused('contacts.remarkTooLong', { field: 'remark' })
  const relation = await ContactRelation.findOne({
    where: { personId: await canonicalId(personId), staffId: me.id, removedAt: null },
  })
  if (!relation) throw refused('contacts.notFriends')
  const change = { ...(text === undefined ? {} : { remark: text }), ...(description === undefined ? {} : { description }) }
  await remark(relation.corpId, relation.userId, relation.externalUserId, change)
  await relation.update(change)
  const [view] = await viewsOf(ctx, [relation])
  return view!
}

async function meOf(ctx: Ctx) {
  const me = (await staffByIds([staffOf(ctx)], ctx.now)).get(staffOf(ctx))
  if (!me) throw notFound('staff', staffOf(ctx))
  return me
}
