import type { OperatorSql } from '../operator-sql.ts'

/** Only static segments reach this file: a dynamic one has been replaced by its rule (see inline-segments.ts). */
export const segment: OperatorSql<'segment'> = {
  reads: ({ segmentId }) => [`segment:${segmentId}`],
  bitmap: ({ segmentId, isIn }, w) => {
    // A list keeps the ids it was given; who was merged since is on it as the survivor.
    const people = w.people(
      `SELECT coalesce(alias.to_id, member) AS person_id
        FROM (SELECT person_id AS member FROM segment_members WHERE segment_id = ${w.bind(segmentId, 'UInt32')}${w.homesFilter()} GROUP BY member HAVING argMax(is_in, version) = 1) AS members
        LEFT JOIN (SELECT home_id, argMax(person_id, version) AS to_id FROM person_aliases GROUP BY home_id) AS alias ON alias.home_id = members.member`,
    )
    return isIn ? people : w.not(people)
  },
}
