import { isPresence } from '@banyan/shared'
import { factPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'
import { fieldIn } from '../subject-kind.ts'

/** A place stands as `latitude,longitude` in the fact's text. Distances are over the great circle, in metres. */
export const location: OperatorSql<'location'> = {
  reads: ({ field }, kind) => [`fact:${fieldIn(kind, field).fact}`],
  bitmap: ({ field, is }, w) => {
    if (isPresence(is)) {
      const there = factPeople(w, field, '1')
      return is.op === 'isSet' ? there : w.not(there)
    }
    const at = "splitByChar(',', text)"
    const [latitude, longitude] = [w.bind(is.latitude, 'Float64'), w.bind(is.longitude, 'Float64')]
    const metres = `greatCircleDistance(toFloat64OrZero(${at}[2]), toFloat64OrZero(${at}[1]), ${longitude}, ${latitude})`
    const people = factPeople(w, field, `${metres} <= ${w.bind(is.kilometres * 1000, 'Float64')}`)
    return is.op === 'near' ? people : w.not(people)
  },
}
