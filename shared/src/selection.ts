import { z } from 'zod'
import { defineErrors, Id, query } from './kernel.ts'

export * from './selection/compare.ts'
export * from './selection/fields.ts'
export * from './selection/operator.ts'
export { type RelatedCondition, RelatedTest, RelationPath } from './selection/operators/related.ts'
export { inSegmentWords } from './selection/operators/segment.ts'
export * from './selection/operators/sequence.ts'
export * from './selection/operators/track-filter.ts'
export * from './selection/operators/tracks.ts'
export * from './selection/rule.ts'
export * from './selection/window.ts'

/** 圈选: the rule tree and what it can ask. One tree, one compiler (see semantics 4). */

/** A value that a rule can compare with, and what it is called in both languages. */
const CatalogueChoice = z.object({
  value: z.string(),
  zh: z.string(),
  en: z.string(),
  /** About how many in the caller's brands hold it, of a track's property among the latest tracks; null when not counted. */
  count: z.int().nullable(),
})

export const CatalogueField = z.object({
  key: z.string(),
  zh: z.string(),
  en: z.string(),
  kind: z.enum(['text', 'number', 'instant', 'day', 'flag', 'list', 'location']),
  scope: z.enum(['person', 'brand']),
  group: z.enum(['profile', 'member', 'value', 'coupon', 'channel', 'attribute', 'tag']),
  /** `fen`, `points`, `times`, `rank`, `days`, or what the admin wrote behind a number: km. */
  unit: z.string().nullable(),
  /** What the field holds now, most frequent first, at most 200; null when choosing from a list makes no sense. For numbers with names (tierRank) the value is the number as text. */
  choices: z.array(CatalogueChoice).nullable(),
})
export type CatalogueField = z.output<typeof CatalogueField>

/** A way to related subjects: their type (null for people), and the path that a rule names. */
export const CatalogueRelation = z.object({
  path: z.object({ typeId: Id, relation: z.string(), end: z.enum(['out', 'in']) }),
  name: z.string(),
  toTypeId: Id.nullable(),
  roles: z.array(z.string()),
})
export type CatalogueRelation = z.output<typeof CatalogueRelation>

export const CatalogueTrack = z.object({
  name: z.string(),
  zh: z.string(),
  en: z.string(),
  properties: z.array(
    z.object({
      key: z.string(),
      zh: z.string(),
      en: z.string(),
      kind: z.enum(['number', 'text', 'flag']),
      choices: z.array(CatalogueChoice).nullable(),
    }),
  ),
})
export type CatalogueTrack = z.output<typeof CatalogueTrack>

export const selection = {
  'selection.catalogue': query({
    access: 'operator',
    input: z.object({ typeId: Id.optional() }),
    output: z.object({
      /** Of what the rule asks: a subject type; null for people. */
      typeId: Id.nullable(),
      name: z.string(),
      relations: z.array(CatalogueRelation),
      fields: z.array(CatalogueField),
      tracks: z.array(CatalogueTrack),
      depthMax: z.int(),
      conditionsMax: z.int(),
    }),
    summary: 'What rules about people or a subject type can ask: fields with their values, tracks, related subjects',
  }),
}

export const selectionErrors = defineErrors({
  'selection.unknownTrack': { status: 422, zh: '行为「{name}」不在埋点计划中', en: 'This track is not in the tracking plan' },
  'selection.unknownField': { status: 422, zh: '没有「{name}」这个属性', en: 'No such field of this kind of subject' },
  'selection.wrongKind': {
    status: 422,
    zh: '「{name}」不能这样比较',
    en: 'This field cannot be compared like that',
  },
  'selection.unknownRelation': { status: 422, zh: '没有「{name}」这种关系', en: 'No such relation of this kind of subject' },
  'selection.unknownTag': { status: 422, zh: '标签不存在，或不属于当前品牌', en: 'No such tag in this brand' },
  'selection.unknownSegment': { status: 422, zh: '引用的人群不存在，或不属于当前品牌', en: 'No such segment in this brand' },
  'selection.cycle': { status: 422, zh: '人群之间互相引用，形成了循环', en: 'These segments refer to each other in a circle' },
  'selection.tooLarge': {
    status: 422,
    zh: '连同引用的人群，条件太多或嵌套太深',
    en: 'Too many conditions, or nested too deeply, counting the segments it refers to',
  },
  'selection.textMeasure': {
    status: 422,
    zh: '文字比较只能用于“首次”和“最近一次”',
    en: 'Only first and last can be compared with text',
  },
  'selection.tooSlow': {
    status: 422,
    zh: '这个人群太复杂，计算超时，请减少条件',
    en: 'This rule takes too long; use fewer conditions',
  },
})
