import { ATTRIBUTE_KIND_WORDS, type AttributeKind, endpointErrors } from '@banyan/shared'
import type { Input, Output } from '../api/call.ts'
import { currentLocale, t } from '../i18n.ts'

export type SubjectType = Output<'subjectTypes.list'>[number]
export type Attribute = SubjectType['attributes'][number]
export type Relation = SubjectType['relations'][number]
export type Reach = SubjectType['reach']
export type SubjectRow = Output<'subjects.list'>['items'][number]
export type Subject = Output<'subjects.get'>
/** A type as it is being written. */
export type Shape = Omit<Required<Input<'subjectTypes.create'>>, 'attributes' | 'relations' | 'reach'> & {
  attributes: Attribute[]
  relations: Relation[]
  reach: Reach
}
export type AttributeValue = SubjectRow['values'][string]

/** What comes with both languages, in the reader's; English may be missing. */
export const wordOf = (of: { zh: string; en: string }): string => t(of.zh, of.en || of.zh)

export const kindName = (kind: AttributeKind): string => wordOf(ATTRIBUTE_KIND_WORDS[kind])

export const PERSON = 'person'

/** Whom a relation leads to: 客户, or the other type by its name. */
export function targetName(to: string, types: readonly SubjectType[]): string {
  if (to === PERSON) return t('客户', 'person')
  const type = types.find(one => one.key === to)
  return type ? wordOf(type) : to
}

/** "先联系车主；没有车主时联系用车人；都没有时打「留存电话」": who is reached, as one says it. */
export function reachSentence({ steps, mode }: Reach, attributes: readonly Attribute[], relations: readonly Relation[]): string {
  if (steps.length === 0)
    return t('没有指定联系谁：发给这类主体的消息到不了任何人。', 'Nobody is named: messages to these reach no one.')
  const names = steps.map(step => {
    if (step.by === 'attribute') {
      const attribute = attributes.find(one => one.key === step.attribute)
      return t(
        `「${attribute?.zh ?? step.attribute}」里的电话`,
        `the number in “${attribute ? wordOf(attribute) : step.attribute}”`,
      )
    }
    const relation = relations.find(one => one.key === step.relation)
    const name = relation ? wordOf(relation) : step.relation
    return step.role ? t(`${name}（${step.role}）`, `the ${name} (${step.role})`) : t(name, `the ${name}`)
  })
  if (mode === 'all')
    return t(`同时联系${names.join('、')}，找得到谁就联系谁。`, `Reaches all of ${names.join(', ')} that are known.`)
  const [first, ...rest] = names
  const more = rest.map(name => t(`；没有就找${name}`, `; without one, ${name}`)).join('')
  return t(`先联系${first}${more}。`, `Reaches ${first}${more}.`)
}

/** Why one subject was refused, with the attribute's own name in the words. */
export function refusalText(refusal: { code: string; field: string | null }, type: SubjectType): string {
  const text: { zh: string; en: string } | undefined = endpointErrors[refusal.code]
  const attribute = type.attributes.find(one => one.key === refusal.field)
  const name = attribute ? wordOf(attribute) : (refusal.field ?? '')
  const said = text ? text[currentLocale()] : refusal.code
  return said.includes('{attribute}') || !name ? said.replace('{attribute}', name) : `${said}${t('：', ': ')}${name}`
}
