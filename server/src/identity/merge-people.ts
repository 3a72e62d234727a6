import {
  type Carrier,
  type Ctx,
  insertIgnore,
  insertMany,
  notFound,
  publishMany,
  refused,
  rows,
  run,
  type Sql,
  sql,
} from '../core/index.ts'
import { allCarriers } from './carriers.ts'
import { noteDecisions } from './decisions.ts'
import { personMerged } from './events.ts'
import { groupBy } from './group-by.ts'
import { loadNeverLinked } from './load-world.ts'
import { pairKey } from './plan.ts'
import { settleProfiles } from './profile-fields.ts'

/** `fromId` becomes part of `toId`. Both are locked, nobody's alias, and not never-linked. */
export type Merge = {
  fromId: number
  toId: number
  matchedTypes: readonly string[]
  source: string | null
  reason: string | null
  /** When it is known, which dates it. */
  at: Date
}
type Numbered = Merge & { mergeId: number }

/** Identity's own tables that hold home and person: the person follows the home's alias. */
export const HOME_TABLES = ['identifiers', 'person_brands', 'person_stores', 'person_fields'] as const

/**
 * People become parts of others, in the order given and with everything the carriers hold, in the ambient transaction. Nothing is deleted: an id stays as an alias,
 * its merge keeps both people as they were. Merges that have nobody in common are written together. Answers the merges' ids.
 */
export async function mergePeople(ctx: Ctx, merges: readonly Merge[]): Promise<number[]> {
  const ids: number[] = []
  for (const round of roundsOf(merges)) ids.push(...(await mergeRound({ ...ctx, now: (round[0] as Merge).at }, round)))
  return ids
}

/** Merges of one moment in which everybody occurs once; what follows from an earlier merge is in a later round. */
function roundsOf(merges: readonly Merge[]): Merge[][] {
  const rounds: Merge[][] = []
  let seen = new Set<number>()
  for (const merge of merges) {
    const round = rounds.at(-1)
    const isApart = !seen.has(merge.fromId) && !seen.has(merge.toId)
    if (round && isApart && round[0]?.at.getTime() === merge.at.getTime()) round.push(merge)
    else {
      rounds.push([merge])
      seen = new Set()
    }
    seen.add(merge.fromId).add(merge.toId)
  }
  return rounds
}

async function mergeRound(ctx: Ctx, merges: readonly Merge[]): Promise<number[]> {
  const fromIds = merges.map(one => one.fromId)
  const homes = await homesOfAll(fromIds)
  const numbered = await writeMerges(ctx, merges, homes)
  const survivor = byCase('person_id', new Map(merges.map(({ fromId, toId }) => [fromId, toId])))
  for (const table of [...HOME_TABLES, 'person_aliases'])
    await run(sql`UPDATE ${sql.id(table)} SET person_id = ${survivor} WHERE person_id IN (${fromIds})`)
  await insertIgnore(
    'person_aliases',
    merges.map(({ fromId, toId }) => ({ homeId: fromId, personId: toId })),
  )
  const into = new Map(merges.flatMap(({ fromId, toId }) => (homes.get(fromId) ?? []).map(home => [home, toId] as const)))
  await run(sql`UPDATE people SET merged_into_id = ${byCase('id', into)} WHERE id IN (${[...into.keys()]})`)
  await settleProfiles(
    ctx,
    merges.map(one => one.toId),
  )
  await closeReviews(ctx, merges)
  const carriersOf = await carriersOfAll(fromIds)
  for (const { fromId, toId, mergeId } of numbered)
    for (const carrier of carriersOf(fromId)) await carrier.merge(ctx, { fromId, toId, mergeId })

  await noteDecisions(
    ctx,
    numbered.map(({ fromId, toId, mergeId, matchedTypes, source, reason }) => ({
      kind: 'merged',
      personId: toId,
      otherPersonId: fromId,
      mergeId,
      types: matchedTypes,
      source,
      note: reason,
    })),
  )
  await publishMany(
    ctx,
    personMerged,
    numbered.map(({ fromId, toId, mergeId }) => ({
      payload: { fromId, toId, mergeId, homeIds: homes.get(fromId) ?? [fromId] },
      subject: `person:${toId}`,
    })),
  )
  return numbered.map(one => one.mergeId)
}

type PersonRow = { id: number; last_seen_at: Date } & Record<string, unknown>

/** The merges with both people as they were before; the survivors are seen when the later of the two was. */
async function writeMerges(ctx: Ctx, merges: readonly Merge[], homes: ReadonlyMap<number, number[]>): Promise<Numbered[]> {
  const ids = merges.flatMap(one => [one.fromId, one.toId])
  const people = groupBy(
    await rows<PersonRow>(
      sql`SELECT id, name, avatar, gender, birthday, city, country, first_source, created_at, last_seen_at FROM people WHERE id IN (${ids})`,
    ),
    person => Number(person.id),
  )
  const identifiers = groupBy(
    await rows<{ person_id: number }>(
      sql`SELECT id, person_id, home_id, type FROM identifiers WHERE person_id IN (${ids}) ORDER BY id`,
    ),
    one => Number(one.person_id),
  )
  const of = <T>(map: ReadonlyMap<number, T[]>, { fromId, toId }: Merge) => [fromId, toId].flatMap(id => map.get(id) ?? [])
  const mergeIds = await insertMany(
    'merges',
    merges.map(one => ({
      fromId: one.fromId,
      toId: one.toId,
      homeIds: homes.get(one.fromId) ?? [one.fromId],
      matchedTypes: [...one.matchedTypes],
      source: one.source,
      before: {
        people: of(people, one),
        identifiers: of(identifiers, one),
      },
      actorName: ctx.actor.name.slice(0, 80),
      reason: one.reason,
      mergedAt: ctx.now,
    })),
  )
  const seen = new Map(
    merges.map(one => [one.toId, new Date(Math.max(...of(people, one).map(person => new Date(person.last_seen_at).getTime())))]),
  )
  await run(sql`UPDATE people SET last_seen_at = ${byCase('id', seen)} WHERE id IN (${[...seen.keys()]})`)
  return merges.map((one, at) => ({ ...one, mergeId: mergeIds[at] as number }))
}

/** `CASE column WHEN 1 THEN 7 ... END`. */
function byCase(column: string, values: ReadonlyMap<number, number | Date>): Sql {
  const whens = [...values].map(([key, value]) => sql`WHEN ${key} THEN ${value}`)
  return sql`CASE ${sql.id(column)} ${sql.join(whens, ' ')} END`
}

/** The homes that answer to this person, himself first. */
export async function homesOf(personId: number): Promise<number[]> {
  return (await homesOfAll([personId])).get(personId) ?? [personId]
}

async function homesOfAll(personIds: readonly number[]): Promise<Map<number, number[]>> {
  const homes = new Map(personIds.map(id => [id, [id]]))
  const aliases = await rows<{ home_id: number; person_id: number }>(
    sql`SELECT home_id, person_id FROM person_aliases WHERE person_id IN (${[...homes.keys()]}) ORDER BY home_id`,
  )
  for (const alias of aliases) homes.get(Number(alias.person_id))?.push(Number(alias.home_id))
  return homes
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
 * Who has something of these people to carry, asked in one statement: most people who turn out to be somebody else have been nowhere yet. A
 * carrier that names no columns is always asked.
 */
async function carriersOfAll(personIds: readonly number[]): Promise<(personId: number) => Carrier[]> {
  const columns = allCarriers().flatMap(carrier => carrier.columns)
  if (columns.length === 0) return () => [...allCarriers()]
  const asked = sql`SELECT id FROM people WHERE id IN (${personIds})`
  const held = await rows<{ held: string; id: number }>(
    sql.join(
      columns.map(
        ({ table, column }) =>
          sql`SELECT ${`${table}.${column}`} AS held, asked.id AS id FROM (${asked}) AS asked WHERE EXISTS (SELECT 1 FROM ${sql.id(table)} WHERE ${sql.id(column)} = asked.id)`,
      ),
      ' UNION ALL ',
    ),
  )
  const holding = new Set(held.map(row => `${row.held}:${row.id}`))
  return personId =>
    allCarriers().filter(
      carrier =>
        carrier.columns.length === 0 || carrier.columns.some(one => holding.has(`${one.table}.${one.column}:${personId}`)),
    )
}

/** Reviews whose two sides are one person now are decided by that. */
async function closeReviews(ctx: Ctx, merges: readonly Merge[]): Promise<void> {
  const homes = await homesOfAll(merges.map(one => one.toId))
  const personOf = new Map([...homes].flatMap(([person, all]) => all.map(home => [home, person] as const)))
  const all = [...personOf.keys()]
  const open = await rows<{ id: number; left_id: number; right_id: number }>(
    sql`SELECT id, left_id, right_id FROM reviews WHERE status = 'open' AND left_id IN (${all}) AND right_id IN (${all})`,
  )
  const settled = open.filter(one => personOf.get(Number(one.left_id)) === personOf.get(Number(one.right_id)))
  if (settled.length === 0) return
  await run(
    sql`UPDATE reviews SET status = 'merged', decided_at = ${ctx.now}, decided_by = ${ctx.actor.name.slice(0, 80)} WHERE id IN (${settled.map(one => one.id)})`,
  )
}
