import { z } from 'zod'
import { command, Done, defineErrors, Id, Instant, Paged, pageOf, query } from './kernel.ts'
import { TAG_VALUE_MAX } from './tags.ts'

/**
 * Corp tags of WeCom (企业标签) and which of our tags they are mirrored with. In WeCom a tag sits on one staff member's relation to a customer;
 * with us it is on the person.
 */

/**
 * Who follows whom. `out`: WeCom shows what we decide. `in`: we show what staff mark in WeCom. `both`: whoever changed it last.
 */
export const MirrorDirection = z.enum(['out', 'in', 'both'])
export type MirrorDirection = z.output<typeof MirrorDirection>

/** Why a mark could not be put on or taken off. */
export const MarkFailure = z.enum(['noRelation', 'tagGone', 'refused', 'unavailable'])
export type MarkFailure = z.output<typeof MarkFailure>

const CorpId = z.string().min(1).max(64)
const CorpTagId = z.string().min(1).max(64)
const TagName = z.string().trim().min(1).max(30)

export const CorpTagOfCatalogue = z.object({
  corpTagId: z.string(),
  name: z.string(),
  /** Made by this app: only such a tag may be renamed or deleted from here. Any may be put on customers. */
  isOurs: z.boolean(),
  madeAt: Instant.nullable(),
  mirrors: z.array(z.object({ mirrorId: Id, tagId: Id, tagName: z.string(), value: z.string().nullable() })),
})
export type CorpTagOfCatalogue = z.output<typeof CorpTagOfCatalogue>

export const CorpTagCatalogue = z.object({
  corpId: z.string(),
  corpName: z.string(),
  readAt: Instant.nullable(),
  groups: z.array(z.object({ groupId: z.string(), name: z.string(), tags: z.array(CorpTagOfCatalogue) })),
})
export type CorpTagCatalogue = z.output<typeof CorpTagCatalogue>

export const TagMirror = z.object({
  id: Id,
  tagId: Id,
  tagName: z.string(),
  /** Of a tag that says something: the value for which the corp tag stands. */
  value: z.string().nullable(),
  corpId: z.string(),
  corpName: z.string(),
  corpTagId: z.string(),
  corpTagName: z.string(),
  corpGroupName: z.string(),
  isOurs: z.boolean(),
  direction: MirrorDirection,
  /** `comparing`: the first comparison of everybody is under way. `tagGone`: the corp tag was deleted in WeCom; nothing is mirrored any more. */
  status: z.enum(['comparing', 'active', 'tagGone']),
  /** Relations that bear the tag on both sides, wait to be marked, or could not be. */
  inStepCount: z.int(),
  waitingCount: z.int(),
  failedCount: z.int(),
  failures: z.array(z.object({ reason: MarkFailure, count: z.int() })),
  /** When the oldest that waits began to. */
  waitingSince: Instant.nullable(),
  comparedAt: Instant.nullable(),
  createdBy: z.string(),
  createdAt: Instant,
})
export type TagMirror = z.output<typeof TagMirror>

export const FailedMark = z.object({
  id: Id,
  personId: Id,
  personName: z.string().nullable(),
  staffName: z.string(),
  /** It was to be put on; else to be taken off. */
  isAdd: z.boolean(),
  reason: MarkFailure,
  /** The platform's own words. */
  detail: z.string(),
  at: Instant,
})
export type FailedMark = z.output<typeof FailedMark>

export const corpTags = {
  'corpTags.catalogue': query({
    access: 'operator',
    summary: 'Corp tags by corp and group, with who made them and what they are mirrored with',
    input: z.object({ corpId: CorpId.optional() }),
    output: z.array(CorpTagCatalogue),
  }),
  'corpTags.refresh': command({
    access: 'operator',
    summary: 'Read the corp tags from WeCom now',
    input: z.object({ corpId: CorpId }),
    output: z.object({ tagCount: z.int() }),
  }),
  'corpTags.rename': command({
    access: 'operator',
    summary: 'Rename a corp tag that this app made',
    input: z.object({ corpId: CorpId, corpTagId: CorpTagId, name: TagName }),
    output: Done,
  }),
  'corpTags.remove': command({
    access: 'operator',
    summary: 'Delete a corp tag that this app made; it comes off every customer in WeCom, our tags stay',
    input: z.object({ corpId: CorpId, corpTagId: CorpTagId }),
    output: Done,
  }),
  'corpTags.mirrors': query({
    access: 'operator',
    summary: 'Which tags are mirrored with which corp tags, and how far they are in step',
    input: z.object({ tagId: Id.optional() }),
    output: z.array(TagMirror),
  }),
  'corpTags.mirror': command({
    access: 'operator',
    summary: 'Mirror a tag with a corp tag that is there, or with a new one',
    input: z.object({
      tagId: Id,
      value: z.string().trim().min(1).max(TAG_VALUE_MAX).optional(),
      corpId: CorpId,
      direction: MirrorDirection,
      /** One that is there; without it a new one is made. */
      corpTagId: CorpTagId.optional(),
      /** In a group that is there, or in a new one of this name. */
      newTag: z.object({ groupId: CorpTagId.optional(), groupName: TagName.optional(), name: TagName }).optional(),
    }),
    output: TagMirror,
  }),
  'corpTags.setDirection': command({
    access: 'operator',
    summary: 'Change who follows whom; everybody is compared again',
    input: z.object({ mirrorId: Id, direction: MirrorDirection }),
    output: TagMirror,
  }),
  'corpTags.unmirror': command({
    access: 'operator',
    summary: 'Stop mirroring; what is on stays on, on both sides',
    input: z.object({ mirrorId: Id }),
    output: Done,
  }),
  'corpTags.runAgain': command({
    access: 'operator',
    summary: 'Compare everybody again and try what failed',
    input: z.object({ mirrorId: Id }),
    output: TagMirror,
  }),
  'corpTags.failed': query({
    access: 'operator',
    summary: 'Marks that could not be put on or taken off, newest first',
    input: Paged.extend({ mirrorId: Id }),
    output: pageOf(FailedMark),
  }),
}

export const corpTagsErrors = defineErrors({
  'corpTag.foreign': {
    status: 409,
    zh: '这个企业标签不是本应用创建的，企业微信只允许创建它的一方修改或删除；给客户打上、取下不受影响',
    en: 'This app did not make that corp tag: only its maker may change or delete it. Putting it on customers is possible all the same',
  },
  'corpTag.mirrored': { status: 409, zh: '这个标签已在同步', en: 'This is mirrored already' },
  'corpTag.keptByRule': {
    status: 422,
    zh: '由规则或计算维护的标签只能由本系统同步到企业微信',
    en: 'A tag that a rule keeps can only be mirrored towards WeCom',
  },
  'corpTag.valueMissing': {
    status: 422,
    zh: '这个标签带有值，请选择企业标签代表其中哪个值',
    en: 'This tag says something: choose the value for which the corp tag stands',
  },
  'corpTag.noNumbers': {
    status: 422,
    zh: '数值标签随时在变，不能同步；可先建一个规则标签（例如「消费满 5000」）再同步',
    en: 'Numbers move all the time and cannot be mirrored: make a rule tag of them first',
  },
  'corpTag.notForPeople': {
    status: 422,
    zh: '只有客户的标签可以同步到企业微信',
    en: 'Only tags of people can be mirrored',
  },
  'corpTag.tooMany': {
    status: 409,
    zh: '这个企业同步的标签已到上限',
    en: 'This corp mirrors as many tags as it may',
  },
})
