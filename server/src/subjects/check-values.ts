import type { Attribute, AttributeValue, AttributeValues } from '@banyan/shared'
import { normalise } from '../identity/index.ts'
import type { TypeFacts } from './subject-type.ts'

/** Why values do not fit a type: a code of the contract and the attribute it is about. */
export type ValueRefusal = { code: 'subject.badValue' | 'subject.unknownAttribute' | 'subject.missingValue'; field: string }
export type Checked = { values: AttributeValues } | { refusal: ValueRefusal }

/**
 * Values in the one spelling in which they are kept; null takes a value away. `isNew` asks for the required ones; of an existing subject
 * only what is given is checked, and a required value cannot be taken away.
 */
export function checkValues(type: Pick<TypeFacts, 'attributes'>, given: AttributeValues, isNew: boolean): Checked {
  const values: AttributeValues = {}
  for (const [key, value] of Object.entries(given)) {
    const attribute = type.attributes.find(one => one.key === key)
    if (!attribute) return { refusal: { code: 'subject.unknownAttribute', field: key } }
    const spelled = spell(attribute, value)
    if (spelled === undefined) return { refusal: { code: 'subject.badValue', field: key } }
    values[key] = spelled
  }
  for (const attribute of type.attributes) {
    if (!attribute.isRequired) continue
    const isGone = Object.hasOwn(values, attribute.key) ? values[attribute.key] === null : isNew
    if (isGone) return { refusal: { code: 'subject.missingValue', field: attribute.key } }
  }
  return { values }
}

/** Undefined when the value does not fit. An empty text is no value. */
function spell(attribute: Attribute, value: AttributeValue): AttributeValue | undefined {
  if (value === null) return null
  if (typeof value === 'string' && value.trim() === '') return null
  switch (attribute.kind) {
    case 'text':
      return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
    case 'choice':
      return typeof value === 'string' && isChoice(attribute, value.trim()) ? value.trim() : undefined
    case 'list': {
      if (!Array.isArray(value)) return undefined
      const list = [...new Set(value.map(one => one.trim()).filter(Boolean))]
      return list.every(one => isChoice(attribute, one)) ? (list.length > 0 ? list : null) : undefined
    }
    case 'number':
      return numberOf(value)
    case 'money': {
      const fen = numberOf(value)
      return fen !== undefined && Number.isSafeInteger(fen) ? fen : undefined
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'date':
      return typeof value === 'string' ? dayOf(value) : undefined
    case 'time':
      return typeof value === 'string' ? instantOf(value) : undefined
    case 'location':
      return typeof value === 'object' && 'latitude' in value ? value : undefined
    case 'phone': {
      const phone = typeof value === 'string' ? normalise('phone', value) : null
      return phone && 'value' in phone ? phone.value : undefined
    }
  }
}

function isChoice(attribute: Attribute, value: string): boolean {
  return attribute.choices.length === 0 || attribute.choices.some(choice => choice.value === value)
}

function numberOf(value: AttributeValue): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** `2026-02-30` is no day. */
function dayOf(text: string): string | undefined {
  const day = text.trim()
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined
}

function instantOf(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text.trim())) return undefined
  const at = new Date(text.trim())
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
