import type { Bitmap, Writer } from './sql-parts.ts'

/** An aggregate over somebody's tracks: at once, and in two steps where tracks stand under several homes. */
export type TrackMeasure = { whole: string; state: string; merged: string }

/**
 * People whose tracks meeting `where` have a measure that satisfies `test`; those without a matching track are never among them. Tracks are kept under the home:
 * nearly everybody has one, so everybody is measured by the home, and the few who were merged, or took somebody in, are measured again as one.
 */
export function peopleByTracks(w: Writer, where: string, measure: TrackMeasure, test: (value: string) => string): Bitmap {
  const rows = `${where}${w.brandFilter()}${w.homesFilter()}`
  const several = `SELECT arrayJoin([home_id, person_id]) AS person_id FROM person_aliases FINAL WHERE person_id != home_id`
  const byHome = w.people(`SELECT person_id FROM tracks WHERE ${rows} GROUP BY person_id HAVING ${test(measure.whole)}`)
  const asOne = w.people(
    `SELECT person_id FROM (
      SELECT coalesce(alias.to_id, home) AS person_id, ${measure.merged} AS value
      FROM (SELECT person_id AS home, ${measure.state} AS state FROM tracks WHERE ${rows} AND person_id IN (${several}) GROUP BY home) AS by_home
      LEFT JOIN (SELECT home_id, person_id AS to_id FROM person_aliases FINAL) AS alias ON alias.home_id = by_home.home
      GROUP BY person_id) WHERE ${test('value')}`,
  )
  return w.any([w.without(byHome, w.people(several)), asOne])
}
