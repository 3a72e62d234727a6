import { z } from 'zod'
import { command, Day, defineErrors, Id, Instant, Page, pageOf, query } from './kernel.ts'

/** OneID: identifiers in, one person out. The rules are the ones of "Identity" in the semantics page. */

/** Built-in identifier types, strongest first. Others may be added as rows, so a type on the wire is text. */
export const BUILT_IN_IDENTIFIER_TYPES = [
  'memberNumber', // scope: brand id
  'unionid', // scope: open-platform account
  'externalUserid', // scope: corp id
  'phone',
  'openid', // scope: app id
  'email',
  'thirdParty', // scope: platform name, for example tmall
  'device',
] as const
export type BuiltInIdentifierType = (typeof BUILT_IN_IDENTIFIER_TYPES)[number]

export const IdentifierInput = z.object({
  type: z.string().trim().min(1).max(40),
  /** Inside what the value is unique: app id, corp id, brand id, platform. Empty for phone, e-mail and device. */
  scope: z.string().trim().max(80).default(''),
  value: z.string().max(300),
})
export type IdentifierInput = z.output<typeof IdentifierInput>

export const Gender = z.enum(['male', 'female', 'unknown'])

/** What a call may say about the person beside who he is. Absent means "nothing said". */
export const ProfileInput = z.object({
  name: z.string().trim().max(60).optional(),
  avatar: z.string().trim().max(500).optional(),
  gender: Gender.optional(),
  birthday: Day.optional(),
  city: z.string().trim().max(60).optional(),
  country: z.string().trim().max(60).optional(),
})
export type ProfileInput = z.output<typeof ProfileInput>
export const PROFILE_FIELDS = ['name', 'avatar', 'gender', 'birthday', 'city', 'country'] as const
export type ProfileField = (typeof PROFILE_FIELDS)[number]

export const ResolveInput = z.object({
  identifiers: z.array(IdentifierInput).min(1).max(50),
  profile: ProfileInput.optional(),
  /** The brand that met the person; the session's brand when absent. */
  brandId: Id.optional(),
  occurredAt: Instant.optional(),
  /** Where this came from, for example `miniProgram`, `wecom`, `import:orders`. */
  source: z.string().trim().min(1).max(40),
})
export type ResolveInput = z.output<typeof ResolveInput>

export const ResolveAnswer = z.object({
  personId: Id,
  /** The permanent home of this call's identifiers: what tracks and postings store. */
  homeId: Id,
  isNew: z.boolean(),
  /** People who became part of `personId` in this call. */
  merged: z.array(Id),
  reviewId: Id.nullable(),
  /** Identifiers that were blocked values and identified nobody. */
  ignored: z.array(z.object({ type: z.string(), reason: z.enum(['blocked', 'invalid', 'unknownType']) })),
})
export type ResolveAnswer = z.output<typeof ResolveAnswer>

/** How a person can be told apart at a glance; safe to show in lists (masked). */
export const PersonBrief = z.object({
  id: Id,
  name: z.string().nullable(),
  avatar: z.string().nullable(),
  gender: Gender,
  birthday: Day.nullable(),
  city: z.string().nullable(),
  country: z.string().nullable(),
  phoneMasked: z.string().nullable(),
  /** The identifier types held, strongest first. */
  identifierTypes: z.array(z.string()),
  brandIds: z.array(Id),
  firstSource: z.string(),
  lastSeenAt: Instant,
  createdAt: Instant,
})
export type PersonBrief = z.output<typeof PersonBrief>

export const IdentifierView = z.object({
  id: Id,
  type: z.string(),
  typeName: z.string(),
  scope: z.string(),
  /** Name of the scope (account, corp, brand) when it is known. */
  scopeName: z.string().nullable(),
  masked: z.string(),
  isStrong: z.boolean(),
  source: z.string(),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
  homeId: Id,
})
export type IdentifierView = z.output<typeof IdentifierView>

export const DecisionKind = z.enum([
  'created',
  'attached',
  'merged',
  'unmerged',
  'demoted',
  'moved',
  'reviewOpened',
  'reviewRejected',
  'neverLinked',
  'revealed',
  'edited',
])
export const DecisionView = z.object({
  id: Id,
  kind: DecisionKind,
  personId: Id,
  otherPersonId: Id.nullable(),
  mergeId: Id.nullable(),
  /** In words: which identifiers matched, who decided. */
  text: z.string(),
  /** Types of the identifiers that matched. */
  matchedTypes: z.array(z.string()),
  actorName: z.string(),
  source: z.string().nullable(),
  /** A merge that can still be undone. */
  canUndo: z.boolean(),
  at: Instant,
})

export const ReviewKind = z.enum(['careful', 'recommended'])
export const ReviewStatus = z.enum(['open', 'merged', 'rejected'])
export const Review = z.object({
  id: Id,
  kind: ReviewKind,
  status: ReviewStatus,
  /** In words: why the two did not merge by themselves. */
  text: z.string(),
  /** The type whose limit or the rule that stopped the merge. */
  reasonType: z.string(),
  matchedTypes: z.array(z.string()),
  people: z.array(PersonBrief),
  openedAt: Instant,
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
})
export type Review = z.output<typeof Review>

/** What a merge would do, one line per thing it carries. */
export const MergePreview = z.object({
  survivorId: Id,
  fromIds: z.array(Id),
  identifiers: z.array(IdentifierView),
  profile: z.array(
    z.object({
      field: z.string(),
      name: z.string(),
      value: z.string().nullable(),
      before: z.array(z.object({ personId: Id, value: z.string().nullable() })),
    }),
  ),
  carried: z.array(z.object({ carrier: z.string(), name: z.string(), count: z.int(), detail: z.array(z.string()) })),
  warnings: z.array(z.string()),
})
export type MergePreview = z.output<typeof MergePreview>

export const ReviewDetail = Review.extend({
  sides: z.array(z.object({ person: PersonBrief, identifiers: z.array(IdentifierView) })),
  preview: MergePreview,
})

export const IdentifierType = z.object({
  name: z.string(),
  zh: z.string(),
  priority: z.int(),
  limit: z.int().min(1).max(1000),
  isStrong: z.boolean(),
  isBuiltIn: z.boolean(),
})

export const BlockedValue = z.object({
  id: Id,
  type: z.string().nullable(),
  value: z.string(),
  isPattern: z.boolean(),
  isBuiltIn: z.boolean(),
  createdAt: Instant.nullable(),
})

const PersonId = z.object({ personId: Id })

export const identity = {
  'identity.resolve': command({
    access: ['apiKey', 'operator'],
    input: ResolveInput,
    output: ResolveAnswer,
    summary: 'Find or make the one person behind a set of identifiers',
  }),
  'identity.graph': query({
    access: ['operator', 'staff'],
    input: PersonId,
    output: z.object({
      person: PersonBrief,
      identifiers: z.array(IdentifierView),
      /** The homes that form this person, the survivor first. */
      homes: z.array(
        z.object({ homeId: Id, isSurvivor: z.boolean(), createdAt: Instant, source: z.string(), mergeId: Id.nullable() }),
      ),
      decisions: z.array(DecisionView),
      openReviewIds: z.array(Id),
      neverLinkedTo: z.array(Id),
    }),
    summary: 'The identifiers of a person, the records it was joined from and every decision about it',
  }),
  'identity.merge': command({
    access: 'operator',
    input: z.object({
      personIds: z.array(Id).min(2).max(50),
      survivorId: Id.optional(),
      isDryRun: z.boolean().default(false),
      reason: z.string().trim().max(200).optional(),
    }),
    output: z.object({ personId: Id, mergeIds: z.array(Id), preview: MergePreview }),
    summary: 'Join people by hand, or with isDryRun show what joining them would do',
  }),
  'identity.unmerge': command({
    access: 'operator',
    input: z.object({ mergeId: Id, isDryRun: z.boolean().default(false), reason: z.string().trim().max(200).optional() }),
    output: z.object({
      personId: Id,
      restoredPersonId: Id,
      /** What each side keeps, in words; shortages are named before confirming. */
      effects: z.array(z.object({ carrier: z.string(), name: z.string(), detail: z.array(z.string()) })),
      warnings: z.array(z.string()),
    }),
    summary: 'Undo a merge, also after later ones, and never join the two again',
  }),
  'identityTypes.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({ items: z.array(IdentifierType) }),
    summary: 'Identifier types with priority and limit',
  }),
  'identityTypes.update': command({
    access: 'operator',
    input: z.object({
      name: z.string().max(40),
      zh: z.string().trim().min(1).max(40).optional(),
      priority: z.int().min(1).max(1000).optional(),
      limit: z.int().min(1).max(1000).optional(),
    }),
    output: IdentifierType,
    summary: 'Change the priority or the limit of an identifier type',
  }),
  'identityTypes.create': command({
    access: 'operator',
    input: z.object({
      name: z.string().regex(/^[a-z][A-Za-z0-9]{1,39}$/),
      zh: z.string().trim().min(1).max(40),
      priority: z.int().min(1).max(1000),
      limit: z.int().min(1).max(1000),
      isStrong: z.boolean(),
    }),
    output: IdentifierType,
    summary: 'Add an identifier type',
  }),
  'blockedValues.list': query({
    access: 'operator',
    input: Page,
    output: pageOf(BlockedValue),
    summary: 'Values that never identify anybody',
  }),
  'blockedValues.create': command({
    access: 'operator',
    input: z.object({
      type: z.string().max(40).nullable().default(null),
      value: z.string().trim().min(1).max(200),
      isPattern: z.boolean().default(false),
    }),
    output: BlockedValue,
    summary: 'Block a value or a pattern',
  }),
  'blockedValues.remove': command({
    access: 'operator',
    input: z.object({ id: Id }),
    output: z.object({ id: Id }),
    summary: 'Unblock a value',
  }),
  'reviews.list': query({
    access: 'operator',
    input: Page.extend({ status: ReviewStatus.default('open'), kind: ReviewKind.optional() }),
    output: pageOf(Review),
    summary: 'Pairs of people that may be one',
  }),
  'reviews.get': query({
    access: 'operator',
    input: z.object({ reviewId: Id }),
    output: ReviewDetail,
    summary: 'Both people side by side, with a dry run of the merge',
  }),
  'reviews.merge': command({
    access: 'operator',
    input: z.object({ reviewId: Id, survivorId: Id.optional() }),
    output: z.object({ personId: Id, mergeIds: z.array(Id) }),
    summary: 'Decide that they are one person',
  }),
  'reviews.reject': command({
    access: 'operator',
    input: z.object({ reviewId: Id, reason: z.string().trim().max(200).optional() }),
    output: Review,
    summary: 'Decide that they are two, for ever',
  }),
  'people.get': query({
    access: ['operator', 'staff', 'apiKey'],
    input: PersonId,
    output: PersonBrief,
    summary: 'One person, masked; follows merges',
  }),
  'people.update': command({
    access: ['operator', 'staff'],
    input: PersonId.extend({ profile: ProfileInput }),
    output: PersonBrief,
    summary: 'Correct what is known about a person',
  }),
  'people.reveal': command({
    access: ['operator', 'staff'],
    input: PersonId.extend({
      field: z.enum(['phone', 'openid', 'email', 'externalUserid', 'unionid', 'memberNumber', 'thirdParty']).default('phone'),
    }),
    output: z.object({ values: z.array(z.object({ type: z.string(), scope: z.string(), value: z.string() })) }),
    summary: 'Show an identifier in clear; the request is audited',
  }),
}

export const identityErrors = defineErrors({
  'identity.noIdentifier': {
    status: 422,
    zh: '没有可用的身份标识（空值、占位值或已屏蔽的值不能识别客户）',
    en: 'No usable identifier: blank, placeholder and blocked values identify nobody',
  },
  'identity.unknownType': {
    status: 422,
    zh: '没有这种身份标识类型，请先在设置中添加',
    en: 'Unknown identifier type; add it in the settings first',
  },
  'identity.typeExists': { status: 409, zh: '这种身份标识类型已存在', en: 'This identifier type exists' },
  'identity.neverLinked': {
    status: 409,
    zh: '这些客户曾被判定为不同的人，不能合并；请先核对拆分记录',
    en: 'These people were decided to be different; they cannot be merged',
  },
  'identity.tooManyPeople': { status: 422, zh: '一次最多合并 50 位客户', en: 'At most 50 people in one merge' },
  'identity.limitReached': {
    status: 409,
    zh: '这位客户的标识或合并次数已达上限，请人工核对',
    en: 'This person has reached the limit of identifiers or merges',
  },
  'identity.alreadyOne': { status: 409, zh: '他们已经是同一位客户', en: 'They are already one person' },
  'identity.alreadyUndone': { status: 409, zh: '这次合并已经拆分过了', en: 'This merge has been undone already' },
  'identity.survivorMissing': {
    status: 422,
    zh: '要保留的客户不在所选客户之中',
    en: 'The survivor is not among the people given',
  },
  'identity.badPattern': { status: 422, zh: '屏蔽规则不是有效的通配模式', en: 'The pattern is not valid' },
  'identity.builtIn': { status: 409, zh: '内置的屏蔽值不能删除', en: 'A built-in blocked value cannot be removed' },
  'review.decided': { status: 409, zh: '这条审核已经处理过了', en: 'This review has been decided already' },
})
