import { namedFactPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'

/** The fact under which an answer is mirrored. */
export const consentFact = (purpose: string, channel: string) => `consent:${purpose}:${channel}`

export const consent: OperatorSql<'consent'> = {
  reads: ({ purpose, channel }) => [...new Set([`fact:${consentFact(purpose, channel)}`, `fact:${consentFact(purpose, 'any')}`])],
  bitmap: ({ purpose, channel, isGranted }, w) => {
    const answered = (of: string, where: string) => namedFactPeople(w, consentFact(purpose, of), 'brand', where)
    const forAny = answered('any', 'number = 1')
    // The channel's own answer counts; without one, the answer for any.
    const granted =
      channel === 'any'
        ? forAny
        : w.any([answered(channel, 'number = 1'), w.all([forAny, w.not(answered(channel, 'number = 0'))])])
    return isGranted ? granted : w.not(granted)
  },
}
