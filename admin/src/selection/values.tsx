import { compact } from '../format.ts'
import { fieldLabel } from './groups.ts'
import type { CatalogueField } from './types.ts'

/** A value to choose, with about how many hold it. */
export type ValueOption = { value: string; label: string; count: number | null }

/** Values to choose from, in the reader's words. */
export function valueOptions(choices: CatalogueField['choices']): ValueOption[] {
  return (choices ?? []).map(choice => ({ value: choice.value, label: fieldLabel(choice), count: choice.count }))
}

/** Values of a track's property; null when there is no list to choose from. */
export function choiceOptions(choices: CatalogueField['choices']): ValueOption[] | null {
  return choices && valueOptions(choices)
}

/** For a select: the value at left, how many hold it at right. */
export function renderValue(option: { label?: React.ReactNode; data: { count?: number | null } }) {
  return (
    <span className="by-row by-between" style={{ gap: 16 }}>
      <span className="by-clip">{option.label}</span>
      {option.data.count != null && <span className="by-small by-faint by-num">{compact(option.data.count)}</span>}
    </span>
  )
}
