import { fieldLabel } from './groups.ts'
import type { CatalogueField } from './types.ts'

export type ValueOption = { value: string; label: string }

/** Values to choose from, in the reader's words. */
export function valueOptions(choices: CatalogueField['choices']): ValueOption[] {
  return (choices ?? []).map(choice => ({ value: choice.value, label: fieldLabel(choice) }))
}

/** Values of a track's property, as they were written. */
export function choiceOptions(choices: readonly string[] | null): ValueOption[] | null {
  return choices && choices.map(value => ({ value, label: value }))
}
