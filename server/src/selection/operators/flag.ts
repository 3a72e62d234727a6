import { factPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'

export const flag: OperatorSql<'flag'> = {
  reads: ({ field }) => [`fact:${field}`],
  bitmap: ({ field, isTrue }, w) => {
    const people = factPeople(w, field, 'number = 1')
    return isTrue ? people : w.not(people)
  },
}
