import { z } from 'zod'
import { command, Done, defineErrors, Empty, Id, Instant, Page, pageOf, query } from './kernel.ts'
import { ATTRIBUTES_MAX, Attribute, AttributeInput, AttributeKey, AttributeValues } from './subjects/attributes.ts'

export * from './subjects/attributes.ts'

/** 业务主体: things a brand knows beside people: vehicles, houses, dealers, leads. Their types are data; a person is one type among them. */
export const SubjectTypeKey = z.string().regex(/^[a-z][A-Za-z0-9]{0,29}$/)
/** The type of people: built in, kept by identity. Relations may lead to it, segments are of it when they name no other. */
export const PERSON_TYPE_KEY = 'person'

/** Ids below are people's, from here on things': both stand side by side in sets of whole numbers of 32 bits. */
export const SUBJECT_IDS_FROM = 2 ** 31

const English = z.string().trim().max(40)
const Roles = z.array(z.string().trim().min(1).max(20)).max(10)

/** How a subject of this type belongs to another or to a person. */
export const RelationType = z.object({
  key: AttributeKey,
  zh: z.string().trim().min(1).max(20),
  en: English,
  /** `person`, or the key of another subject type. */
  to: SubjectTypeKey,
  /** Several at a time (drivers), or one: relating another ends the former (owner). */
  isMany: z.boolean(),
  /** What the other may be in it: 法人, 采购. Empty when there is nothing to tell apart. */
  roles: Roles,
})
export type RelationType = z.output<typeof RelationType>
const RelationInput = RelationType.extend({
  en: English.default(''),
  isMany: z.boolean().default(false),
  roles: Roles.default([]),
})

/** Who is reached when the thing is: relations in order, else an attribute that holds a phone. See semantics 4.12. */
export const ReachStep = z.discriminatedUnion('by', [
  z.object({ by: z.literal('relation'), relation: AttributeKey, role: z.string().trim().max(20).optional() }),
  z.object({ by: z.literal('attribute'), attribute: AttributeKey }),
])
export type ReachStep = z.output<typeof ReachStep>
export const SubjectReach = z.object({
  steps: z.array(ReachStep).max(5),
  /** `first`: the first step that finds somebody. `all`: everybody whom any step finds. */
  mode: z.enum(['first', 'all']),
})
export type SubjectReach = z.output<typeof SubjectReach>

const Shape = z.object({
  zh: z.string().trim().min(1).max(20),
  en: English,
  description: z.string().trim().max(200),
  attributes: z.array(Attribute).max(ATTRIBUTES_MAX),
  relations: z.array(RelationType).max(10),
  reach: SubjectReach,
  /** The attribute that names a subject in lists. */
  titleAttribute: AttributeKey.nullable(),
})
export type SubjectShape = z.output<typeof Shape>
const ShapeInput = Shape.extend({
  en: English.default(''),
  description: Shape.shape.description.default(''),
  attributes: z.array(AttributeInput).max(ATTRIBUTES_MAX).default([]),
  relations: z.array(RelationInput).max(10).default([]),
  reach: SubjectReach.default({ steps: [], mode: 'first' }),
  titleAttribute: AttributeKey.nullable().default(null),
})

export const SubjectType = Shape.extend({
  id: Id,
  key: SubjectTypeKey,
  /** Null: of the whole group. */
  brandId: Id.nullable(),
  subjectCount: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type SubjectType = z.output<typeof SubjectType>

/** Where an attribute or a type is used, so that it cannot go. */
export const SubjectUse = z.object({
  place: z.enum(['segment', 'tag', 'lifecycle', 'reach', 'title', 'relation']),
  id: Id.nullable(),
  name: z.string(),
})
export type SubjectUse = z.output<typeof SubjectUse>

export const SubjectRelation = z.object({
  id: Id,
  relation: z.string(),
  /** The relation in words. */
  relationName: z.string(),
  role: z.string(),
  /** Whom it leads to. */
  toType: z.string(),
  toId: Id.nullable(),
  /** What to call him or it; a person by name and masked phone. */
  toName: z.string(),
  /** True: of another brand or store, so that it has neither an id nor a name here, only the relation. */
  isHidden: z.boolean(),
  since: Instant,
  /** Null while it lasts. */
  until: Instant.nullable(),
})
export type SubjectRelation = z.output<typeof SubjectRelation>

export const SubjectRow = z.object({
  id: Id,
  typeId: Id,
  typeKey: z.string(),
  brandId: Id,
  title: z.string(),
  /** Phones are masked. */
  values: AttributeValues,
  createdAt: Instant,
  updatedAt: Instant,
})
export type SubjectRow = z.output<typeof SubjectRow>

export const Subject = SubjectRow.extend({
  relations: z.array(SubjectRelation),
  /** Things whose relations lead here. */
  relatedBy: z.array(z.object({ subjectId: Id, typeKey: z.string(), title: z.string(), relation: z.string(), role: z.string() })),
})
export type Subject = z.output<typeof Subject>

/** Whom a relation should lead to: a person by id or phone, or a subject by id or by a unique attribute. */
export const RelationTarget = z.object({
  relation: AttributeKey,
  role: z.string().trim().max(20).default(''),
  personId: Id.optional(),
  phone: z.string().trim().max(30).optional(),
  /** The person's name when the phone is new. */
  name: z.string().trim().max(60).optional(),
  subjectId: Id.optional(),
  match: z.object({ attribute: AttributeKey, value: z.union([z.string().max(200), z.number()]) }).optional(),
  since: Instant.optional(),
})
export type RelationTarget = z.output<typeof RelationTarget>

export const SUBJECTS_PER_CALL_MAX = 1_000

export const SubjectInput = z.object({
  /** Changes this one; without it a subject that holds the same unique value, else a new one. */
  subjectId: Id.optional(),
  /** What is left out stays as it is. */
  values: AttributeValues,
  relations: z.array(RelationTarget).max(20).default([]),
})
export type SubjectInput = z.output<typeof SubjectInput>

export const PutAnswer = z.object({
  at: z.int(),
  subjectId: Id.nullable(),
  isNew: z.boolean(),
  /** Why this one was refused; the others are kept. */
  refusal: z.object({ code: z.string(), field: z.string().nullable() }).nullable(),
})

/** Who is reached for one subject, and how he was found; or why nobody is. */
export const ReachAnswer = z.object({
  subjectId: Id,
  contacts: z.array(
    z.object({ personId: Id.nullable(), phoneMasked: z.string().nullable(), name: z.string().nullable(), via: z.string() }),
  ),
  why: z.enum(['noContact', 'noSteps']).nullable(),
})
export type ReachAnswer = z.output<typeof ReachAnswer>

/** A pack for a line of business, loadable in one click. */
export const SubjectTemplate = z.object({
  key: z.enum(['car', 'property', 'dealer', 'lead']),
  name: z.string(),
  description: z.string(),
  typeKeys: z.array(z.string()),
  sampleCount: z.int(),
  isLoaded: z.boolean(),
})
export type SubjectTemplate = z.output<typeof SubjectTemplate>

const ofType = z.object({ typeId: Id })

export const subjects = {
  'subjectTypes.list': query({
    access: ['operator', 'staff', 'apiKey'],
    input: Empty,
    output: z.array(SubjectType),
    summary: 'Subject types of the brand and of the group',
  }),
  'subjectTypes.create': command({
    access: 'operator',
    input: ShapeInput.extend({ key: SubjectTypeKey }),
    output: SubjectType,
    summary: 'Define a type of subject',
  }),
  'subjectTypes.update': command({
    access: 'operator',
    input: ShapeInput.extend({ typeId: Id }),
    output: SubjectType,
    summary: 'Change a type; its subjects keep their data, an attribute in use cannot go and a kind with data cannot change',
  }),
  'subjectTypes.remove': command({
    access: 'operator',
    input: ofType,
    output: Done,
    summary: 'Remove a type that has no subjects and that nothing uses',
  }),
  'subjectTypes.uses': query({
    access: 'operator',
    input: ofType.extend({ attribute: AttributeKey.optional() }),
    output: z.array(SubjectUse),
    summary: 'Where a type, or one of its attributes, is used',
  }),
  'subjectTypes.templates': query({
    access: 'operator',
    input: Empty,
    output: z.array(SubjectTemplate),
    summary: 'Ready-made packs: car maker, property company, dealer network, leads',
  }),
  'subjectTypes.load': command({
    access: 'operator',
    input: z.object({ template: SubjectTemplate.shape.key, withSample: z.boolean().default(true) }),
    output: z.object({ types: z.array(SubjectType), sampleCount: z.int() }),
    summary: 'Load a pack, with its sample when wanted; the sample fills in the background',
  }),
  'subjects.list': query({
    access: ['operator', 'apiKey'],
    input: Page.extend({ typeId: Id, personId: Id.optional(), segmentId: Id.optional() }),
    output: pageOf(SubjectRow),
    summary: 'Subjects of a type, newest first; search looks at titles and unique values',
  }),
  'subjects.get': query({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ subjectId: Id }),
    output: Subject,
    summary: 'One subject with its relations',
  }),
  'subjects.put': command({
    access: ['operator', 'apiKey'],
    input: z.object({
      typeId: Id.optional(),
      typeKey: SubjectTypeKey.optional(),
      subjects: z.array(SubjectInput).min(1).max(SUBJECTS_PER_CALL_MAX),
    }),
    output: z.array(PutAnswer),
    summary: 'Add or change up to 1,000 subjects; a refused one does not hold up the others',
  }),
  'subjects.remove': command({
    access: 'operator',
    input: z.object({ subjectIds: z.array(Id).min(1).max(1_000) }),
    output: z.object({ count: z.int() }),
    summary: 'Remove subjects with their relations',
  }),
  'subjects.relate': command({
    access: ['operator', 'apiKey'],
    input: RelationTarget.extend({ fromId: Id }),
    output: Subject,
    summary: 'Relate a subject to a person or to another subject',
  }),
  'subjects.unrelate': command({
    access: ['operator', 'apiKey'],
    input: z.object({ relationId: Id }),
    output: Done,
    summary: 'End a relation; that it was stays in the record',
  }),
  'subjects.reach': query({
    access: ['operator', 'apiKey'],
    input: z.object({ subjectIds: z.array(Id).min(1).max(500) }),
    output: z.array(ReachAnswer),
    summary: 'Who is reached for each of these subjects, and why nobody is',
  }),
  'subjects.ofPerson': query({
    access: ['operator', 'staff', 'apiKey'],
    input: z.object({ personId: Id }),
    output: z.array(SubjectRow.extend({ relation: z.string(), role: z.string() })),
    summary: 'Things that lead to a person: his vehicles, his flat',
  }),
}

export const subjectsErrors = defineErrors({
  'subjectType.keyTaken': { status: 409, zh: '已有同名的主体类型标识，请换一个', en: 'Another type has this key' },
  'subjectType.inUse': { status: 409, zh: '还有地方在使用，不能删除', en: 'Still in use' },
  'subjectType.notEmpty': { status: 409, zh: '这个类型还有数据，请先清空', en: 'This type still has subjects' },
  'subjectType.kindFixed': { status: 409, zh: '属性已有数据，不能更改类型', en: 'An attribute with data keeps its kind' },
  'subjectType.badShape': {
    status: 422,
    zh: '类型的定义有误，请检查标出的部分',
    en: 'The definition is not right; see the field',
  },
  'subject.badValue': { status: 422, zh: '「{attribute}」的值不对', en: 'This value does not fit the attribute' },
  'subject.unknownAttribute': { status: 422, zh: '没有「{attribute}」这个属性', en: 'No such attribute' },
  'subject.missingValue': { status: 422, zh: '缺少必填的「{attribute}」', en: 'A required value is missing' },
  'subject.valueTaken': { status: 409, zh: '「{attribute}」的值已属于另一个主体', en: 'Another subject holds this unique value' },
  'subject.unknownRelation': { status: 422, zh: '没有这种关系，或对象不符合', en: 'No such relation, or it leads elsewhere' },
  'subject.ambiguous': { status: 409, zh: '唯一值指向了不同的主体', en: 'The unique values point to different subjects' },
})
