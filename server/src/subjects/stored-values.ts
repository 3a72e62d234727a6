import type { Attribute, AttributeValues } from '@banyan/shared'
import { decrypt, encrypt, keyedHash } from '../core/index.ts'
import { masked } from '../identity/index.ts'
import type { TypeFacts } from './subject-type.ts'

type Typed = Pick<TypeFacts, 'attributes'>

/** As the row keeps them: phones encrypted, what was taken away left out. */
export function storedValues(type: Typed, values: AttributeValues): string {
  const phones = phoneKeys(type)
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(values).flatMap(([key, value]) =>
        value === null ? [] : [[key, phones.has(key) ? encrypt(String(value)) : value]],
      ),
    ),
  )
}

/** Values in full, for our own use; what a type no longer has stays unseen. */
export function openValues(type: Typed, stored: string): AttributeValues {
  return mapped(type, stored, text => decrypt(text))
}

/** Values as they are shown: phones masked. */
export function shownValues(type: Typed, stored: string): AttributeValues {
  return mapped(type, stored, text => masked('phone', decrypt(text)))
}

/** How a value stands in `subject_keys`. */
export function keyValue(attribute: Attribute, value: string | number): string {
  return attribute.kind === 'phone' ? keyedHash(String(value), 'subjectPhone') : String(value).slice(0, 200)
}

/** What a subject is called: its title attribute, else its first unique value, else nothing. */
export function titleOf(type: Pick<TypeFacts, 'attributes' | 'titleAttribute'>, values: AttributeValues): string {
  const keys = [type.titleAttribute, ...type.attributes.filter(one => one.isUnique).map(one => one.key)]
  const phones = phoneKeys(type)
  for (const key of keys) {
    const value = key && !phones.has(key) ? values[key] : null
    if (typeof value === 'string' || typeof value === 'number') return String(value).slice(0, 200)
  }
  return ''
}

function phoneKeys(type: Typed): Set<string> {
  return new Set(type.attributes.filter(one => one.kind === 'phone').map(one => one.key))
}

function mapped(type: Typed, stored: string, phone: (text: string) => string): AttributeValues {
  const kept = JSON.parse(stored) as AttributeValues
  return Object.fromEntries(
    type.attributes.flatMap(({ key, kind }) => {
      // An attribute may be called like what every object has: `toString`.
      const value = Object.hasOwn(kept, key) ? kept[key] : null
      return value === undefined || value === null ? [] : [[key, kind === 'phone' ? phone(String(value)) : value]]
    }),
  )
}
