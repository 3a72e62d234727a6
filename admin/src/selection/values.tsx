import { fieldLabel } from './groups.ts'
import type { CatalogueField } from './types.ts'

export type ValueOption = { value: string; label: string }

/** Values to choose from, in the reader's words. */
export function valueOptions(choices: CatalogueField['choices']): ValueOption[] {
  return (choices ?? []).map(choice => ({ value: choice.value, label: fieldLabel(choice) }))
}

/** Values of a track's property; null when there is no list to choose from. */
export function choiceOptions(choices: CatalogueField['choices']): ValueOption[] | null {
  return choices && valueOptions(choices)
}
