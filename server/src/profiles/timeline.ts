import {
  CONSENT_CHANNEL_ZH,
  CONSENT_PURPOSE_ZH,
  type InputOf,
  MESSAGE_STATUS_ZH,
  type profiles,
  type TimelineEntry,
  type TimelineKind,
} from '@banyan/shared'
import type { z } from 'zod'
import { consentHistoryOf } from '../consent/index.ts'
import { contactsOf } from '../contacts/index.ts'
import { brandScope, type Ctx } from '../core/index.ts'
import { couponsOfPerson } from '../coupons/index.ts'
import { decisionsOf, mustSeePerson } from '../identity/index.ts'
import { membershipsOf, postingsOf } from '../members/index.ts'
import { messagesOf } from '../messaging/index.ts'
import { trackTimeline } from '../tracking/index.ts'
import { ordersOf, refundsOf } from './read-orders.ts'
import { count, yuan } from './words.ts'

type Kind = z.output<typeof TimelineKind>
type Entry = z.output<typeof TimelineEntry>
type Span = { personId: number; before: Date; limit: number }

/** Sources of the timeline. Each answers its newest entries before an instant; whatever is asked for is merged by time. */
const SOURCES: { [K in Kind]: (ctx: Ctx, span: Span) => Promise<Entry[]> } = {
  async track(ctx, { personId, before, limit }) {
    const { items } = await trackTimeline(ctx, { personId, before, limit })
    // What our own modules recorded as tracks stands here already by itself, with more detail.
    return items
      .filter(one => !OWN_TRACKS.test(one.name))
      .map((one, at) => ({
        id: `track:${one.occurredAt.getTime()}:${one.name}:${at}`,
        kind: 'track',
        at: one.occurredAt,
        title: one.zh,
        detail: one.summaryZh,
        amountFen: null,
        link: null,
      }))
  },
  async order(ctx, { personId, before, limit }) {
    return (await ordersOf(ctx, personId, { before, limit })).map(one => ({
      id: `order:${one.id}`,
      kind: 'order',
      at: one.paidAt,
      title: `消费 ${yuan(one.amountFen)}`,
      detail: [one.goods, one.storeName, one.orderNo].filter(Boolean).join(' · '),
      amountFen: one.amountFen,
      link: `/orders/${one.id}`,
    }))
  },
  async refund(ctx, { personId, before, limit }) {
    return (await refundsOf(ctx, personId, { before, limit })).map(row => ({
      id: `refund:${row.id}`,
      kind: 'refund',
      at: new Date(row.refunded_at),
      title: `退款 ${yuan(Number(row.amount_fen))}`,
      detail: `${row.reason} · ${row.order_no}`,
      amountFen: -Number(row.amount_fen),
      link: `/orders/${row.order_id}`,
    }))
  },
  async coupon(ctx, { personId }) {
    return (await couponsOfPerson(ctx, personId, 100)).flatMap(one => [
      {
        id: `coupon:${one.id}:claimed`,
        kind: 'coupon' as const,
        at: one.claimedAt,
        title: `领取「${one.name}」`,
        detail: one.headline,
        amountFen: null,
        link: null,
      },
      ...(one.usedAt
        ? [
            {
              id: `coupon:${one.id}:used`,
              kind: 'coupon' as const,
              at: one.usedAt,
              title: `核销「${one.name}」`,
              detail: one.usedStoreName ?? '',
              amountFen: null,
              link: null,
            },
          ]
        : []),
    ])
  },
  async points(ctx, { personId, limit }) {
    const entries: Entry[] = []
    for (const { member, brand } of await membershipsOf(ctx, { personId })) {
      if (!member) continue
      const { items } = await postingsOf(member.id, { page: 1, pageSize: Math.min(200, limit * 4) })
      entries.push(
        ...items
          .filter(one => one.points !== 0)
          .map(one => ({
            id: `points:${one.id}`,
            kind: 'points' as const,
            at: one.at,
            title: `积分 ${one.points > 0 ? '+' : ''}${count(one.points)}`,
            detail: `${brand.name} · ${one.reason} · 余额 ${count(one.balanceAfter)}`,
            amountFen: null,
            link: null,
          })),
      )
    }
    return entries
  },
  async message(ctx, { personId, limit }) {
    const { items } = await messagesOf(ctx, { personId, page: 1, pageSize: Math.min(200, limit * 2) })
    return items.map(one => ({
      id: `message:${one.messageId}`,
      kind: 'message',
      at: one.sentAt ?? one.dueAt,
      title: `消息：${one.title}`,
      detail: one.reasonZh ?? MESSAGE_STATUS_ZH[one.status],
      amountFen: null,
      link: one.campaignId ? `/messages/${one.campaignId}` : null,
    }))
  },
  async contact(ctx, { personId }) {
    return (await contactsOf(ctx, { personId })).flatMap(one => [
      {
        id: `contact:${one.id}:added`,
        kind: 'contact' as const,
        at: one.addedAt,
        title: `添加导购 ${one.staffName}`,
        detail: [one.storeName, one.addWayName].filter(Boolean).join(' · '),
        amountFen: null,
        link: null,
      },
      ...(one.removedAt
        ? [
            {
              id: `contact:${one.id}:removed`,
              kind: 'contact' as const,
              at: one.removedAt,
              title: one.removedBy === 'person' ? `删除了导购 ${one.staffName}` : `不再是 ${one.staffName} 的客户`,
              detail: one.storeName ?? '',
              amountFen: null,
              link: null,
            },
          ]
        : []),
    ])
  },
  async identity(_ctx, { personId }) {
    return (await decisionsOf(personId, 100)).map(one => ({
      id: `identity:${one.id}`,
      kind: 'identity',
      at: one.at,
      title: '身份',
      detail: one.zh,
      amountFen: null,
      link: null,
    }))
  },
  async consent(ctx, { personId }) {
    return (await consentHistoryOf(personId, brandScope(ctx))).map(one => ({
      id: `consent:${one.id}`,
      kind: 'consent',
      at: one.at,
      title: `${one.isGranted ? '同意' : '撤回'}${CONSENT_PURPOSE_ZH[one.purpose]}`,
      detail: `${CONSENT_CHANNEL_ZH[one.channel]}${one.textVersion ? ` · 版本 ${one.textVersion}` : ''}`,
      amountFen: null,
      link: null,
    }))
  },
  async member(ctx, { personId }) {
    return (await membershipsOf(ctx, { personId })).flatMap(({ member, brand }) =>
      member
        ? [
            {
              id: `member:${member.id}`,
              kind: 'member' as const,
              at: member.joinedAt,
              title: `加入${brand.name}会员`,
              detail: CHANNEL_ZH[member.joinChannel] ?? member.joinChannel,
              amountFen: null,
              link: null,
            },
          ]
        : [],
    )
  },
}

/** How somebody joined, in words; another system's own word stands as it is. */
const CHANNEL_ZH: Record<string, string> = {
  liveCode: '渠道活码',
  miniProgram: '小程序',
  staff: '导购',
  api: '其他系统',
  import: '导入',
  sample: '演示数据',
}

const OWN_TRACKS = /^(order_|coupon_|points_|member_|message_|contact_)/
const KINDS = Object.keys(SOURCES) as Kind[]

/** What happened with a person, newest first, from every module that knows something. */
export async function profileTimeline(
  ctx: Ctx,
  { personId, before, limit, kinds }: InputOf<(typeof profiles)['profiles.timeline']>,
) {
  const id = await mustSeePerson(ctx, personId)
  const until = before ?? new Date(ctx.now.getTime() + 1)
  const wanted = kinds && kinds.length > 0 ? kinds : KINDS
  const lists = []
  for (const kind of wanted) lists.push(await SOURCES[kind](ctx, { personId: id, before: until, limit: limit + 1 }))
  const entries = lists
    .flat()
    .filter(entry => entry.at < until)
    .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1))
  return { items: entries.slice(0, limit), hasMore: entries.length > limit }
}
