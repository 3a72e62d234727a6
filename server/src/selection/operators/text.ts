import { isPresence } from '@banyan/shared'
import { factPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'
import { positiveOf, textSql } from '../sql-parts.ts'
import { readOfField } from '../subject-kind.ts'

export const text: OperatorSql<'text'> = {
  reads: ({ field }, kind) => [readOfField(kind, field)],
  bitmap: ({ field, is }, w) => {
    if (isPresence(is)) {
      const there = factPeople(w, field, '1')
      return is.op === 'isSet' ? there : w.not(there)
    }
    const { positive, isNegated } = positiveOf(is)
    const people = factPeople(w, field, textSql('text', positive, w.bind))
    return isNegated ? w.not(people) : people
  },
}
