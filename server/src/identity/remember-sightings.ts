import { run, sql } from '../core/index.ts'
import type { CallIdentifier } from './identifier.ts'

/** Showing when somebody was last seen needs no more than this; it spares a write per call. */
const SEEN_EVERY_MS = 3_600_000

export type Sighting = { identifier: CallIdentifier; personId: number; at: Date; seenKey: string; lastSeenAt: Date | null }

/** Those that must be written: for weak identifiers every sighting decides whose they are; for strong ones it is only shown. */
export function dueSightings(sightings: readonly Sighting[]): Sighting[] {
  return sightings.filter(
    ({ identifier, at, lastSeenAt }) =>
      !lastSeenAt || at.getTime() - new Date(lastSeenAt).getTime() > (identifier.type.isStrong ? SEEN_EVERY_MS : 0),
  )
}

/** Writes the latest sighting of each identifier and person, in the order of their keys. */
export async function rememberSightings(sightings: readonly Sighting[]): Promise<void> {
  const keys = new Map<string, { at: Date; seenKey: string }>()
  const people = new Map<number, Date>()
  for (const { identifier, personId, at, seenKey } of sightings) {
    const earlier = keys.get(identifier.key)
    if (!earlier || earlier.at < at) keys.set(identifier.key, { at, seenKey })
    const seen = people.get(personId)
    if (!seen || seen < at) people.set(personId, at)
  }
  for (const part of partsOf([...keys].sort(([a], [b]) => (a < b ? -1 : 1)))) {
    const seenKeys = part.map(([key, { at, seenKey }]) => sql`WHEN key_hash = ${key} AND last_seen_at < ${at} THEN ${seenKey}`)
    const times = part.map(([key, { at }]) => sql`WHEN key_hash = ${key} AND last_seen_at < ${at} THEN ${at}`)
    // seen_key first: MySQL reads columns changed earlier in the same statement with their new value.
    await run(
      sql`UPDATE identifiers SET seen_key = CASE ${sql.join(seenKeys, ' ')} ELSE seen_key END, last_seen_at = CASE ${sql.join(times, ' ')} ELSE last_seen_at END WHERE key_hash IN (${part.map(([key]) => key)})`,
    )
  }
  for (const part of partsOf([...people].sort(([a], [b]) => a - b))) {
    const times = part.map(([id, at]) => sql`WHEN id = ${id} AND last_seen_at < ${at} THEN ${at}`)
    await run(
      sql`UPDATE people SET last_seen_at = CASE ${sql.join(times, ' ')} ELSE last_seen_at END WHERE id IN (${part.map(([id]) => id)})`,
    )
  }
}

const ROWS_PER_UPDATE = 100

function partsOf<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / ROWS_PER_UPDATE) }, (_, at) =>
    list.slice(at * ROWS_PER_UPDATE, (at + 1) * ROWS_PER_UPDATE),
  )
}
