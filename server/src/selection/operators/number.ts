import { isPresence } from '@banyan/shared'
import { factPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'
import { numberSql, positiveOf } from '../sql-parts.ts'
import { readOfField } from '../subject-kind.ts'

export const number: OperatorSql<'number'> = {
  reads: ({ field }, kind) => [readOfField(kind, field)],
  bitmap: ({ field, is }, w) => {
    if (isPresence(is)) {
      const there = factPeople(w, field, '1')
      return is.op === 'isSet' ? there : w.not(there)
    }
    const { positive, isNegated } = positiveOf(is)
    const people = factPeople(w, field, numberSql('number', positive, w.bind))
    return isNegated ? w.not(people) : people
  },
}
