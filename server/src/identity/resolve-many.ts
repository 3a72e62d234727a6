import {
  bulkInsert,
  type Ctx,
  insertOne,
  inTransaction,
  isDeadlock,
  type Row,
  randomToken,
  refused,
  rows,
  run,
  sql,
  transaction,
} from '../core/index.ts'
import { type Decision, noteDecisions } from './decisions.ts'
import { announceCreated } from './events.ts'
import { type CallIdentifier, type GivenIdentifier, type Ignored, readIdentifiers, storedIdentifier } from './identifier.ts'
import { rulebook } from './identifier-types.ts'
import { loadWorld } from './load-world.ts'
import { mergePeople } from './merge-people.ts'
import { openReviews } from './open-reviews.ts'
import { meetBrands } from './person-brands.ts'
import { type Plan, planCall, rootOf, type World } from './plan.ts'
import { initialProfile, type Profile, rememberProfiles } from './profile-fields.ts'

export type ResolveCall = {
  identifiers: readonly GivenIdentifier[]
  profile?: Profile
  brandId?: number | null
  occurredAt?: Date
  /** Where it came from, for example `miniProgram`, `wecom`, `import:orders`. */
  source: string
}

export type Resolved = {
  /** The one person, after merges. */
  personId: number
  /** The permanent home of this call: what tracks and postings store. */
  homeId: number
  isNew: boolean
  merged: number[]
  reviewId: number | null
  ignored: Ignored[]
}

/** No usable identifier: the call identifies nobody. */
export type Unresolved = { personId: null; ignored: Ignored[] }

type Item = {
  at: number
  call: ResolveCall
  identifiers: CallIdentifier[]
  ignored: Ignored[]
  occurredAt: Date
  brandId: number | null
}

const CHUNK = 500
const DEADLOCK_TRIES = 8
/** Showing when somebody was last seen needs no more than this; it spares a write per call. */
const SEEN_EVERY_MS = 3_600_000

/**
 * Finds or makes the person behind each call, in order, with a fixed number of statements per 500 calls. Known people cost one read
 * and no lock. Joins the ambient transaction; opens one of its own when there is none and something must be written.
 */
export async function resolveMany(ctx: Ctx, calls: readonly ResolveCall[]): Promise<(Resolved | Unresolved)[]> {
  const book = await rulebook()
  const answers: (Resolved | Unresolved)[] = new Array(calls.length)
  const items: Item[] = []
  calls.forEach((call, at) => {
    const { identifiers, ignored } = readIdentifiers(book, call.identifiers)
    if (identifiers.length === 0) answers[at] = { personId: null, ignored }
    else
      items.push({
        at,
        call,
        identifiers,
        ignored,
        occurredAt: call.occurredAt ?? ctx.now,
        brandId: call.brandId === undefined ? ctx.brandId : call.brandId,
      })
  })
  for (let from = 0; from < items.length; from += CHUNK) await resolveChunk(ctx, items.slice(from, from + CHUNK), answers)
  return answers
}

type Found = { key_hash: string; person_id: number; home_id: number; is_strong: number; last_seen_at: Date }

async function resolveChunk(ctx: Ctx, items: Item[], answers: (Resolved | Unresolved)[]): Promise<void> {
  const keys = [...new Set(items.flatMap(item => item.identifiers.map(one => one.key)))]
  const found = new Map(
    (
      await rows<Found>(
        sql`SELECT key_hash, person_id, home_id, is_strong, last_seen_at FROM identifiers WHERE key_hash IN (${keys})`,
      )
    ).map(row => [row.key_hash, row]),
  )

  const known: { item: Item; personId: number; homeId: number }[] = []
  const open: Item[] = []
  for (const item of items) {
    const holders = item.identifiers.map(one => found.get(one.key))
    const first = holders[0]
    if (first && holders.every(one => one && Number(one.person_id) === Number(first.person_id)))
      known.push({ item, personId: Number(first.person_id), homeId: Number(first.home_id) })
    else open.push(item)
  }
  for (const { item, personId, homeId } of known)
    answers[item.at] = { personId, homeId, isNew: false, merged: [], reviewId: null, ignored: item.ignored }
  if (open.length > 0) await inOwnTransaction(() => resolveOpen(ctx, open, answers))

  const settled = items.flatMap(item => {
    const answer = answers[item.at]
    return answer && answer.personId !== null ? [{ item, answer: answer as Resolved }] : []
  })
  await rememberSightings(
    known.flatMap(({ item, personId }) =>
      item.identifiers.map(one => ({
        identifier: one,
        personId,
        at: item.occurredAt,
        seenKey: item.identifiers[0]?.key ?? '',
        lastSeenAt: found.get(one.key)?.last_seen_at ?? null,
      })),
    ),
  )
  await meetBrands(
    ctx,
    settled.flatMap(({ item, answer }) =>
      item.brandId === null
        ? []
        : [{ personId: answer.personId, homeId: answer.homeId, brandId: item.brandId, at: item.occurredAt }],
    ),
  )
  await rememberProfiles(
    ctx,
    settled.flatMap(({ item, answer }) =>
      item.call.profile && !answer.isNew
        ? [
            {
              personId: answer.personId,
              homeId: answer.homeId,
              profile: item.call.profile,
              at: item.occurredAt,
              source: item.call.source,
            },
          ]
        : [],
    ),
  )
}

/** Joins the caller's transaction, whose owner repeats it after a deadlock; without one it opens its own and repeats it itself. */
async function inOwnTransaction<T>(work: () => Promise<T>): Promise<T> {
  if (inTransaction()) return work()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(work)
    } catch (error) {
      if (!isDeadlock(error) || attempt >= DEADLOCK_TRIES) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 10 * attempt))
    }
  }
}

/** Locks what the calls name, plans them one after another in memory, and writes the outcome in bulk. */
async function resolveOpen(ctx: Ctx, items: Item[], answers: (Resolved | Unresolved)[]): Promise<void> {
  const identifiers = new Map(items.flatMap(item => item.identifiers.map(one => [one.key, one] as const)))
  await lockKeys(ctx, [...identifiers.values()])
  const world = await loadWorld([...identifiers.keys()])
  const plans = items.map(item => ({
    item,
    plan: planCall(world, item.identifiers, { occurredAtMs: item.occurredAt.getTime(), createdAtMs: ctx.now.getTime() }),
  }))

  const ids = await insertPeople(ctx, plans)
  const idOf = (id: number) => ids.get(id) ?? id
  await writeIdentifiers(world, plans, idOf)
  const merged = new Map<Plan, number[]>()
  for (const { item, plan } of plans) {
    for (const one of plan.merges) {
      await mergePeople(ctx, {
        fromId: idOf(one.from.id),
        toId: idOf(one.to.id),
        matchedTypes: one.matchedTypes,
        source: item.call.source,
        reason: null,
        areLocked: true,
      })
      merged.set(plan, [...(merged.get(plan) ?? []), idOf(one.from.id)])
    }
  }
  await rememberSightings(
    plans.flatMap(({ plan }) =>
      plan.seen.map(one => ({
        identifier: one.identifier,
        personId: idOf(rootOf(plan.person).id),
        at: new Date(one.atMs),
        seenKey: one.seenKey,
        lastSeenAt: null,
      })),
    ),
  )
  const reviews = await openReviews(
    ctx,
    plans.flatMap(({ item, plan }) =>
      plan.pairs.map(pair => ({
        leftId: idOf(pair.left.id),
        rightId: idOf(pair.right.id),
        clash: pair.clash,
        matchedTypes: pair.matchedTypes,
        source: item.call.source,
      })),
    ),
  )
  await noteDecisions(ctx, decisionsOf(plans, idOf))

  for (const { item, plan } of plans) {
    const pair = plan.pairs[0]
    const reviewId = pair ? (reviews.get(`${idOf(pair.left.id)}:${idOf(pair.right.id)}`) ?? null) : null
    answers[item.at] = {
      personId: idOf(rootOf(plan.person).id),
      homeId: idOf(plan.homeId),
      isNew: plan.isNew,
      merged: merged.get(plan) ?? [],
      reviewId,
      ignored: item.ignored,
    }
  }
  await announceCreated(
    ctx,
    plans.flatMap(({ item, plan }) =>
      plan.newPeople.map(node => ({ personId: idOf(node.id), brandId: item.brandId, source: item.call.source })),
    ),
  )
}

/**
 * Every call that meets another in one identifier waits here for it: the rows are inserted or locked in the order of their keys. New ones
 * have no owner yet; nobody can see them before the commit.
 */
async function lockKeys(ctx: Ctx, identifiers: readonly CallIdentifier[]): Promise<void> {
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

type Planned = { item: Item; plan: Plan }

async function insertPeople(ctx: Ctx, plans: readonly Planned[]): Promise<Map<number, number>> {
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
          createdAt: ctx.now,
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
async function writeIdentifiers(world: World, plans: readonly Planned[], idOf: (id: number) => number): Promise<void> {
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

function decisionsOf(plans: readonly Planned[], idOf: (id: number) => number): Decision[] {
  return plans.flatMap(({ item, plan }) => {
    const personId = idOf(rootOf(plan.person).id)
    const source = item.call.source
    const list: Decision[] = plan.newPeople.map(node => ({
      kind: 'created',
      personId: idOf(node.id),
      types: plan.attached.filter(one => idOf(one.homeId) === idOf(node.id)).map(one => one.identifier.type.name),
      source,
    }))
    const joined = plan.attached.filter(one => one.homeId > 0)
    if (joined.length > 0) list.push({ kind: 'attached', personId, types: joined.map(one => one.identifier.type.name), source })
    for (const one of plan.moved)
      list.push({ kind: 'moved', personId, otherPersonId: idOf(one.from.id), types: [one.identifier.type.name], source })
    return list
  })
}

type Sighting = { identifier: CallIdentifier; personId: number; at: Date; seenKey: string; lastSeenAt: Date | null }

/** People and identifiers that were seen again. For weak ones every sighting counts; for strong ones it is only shown. */
async function rememberSightings(sightings: readonly Sighting[]): Promise<void> {
  const keys = new Map<string, { at: Date; seenKey: string }>()
  const people = new Map<number, Date>()
  for (const { identifier, personId, at, seenKey, lastSeenAt } of sightings) {
    if (lastSeenAt && at.getTime() - new Date(lastSeenAt).getTime() <= (identifier.type.isStrong ? SEEN_EVERY_MS : 0)) continue
    const earlier = keys.get(identifier.key)
    if (!earlier || earlier.at < at) keys.set(identifier.key, { at, seenKey })
    const seen = people.get(personId)
    if (!seen || seen < at) people.set(personId, at)
  }
  for (const [key, { at, seenKey }] of [...keys].sort(([a], [b]) => (a < b ? -1 : 1)))
    await run(
      sql`UPDATE identifiers SET last_seen_at = ${at}, seen_key = ${seenKey} WHERE key_hash = ${key} AND last_seen_at < ${at}`,
    )
  for (const [id, at] of [...people].sort(([a], [b]) => a - b))
    await run(sql`UPDATE people SET last_seen_at = ${at} WHERE id = ${id} AND last_seen_at < ${at}`)
}

/** One call of `resolveMany`. Throws identity.noIdentifier when nothing in it identifies anybody, identity.unknownType for a type nobody defined. */
export async function resolve(ctx: Ctx, call: ResolveCall): Promise<Resolved> {
  const [answer] = await resolveMany(ctx, [call])
  if (answer && answer.personId !== null) return answer as Resolved
  const unknown = answer?.ignored.find(one => one.reason === 'unknownType')
  if (unknown) throw refused('identity.unknownType', { field: 'identifiers', type: unknown.type })
  throw refused('identity.noIdentifier', { field: 'identifiers', ignored: answer?.ignored ?? [] })
}
