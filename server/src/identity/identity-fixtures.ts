import { rows, run, sql } from '../core/index.ts'
import { forgetMeetings } from './person-brands.ts'

/** For tests of identity: a store with nobody in it, and what can be compared between two runs. */

const TABLES = [
  'people',
  'identifiers',
  'person_aliases',
  'person_fields',
  'person_brands',
  'merges',
  'merge_moves',
  'reviews',
  'never_links',
  'identity_decisions',
  'things',
]

export async function emptyForTest(): Promise<void> {
  for (const table of TABLES) await run(sql`DELETE FROM ${sql.id(table)}`)
  forgetMeetings()
}

/** Who holds what, without ids: groups of identifiers with names, brands and things. */
export async function snapshotOf(): Promise<string[]> {
  const groups = new Map<number, string[]>()
  const add = (personId: number, text: string) => groups.set(personId, [...(groups.get(personId) ?? []), text])
  for (const row of await rows<{ person_id: number; key_hash: string }>(sql`SELECT person_id, key_hash FROM identifiers`))
    add(Number(row.person_id), `i:${row.key_hash}`)
  for (const row of await rows<{ id: number; name: string | null; city: string | null; gender: string }>(
    sql`SELECT id, name, city, gender FROM people WHERE merged_into_id IS NULL`,
  ))
    add(Number(row.id), `p:${row.name}/${row.city}/${row.gender}`)
  for (const row of await rows<{ person_id: number; brand_id: number }>(
    sql`SELECT DISTINCT person_id, brand_id FROM person_brands`,
  ))
    add(Number(row.person_id), `b:${row.brand_id}`)
  for (const row of await rows<{ person_id: number; name: string }>(sql`SELECT person_id, name FROM things`))
    add(Number(row.person_id), `t:${row.name}`)
  return [...groups.values()].map(group => group.sort().join(' ')).sort()
}

export async function ownersOf(types: string[]): Promise<number[]> {
  return (await rows<{ person_id: number }>(sql`SELECT person_id FROM identifiers WHERE type IN (${types})`)).map(row =>
    Number(row.person_id),
  )
}
