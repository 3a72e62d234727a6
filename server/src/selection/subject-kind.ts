import { FIELDS, type Field, type RelationType } from '@banyan/shared'
import { assert, type Ctx, refused } from '../core/index.ts'
import { type TypeFacts, typesOf } from '../subjects/index.ts'
import type { Scope } from './scope.ts'
import { tagFact } from './tag-fact.ts'

/** Of what a rule asks: people, or the subjects of a type. */
export type SubjectKind = {
  /** 0: people. */
  typeId: number
  key: string
  zh: string
  en: string
  fields: ReadonlyMap<string, KindField>
  relations: readonly RelationType[]
}
/** A field with the name under which its facts stand. */
export type KindField = Field & { fact: string }
export type SubjectKinds = ReadonlyMap<number, SubjectKind>

export const PEOPLE: SubjectKind = {
  typeId: 0,
  key: 'person',
  zh: '客户',
  en: 'Person',
  fields: new Map(Object.entries(FIELDS as Record<string, Field>).map(([key, field]) => [key, { ...field, fact: key }])),
  relations: [],
}

/** How a thing's attributes stand among the facts: `t3.plate`. Ids of people and of things never meet, but their fields may be called alike. */
export const subjectFact = (typeId: number, key: string) => `t${typeId}.${key}`

/** A pattern for `LIKE ... ESCAPE '!'` over what a rule is kept to read, as JSON: it finds an attribute of a type, or any way that leads to the type's subjects. */
export function readsPattern(typeId: number, attribute: string | null): string {
  const read = attribute === null ? `"relation:${typeId}.` : `"fact:${subjectFact(typeId, attribute)}"`
  return `%${read.replace(/[!%_]/g, '!$&')}%`
}

const KIND_OF = {
  text: 'text',
  choice: 'text',
  number: 'number',
  money: 'number',
  date: 'instant',
  time: 'instant',
  boolean: 'flag',
  list: 'list',
  location: 'location',
  /** A phone is not to be searched by rules; that there is one may be asked. */
  phone: 'flag',
} as const

export function kindOfType(type: TypeFacts): SubjectKind {
  const field = (key: string, of: Omit<Field, 'scope' | 'group'>): [string, KindField] => [
    key,
    { ...of, scope: 'brand', group: 'attribute', fact: subjectFact(type.id, key) },
  ]
  const fields = type.attributes.map(({ key, zh, en, kind, choices, unit }) =>
    field(key, {
      zh: kind === 'phone' ? `有${zh}` : zh,
      en: kind === 'phone' ? `Has ${en || zh}` : en || zh,
      kind: KIND_OF[kind],
      ...(kind === 'money' ? { unit: 'fen' } : unit ? { unit } : {}),
      ...(choices.length > 0 ? { choices: choices.map(choice => ({ ...choice, en: choice.zh })) } : {}),
    }),
  )
  const own = [
    field('createdAt', { zh: '建档时间', en: 'Known since', kind: 'instant' }),
    field('updatedAt', { zh: '更新时间', en: 'Changed', kind: 'instant' }),
  ].filter(([key]) => !type.attributes.some(one => one.key === key))
  return {
    typeId: type.id,
    key: type.key,
    zh: type.zh,
    en: type.en || type.zh,
    fields: new Map([...fields, ...own]),
    relations: type.relations,
  }
}

/** A tag that says something is a field, too: of the brand's people, or of the person where the tag is the group's. */
export type TagField = {
  tagId: number
  typeId: number
  isOfGroup: boolean
  name: string
  kind: 'text' | 'number'
  unit: string | null
  choices: readonly string[]
}

let tagFields: (ctx: Ctx) => Promise<readonly TagField[]> = async () => []

/** For tags, which stand after selection: which of them say something. */
export function declareTagFields(load: typeof tagFields): void {
  tagFields = load
}

/** The kinds that the caller may ask about; people are always among them. */
export async function subjectKinds(ctx: Ctx): Promise<SubjectKinds> {
  const tags = await tagFields(ctx)
  const kinds = [PEOPLE, ...(await typesOf(ctx)).map(kindOfType)]
  return new Map(kinds.map(kind => [kind.typeId, withTags(kind, tags)]))
}

function withTags(kind: SubjectKind, tags: readonly TagField[]): SubjectKind {
  const own = tags.filter(tag => tag.typeId === kind.typeId)
  if (own.length === 0) return kind
  const fields = own.map(({ tagId, isOfGroup, name, kind: of, unit, choices }): [string, KindField] => [
    `tag${tagId}`,
    {
      zh: name,
      en: name,
      kind: of,
      scope: isOfGroup ? 'person' : 'brand',
      group: 'tag',
      ...(unit ? { unit } : {}),
      ...(choices.length > 0 ? { choices: choices.map(value => ({ value, zh: value, en: value })) } : {}),
      fact: tagFact(tagId),
    },
  ])
  return { ...kind, fields: new Map([...kind.fields, ...fields]) }
}

/** What a condition on a field reads, as `facts.changed` names it. */
export function readOfField(kind: SubjectKind, key: string): string {
  const { fact, group } = fieldIn(kind, key)
  return group === 'tag' ? fact : `fact:${fact}`
}

/** Of what the rules of this scope ask. */
export function kindOf(scope: Pick<Scope, 'typeId' | 'kinds'>): SubjectKind {
  if (!scope.typeId) return scope.kinds?.get(0) ?? PEOPLE
  const kind = scope.kinds?.get(scope.typeId)
  assert(kind, `a scope of type ${scope.typeId} without its kinds`)
  return kind
}

/** Throws selection.unknownField. */
export function fieldIn(kind: SubjectKind, key: string): KindField {
  const field = kind.fields.get(key)
  if (!field) throw refused('selection.unknownField', { field: 'rule', name: key })
  return field
}

/** Where a relation leads, seen from one of its ends; null when there is none such. */
export function relatedKind(
  kinds: SubjectKinds,
  from: SubjectKind,
  { typeId, relation, end }: { typeId: number; relation: string; end: 'out' | 'in' },
): SubjectKind | null {
  const owner = kinds.get(typeId)
  const known = owner?.relations.find(one => one.key === relation)
  if (!owner || !known) return null
  const target = [...kinds.values()].find(kind => kind.key === known.to)
  if (end === 'in') return target?.typeId === from.typeId ? owner : null
  return owner.typeId === from.typeId ? (target ?? null) : null
}
