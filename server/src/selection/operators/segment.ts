import type { OperatorSql } from '../operator-sql.ts'

/** Only static segments reach this file: a dynamic one has been replaced by its rule (see inline-segments.ts). */
export const segment: OperatorSql<'segment'> = {
  reads: ({ segmentId }) => [`segment:${segmentId}`],
  bitmap: ({ segmentId, isIn }, w) => {
    const people = w.people(
      `SELECT person_id FROM segment_members WHERE segment_id = ${w.bind(segmentId, 'UInt32')}${w.peopleFilter()} GROUP BY person_id HAVING argMax(is_in, version) = 1`,
    )
    return isIn ? people : w.not(people)
  },
}
