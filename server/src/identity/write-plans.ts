import { bulkInsert, type Ctx, insertMany, type Row, run, sql } from '../core/index.ts'
import type { Decision } from './decisions.ts'
import { type CallIdentifier, storedIdentifier } from './identifier.ts'
import { type Plan, rootOf, type World } from './plan.ts'
import { initialProfile, type Profile, rememberProfiles } from './profile-fields.ts'

/** Writes what was planned for a batch of calls, with a fixed number of statements. */
export type Planned = { item: { call: { source: string; profile?: Profile }; occurredAt: Date; knownAt: Date }; plan: Plan }
type Item = Planned['item']

type Identified = Item & { identifiers: readonly CallIdentifier[] }
/** What is kept of an identifier by key, as it was inserted: by the first call that names it. */
export type Inserted = ReadonlyMap<string, Row>

/**
 * Every call that meets another in one identifier waits here for it: the rows are inserted or locked in the order of their keys. New ones
 * have no owner yet, or the one of a birth foreseen; nobody can see them before the commit.
 */
export async function lockKeys(items: readonly Identified[], owners: ReadonlyMap<string, number>): Promise<Inserted> {
  const inserted = new Map<string, Row>()
  for (const { call, occurredAt, identifiers } of items) {
    const seenKey = identifiers[0]?.key ?? ''
    for (const one of identifiers) {
      if (inserted.has(one.key)) continue
      const personId = owners.get(one.key) ?? 0
      const seen = { source: call.source, firstSeenAt: occurredAt, lastSeenAt: occurredAt, seenKey }
      inserted.set(one.key, { ...storedIdentifier(one), personId, homeId: personId, ...seen })
    }
  }
  await bulkInsert('identifiers', inKeyOrder([...inserted.values()]), { onDuplicate: { update: ['keyHash'] } })
  return inserted
}

/** Writes the new people of these plans; answers their ids by the ids that the plans gave them. */
export async function insertPeople(ctx: Ctx, plans: readonly Planned[]): Promise<Map<number, number>> {
  const births = plans.flatMap(({ item, plan }) =>
    plan.newPeople.map(node => {
      // The second person of a call (an identifier that did not fit) is one of whom nothing else is known.
      const isMain = plan.isNew && node === plan.newPeople[0]
      return {
        node,
        row: {
          firstSource: item.call.source,
          lastSeenAt: item.occurredAt,
          createdAt: item.knownAt,
          ...initialProfile(isMain ? item.call.profile : undefined),
        },
        item,
        isMain,
      }
    }),
  )
  const written = await insertMany(
    'people',
    births.map(one => one.row),
  )
  const ids = new Map(births.map((one, at) => [one.node.id, written[at] as number]))
  const profiles = births.flatMap(one => {
    const id = ids.get(one.node.id)
    return one.isMain && one.item.call.profile && id
      ? [{ personId: id, homeId: id, profile: one.item.call.profile, at: one.item.occurredAt, source: one.item.call.source }]
      : []
  })
  await rememberProfiles(ctx, profiles, { isNewPerson: true })
  return ids
}

/** Births foreseen that were none: their identifiers wait for an owner again. */
export async function takeBackPeople(personIds: readonly number[]): Promise<void> {
  if (personIds.length === 0) return
  const ids = [...personIds]
  await run(sql`UPDATE identifiers SET person_id = 0, home_id = 0 WHERE person_id IN (${ids})`)
  await run(sql`DELETE FROM person_fields WHERE person_id IN (${ids})`)
  await run(sql`DELETE FROM people WHERE id IN (${ids})`)
}

/** Owners are written as they are before the merges of this batch; mergePeople then moves all of them alike. */
export async function writeIdentifiers(
  world: World,
  inserted: Inserted,
  plans: readonly Planned[],
  idOf: (id: number) => number,
): Promise<void> {
  // One row per identifier: a weak one may have moved more than once within a batch, and the last word counts.
  const last = new Map<string, { row: Row; isAsInserted: boolean }>()
  const put = (item: Item, { identifier, homeId }: { identifier: CallIdentifier; homeId: number }, isFresh: boolean) => {
    const row = rowOf(world, identifier, homeId, item, idOf)
    last.set(identifier.key, { row, isAsInserted: isFresh && isSameSighting(row, inserted.get(identifier.key)) })
  }
  for (const { item, plan } of plans) {
    for (const one of plan.attached) put(item, one, true)
    for (const one of plan.moved) put(item, one, false)
  }
  const all = [...last.values()]
  await giveOwners(inKeyOrder(all.filter(one => one.isAsInserted).map(one => one.row)))
  await bulkInsert('identifiers', inKeyOrder(all.filter(one => !one.isAsInserted).map(one => one.row)), {
    onDuplicate: { update: ['personId', 'homeId', 'source', 'firstSeenAt', 'lastSeenAt', 'seenKey'] },
  })
  await removeUnowned(plans)
}

const inKeyOrder = (list: Row[]): Row[] => list.sort((a, b) => (String(a.keyHash) < String(b.keyHash) ? -1 : 1))

function isSameSighting(row: Row, inserted: Row | undefined): boolean {
  return (
    inserted !== undefined &&
    row.source === inserted.source &&
    row.seenKey === inserted.seenKey &&
    Number(row.firstSeenAt) === Number(inserted.firstSeenAt) &&
    Number(row.lastSeenAt) === Number(inserted.lastSeenAt)
  )
}

const OWNERS_PER_UPDATE = 100

/** Most identifiers are as they were inserted, but for whose they are. */
async function giveOwners(list: readonly Row[]): Promise<void> {
  for (let from = 0; from < list.length; from += OWNERS_PER_UPDATE) {
    const some = list.slice(from, from + OWNERS_PER_UPDATE)
    const by = (column: 'personId' | 'homeId') =>
      sql.join(
        some.map(row => sql`WHEN ${row.keyHash} THEN ${row[column]}`),
        ' ',
      )
    await run(
      sql`UPDATE identifiers SET person_id = CASE key_hash ${by('personId')} END, home_id = CASE key_hash ${by('homeId')} END WHERE key_hash IN (${some.map(row => row.keyHash)})`,
    )
  }
}

function rowOf(world: World, identifier: CallIdentifier, homeId: number, item: Item, idOf: (id: number) => number): Row {
  const holding = world.holdings.get(identifier.key)
  const home = world.nodes.get(homeId)
  // A home loaded from the store answers to the person it had before this batch.
  const personId = home ? home.id : (world.personOfHome.get(homeId) ?? homeId)
  return {
    ...storedIdentifier(identifier),
    personId: idOf(personId),
    homeId: idOf(homeId),
    source: item.call.source,
    firstSeenAt: item.occurredAt,
    lastSeenAt: new Date(holding?.lastSeenMs ?? item.occurredAt.getTime()),
    seenKey: holding?.seenKey ?? '',
  }
}

/** A weak identifier past its limit is not kept: the row that locked it goes again. */
async function removeUnowned(plans: readonly Planned[]): Promise<void> {
  const keys = plans.flatMap(({ plan }) =>
    plan.demoted.filter(one => !one.identifier.type.isStrong).map(one => one.identifier.key),
  )
  if (keys.length > 0) await run(sql`DELETE FROM identifiers WHERE key_hash IN (${keys}) AND person_id = 0`)
}

export function decisionsOf(plans: readonly Planned[], idOf: (id: number) => number): Decision[] {
  return plans.flatMap(({ item, plan }) => {
    const personId = idOf(rootOf(plan.person).id)
    const { source } = item.call
    const at = item.knownAt
    const list: Decision[] = plan.newPeople.map(node => ({
      kind: 'created',
      personId: idOf(node.id),
      types: plan.attached.filter(one => idOf(one.homeId) === idOf(node.id)).map(one => one.identifier.type.name),
      source,
      at,
    }))
    const joined = plan.attached.filter(one => one.homeId > 0)
    if (joined.length > 0)
      list.push({ kind: 'attached', personId, types: joined.map(one => one.identifier.type.name), source, at })
    for (const one of plan.moved)
      list.push({ kind: 'moved', personId, otherPersonId: idOf(one.from.id), types: [one.identifier.type.name], source, at })
    return list
  })
}
