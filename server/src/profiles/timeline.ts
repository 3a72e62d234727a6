import {
  CONSENT_CHANNEL_WORDS,
  CONSENT_PURPOSE_WORDS,
  type InputOf,
  MESSAGE_STATUS_WORDS,
  type profiles,
  type TimelineEntry,
  type TimelineKind,
} from '@banyan/shared'
import type { z } from 'zod'
import { consentHistoryOf } from '../consent/index.ts'
import { relationMomentsOf } from '../contacts/index.ts'
import { brandScope, type Ctx, grouped, say } from '../core/index.ts'
import { couponMomentsBefore } from '../coupons/index.ts'
import { decisionsOf, mustSeePerson } from '../identity/index.ts'
import { stageMomentsOf } from '../lifecycle/index.ts'
import { membershipsOf, postingsBefore } from '../members/index.ts'
import { messagesBefore } from '../messaging/index.ts'
import { trackTimeline } from '../tracking/index.ts'
import { ordersOf, refundsOf } from './read-orders.ts'
import { yuan } from './words.ts'

type Kind = z.output<typeof TimelineKind>
type Entry = z.output<typeof TimelineEntry>
/** Before an instant; with `below` also what is of that very instant and has a smaller id of its own. */
type Span = { personId: number; before: Date; below: string | null; limit: number }

/**
 * Sources of the timeline. Each answers its newest entries of a span, by instant and then by id, both descending, or a few more; whatever is
 * asked for is merged by time.
 */
const SOURCES: { [K in Kind]: (ctx: Ctx, span: Span) => Promise<Entry[]> } = {
  async track(ctx, { personId, before, below, limit }) {
    // What our own modules recorded as tracks stands here already by itself, with more detail.
    const from = { before, ...(below === null ? {} : { beforeId: below }) }
    const { items } = await trackTimeline(ctx, { personId, limit, ...from }, name => !OWN_TRACKS.test(name))
    return items.map(one => ({
      id: `track:${one.id}`,
      kind: 'track',
      at: one.occurredAt,
      title: one.title,
      detail: one.summary,
      amountFen: null,
      link: null,
    }))
  },
  async order(ctx, { personId, before, below, limit }) {
    return (await ordersOf(ctx, personId, { before, below, limit })).map(one => ({
      id: `order:${one.id}`,
      kind: 'order',
      at: one.paidAt,
      title: say(ctx, `消费 ${yuan(one.amountFen)}`, `Bought for ${yuan(one.amountFen)}`),
      detail: [one.goods, one.storeName, one.orderNo].filter(Boolean).join(' · '),
      amountFen: one.amountFen,
      link: `/orders/${one.id}`,
    }))
  },
  async refund(ctx, { personId, before, below, limit }) {
    return (await refundsOf(ctx, personId, { before, below, limit })).map(row => ({
      id: `refund:${row.id}`,
      kind: 'refund',
      at: new Date(row.refunded_at),
      title: say(ctx, `退款 ${yuan(Number(row.amount_fen))}`, `Refunded ${yuan(Number(row.amount_fen))}`),
      detail: `${row.reason} · ${row.order_no}`,
      amountFen: -Number(row.amount_fen),
      link: `/orders/${row.order_id}`,
    }))
  },
  async coupon(ctx, { personId, before, below, limit }) {
    // One coupon has two entries: after one of them the other may still have to come.
    const from = { before, below: below === null ? null : String(Number.parseInt(below, 10) + 1) }
    return (await couponMomentsBefore(ctx, personId, { ...from, limit: limit + 2 })).map(({ what, at, coupon }) => ({
      id: `coupon:${coupon.id}:${what}`,
      kind: 'coupon',
      at,
      title:
        what === 'claimed'
          ? say(ctx, `领取「${coupon.name}」`, `Claimed “${coupon.name}”`)
          : say(ctx, `核销「${coupon.name}」`, `Redeemed “${coupon.name}”`),
      detail: what === 'claimed' ? coupon.headline : (coupon.usedStoreName ?? ''),
      amountFen: null,
      link: null,
    }))
  },
  async points(ctx, { personId, before, below, limit }) {
    const entries: Entry[] = []
    for (const { member, brand } of await membershipsOf(ctx, { personId })) {
      if (!member) continue
      const postings = await postingsBefore(ctx, member.id, { before, below, limit })
      entries.push(
        ...postings.map(one => ({
          id: `points:${one.id}`,
          kind: 'points' as const,
          at: one.at,
          title: `${say(ctx, '积分', 'Points')} ${one.points > 0 ? '+' : ''}${grouped(one.points)}`,
          detail: `${brand.name} · ${one.reason} · ${say(ctx, '余额', 'balance')} ${grouped(one.balanceAfter)}`,
          amountFen: null,
          link: null,
        })),
      )
    }
    return entries
  },
  async message(ctx, { personId, before, below, limit }) {
    return (await messagesBefore(ctx, personId, { before, below, limit })).map(one => ({
      id: `message:${one.messageId}`,
      kind: 'message',
      at: one.sentAt ?? one.dueAt,
      title: say(ctx, `消息：${one.title}`, `Message: ${one.title}`),
      detail: one.reasonText ?? say(ctx, ...MESSAGE_STATUS_WORDS[one.status]),
      amountFen: null,
      link: one.campaignId ? `/messages/${one.campaignId}` : null,
    }))
  },
  async contact(ctx, { personId, before, below, limit }) {
    const upToId = below === null ? null : Number.parseInt(below, 10)
    return (await relationMomentsOf(ctx, { personId, before, upToId, limit })).flatMap(one => [
      {
        id: `contact:${one.id}:added`,
        kind: 'contact' as const,
        at: one.addedAt,
        title: say(ctx, `添加导购 ${one.staffName}`, `Added ${one.staffName}`),
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
              title:
                one.removedBy === 'person'
                  ? say(ctx, `删除了导购 ${one.staffName}`, `Removed ${one.staffName}`)
                  : say(ctx, `不再是 ${one.staffName} 的客户`, `No longer a customer of ${one.staffName}`),
              detail: one.storeName ?? '',
              amountFen: null,
              link: null,
            },
          ]
        : []),
    ])
  },
  async identity(ctx, { personId, before, below, limit }) {
    return (await decisionsOf(ctx, personId, { before, below, limit })).map(one => ({
      id: `identity:${one.id}`,
      kind: 'identity',
      at: one.at,
      title: say(ctx, '身份', 'Identity'),
      detail: one.text,
      amountFen: null,
      link: null,
    }))
  },
  async consent(ctx, { personId, before, below, limit }) {
    return (await consentHistoryOf(personId, brandScope(ctx), { before, below, limit })).map(one => ({
      id: `consent:${one.id}`,
      kind: 'consent',
      at: one.at,
      title: `${one.isGranted ? say(ctx, '同意', 'Agreed to ') : say(ctx, '撤回', 'Withdrew ')}${say(ctx, ...CONSENT_PURPOSE_WORDS[one.purpose])}`,
      detail: `${say(ctx, ...CONSENT_CHANNEL_WORDS[one.channel])}${one.textVersion ? ` · ${say(ctx, '版本', 'version')} ${one.textVersion}` : ''}`,
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
              title: say(ctx, `加入${brand.name}会员`, `Joined ${brand.name}`),
              detail: say(ctx, ...(CHANNELS[member.joinChannel] ?? [member.joinChannel, member.joinChannel])),
              amountFen: null,
              link: null,
            },
          ]
        : [],
    )
  },
  async stage(ctx, { personId, before, below, limit }) {
    return (await stageMomentsOf(ctx, personId, { before, below, limit })).map(one => ({
      id: `stage:${one.stayId}`,
      kind: 'stage',
      at: one.at,
      title: say(ctx, `进入「${one.name}」阶段`, `Entered the stage “${one.name}”`),
      detail: one.before ? say(ctx, `此前是「${one.before}」`, `Was “${one.before}” before`) : '',
      amountFen: null,
      link: '/lifecycle',
    }))
  },
}

/** How somebody joined, in words; another system's own word stands as it is. */
const CHANNELS: Record<string, [zh: string, en: string]> = {
  liveCode: ['渠道活码', 'Live code'],
  miniProgram: ['小程序', 'Mini program'],
  staff: ['导购', 'Staff'],
  api: ['其他系统', 'Another system'],
  import: ['导入', 'Import'],
  sample: ['演示数据', 'Sample data'],
}

const OWN_TRACKS = /^(order_|coupon_|points_|member_|message_|contact_)/
const KINDS = Object.keys(SOURCES) as Kind[]

/** What happened with a person, newest first, from every module that knows something. */
export async function profileTimeline(
  ctx: Ctx,
  { personId, before, beforeId, limit, kinds }: InputOf<(typeof profiles)['profiles.timeline']>,
) {
  const id = await mustSeePerson(ctx, personId)
  const until = before ?? new Date(ctx.now.getTime() + 1)
  const wanted = kinds && kinds.length > 0 ? kinds : KINDS
  const lists = []
  for (const kind of wanted)
    lists.push(await SOURCES[kind](ctx, { personId: id, limit: limit + 1, ...behind(kind, until, beforeId ?? '') }))
  const entries = lists
    .flat()
    .filter(
      entry => entry.at < until || (+entry.at === +until && beforeId !== undefined && orderOf(entry.id) < orderOf(beforeId)),
    )
    .sort((a, b) => b.at.getTime() - a.at.getTime() || (orderOf(a.id) < orderOf(b.id) ? 1 : -1))
  return { items: entries.slice(0, limit), hasMore: entries.length > limit }
}

/** What one kind still has to show behind an entry: of its very millisecond the kinds after its own, and of its own what is below it. */
function behind(kind: Kind, until: Date, beforeId: string): Pick<Span, 'before' | 'below'> {
  const [shown = '', ...id] = beforeId.split(':')
  if (kind === shown) return { before: until, below: id.join(':') }
  return { before: kind < shown ? new Date(until.getTime() + 1) : until, below: null }
}

/** Within one millisecond: by kind, then by id, numbers as numbers, as the sources do. */
function orderOf(id: string): string {
  return id.replace(/^(?!track:)(\w+:)(\d+)/, (_, kind: string, number: string) => kind + number.padStart(16, '0'))
}
