import { z } from 'zod'
import { command, Done, defineErrors, Id, Instant, Name, Page, pageOf, query } from './kernel.ts'
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
    input: Page.extend({ typeId, kind: SegmentKind.optional() }),
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
  'segment.nameTaken': { status: 409, zh: '已有同名人群，请换一个名字', en: 'Another segment has this name' },
})

export type { RuleTree }
