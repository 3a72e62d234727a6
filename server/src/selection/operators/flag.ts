import { factPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'
import { fieldIn } from '../subject-kind.ts'

export const flag: OperatorSql<'flag'> = {
  reads: ({ field }, kind) => [`fact:${fieldIn(kind, field).fact}`],
  bitmap: ({ field, isTrue }, w) => {
    const people = factPeople(w, field, 'number = 1')
    return isTrue ? people : w.not(people)
  },
}
