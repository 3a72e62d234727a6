import { z } from 'zod'
import { command, Done, defineErrors, Id, Instant, Name, Page, pageOf, query } from './kernel.ts'
import { ExportRequest, ExportRun } from './platform/exports.ts'
import { Rule, type Rule as RuleTree } from './selection/rule.ts'

/** 人群: a named selection with its members. Dynamic ones follow their rule; static ones never change by themselves. */
export const SegmentKind = z.enum(['dynamic', 'static'])
export const SegmentStatus = z.enum(['building', 'ready', 'failed'])

/** What a static segment was taken from. */
export const SegmentSource = z.discriminatedUnion('of', [
  z.object({ of: z.literal('people') }),
  z.object({ of: z.literal('file') }),
  z.object({ of: z.literal('rule') }),
  z.object({ of: z.literal('segment'), segmentId: Id }),
  /** Who was in all, or any, of some segments and in none of others. */
  z.object({ of: z.literal('sets'), inside: z.array(Id), match: z.enum(['all', 'any']), outside: z.array(Id) }),
])
export type SegmentSource = z.output<typeof SegmentSource>

export const SegmentRow = z.object({
  id: Id,
  brandId: Id.nullable(),
  name: z.string(),
  description: z.string(),
  kind: SegmentKind,
  /** Of what it is a selection: a subject type; null for people. */
  typeId: Id.nullable(),
  status: SegmentStatus,
  /** Members after the last refresh; null before the first. */
  count: z.int().nullable(),
  /** Whether time alone may change it. */
  isTimeDependent: z.boolean(),
  refreshedAt: Instant.nullable(),
  /** When time alone may change it next. */
  recheckAt: Instant.nullable(),
  /** What the last refresh cost. */
  tookMs: z.int().nullable(),
  /** Why the last refresh failed. */
  failure: z.string().nullable(),
  /** Null for a dynamic segment. */
  source: SegmentSource.nullable(),
  /** The instant at which a static one was taken. */
  takenAt: Instant.nullable(),
  createdBy: z.string(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type SegmentRow = z.output<typeof SegmentRow>

export const SegmentBuild = z.object({
  id: Id,
  at: Instant,
  isFirst: z.boolean(),
  enteredCount: z.int(),
  leftCount: z.int(),
  tookMs: z.int(),
})

export const Segment = SegmentRow.extend({
  /** Null for a static segment. */
  rule: Rule.nullable(),
  /** The latest refreshes that changed something, newest first. */
  builds: z.array(SegmentBuild),
  /** Names of segments whose rules refer to this one. */
  usedBy: z.array(z.object({ id: Id, name: z.string() })),
  /** Names of the segments that a static one was taken from. */
  sourceNames: z.array(z.object({ id: Id, name: z.string() })),
})
export type Segment = z.output<typeof Segment>

export const SegmentMember = z.object({
  personId: Id,
  name: z.string().nullable(),
  avatar: z.string().nullable(),
  phoneMasked: z.string().nullable(),
  enteredAt: Instant,
})

export const Estimate = z.object({
  count: z.int(),
  /** Everybody in the brand's scope. */
  population: z.int(),
  /** Half the width of the 95 % interval when the count comes from a sample; null when it is exact. */
  sampledMargin: z.int().nullable(),
  /** How many each part of the root group holds by itself, in the rule's order. */
  parts: z.array(z.int()),
  /** False: a sample's answer that came fast; `segments.count` gives the exact one. */
  isExact: z.boolean(),
  /** Conditions, the population among them, that were read from stored sets, and that were computed. */
  storedCount: z.int(),
  computedCount: z.int(),
  tookMs: z.int(),
})
export type Estimate = z.output<typeof Estimate>

/** The rule tree with its truth for one person, node by node. */
export type ExplainNode = { kind: string; text: string; isTrue: boolean; rules: ExplainNode[] }
export const ExplainNode: z.ZodType<ExplainNode> = z.lazy(() =>
  z.object({ kind: z.string(), text: z.string(), isTrue: z.boolean(), rules: z.array(ExplainNode) }),
)

/** One value of an attribute: how many of the segment and of the others hold it. */
export const ProfileValue = z.object({
  /** Null: those of whom nothing is known, or `isRest`. */
  value: z.string().nullable(),
  label: z.string(),
  isRest: z.boolean(),
  inside: z.int(),
  outside: z.int(),
  /** Of all in the segment, and of all who are not in it; 0 to 1. */
  insideShare: z.number(),
  outsideShare: z.number(),
  /** insideShare / outsideShare; null when none of the others holds it. */
  lift: z.number().nullable(),
})
export const ProfileAttribute = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.enum(['choice', 'flag', 'number', 'age', 'many']),
  /**
   * How differently it is spread, 0 to 1: half the sum of the differences of all shares (total variation), and where one may hold several values
   * (`many`), the largest difference.
   */
  distance: z.number(),
  /** The segment's own rule asks for it: that it differs is no finding. */
  isInRule: z.boolean(),
  /** Of numbers: the middle one, as a person reads it. */
  insideMedian: z.string().nullable(),
  outsideMedian: z.string().nullable(),
  values: z.array(ProfileValue),
})
export type ProfileAttribute = z.output<typeof ProfileAttribute>

/** Of what a rule asks: a subject type; people when it is left out. */
const typeId = Id.optional()

const Draft = z.object({
  typeId,
  name: Name,
  description: z.string().trim().max(300).default(''),
})
/** A rule as it is, or that of a saved segment. */
const RuleOrSegment = z
  .object({ rule: Rule.optional(), segmentId: Id.optional(), typeId })
  .refine(input => (input.rule === undefined) !== (input.segmentId === undefined), { message: 'either rule or segmentId' })

export const segments = {
  'segments.list': query({
    access: ['operator', 'apiKey'],
    /** `typeId`: of things of this type; null: of people; left out: all. */
    input: Page.extend({ typeId: Id.nullable().optional(), kind: SegmentKind.optional() }),
    output: pageOf(SegmentRow),
    summary: 'Segments of the brand, newest first',
  }),
  'segments.get': query({
    access: ['operator', 'apiKey'],
    input: z.object({ segmentId: Id }),
    output: Segment,
    summary: 'One segment with its rule and latest refreshes',
  }),
  'segments.create': command({
    access: 'operator',
    input: z.discriminatedUnion('kind', [
      Draft.extend({ kind: z.literal('dynamic'), rule: Rule }),
      /** A list of people, or a snapshot of a rule or of another segment as it is now. */
      Draft.extend({
        kind: z.literal('static'),
        personIds: z.array(Id).max(100_000).optional(),
        rule: Rule.optional(),
        fromSegmentId: Id.optional(),
      }),
    ]),
    output: SegmentRow,
    summary: 'Save a segment; its first refresh starts at once',
  }),
  'segments.update': command({
    access: 'operator',
    input: z.object({
      segmentId: Id,
      name: Name.optional(),
      description: z.string().trim().max(300).optional(),
      rule: Rule.optional(),
    }),
    output: SegmentRow,
    summary: 'Change the name or the rule; a changed rule refreshes at once',
  }),
  'segments.remove': command({
    access: 'operator',
    input: z.object({ segmentId: Id }),
    output: Done,
    summary: 'Remove a segment that nothing uses',
  }),
  'segments.estimate': query({
    access: 'operator',
    input: z.object({ rule: Rule, typeId }),
    output: Estimate,
    summary: 'How many people a rule selects now: exact when that is fast, otherwise from a sample with its margin',
  }),
  'segments.count': query({
    access: 'operator',
    input: z.object({ rule: Rule, typeId }),
    output: Estimate,
    summary: 'Exactly how many people a rule selects now',
  }),
  'segments.sample': query({
    access: 'operator',
    input: z.object({ rule: Rule, typeId, count: z.int().min(1).max(20).default(8) }),
    output: z.object({
      items: z.array(
        SegmentMember.omit({ enteredAt: true }).extend({
          /** What shows at a glance whether the right ones are meant: the city, the tier. */
          notes: z.array(z.string()),
        }),
      ),
    }),
    summary: 'Some whom a rule selects now, masked; the same rule shows the same ones',
  }),
  'segments.members': query({
    access: ['operator', 'apiKey'],
    input: Page.extend({ segmentId: Id }),
    output: pageOf(SegmentMember),
    summary: 'Members as of the last refresh, searched like people or things, sorted by personId or enteredAt',
  }),
  'segments.explain': query({
    access: 'operator',
    input: RuleOrSegment.and(z.object({ personId: Id })),
    output: z.object({ isIn: z.boolean(), isInPopulation: z.boolean(), tree: ExplainNode }),
    summary: 'Why a person is in or not: the rule, node by node, true or false now',
  }),
  'segments.refresh': command({
    access: 'operator',
    input: z.object({ segmentId: Id }),
    output: SegmentRow,
    summary: 'Compute the members again now',
  }),
  'segments.cancelBuild': command({
    access: 'operator',
    input: z.object({ segmentId: Id }),
    output: SegmentRow,
    summary: 'Stop the build that is under way; members stay as they were',
  }),
  'segments.isIn': query({
    access: ['operator', 'apiKey'],
    input: z.object({ segmentId: Id, personIds: z.array(Id).min(1).max(1_000) }),
    output: z.object({ personIds: z.array(Id) }),
    summary: 'Which of these people are in the segment at this instant',
  }),
  'segments.overlap': query({
    access: 'operator',
    input: z.object({ segmentIds: z.array(Id).min(2).max(3) }),
    output: z.object({
      segments: z.array(z.object({ id: Id, name: z.string(), count: z.int(), refreshedAt: Instant.nullable() })),
      /** Every combination: who is in all of `inside` and in none of `outside`. */
      parts: z.array(z.object({ inside: z.array(Id), outside: z.array(Id), count: z.int() })),
      at: Instant,
    }),
    summary: 'How two or three segments overlap: the exact size of every part, as of their last refresh',
  }),
  'segments.combine': command({
    access: 'operator',
    input: z.object({
      name: Name,
      description: z.string().trim().max(300).default(''),
      inside: z.array(Id).min(1).max(10),
      match: z.enum(['all', 'any']).default('all'),
      outside: z.array(Id).max(10).default([]),
    }),
    output: SegmentRow,
    summary: 'A static segment of who is now in all (or any) of some segments and in none of others',
  }),
  'segments.export': command({
    access: 'operator',
    input: ExportRequest.extend({ segmentId: Id }),
    output: ExportRun,
    summary: 'Write the members of a segment, as of its last refresh, to a file; columns as `exports.columns` names them',
  }),
  'segments.exportAudience': command({
    access: 'operator',
    input: z.object({
      segmentId: Id,
      /** Phones without +86, as lower case hex; openids in clear, for roles that may reveal; the latest ad click of each. */
      identifier: z.enum(['phoneSha256', 'phoneMd5', 'openid', 'clickId']),
      /** Of click ids: only those of this platform, as `lastAdPlatform` names it. */
      adPlatform: z.string().max(20).optional(),
      /** Whose openids: the brand's mini program when left out. */
      appId: z.string().max(64).optional(),
      excludeSegmentIds: z.array(Id).max(5).default([]),
      /** Leaves out who bought in so many days. */
      excludeBoughtDays: z.int().min(1).max(730).optional(),
      /** A fair sample of at most so many: a seed for look-alikes. */
      sizeMax: z.int().min(1).max(5_000_000).optional(),
    }),
    output: ExportRun,
    summary: 'An audience for ad platforms, of who agreed to marketing: hashed phones or openids, one per line',
  }),
  'segments.audienceAccounts': query({
    access: 'operator',
    input: z.object({ segmentId: Id }),
    /** The one that a pack takes when none is named comes first. */
    output: z.array(z.object({ appId: z.string(), name: z.string(), type: z.enum(['miniProgram', 'officialAccount']) })),
    summary: "The accounts of the segment's brand whose openids an audience pack may hold",
  }),
  'segments.profile': query({
    access: 'operator',
    /** `isAgain`: not the kept answer, unless that is some seconds old. */
    input: z.object({ segmentId: Id, isAgain: z.boolean().default(false) }),
    output: z.object({
      /** Members, and everybody else of the same kind whom the caller may see; of a sample, as many as it holds. */
      insideCount: z.int(),
      outsideCount: z.int(),
      isSample: z.boolean(),
      /** When it was computed: the answer is kept for six hours. */
      at: Instant,
      tookMs: z.int(),
      /** The most different first, at most 30. */
      attributes: z.array(ProfileAttribute),
    }),
    summary: 'How the members of a segment differ from everybody else: attributes, tags, tiers, stores, with their lift',
  }),
  'segments.trend': query({
    access: ['operator', 'apiKey'],
    input: z.object({ segmentId: Id, days: z.int().min(7).max(731).default(90) }),
    output: z.object({
      /** True: the numbers are of people whom the caller may not see, and are left out. */
      isWithheld: z.boolean(),
      from: z.string(),
      to: z.string(),
      /** Every day from `from` to `to`, in the brand's zone. `count` null: no refresh on that day, so nobody knows. */
      days: z.array(
        z.object({
          day: z.string(),
          count: z.int().nullable(),
          enteredCount: z.int(),
          leftCount: z.int(),
          at: Instant.nullable(),
        }),
      ),
    }),
    summary: 'The size of a segment day by day, with how many entered and left; days without a refresh are gaps',
  }),
}

export const segmentsErrors = defineErrors({
  'segment.inUse': { status: 409, zh: '这个人群正被其他人群或消息使用，不能删除', en: 'This segment is in use' },
  'segment.isStatic': { status: 409, zh: '静态人群没有规则，不会自动变化', en: 'A static segment has no rule' },
  'segment.notBuilding': { status: 409, zh: '该人群当前没有正在进行的计算', en: 'No build of this segment is under way' },
  'segment.cancelled': { status: 409, zh: '计算已被取消', en: 'The build was cancelled' },
  'segment.emptyList': {
    status: 422,
    zh: '请选择客户、规则或另一个人群作为来源',
    en: 'Choose people, a rule or another segment as the source',
  },
  'segment.notBuilt': { status: 409, zh: '有人群还没有算完，请稍后再试', en: 'A segment has not been built yet' },
  'segment.otherType': { status: 422, zh: '只能比较同一类对象的人群', en: 'The segments are not of the same subjects' },
  'segment.unknownMember': { status: 422, zh: '没有这个客户或对象', en: 'Nobody, or nothing, is known by this' },
  'segment.ofOtherBrand': { status: 422, zh: '这个客户属于其他品牌', en: 'This person is of another brand' },
  'segment.listedTwice': { status: 422, zh: '名单里已经有了', en: 'Already on the list' },
  'segment.ambiguous': { status: 422, zh: '这个值对应多个客户', en: 'Several people go by this' },
  'segment.emptyRow': { status: 422, zh: '这一行没有可以识别的内容', en: 'Nothing on this row says who it is' },
  'segment.notPeople': { status: 422, zh: '人群包只能由客户组成', en: 'An audience is made of people' },
  'segment.needsBrand': {
    status: 422,
    zh: '人群包要按品牌核对营销授权，请选择某个品牌的人群',
    en: 'Consent is asked by brand: choose a segment of one brand',
  },
  'segment.nameTaken': { status: 409, zh: '已有同名人群，请换一个名字', en: 'Another segment has this name' },
})

export type { RuleTree }
