import { type Ctx, inTransaction, isDeadlock, rows, sql, transaction } from '../core/index.ts'
import { noteDecisions } from './decisions.ts'
import { announcePeople } from './events.ts'
import { type CallIdentifier, type GivenIdentifier, type Ignored, readIdentifiers } from './identifier.ts'
import { rulebook } from './identifier-types.ts'
import { emptyWorld, type Held, heldBy, loadWorld } from './load-world.ts'
import { mergePeople } from './merge-people.ts'
import { openReviews } from './open-reviews.ts'
import { areMet, type Meeting, meetBrands } from './person-brands.ts'
import { type Plan, planCall, rootOf, type World } from './plan.ts'
import { type Profile, rememberProfiles } from './profile-fields.ts'
import { dueSightings, rememberSightings } from './remember-sightings.ts'
import { decisionsOf, insertPeople, lockKeys, type Planned, takeBackPeople, writeIdentifiers } from './write-plans.ts'

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
  /** When the person, merge or decision that comes of it is dated. */
  knownAt: Date
  brandId: number | null
}

const CHUNK = 500
const DEADLOCK_TRIES = 8

/**
 * Finds or makes the person behind each call, in order, with a fixed number of statements per 500 calls. Known people cost one read
 * and no lock. Joins the ambient transaction; opens one of its own when there is none and something must be written. `isHistorical` (the
 * sample): people and merges are dated when it occurred, not when it is written down.
 */
export async function resolveMany(
  ctx: Ctx,
  calls: readonly ResolveCall[],
  options: { isHistorical?: boolean } = {},
): Promise<(Resolved | Unresolved)[]> {
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
        knownAt: options.isHistorical && call.occurredAt ? call.occurredAt : ctx.now,
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
  const sightings = dueSightings(
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
  const isSilent = sightings.length === 0 && known.every(({ item, homeId }) => !item.call.profile && areMet(homeId, item.brandId))
  if (open.length === 0 && isSilent) return

  await inOwnTransaction(async () => {
    const { mergedInto, created } = await resolveOpen(ctx, open, key => found.has(key), answers)
    if (mergedInto.size > 0) {
      // A merge by a later call of the chunk also moves those who were known before it.
      for (const item of items) {
        const answer = answers[item.at] as Resolved
        answer.personId = mergedInto.get(answer.personId) ?? answer.personId
      }
    }
    await rememberSightings(sightings)
    const settled = items.flatMap(item => {
      const answer = answers[item.at]
      return answer && answer.personId !== null ? [{ item, answer: answer as Resolved }] : []
    })
    const met = await meetBrands(settled.flatMap(({ item, answer }) => meetingOf(item, answer) ?? []))
    await announcePeople(ctx, { created, met })
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
  })
}

function meetingOf(item: Item, { personId, homeId, isNew }: Resolved): Meeting | null {
  if (item.brandId === null) return null
  return { personId, homeId, brandId: item.brandId, at: item.occurredAt, isNew: isNew && personId === homeId }
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

type PlannedItem = Planned & { item: Item }

type Outcome = {
  /** Ids that have become aliases -> the survivor. */
  mergedInto: Map<number, number>
  created: { personId: number; brandId: number | null; source: string }[]
}

/**
 * Calls that come alone: nobody was known by any of their identifiers, and no other call names one. Each is a new person, foreseen before anything is
 * locked, so that his identifiers are written once, with their owner.
 */
function foresee(nobody: World, items: readonly Item[], isKnown: (key: string) => boolean): PlannedItem[] {
  const named = new Map<string, number>()
  for (const item of items) for (const one of item.identifiers) named.set(one.key, (named.get(one.key) ?? 0) + 1)
  return items
    .filter(item => item.identifiers.every(one => named.get(one.key) === 1 && !isKnown(one.key)))
    .map(item => ({ item, plan: planItem(nobody, item) }))
    .filter(({ plan }) => plan.newPeople.length === 1 && plan.demoted.length === 0)
}

const planItem = (world: World, { identifiers, occurredAt, knownAt }: Item): Plan =>
  planCall(world, identifiers, { occurredAtMs: occurredAt.getTime(), createdAtMs: knownAt.getTime() })

/** Locks what the calls name, plans them one after another in memory, and writes the outcome in bulk. */
async function resolveOpen(
  ctx: Ctx,
  items: Item[],
  isKnown: (key: string) => boolean,
  answers: (Resolved | Unresolved)[],
): Promise<Outcome> {
  if (items.length === 0) return { mergedInto: new Map(), created: [] }
  const nobody = emptyWorld((await rulebook()).types)
  const foreseen = foresee(nobody, items, isKnown)
  const ids = await insertPeople(ctx, foreseen)
  const owners = new Map<string, number>()
  for (const { item, plan } of foreseen) for (const one of item.identifiers) owners.set(one.key, ids.get(plan.homeId) ?? 0)
  const inserted = await lockKeys(items, owners)
  const held = await heldBy([...inserted.keys()])

  // Somebody else was faster: such a call is planned with the others.
  const isOurs = (row: Held) => owners.get(row.key_hash) === Number(row.person_id)
  const lostKeys = new Set(held.filter(row => owners.has(row.key_hash) && !isOurs(row)).map(row => row.key_hash))
  const isLost = ({ item }: PlannedItem) => item.identifiers.some(one => lostKeys.has(one.key))
  const lost = foreseen.filter(isLost)
  await takeBackPeople(lost.map(({ plan }) => ids.get(plan.homeId) ?? 0))
  const births = new Map(foreseen.filter(one => !isLost(one)).map(one => [one.item, one]))

  const world = await loadWorld(held.filter(row => !isOurs(row)))
  world.nextNewId = nobody.nextNewId
  const rest = items.filter(item => !births.has(item)).map(item => ({ item, plan: planItem(world, item) }))
  for (const [planned, written] of await insertPeople(ctx, rest)) ids.set(planned, written)
  const idOf = (id: number) => ids.get(id) ?? id
  await writeIdentifiers(world, inserted, rest, idOf)
  const planned = new Map([...births.values(), ...rest].map(one => [one.item, one]))
  const plans = items.flatMap(item => planned.get(item) ?? [])
  const merged = new Map<Plan, number[]>()
  const merges = plans.flatMap(({ item, plan }) =>
    plan.merges.map(({ from, to, matchedTypes }) => {
      const [fromId, toId] = [idOf(from.id), idOf(to.id)]
      merged.set(plan, [...(merged.get(plan) ?? []), fromId])
      return { fromId, toId, matchedTypes, source: item.call.source, reason: null, at: item.knownAt }
    }),
  )
  await mergePeople(ctx, merges)
  await rememberSightings(
    dueSightings(
      plans.flatMap(({ plan }) =>
        plan.seen.map(one => ({
          identifier: one.identifier,
          personId: idOf(rootOf(plan.person).id),
          at: new Date(one.atMs),
          seenKey: one.seenKey,
          lastSeenAt: new Date(one.lastSeenMs),
        })),
      ),
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
  return {
    mergedInto: new Map([...world.nodes.values()].filter(node => node.into).map(node => [idOf(node.id), idOf(rootOf(node).id)])),
    created: plans.flatMap(({ item, plan }) =>
      plan.newPeople.map(node => ({ personId: idOf(node.id), brandId: item.brandId, source: item.call.source })),
    ),
  }
}
