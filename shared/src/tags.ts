import { z } from 'zod'
import { command, Done, defineErrors, Id, Instant, Page, Paged, pageOf, query } from './kernel.ts'
import { FieldKey, Rule, TrackFilter } from './selection.ts'

/** 标签: put on by hand, by a live code or an import, kept by a rule, or computed from tracks and facts; who put it on, when and why is kept. */
export const TagColor = z.string().regex(/^#[0-9A-Fa-f]{6}$/)

/** Where a tag comes from; only manual ones are put on and taken off by hand. */
export const TagKind = z.enum(['manual', 'rule', 'computed'])
export type TagKind = z.output<typeof TagKind>

/** What a tag says: only that it is there, one value of a list, a number or a text. */
export const TagValueKind = z.enum(['plain', 'choice', 'number', 'text'])
export type TagValueKind = z.output<typeof TagValueKind>

export const TAG_VALUE_MAX = 100
const Choices = z.array(z.string().trim().min(1).max(30)).max(100)
/** Days after which a tag comes off by itself. */
const ValidDays = z.int().min(1).max(3650)

const TrackName = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/)
const PropertyKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/)
const onTracks = { name: TrackName, filters: z.array(TrackFilter).max(10).default([]) }
/** In the last so many days, by the instant; null: ever. */
const days = z.int().min(1).max(3650).nullable().default(null)

/** What a computed tag computes. `daysSince` and `daysSinceField` count days of the brand's calendar. */
export const TagComputation = z.discriminatedUnion('of', [
  z.object({ of: z.literal('daysSince'), ...onTracks }),
  z.object({ of: z.literal('daysSinceField'), field: FieldKey }),
  z.object({ of: z.literal('count'), ...onTracks, days }),
  z.object({ of: z.literal('sum'), ...onTracks, property: PropertyKey, days }),
  z.object({ of: z.enum(['first', 'last']), ...onTracks, property: PropertyKey }),
  /** The value that comes most often; of several, the one that comes first in the alphabet. */
  z.object({ of: z.literal('favourite'), ...onTracks, property: PropertyKey, days }),
  /** Three digits, 1 to 5 each, 5 best: how lately, how often and for how much, by quintiles over the brand's people who have any. */
  z.object({ of: z.literal('rfm'), ...onTracks, property: PropertyKey, days }),
])
export type TagComputation = z.output<typeof TagComputation>

/** When a rule's or a computed tag follows: at once when something it reads changes, or at an hour of every day. */
export const TagSchedule = z.discriminatedUnion('when', [
  z.object({ when: z.literal('atOnce') }),
  z.object({ when: z.literal('daily'), hour: z.int().min(0).max(23) }),
])
export type TagSchedule = z.output<typeof TagSchedule>

export const Tag = z.object({
  id: Id,
  /** Null: a tag of the whole group. */
  brandId: Id.nullable(),
  /** Heading under which it is shown; empty when it has none. */
  groupName: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  /** Only one tag of its group at a time: putting one takes the others. */
  isExclusive: z.boolean(),
  description: z.string(),
  /** Who answers for it. */
  owner: z.string(),
  kind: TagKind,
  valueKind: TagValueKind,
  choices: z.array(z.string()),
  validDays: z.int().nullable(),
  /** The subject type whose things it is for; null is people. */
  typeId: Id.nullable(),
  schedule: TagSchedule.nullable(),
  /** Of rule and computed tags: whether they stand, are being worked out, or cannot be. */
  status: z.enum(['ready', 'building', 'failed']),
  failure: z.string().nullable(),
  refreshedAt: Instant.nullable(),
  peopleCount: z.int(),
  createdAt: Instant,
})
export type Tag = z.output<typeof Tag>

export const TagDetail = Tag.extend({
  rule: Rule.nullable(),
  computation: TagComputation.nullable(),
  /** Everybody of the caller's whom the tag could be on. */
  population: z.int(),
  /** Values with how many have them, most first, at most 50; numbers in at most ten ranges. Empty for plain tags. */
  values: z.array(z.object({ value: z.string(), from: z.number().nullable(), to: z.number().nullable(), count: z.int() })),
})
export type TagDetail = z.output<typeof TagDetail>

export const TagChange = z.object({
  id: Id,
  tagId: Id,
  tagName: z.string(),
  personId: Id,
  /** The person's name, or the thing's title. */
  personName: z.string().nullable(),
  isOn: z.boolean(),
  value: z.string().nullable(),
  source: z.string(),
  doneBy: z.string(),
  why: z.string(),
  at: Instant,
})
export type TagChange = z.output<typeof TagChange>

/** A tag on a person. */
export const PersonTag = z.object({
  tagId: Id,
  groupName: z.string(),
  name: z.string(),
  color: z.string().nullable(),
  value: z.string().nullable(),
  /** `operator`, `staff`, `livecode`, `import`, `wecom`, `rule`, `computed`, `apiKey`. */
  source: z.string(),
  putBy: z.string(),
  why: z.string(),
  putAt: Instant,
  expiresAt: Instant.nullable(),
})
export type PersonTag = z.output<typeof PersonTag>

const Draft = z.object({
  name: z.string().trim().min(1).max(30),
  groupName: z.string().trim().max(30).default(''),
  color: TagColor.nullable().default(null),
  isExclusive: z.boolean().default(false),
  description: z.string().trim().max(300).default(''),
  owner: z.string().trim().max(60).default(''),
  kind: TagKind.default('manual'),
  valueKind: TagValueKind.default('plain'),
  choices: Choices.default([]),
  validDays: ValidDays.nullable().default(null),
  typeId: Id.optional(),
  rule: Rule.optional(),
  computation: TagComputation.optional(),
  schedule: TagSchedule.optional(),
})

/** How many were changed, and those of the ids that are nobody's of the caller, or nothing that the tag is for. */
const TagOutcome = z.object({ count: z.int(), unknownIds: z.array(Id) })

const Value = z.union([z.number(), z.string().trim().min(1).max(TAG_VALUE_MAX)])

export const tags = {
  'tags.list': query({
    access: ['operator', 'staff', 'apiKey'],
    input: Page.extend({ groupName: z.string().optional(), kind: TagKind.optional(), typeId: Id.optional() }),
    output: pageOf(Tag),
    summary: 'Tags of the brand and of the group, by heading and name',
  }),
  'tags.get': query({
    access: 'operator',
    input: z.object({ tagId: Id }),
    output: TagDetail,
    summary: 'A tag with its rule, its coverage and how its values are spread',
  }),
  'tags.history': query({
    access: 'operator',
    input: Paged.extend({ tagId: Id.optional(), personId: Id.optional() }),
    output: pageOf(TagChange),
    summary: 'Who put a tag on whom and took it off, when and why, newest first; of a tag, of a person, or both',
  }),
  'tags.refresh': command({
    access: 'operator',
    input: z.object({ tagId: Id }),
    output: Tag,
    summary: 'Work out a rule or computed tag again for everybody',
  }),
  'tags.create': command({ access: ['operator', 'apiKey'], input: Draft, output: Tag, summary: 'Make a tag' }),
  'tags.update': command({
    access: 'operator',
    input: z.object({
      tagId: Id,
      name: Draft.shape.name.optional(),
      groupName: z.string().trim().max(30).optional(),
      color: TagColor.nullable().optional(),
      isExclusive: z.boolean().optional(),
      description: z.string().trim().max(300).optional(),
      owner: z.string().trim().max(60).optional(),
      choices: Choices.optional(),
      validDays: ValidDays.nullable().optional(),
      rule: Rule.optional(),
      computation: TagComputation.optional(),
      schedule: TagSchedule.optional(),
    }),
    output: Tag,
    summary: 'Change a tag; what it says, where it comes from and whose it is stay',
  }),
  'tags.remove': command({
    access: 'operator',
    input: z.object({ tagId: Id }),
    output: Done,
    summary: 'Remove a tag from everybody and for good',
  }),
  'tags.put': command({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({
      personIds: z.array(Id).min(1).max(1000),
      tagId: Id,
      value: Value.optional(),
      why: z.string().trim().max(100).default(''),
    }),
    output: TagOutcome,
    summary: 'Put a tag on people; who already has it keeps it, and gets the value that is given and the time it is valid again',
  }),
  'tags.take': command({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ personIds: z.array(Id).min(1).max(1000), tagId: Id }),
    output: TagOutcome,
    summary: 'Take a tag off people',
  }),
  'tags.of': query({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ personId: Id }),
    output: z.array(PersonTag),
    summary: 'Tags of a person, newest first',
  }),
}

export const tagsErrors = defineErrors({
  'tag.nameTaken': { status: 409, zh: '同一分组里已有这个标签', en: 'This heading already has a tag of that name' },
  'tag.keptByRule': {
    status: 409,
    zh: '这个标签由规则维护，不能手工打上或取下',
    en: 'A rule keeps this tag: it is not put on or taken off by hand',
  },
  'tag.valueMissing': { status: 422, zh: '这个标签要带一个值', en: 'This tag needs a value' },
  'tag.wrongValue': { status: 422, zh: '这个标签不能有这样的值', en: 'This tag cannot have such a value' },
  'tag.choicesMissing': { status: 422, zh: '请写出可选的值', en: 'List the values it may have' },
  'tag.ruleMissing': { status: 422, zh: '请写出规则', en: 'A rule tag needs its rule' },
  'tag.computationMissing': { status: 422, zh: '请选择计算方式', en: 'A computed tag needs to know what to compute' },
  'tag.noSegmentsInRule': {
    status: 422,
    zh: '标签的规则不能引用人群：人群可以引用标签',
    en: 'The rule of a tag cannot name a segment: segments may name tags',
  },
  'tag.choiceInUse': { status: 409, zh: '「{value}」还有客户在用，不能删', en: 'Somebody still has this value' },
  'tag.inUse': { status: 409, zh: '其他标签的规则还在用它', en: 'The rule of another tag still asks of it' },
  'tag.cycle': { status: 422, zh: '标签之间互相引用，形成了循环', en: 'These tags refer to each other in a circle' },
})
