import { isPresence } from '@banyan/shared'
import { factPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'
import { fieldIn } from '../subject-kind.ts'

/** Between the values of a list as its fact keeps them: no text that people type has it. */
export const LIST_GAP = '\u001f'

export const list: OperatorSql<'list'> = {
  reads: ({ field }, kind) => [`fact:${fieldIn(kind, field).fact}`],
  bitmap: ({ field, is }, w) => {
    if (isPresence(is)) {
      const there = factPeople(w, field, '1')
      return is.op === 'isSet' ? there : w.not(there)
    }
    const held = `splitByChar(${w.bind(LIST_GAP, 'String')}, text)`
    const values = w.bind(is.values, 'Array(String)')
    const people = factPeople(w, field, is.op === 'all' ? `hasAll(${held}, ${values})` : `hasAny(${held}, ${values})`)
    return is.op === 'none' ? w.not(people) : people
  },
}
