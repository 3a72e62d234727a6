import { TAG_VALUE_MAX, type TagValueKind } from '@banyan/shared'

type Said = { valueKind: TagValueKind; choices: readonly string[] }
type Checked = { value: string | null } | { refusal: 'tag.valueMissing' | 'tag.wrongValue' }

/** What a tag says, as it is kept; a plain one says nothing, whatever is given with it. */
export function checkedValue(tag: Said, given: string | number | null | undefined): Checked {
  if (tag.valueKind === 'plain') return given === undefined || given === null ? { value: null } : { refusal: 'tag.wrongValue' }
  if (given === undefined || given === null || given === '') return { refusal: 'tag.valueMissing' }
  const text = String(given)
  if (tag.valueKind === 'number') {
    const number = Number(text)
    return Number.isFinite(number) ? { value: String(number) } : { refusal: 'tag.wrongValue' }
  }
  const fits = tag.valueKind === 'choice' ? tag.choices.includes(text) : text.length <= TAG_VALUE_MAX
  return fits ? { value: text } : { refusal: 'tag.wrongValue' }
}

/** A kept value as rules read it. */
export function saidOf(tag: Pick<Said, 'valueKind'>, value: string | null): string | number | null {
  return value !== null && tag.valueKind === 'number' ? Number(value) : value
}
