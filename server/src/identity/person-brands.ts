import { afterCommit, insertIgnore, rows, sql } from '../core/index.ts'

/** `isNew`: the person was made in this very transaction. */
export type Meeting = { personId: number; homeId: number; brandId: number; at: Date; isNew: boolean }
export type Met = { personId: number; brandId: number }

/** Meetings that are known to be written, so that a busy import does not ask again; only ever a saving. */
const written = new Set<string>()
const WRITTEN_MAX = 200_000

/** True when there is surely nothing to write for this meeting. */
export function areMet(homeId: number, brandId: number | null): boolean {
  return brandId === null || written.has(`${homeId}:${brandId}`)
}

/**
 * Writes down which brand met whom: a person belongs to the population of the brands that met him. Answers the people that are new to a
 * brand, to be announced in the same transaction.
 */
export async function meetBrands(meetings: readonly Meeting[]): Promise<Met[]> {
  const byKey = new Map(meetings.map(one => [`${one.homeId}:${one.brandId}`, one]))
  const open = [...byKey].filter(([key]) => !written.has(key))
  if (open.length === 0) return []
  const born = new Set(meetings.flatMap(one => (one.isNew ? one.personId : [])))
  const stored = await meetingsOf(open.flatMap(([, one]) => (born.has(one.personId) ? [] : one)))
  const known = new Set(stored.map(row => `${row.home_id}:${row.brand_id}`))
  const knownPeople = new Set(stored.map(row => `${row.person_id}:${row.brand_id}`))
  const fresh = open
    .filter(([key]) => !known.has(key))
    .map(([, one]) => one)
    .sort((a, b) => a.homeId - b.homeId || a.brandId - b.brandId)
  await insertIgnore(
    'person_brands',
    fresh.map(one => ({ personId: one.personId, homeId: one.homeId, brandId: one.brandId, firstSeenAt: one.at })),
  )
  afterCommit(() => {
    if (written.size > WRITTEN_MAX) written.clear()
    for (const [key] of open) written.add(key)
  })
  const met = new Map(
    fresh
      .filter(one => !knownPeople.has(`${one.personId}:${one.brandId}`))
      .map(one => [`${one.personId}:${one.brandId}`, { personId: one.personId, brandId: one.brandId }]),
  )
  return [...met.values()]
}

async function meetingsOf(meetings: readonly Meeting[]) {
  if (meetings.length === 0) return []
  const homes = [...new Set(meetings.map(one => one.homeId))]
  const people = [...new Set(meetings.map(one => one.personId))]
  return rows<{ home_id: number; person_id: number; brand_id: number }>(
    sql`SELECT home_id, person_id, brand_id FROM person_brands WHERE home_id IN (${homes}) OR person_id IN (${people})`,
  )
}

/** Tests that empty the store say so. */
export function forgetMeetings(): void {
  written.clear()
}
