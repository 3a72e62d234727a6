import { z } from 'zod'
import { command, Day, Done, defineErrors, Empty, Fen, Id, Instant, Name, Page, Paged, pageOf, query } from './kernel.ts'

/** Members: enrolment in a brand's programme, its points ledger and its tiers. Consumers sign in here too. */

// Tiers

export const Tier = z.object({
  id: Id,
  brandId: Id,
  name: z.string(),
  /** 0 is the tier everybody starts in; higher is better. */
  rank: z.int().min(0),
  /** What one must have spent within the window to hold it. */
  thresholdFen: Fen.min(0),
  /** How long it lasts once reached. */
  termMonths: z.int().min(1),
  /** After the term ends the tier is kept this long, with a notice that says what is missing. */
  graceDays: z.int().min(0),
  /** 100 = points as the rule says, 150 = half as much again. */
  pointsPercent: z.int().min(100).max(1000),
  benefits: z.array(z.string()),
  /** Card colour, `#RRGGBB`. */
  color: z.string(),
  memberCount: z.int().min(0),
})
export type Tier = z.infer<typeof Tier>

export const TierInput = z.object({
  name: Name.max(20),
  rank: z.int().min(0).max(20),
  thresholdFen: Fen.min(0).max(100_000_000_00),
  termMonths: z.int().min(1).max(36).default(12),
  graceDays: z.int().min(0).max(90).default(30),
  pointsPercent: z.int().min(100).max(1000).default(100),
  benefits: z.array(z.string().trim().min(1).max(60)).max(12).default([]),
  color: z
    .string()
    .regex(/^#[0-9A-Fa-f]{6}$/)
    .default('#1F7A4D'),
})

export const TierWindow = z.enum(['rolling12Months', 'calendarYear', 'anniversary', 'lifetime'])
export const TierBasis = z.enum(['spent', 'earned'])

// Points

export const PointExpiry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('fixedDate'), day: Day }),
  z.object({ kind: z.literal('afterDays'), days: z.int().min(1).max(3650) }),
  z.object({ kind: z.literal('afterMonths'), months: z.int().min(1).max(120) }),
  z.object({ kind: z.literal('yearEnd'), years: z.int().min(0).max(10) }),
])
export type PointExpiry = z.infer<typeof PointExpiry>

export const PointRule = z.object({
  brandId: Id,
  /** Fen spent for one point: 100 = one point per yuan. 0 = purchases earn nothing. */
  fenPerPointEarned: Fen.min(0).max(1_000_000),
  /** What one point is worth when paying: 1 = a hundred points are one yuan. 0 = points cannot pay. */
  fenPerPointSpent: Fen.min(0).max(10_000),
  /** The most that points may pay of one order, percent. */
  spendPercentMax: z.int().min(0).max(100),
  joinPoints: z.int().min(0).max(100_000),
  /** Points of a purchase wait this long (the return window) before they can be spent. */
  pendingDays: z.int().min(0).max(180),
  expiry: PointExpiry,
  /** Refunded points whose lot has expired come back for this long; 0 = they are lost. */
  returnGraceDays: z.int().min(0).max(365),
  clawbackPolicy: z.enum(['only_pending', 'within_balance', 'unlimited']),
  /** With `unlimited`: the largest debt a member may fall into. */
  debtMax: z.int().min(0).max(1_000_000),
  tierBasis: TierBasis,
  tierWindow: TierWindow,
  /** At the end of a term: down to what was earned, or one step at a time. */
  tierDrop: z.enum(['toEarned', 'oneStep']),
})
export type PointRule = z.infer<typeof PointRule>

export const PointKind = z.enum(['earn', 'spend', 'expire', 'return', 'clawback', 'adjust', 'freeze', 'release', 'merge', 'debt'])

export const PointPosting = z.object({
  id: Id,
  kind: PointKind,
  /** Signed: earned is positive, spent is negative. A freeze or release is 0 here and says so in `frozenPoints`. */
  points: z.int(),
  frozenPoints: z.int(),
  balanceAfter: z.int(),
  /** What the member reads: "购买 订单 A1024", "兑换优惠券", "积分过期". */
  reason: z.string(),
  orderId: Id.nullable(),
  at: Instant,
  /** Earned but not to be spent before this instant. */
  availableFrom: Instant.nullable(),
  expiresAt: Instant.nullable(),
})
export type PointPosting = z.infer<typeof PointPosting>

export const PointBalance = z.object({
  posted: z.int(),
  available: z.int(),
  pending: z.int(),
  frozen: z.int(),
  /** Points owed after a refund; the next earnings settle it. */
  debt: z.int().min(0),
  /** Expiring within 30 days. */
  expiringSoon: z.int(),
  expiringAt: Instant.nullable(),
})
export type PointBalance = z.infer<typeof PointBalance>

// Members

export const MemberStatus = z.enum(['active', 'left', 'merged'])

export const Member = z.object({
  id: Id,
  brandId: Id,
  personId: Id,
  memberNo: z.string(),
  status: MemberStatus,
  tierId: Id,
  tierName: z.string(),
  tierRank: z.int(),
  /** The tier is sure until then; null for the first tier, which never ends. */
  tierEndsAt: Instant.nullable(),
  joinedAt: Instant,
  joinChannel: z.string(),
  storeId: Id.nullable(),
})
export type Member = z.infer<typeof Member>

export const MemberRow = Member.extend({
  personName: z.string(),
  storeName: z.string().nullable(),
  pointsAvailable: z.int(),
  spentFen: Fen,
  lastOrderAt: Instant.nullable(),
})

export const MemberGender = z.enum(['female', 'male', 'unknown'])

/** A picture on WeChat's own servers. Any other address would tell its owner when, and from where, staff look at a person; '' is none. */
export const PlatformPicture = z
  .string()
  .max(500)
  .regex(/^(https:\/\/([\w-]+\.)+(qlogo|qpic)\.cn\/\S*)?$/)

export const MemberPerson = z.object({
  id: Id,
  name: z.string(),
  avatar: z.string().nullable(),
  gender: MemberGender,
  birthday: Day.nullable(),
  phoneMasked: z.string().nullable(),
})

export const NextTier = z.object({
  id: Id,
  name: z.string(),
  thresholdFen: Fen,
  /** Still to spend (or, with tierBasis `earned`, still to earn, in points). */
  missingFen: Fen,
  /** How far from this tier's threshold to the next, 0..100. */
  progressPercent: z.int().min(0).max(100),
})

export const MemberHome = z.object({
  person: MemberPerson,
  brand: z.object({ id: Id, name: z.string(), isDemo: z.boolean() }),
  member: Member.nullable(),
  tier: Tier.nullable(),
  nextTier: NextTier.nullable(),
  /** Counted in the tier's window. */
  qualifyingFen: Fen,
  /** What is missing to keep the tier beyond `member.tierEndsAt`; 0 = kept. Null when the tier never ends. */
  missingToKeepFen: Fen.nullable(),
  points: PointBalance,
  /** Unused coupons; the coupons module counts them. */
  couponsHeld: z.int().min(0),
  isPhoneKnown: z.boolean(),
})
export type MemberHome = z.infer<typeof MemberHome>

export const MemberConsent = z.object({
  purpose: z.enum(['privacy', 'service', 'marketing']),
  isGranted: z.boolean(),
  textVersion: z.string().max(40).optional(),
})

const personOrMember = z.object({ personId: Id, brandId: Id.optional() })

export const members = {
  'memberAuth.signIn': command({
    access: 'public',
    summary: 'Open a mini-program session from a wx.login code; the phone is not asked for',
    input: z.object({
      appId: z.string().min(1).max(64),
      code: z.string().min(1).max(256),
      /** The live code's scene the mini-program was opened with. */
      scene: z.string().max(64).optional(),
      /** The parameters of the link or ad it was opened with: utm_* and click ids are kept, all else is left alone. */
      query: z.record(z.string().max(64), z.string().max(500)).optional(),
    }),
    output: z.object({
      token: z.string(),
      expiresAt: Instant,
      person: MemberPerson,
      brandId: Id,
      /** The brand's people and orders are made up; every page says so. */
      isDemo: z.boolean(),
      member: Member.nullable(),
      isPhoneKnown: z.boolean(),
    }),
    isAudited: false,
  }),
  'memberAuth.phone': command({
    access: 'person',
    summary:
      'Give the phone with a getPhoneNumber code: joins the identities; costs the brand money, so only when the phone is unknown',
    input: z.object({ code: z.string().min(1).max(256) }),
    output: z.object({
      /** The person after the phone joined identities: may be another id than before. */
      personId: Id,
      phoneMasked: z.string(),
      member: Member.nullable(),
      /** False when the phone was known already and WeChat was not asked. */
      isCharged: z.boolean(),
      /** Present when the session moved to another person: use it from now on. */
      token: z.string().nullable(),
    }),
  }),
  'memberAuth.phoneMeter': query({
    access: 'operator',
    summary: 'How many phones were asked for per month, how often it was not needed, and what it cost',
    input: z.object({ brandId: Id.optional() }),
    output: z.array(z.object({ month: z.string(), askedCount: z.int(), savedCount: z.int(), costFen: Fen })),
  }),

  'members.join': command({
    access: 'person',
    summary: 'Enrol in the brand of this session; works without a phone; a second call answers with the same member',
    input: z.object({
      consents: z.array(MemberConsent).max(10),
      storeId: Id.optional(),
      liveCodeScene: z.string().max(64).optional(),
    }),
    output: z.object({ member: Member, isNew: z.boolean(), joinPoints: z.int() }),
  }),
  'members.me': query({ access: 'person', summary: 'Everything the home page shows', input: Empty, output: MemberHome }),
  'members.code': query({
    access: 'person',
    summary: 'The rotating member code to show at the counter; valid 30 seconds',
    input: Empty,
    output: z.object({ code: z.string(), expiresAt: Instant, validSeconds: z.int(), memberNo: z.string(), svg: z.string() }),
  }),
  'members.scan': query({
    access: ['staff', 'operator'],
    summary: 'Whose member code, member number or phone is this?',
    input: z.object({ code: z.string().trim().min(4).max(64) }),
    output: z.object({ personId: Id, personName: z.string(), member: Member.nullable() }),
  }),
  'members.updateProfile': command({
    access: 'person',
    summary: 'The consumer changes what the brand knows about him',
    input: z.object({
      name: Name.optional(),
      birthday: Day.nullable().optional(),
      gender: MemberGender.optional(),
      avatar: PlatformPicture.nullable().optional(),
    }),
    output: MemberPerson,
  }),
  'members.list': query({
    access: 'operator',
    summary: 'Members, by brand, tier, store, channel and time of joining',
    input: Page.extend({
      brandId: Id.optional(),
      tierId: Id.optional(),
      storeId: Id.optional(),
      joinChannel: z.string().max(40).optional(),
      joinedFrom: Instant.optional(),
      joinedTo: Instant.optional(),
    }),
    output: pageOf(MemberRow),
  }),
  'members.of': query({
    access: ['staff', 'operator'],
    summary: 'The memberships of one person, with tier progress and points',
    input: z.object({ personId: Id }),
    output: z.array(MemberHome.omit({ person: true, isPhoneKnown: true, couponsHeld: true })),
  }),
  'members.setTier': command({
    access: 'operator',
    summary: 'Set a tier by hand until a date',
    input: z.object({ memberId: Id, tierId: Id, endsAt: Instant.nullable(), reason: Name.max(200) }),
    output: Member,
  }),

  'points.mine': query({
    access: 'person',
    summary: 'My balance and the history of my points',
    input: Paged,
    output: z.object({ balance: PointBalance, items: z.array(PointPosting), total: z.int() }),
  }),
  'points.of': query({
    access: ['staff', 'operator'],
    summary: "One person's balance and history in a brand",
    input: Paged.extend({ personId: Id, brandId: Id.optional() }),
    output: z.object({ balance: PointBalance, items: z.array(PointPosting), total: z.int() }),
  }),
  'points.adjust': command({
    access: 'operator',
    summary: 'Give or take points by hand, with a reason the member reads',
    input: personOrMember.extend({ points: z.int().min(-1_000_000).max(1_000_000), reason: Name.max(100) }),
    output: z.object({ balance: PointBalance, posting: PointPosting }),
  }),
  'points.check': command({
    access: 'operator',
    summary: 'Prove that every balance equals the sum of its postings and lots; lists those that differ',
    input: z.object({ brandId: Id.optional() }),
    output: z.object({
      checkedCount: z.int(),
      differing: z.array(z.object({ accountId: Id, memberId: Id, expected: z.int(), found: z.int() })),
    }),
  }),

  'pointRules.get': query({
    access: 'operator',
    summary: 'How a brand gives and takes points',
    input: z.object({ brandId: Id.optional() }),
    output: PointRule,
  }),
  'pointRules.update': command({
    access: 'operator',
    summary: 'Change the point rule; what was given already keeps its dates',
    input: PointRule.partial().extend({ brandId: Id.optional() }),
    output: PointRule,
  }),
  'tiers.list': query({
    access: ['operator', 'staff'],
    summary: 'The tiers of a brand, lowest first; without one, of all brands in scope, brand by brand',
    input: z.object({ brandId: Id.optional() }),
    output: z.array(Tier),
  }),
  'tiers.mine': query({
    access: 'person',
    summary: 'The tiers of this brand, for the rules page',
    input: Empty,
    output: z.object({
      tiers: z.array(Tier.omit({ memberCount: true })),
      currentTierId: Id.nullable(),
      window: TierWindow,
      basis: TierBasis,
      pointRule: PointRule.pick({
        fenPerPointEarned: true,
        fenPerPointSpent: true,
        joinPoints: true,
        pendingDays: true,
        expiry: true,
      }),
    }),
  }),
  'tiers.create': command({
    access: 'operator',
    summary: 'Add a tier; nobody moves until the next run',
    input: TierInput.extend({ brandId: Id.optional() }),
    output: Tier,
  }),
  'tiers.update': command({
    access: 'operator',
    summary: 'Change a tier; nobody moves until the next run',
    input: TierInput.partial().extend({ tierId: Id }),
    output: Tier,
  }),
  'tiers.remove': command({
    access: 'operator',
    summary: 'Remove a tier that nobody holds',
    input: z.object({ tierId: Id }),
    output: Done,
  }),
}

export const membersErrors = defineErrors({
  'member.notJoined': { status: 409, zh: '还不是会员，请先加入会员', en: 'Join first' },
  'member.codeExpired': { status: 409, zh: '会员码已过期，请客人刷新后再扫', en: 'The member code has expired; refresh it' },
  'member.codeUnknown': { status: 404, zh: '没有找到这位会员，请核对会员码、会员号或手机号', en: 'No member has this code' },
  'member.consentNeeded': { status: 422, zh: '请先阅读并同意会员协议和隐私政策', en: 'Agree to the privacy policy first' },
  'memberAuth.appUnknown': {
    status: 422,
    zh: '这个小程序还没有在系统里登记，请联系品牌',
    en: 'This mini program is not connected',
  },
  'points.notEnough': { status: 409, zh: '可用积分不足', en: 'Not enough available points' },
  'points.cannotPay': { status: 409, zh: '这个品牌暂不支持积分抵扣', en: 'Points cannot pay here' },
  'points.overShare': { status: 409, zh: '超过了单笔订单可用积分的上限', en: 'Over the share of an order that points may pay' },
  'points.keyReused': { status: 409, zh: '同一个积分流水号用于了不同的内容', en: 'This posting key was used with other content' },
  'points.freezeClosed': { status: 409, zh: '这笔冻结已经结束', en: 'This freeze is already settled' },
  'tier.inUse': { status: 409, zh: '还有会员在这个等级，不能删除', en: 'Members still hold this tier' },
  'tier.rankTaken': { status: 409, zh: '已有相同级别的等级', en: 'This rank is taken' },
  'tier.thresholdOrder': {
    status: 422,
    zh: '等级越高，门槛必须越高；最低等级门槛为 0',
    en: 'Thresholds must rise with rank, starting from 0',
  },
  'pointRule.fixedDatePast': { status: 422, zh: '固定到期日必须在今天之后', en: 'The fixed date must be in the future' },
})
