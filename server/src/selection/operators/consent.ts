import { namedFactPeople } from '../fact-sql.ts'
import type { OperatorSql } from '../operator-sql.ts'

/** The fact under which an answer is mirrored. */
export const consentFact = (purpose: string, channel: string) => `consent:${purpose}:${channel}`

export const consent: OperatorSql<'consent'> = {
  reads: ({ purpose, channel }) => [`fact:${consentFact(purpose, channel)}`],
  // Which of several answers counts is consent's rule; the fact is its outcome for the channel.
  bitmap: ({ purpose, channel, isGranted }, w) => {
    const granted = namedFactPeople(w, consentFact(purpose, channel), 'brand', 'number = 1')
    return isGranted ? granted : w.not(granted)
  },
}
