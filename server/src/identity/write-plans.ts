import { bulkInsert, type Ctx, insertOne, type Row, randomToken, rows, run, sql } from '../core/index.ts'
import type { Decision } from './decisions.ts'
import { type CallIdentifier, storedIdentifier } from './identifier.ts'
import { type Plan, rootOf, type World } from './plan.ts'
import { initialProfile, type Profile, rememberProfiles } from './profile-fields.ts'

/** Writes what was planned for a batch of calls, with a fixed number of statements. */
export type Planned = { item: { call: { source: string; profile?: Profile }; occurredAt: Date; knownAt: Date }; plan: Plan }
type Item = Planned['item']

/**
 * Every call that meets another in one identifier waits here for it: the rows are inserted or locked in the order of their keys. New ones
 * have no owner yet; nobody can see them before the commit.
 */
export async function lockKeys(ctx: Ctx, identifiers: readonly CallIdentifier[]): Promise<void> {
  const sorted = [...identifiers].sort((a, b) => (a.key < b.key ? -1 : 1))
  const list: Row[] = sorted.map(one => ({
    ...storedIdentifier(one),
    personId: 0,
    homeId: 0,
    source: '',
    firstSeenAt: ctx.now,
    lastSeenAt: ctx.now,
    seenKey: '',
  }))
  await bulkInsert('identifiers', list, { onDuplicate: { update: ['keyHash'] } })
}

export async function insertPeople(ctx: Ctx, plans: readonly Planned[]): Promise<Map<number, number>> {
  const births = plans.flatMap(({ item, plan }) =>
    plan.newPeople.map(node => {
      // The second person of a call (an identifier that did not fit) is one of whom nothing else is known.
      const isMain = plan.isNew && node === plan.newPeople[0]
      return {
        node,
        row: {
          birthKey: randomToken(15),
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
  const ids = new Map<number, number>()
  const [only] = births
  if (births.length === 1 && only) ids.set(only.node.id, await insertOne('people', only.row))
  else if (births.length > 1) {
    await bulkInsert(
      'people',
      births.map(one => one.row),
    )
    const written = new Map(
      (
        await rows<{ id: number; birth_key: string }>(
          sql`SELECT id, birth_key FROM people WHERE birth_key IN (${births.map(one => one.row.birthKey)})`,
        )
      ).map(row => [row.birth_key, Number(row.id)]),
    )
    for (const one of births) ids.set(one.node.id, written.get(one.row.birthKey) ?? 0)
  }
  const profiles = births.flatMap(one => {
    const id = ids.get(one.node.id)
    return one.isMain && one.item.call.profile && id
      ? [{ personId: id, homeId: id, profile: one.item.call.profile, at: one.item.occurredAt, source: one.item.call.source }]
      : []
  })
  await rememberProfiles(ctx, profiles, { isNewPerson: true })
  return ids
}

/** Owners are written as they are before the merges of this batch; mergePeople then moves all of them alike. */
export async function writeIdentifiers(world: World, plans: readonly Planned[], idOf: (id: number) => number): Promise<void> {
  const list: Row[] = []
  for (const { item, plan } of plans) {
    for (const { identifier, homeId } of plan.attached) list.push(rowOf(world, identifier, homeId, item, idOf))
    for (const { identifier, homeId } of plan.moved) list.push(rowOf(world, identifier, homeId, item, idOf))
  }
  // One row per identifier: a weak one may have moved more than once within a batch, and the last word counts.
  const last = new Map(list.map(row => [row.keyHash as string, row]))
  const sorted = [...last.values()].sort((a, b) => (String(a.keyHash) < String(b.keyHash) ? -1 : 1))
  await bulkInsert('identifiers', sorted, {
    onDuplicate: { update: ['personId', 'homeId', 'source', 'firstSeenAt', 'lastSeenAt', 'seenKey'] },
  })
  await removeUnowned(plans)
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
