import type { Places } from '../selection/index.ts'

/** Who is where, from the stays in ClickHouse: for `placePeople`. */
export function standingIn(brandId: number): Places['standing'] {
  return (bind, people) =>
    `SELECT person_id, argMax(stage_id, (from_at, version)) AS place FROM lifecycle_stays WHERE brand_id = ${bind(brandId, 'UInt32')}${people} GROUP BY person_id`
}

/** ` AND person_id NOT IN (...)`: who was merged counts as the survivor, by the survivor's own stays. */
export const NOT_MERGED = ' AND person_id NOT IN (SELECT home_id FROM person_aliases FINAL WHERE person_id != home_id)'
