import { MESSAGE_STATUS_WORDS, type Profile } from '@banyan/shared'
import { statesOf } from '../consent/index.ts'
import { contactsOf } from '../contacts/index.ts'
import { brandScope, type Ctx, many, say } from '../core/index.ts'
import { briefOf, decisionsOf, identifierViews, mustSeePerson, openReviewIdsOf } from '../identity/index.ts'
import { stagesOfPeople } from '../lifecycle/index.ts'
import { attributionsOf, namesOfScenes } from '../livecodes/index.ts'
import { membershipsOf } from '../members/index.ts'
import { messagesOf } from '../messaging/index.ts'
import { connectionsOf, storesByIds } from '../platform/index.ts'
import { segmentsOf } from '../segments/index.ts'
import { tagsOfPeople } from '../tags/index.ts'
import { couponLines } from './coupon-lines.ts'
import { hintsOf } from './hints.ts'
import { NO_ORDERS, orderFactsOf, ordersOf } from './read-orders.ts'
import { agoWords, yuan } from './words.ts'

const CONTACTS_SHOWN = 50

/** Everything about one person on one page, within the caller's brands. */
export async function getProfile(ctx: Ctx, { personId }: { personId: number }): Promise<Profile> {
  const id = await mustSeePerson(ctx, personId)
  const person = await briefOf(id)
  const memberships = await membershipLines(ctx, id)
  const value = (await orderFactsOf(ctx, [id])).get(id) ?? NO_ORDERS
  const coupons = await couponLines(ctx, id, 30)
  const consents = await statesOf(id, brandScope(ctx))
  const openReviewIds = await openReviewIdsOf(ctx, id)
  const decisions = await decisionsOf(ctx, id, { limit: 50 })
  const contacts = await contactsOf(ctx, { personId: id, page: 1, pageSize: CONTACTS_SHOWN, isStaffKnown: true })
  const codeNames = await namesOfScenes(
    ctx,
    contacts.items.map(one => one.state),
  )
  const scope = brandScope(ctx)
  return {
    person,
    headline: headlineOf(ctx, person.name, memberships, value),
    hints: hintsOf(ctx, { person, memberships, coupons, value, consents, openReviewIds }, ctx.now),
    value,
    identifiers: await withScopeNames(await identifierViews(ctx, [id])),
    joinedBecause: decisions.filter(decision => decision.kind === 'merged').map(({ text, at }) => ({ text, at })),
    openReviewIds,
    stages: (await stagesOfPeople(ctx, [id])).get(id) ?? [],
    consents,
    memberships,
    coupons,
    tags: ((await tagsOfPeople(ctx, [id])).get(id) ?? []).map(tag => ({
      id: tag.tagId,
      name: tag.name,
      color: tag.color,
      value: tag.value,
      isKept: tag.source === 'rule' || tag.source === 'computed',
      source: tag.source,
      why: tag.why,
      putAt: tag.putAt,
      putBy: tag.putBy,
      expiresAt: tag.expiresAt,
    })),
    contactsTotal: contacts.total,
    contacts: contacts.items.map(one => ({
      relationId: one.id,
      staffId: one.staffId ?? 0,
      staffName: one.staffName,
      storeName: one.storeName,
      remark: one.remark,
      addedAt: one.addedAt,
      removedAt: one.removedAt,
      channelName: codeNames.get(one.state) ?? one.addWayName,
    })),
    orders: await ordersOf(ctx, id, { limit: 20 }),
    segments: await segmentsOf(ctx, id),
    attribution: (await attributionsOf(id))
      .filter(one => scope === null || scope.includes(one.brandId))
      .map(({ brandId, first, last }) => ({
        brandId,
        firstCodeId: first.codeId,
        firstCodeName: first.name,
        lastCodeId: last.codeId,
        lastCodeName: last.name,
      })),
    messages: await messageLines(ctx, id, 10),
  }
}

export async function membershipLines(ctx: Ctx, personId: number): Promise<Profile['memberships']> {
  const standings = await membershipsOf(ctx, { personId })
  const stores = await storesByIds(standings.flatMap(one => (one.member?.storeId ? [one.member.storeId] : [])))
  return standings.flatMap(({ brand, member, nextTier, points }) =>
    member
      ? [
          {
            memberId: member.id,
            brandId: brand.id,
            brandName: brand.name,
            memberNo: member.memberNo,
            tierId: member.tierId,
            tierName: member.tierName,
            tierRank: member.tierRank,
            tierEndsAt: member.tierEndsAt,
            joinedAt: member.joinedAt,
            joinChannel: member.joinChannel,
            storeName: member.storeId ? (stores.get(member.storeId)?.name ?? null) : null,
            points: {
              available: points.available,
              pending: points.pending,
              frozen: points.frozen,
              expiringSoon: points.expiringSoon,
              debt: points.debt,
            },
            nextTier: nextTier ? { name: nextTier.name, missingFen: nextTier.missingFen } : null,
          },
        ]
      : [],
  )
}

export async function messageLines(ctx: Ctx, personId: number, limit: number): Promise<Profile['messages']> {
  const { items } = await messagesOf(ctx, { personId, page: 1, pageSize: limit })
  return items.map(one => ({
    id: one.messageId,
    title: one.title,
    channel: one.channel,
    status: one.status,
    statusText: say(ctx, ...MESSAGE_STATUS_WORDS[one.status]),
    reasonText: one.reasonText,
    at: one.sentAt ?? one.dueAt,
  }))
}

/** One line of who he is. */
export function headlineOf(
  ctx: Pick<Ctx, 'language' | 'now'>,
  name: string | null,
  memberships: Profile['memberships'],
  value: Profile['value'],
): string {
  const parts = memberships.map(({ brandName, tierName }) =>
    say(
      ctx,
      `${brandName}${(tierName ?? '').replace(/会员$/, '')}会员`,
      `${brandName} member${tierName ? ` (${tierName})` : ''}`,
    ),
  )
  if (parts.length === 0)
    parts.push(name ? say(ctx, '尚未入会', 'not a member yet') : say(ctx, '尚未入会的访客', 'a visitor, not a member yet'))
  const { ordersCount, paidFen, lastPaidAt } = value
  if (ordersCount > 0)
    parts.push(say(ctx, `累计 ${ordersCount} 单 ${yuan(paidFen)}`, `${many(ordersCount, 'order')}, ${yuan(paidFen)} in all`))
  else parts.push(say(ctx, '还没有消费', 'no purchase yet'))
  if (lastPaidAt && ordersCount > 0)
    parts.push(say(ctx, `最近一单 ${agoWords(ctx, lastPaidAt, ctx.now)}`, `last one ${agoWords(ctx, lastPaidAt, ctx.now)}`))
  return parts.join(say(ctx, '，', ', '))
}

async function withScopeNames(views: Awaited<ReturnType<typeof identifierViews>>): Promise<Profile['identifiers']> {
  const names = new Map<string, string>()
  for (const type of ['miniProgram', 'officialAccount', 'wecom'] as const)
    for (const connection of await connectionsOf(type)) names.set(connection.externalId, connection.name)
  return views.map(({ personId: _, ...view }) => ({ ...view, scopeName: names.get(view.scope) ?? null }))
}
