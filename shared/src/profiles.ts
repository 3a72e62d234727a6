import { z } from 'zod'
import { ConsentState } from './consent.ts'
import { IdentifierView, PersonBrief } from './identity.ts'
import { Day, defineErrors, Fen, Id, Instant, Page, pageOf, query } from './kernel.ts'
import { MessageChannel, MessageStatus } from './messaging.ts'

/** One page about one person, one desk for customer service, one board for a store: reads from every module before it. */

const TagView = z.object({ id: Id, name: z.string(), color: z.string().nullable() })

/** A lifecycle stage that a person is in, in one brand. */
const StageView = z.object({ brandId: Id, stageId: Id, name: z.string(), color: z.string(), since: Instant })

export const PersonRow = PersonBrief.extend({
  memberNo: z.string().nullable(),
  tierName: z.string().nullable(),
  points: z.int().nullable(),
  tags: z.array(TagView),
  stages: z.array(StageView),
  ordersCount: z.int(),
  paidFen: Fen,
})
export type PersonRow = z.output<typeof PersonRow>

export const ProfileMembership = z.object({
  memberId: Id,
  brandId: Id,
  brandName: z.string(),
  memberNo: z.string(),
  tierId: Id.nullable(),
  tierName: z.string().nullable(),
  tierRank: z.int(),
  tierEndsAt: Instant.nullable(),
  joinedAt: Instant,
  joinChannel: z.string().nullable(),
  storeName: z.string().nullable(),
  points: z.object({ available: z.int(), pending: z.int(), frozen: z.int(), expiringSoon: z.int(), debt: z.int() }),
  nextTier: z.object({ name: z.string(), missingFen: Fen }).nullable(),
})

export const ProfileCoupon = z.object({
  id: Id,
  batchId: Id,
  name: z.string(),
  status: z.string(),
  statusText: z.string(),
  codeMasked: z.string(),
  /** `¥20`, `8.5 折`, in short. */
  valueText: z.string(),
  claimedAt: Instant,
  expiresAt: Instant.nullable(),
  usedAt: Instant.nullable(),
  /** Why it cannot be used now, in words; empty when it can. */
  whyNot: z.array(z.string()),
})

export const ProfileOrder = z.object({
  id: Id,
  orderNo: z.string(),
  brandId: Id,
  storeName: z.string().nullable(),
  status: z.string(),
  statusText: z.string(),
  paidAt: Instant,
  amountFen: Fen,
  refundedFen: Fen,
  /** The goods in short: "苦橙花修护水 等 3 件". */
  goods: z.string(),
})

export const ProfileMessage = z.object({
  id: Id,
  title: z.string(),
  channel: MessageChannel,
  status: MessageStatus,
  statusText: z.string(),
  reasonText: z.string().nullable(),
  at: Instant,
})

/** A short advice for the person who is serving: birthday in 3 days, a coupon expires tomorrow. */
export const Hint = z.object({
  kind: z.enum(['birthday', 'couponExpiring', 'tierUp', 'tierEnding', 'lapsed', 'newcomer', 'review', 'debt', 'optedOut']),
  level: z.enum(['info', 'attention', 'danger']),
  text: z.string(),
})

export const Profile = z.object({
  person: PersonBrief,
  /** One line of who he is. */
  headline: z.string(),
  hints: z.array(Hint),
  value: z.object({
    ordersCount: z.int(),
    paidFen: Fen,
    refundedFen: Fen,
    averageFen: Fen,
    firstPaidAt: Instant.nullable(),
    lastPaidAt: Instant.nullable(),
  }),
  identifiers: z.array(IdentifierView),
  /** How the records were joined, in words, newest first. */
  joinedBecause: z.array(z.object({ text: z.string(), at: Instant })),
  openReviewIds: z.array(Id),
  stages: z.array(StageView),
  consents: z.array(ConsentState),
  memberships: z.array(ProfileMembership),
  coupons: z.array(ProfileCoupon),
  tags: z.array(
    TagView.extend({
      /** What the tag says of him, for tags that say something. */
      value: z.string().nullable(),
      /** Kept by a rule or computed: not taken off by hand. */
      isKept: z.boolean(),
      source: z.string(),
      why: z.string(),
      putAt: Instant.nullable(),
      putBy: z.string().nullable(),
      /** When it comes off by itself; null: it stays. */
      expiresAt: Instant.nullable(),
    }),
  ),
  /** The first of those who know him, the present ones before; `contacts.of` pages through all. */
  contactsTotal: z.int(),
  contacts: z.array(
    z.object({
      relationId: Id,
      staffId: Id,
      staffName: z.string(),
      storeName: z.string().nullable(),
      remark: z.string(),
      addedAt: Instant,
      removedAt: Instant.nullable(),
      channelName: z.string().nullable(),
    }),
  ),
  orders: z.array(ProfileOrder),
  segments: z.array(z.object({ id: Id, name: z.string() })),
  attribution: z.array(
    z.object({
      brandId: Id,
      firstCodeId: Id.nullable(),
      firstCodeName: z.string().nullable(),
      lastCodeId: Id.nullable(),
      lastCodeName: z.string().nullable(),
    }),
  ),
  messages: z.array(ProfileMessage),
})
export type Profile = z.output<typeof Profile>

export const TimelineKind = z.enum([
  'track',
  'order',
  'refund',
  'coupon',
  'points',
  'message',
  'contact',
  'identity',
  'consent',
  'member',
  'stage',
])
export const TimelineEntry = z.object({
  id: z.string(),
  kind: TimelineKind,
  at: Instant,
  title: z.string(),
  detail: z.string(),
  amountFen: Fen.nullable(),
  link: z.string().nullable(),
})

export const DeskAnswer = z.object({
  person: PersonBrief,
  headline: z.string(),
  memberships: z.array(ProfileMembership),
  coupons: z.array(ProfileCoupon),
  points: z.array(
    z.object({
      memberId: Id,
      brandName: z.string(),
      /** The whole story in one sentence. */
      summary: z.string(),
      /** Newest first: "11月3日 消费 ¥286 获得 286 分，余额 1,020". */
      lines: z.array(z.object({ at: Instant, points: z.int(), balance: z.int(), text: z.string() })),
    }),
  ),
  orders: z.array(ProfileOrder),
  messages: z.array(ProfileMessage),
  consents: z.array(ConsentState),
})
export type DeskAnswer = z.output<typeof DeskAnswer>

const BoardCounts = z.object({
  adds: z.int(),
  losses: z.int(),
  joins: z.int(),
  claims: z.int(),
  redemptions: z.int(),
  orders: z.int(),
  amountFen: Fen,
  buyers: z.int(),
  repurchasers: z.int(),
})
const DayRange = z.object({ from: Day, to: Day })

export const profiles = {
  'people.list': query({
    access: 'operator',
    input: Page.extend({
      segmentId: Id.optional(),
      tagId: Id.optional(),
      /** A lifecycle stage. */
      stageId: Id.optional(),
      tierId: Id.optional(),
      tier: z.string().max(60).optional(),
      source: z.string().max(40).optional(),
      identifierType: z.string().max(40).optional(),
      isMember: z.boolean().optional(),
    }),
    output: pageOf(PersonRow),
    summary: 'People of the brand; search takes a name, a phone, its last four digits or any identifier',
  }),
  'people.find': query({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ q: z.string().trim().min(1).max(300), limit: z.int().min(1).max(50).default(10) }),
    output: z.object({
      items: z.array(PersonRow),
      matchedBy: z.enum(['memberCode', 'identifier', 'phoneTail', 'name', 'couponCode', 'orderNo', 'personId']).nullable(),
    }),
    summary: 'Find people by any identifier, the last four digits of a phone, a member code or a name',
  }),
  'profiles.get': query({
    access: ['operator', 'staff'],
    input: z.object({ personId: Id }),
    output: Profile,
    summary: 'Everything about one person on one page',
  }),
  'profiles.ofContact': query({
    access: 'staff',
    input: z.object({ externalUserId: z.string().trim().min(1).max(64) }),
    output: z.object({ personId: Id.nullable() }),
    summary: 'The person behind the chat that the sidebar is open on',
  }),
  'profiles.timeline': query({
    access: ['operator', 'staff'],
    input: z.object({
      personId: Id,
      before: Instant.optional(),
      /** With `before`: goes on behind this entry of that instant, so that none of the same millisecond is skipped. */
      beforeId: z.string().max(250).optional(),
      limit: z.int().min(1).max(100).default(30),
      kinds: z.array(TimelineKind).max(TimelineKind.options.length).optional(),
    }),
    output: z.object({ items: z.array(TimelineEntry), hasMore: z.boolean() }),
    summary: 'What happened with a person, newest first',
  }),
  'desk.find': query({
    access: ['operator', 'staff'],
    input: z.object({ q: z.string().trim().min(1).max(300), personId: Id.optional() }),
    output: z.object({
      candidates: z.array(PersonRow),
      answer: DeskAnswer.nullable(),
      /** When `q` is a coupon code: that coupon and why it cannot be used. */ coupon: ProfileCoupon.nullable(),
    }),
    summary: 'Any identifier in; in words why a coupon cannot be used and where the points went',
  }),
  'boards.store': query({
    access: ['staff', 'operator'],
    input: DayRange.extend({ storeId: Id.optional() }),
    output: z.object({
      store: z.object({ id: Id, name: z.string() }),
      totals: BoardCounts,
      previous: BoardCounts,
      byStaff: z.array(BoardCounts.extend({ staffId: Id, staffName: z.string() })),
      byDay: z.array(BoardCounts.extend({ day: Day })),
    }),
    summary: "The store manager's board: adds, joins, redemptions, repurchase, by staff and day",
  }),
}

export const profilesErrors = defineErrors({
  'board.noStore': { status: 422, zh: '您还没有所属门店，请联系总部设置', en: 'You belong to no store yet' },
  'board.rangeTooLong': { status: 422, zh: '时间范围最多 366 天', en: 'The range is 366 days at most' },
})
