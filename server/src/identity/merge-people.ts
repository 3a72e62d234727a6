import { type Carrier, type Ctx, insertIgnore, insertOne, notFound, publish, refused, rows, run, sql } from '../core/index.ts'
import { allCarriers } from './carriers.ts'
import { noteDecisions } from './decisions.ts'
import { personMerged } from './events.ts'
import { loadNeverLinked } from './load-world.ts'
import { pairKey } from './plan.ts'
import { settleProfiles } from './profile-fields.ts'

export type Merge = {
  fromId: number
  toId: number
  matchedTypes: readonly string[]
  source: string | null
  reason: string | null
  areLocked?: boolean
}

/** Identity's own tables that hold home and person: the person follows the home's alias. */
export const HOME_TABLES = ['identifiers', 'person_brands', 'person_stores', 'person_fields'] as const

/**
 * One person becomes part of another, with everything the carriers hold, in the ambient transaction. Nothing is deleted: the id stays as
 * an alias, the merge keeps both people as they were. Throws identity.alreadyOne, identity.neverLinked.
 */
export async function mergePeople(ctx: Ctx, { fromId, toId, matchedTypes, source, reason, areLocked }: Merge): Promise<number> {
  if (fromId === toId) throw refused('identity.alreadyOne')
  if (!areLocked) await lockPeople([fromId, toId])
  const homeIds = await homesOf(fromId)
  if (!areLocked) await mustNotBeNeverLinked(homeIds, await homesOf(toId))

  const before = await rows(
    sql`SELECT id, name, avatar, gender, birthday, city, country, first_source, created_at, last_seen_at FROM people WHERE id IN (${[fromId, toId]})`,
  )
  const identifiers = await rows(
    sql`SELECT id, person_id, home_id, type FROM identifiers WHERE person_id IN (${[fromId, toId]}) ORDER BY id`,
  )
  const mergeId = await insertOne('merges', {
    fromId,
    toId,
    homeIds,
    matchedTypes: [...matchedTypes],
    source,
    before: { people: before, identifiers },
    actorName: ctx.actor.name.slice(0, 80),
    reason,
    mergedAt: ctx.now,
  })

  for (const table of HOME_TABLES) await run(sql`UPDATE ${sql.id(table)} SET person_id = ${toId} WHERE person_id = ${fromId}`)
  await run(sql`UPDATE person_aliases SET person_id = ${toId} WHERE person_id = ${fromId}`)
  await insertIgnore('person_aliases', { homeId: fromId, personId: toId })
  await run(sql`UPDATE people SET merged_into_id = ${toId} WHERE id IN (${homeIds})`)
  await run(
    sql`UPDATE people SET last_seen_at = (SELECT seen FROM (SELECT MAX(last_seen_at) AS seen FROM people WHERE id IN (${[fromId, toId]})) AS latest) WHERE id = ${toId}`,
  )
  await settleProfiles(ctx, [toId])
  await closeReviews(ctx, toId)
  for (const carrier of await carriersOf(fromId)) await carrier.merge(ctx, { fromId, toId, mergeId })

  await noteDecisions(ctx, [
    { kind: 'merged', personId: toId, otherPersonId: fromId, mergeId, types: matchedTypes, source, note: reason },
  ])
  await publish(ctx, personMerged, { fromId, toId, mergeId, homeIds }, { subject: `person:${toId}` })
  return mergeId
}

/** The homes that answer to this person, himself first. */
export async function homesOf(personId: number): Promise<number[]> {
  const aliases = await rows<{ home_id: number }>(
    sql`SELECT home_id FROM person_aliases WHERE person_id = ${personId} ORDER BY home_id`,
  )
  return [personId, ...aliases.map(row => Number(row.home_id))]
}

/** Locks people who must all exist and be nobody's alias. */
export async function lockPeople(ids: readonly number[]): Promise<void> {
  const sorted = [...ids].sort((a, b) => a - b)
  const found = await rows<{ id: number; merged_into_id: number | null }>(
    sql`SELECT id, merged_into_id FROM people WHERE id IN (${sorted}) ORDER BY id FOR UPDATE`,
  )
  const known = new Map(found.map(row => [Number(row.id), row]))
  for (const id of sorted) {
    const person = known.get(id)
    if (!person) throw notFound('person', id)
    if (person.merged_into_id !== null) throw refused('identity.alreadyOne', { personId: id })
  }
}

export async function mustNotBeNeverLinked(left: readonly number[], right: readonly number[]): Promise<void> {
  const never = await loadNeverLinked([...left, ...right])
  for (const a of left)
    for (const b of right) if (never.has(pairKey(a, b))) throw refused('identity.neverLinked', { homeIds: [a, b] })
}

/**
 * Who has something of this person to carry, asked in one statement: most people who turn out to be somebody else have been nowhere yet. A
 * carrier that names no columns is always asked.
 */
async function carriersOf(personId: number): Promise<Carrier[]> {
  const columns = allCarriers().flatMap(carrier => carrier.columns)
  if (columns.length === 0) return [...allCarriers()]
  const holding = new Set(
    (
      await rows<{ held: string }>(
        sql.join(
          columns.map(
            ({ table, column }) =>
              sql`SELECT ${`${table}.${column}`} AS held FROM (SELECT 1 AS one) AS anything WHERE EXISTS (SELECT 1 FROM ${sql.id(table)} WHERE ${sql.id(column)} = ${personId})`,
          ),
          ' UNION ALL ',
        ),
      )
    ).map(row => row.held),
  )
  return allCarriers().filter(
    carrier => carrier.columns.length === 0 || carrier.columns.some(one => holding.has(`${one.table}.${one.column}`)),
  )
}

/** Reviews whose two sides are one person now are decided by that. */
async function closeReviews(ctx: Ctx, personId: number): Promise<void> {
  const homes = await homesOf(personId)
  await run(
    sql`UPDATE reviews SET status = 'merged', decided_at = ${ctx.now}, decided_by = ${ctx.actor.name.slice(0, 80)} WHERE status = 'open' AND left_id IN (${homes}) AND right_id IN (${homes})`,
  )
}
