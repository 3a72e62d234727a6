import type { CallIdentifier } from './identifier.ts'
import type { TypeRule } from './identifier-types.ts'

/**
 * Decides what one call means, in memory: who it is, who becomes one, what is left out and why. Pure. The store is loaded into a
 * World, plans change the World, and what they decided is written afterwards. Semantics 1.1, 1.4-1.8, 1.10.
 */

export const LIMITS = { peoplePerMerge: 50, identifiersPerPerson: 1000, mergesPerPerson: 100 } as const

/** A person as a plan sees him. New people have negative ids until they are written. */
export type Node = {
  id: number
  createdAtMs: number
  homes: number[]
  /** How many identifiers he holds, by type and scope. */
  counts: Map<string, number>
  total: number
  strongCount: number
  mergeCount: number
  /** The node this one became part of. */
  into: Node | null
}

export type Holding = { key: string; owner: Node; homeId: number; isStrong: boolean; lastSeenMs: number; seenKey: string }

export type World = {
  types: ReadonlyMap<string, TypeRule>
  nodes: Map<number, Node>
  /** Homes of the store -> the person they answered to when the world was loaded. */
  personOfHome: ReadonlyMap<number, number>
  holdings: Map<string, Holding>
  /** Pairs of homes that must never be one, `low:high`. */
  neverLinked: Set<string>
  nextNewId: number
}

export type Clash = { reasonType: string; kind: 'careful' | 'recommended' | 'never' }
export type Pair = { left: Node; right: Node; clash: Clash; matchedTypes: string[] }

export type Plan = {
  person: Node
  homeId: number
  isNew: boolean
  newPeople: Node[]
  /** Identifiers to insert, with the home each gets. */
  attached: { identifier: CallIdentifier; homeId: number }[]
  /** Weak identifiers that pass from one person to another. */
  moved: { identifier: CallIdentifier; from: Node; homeId: number }[]
  /** Known identifiers seen later than before. */
  seen: { identifier: CallIdentifier; atMs: number; seenKey: string; lastSeenMs: number }[]
  merges: { from: Node; to: Node; matchedTypes: string[] }[]
  pairs: Pair[]
  demoted: { identifier: CallIdentifier; clash: Clash }[]
}

export function rootOf(node: Node): Node {
  let at = node
  while (at.into) at = at.into
  return at
}

export function pairKey(a: number, b: number): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`
}

/** Plans one call and applies it to the world, so that the next call of a batch sees it. */
export function planCall(
  world: World,
  identifiers: readonly CallIdentifier[],
  at: { occurredAtMs: number; createdAtMs: number },
): Plan {
  const plan: Plan = {
    person: null as never,
    homeId: 0,
    isNew: false,
    newPeople: [],
    attached: [],
    moved: [],
    seen: [],
    merges: [],
    pairs: [],
    demoted: [],
  }
  const main = settle(world, identifiers, at, plan)
  plan.person = main.person
  plan.homeId = main.homeId
  plan.isNew = main.isNew

  // What did not fit is somebody of its own: nobody is lost, and a review shows the two side by side.
  let rest = main.demoted
  while (rest.length > 0) {
    const strong = rest.filter(one => one.identifier.type.isStrong)
    plan.demoted.push(...rest)
    if (strong.length === 0) break
    const other = settle(
      world,
      strong.map(one => one.identifier),
      at,
      plan,
    )
    const clash = strong[0]?.clash
    if (clash && clash.kind !== 'never' && rootOf(other.person) !== rootOf(plan.person)) {
      plan.pairs.push({
        left: rootOf(plan.person),
        right: rootOf(other.person),
        clash,
        matchedTypes: strong.map(one => one.identifier.type.name),
      })
    }
    rest = other.demoted
  }
  plan.person = rootOf(plan.person)
  return plan
}

type Settled = { person: Node; homeId: number; isNew: boolean; demoted: { identifier: CallIdentifier; clash: Clash }[] }

/** The largest set of identifiers, strongest first, that may be one person; then makes it so. */
function settle(
  world: World,
  identifiers: readonly CallIdentifier[],
  at: { occurredAtMs: number; createdAtMs: number },
  plan: Plan,
): Settled {
  const people = new Set<Node>()
  const fresh: CallIdentifier[] = []
  const matched: { identifier: CallIdentifier; owner: Node }[] = []
  const contested: { identifier: CallIdentifier; holding: Holding }[] = []
  const demoted: Settled['demoted'] = []
  const hasStrong = identifiers.some(one => one.type.isStrong)

  for (const identifier of identifiers) {
    const holding = world.holdings.get(identifier.key)
    const owner = holding ? rootOf(holding.owner) : null
    if (
      holding &&
      owner &&
      !identifier.type.isStrong &&
      !people.has(owner) &&
      owner.strongCount > 0 &&
      (hasStrong || anyStrong(people))
    ) {
      contested.push({ identifier, holding })
      continue
    }
    const clash = clashOf(world, people, fresh, identifier, owner)
    if (clash) {
      demoted.push({ identifier, clash })
      continue
    }
    if (owner) {
      people.add(owner)
      matched.push({ identifier, owner })
    } else fresh.push(identifier)
  }

  const survivor = [...people].sort((a, b) => a.createdAtMs - b.createdAtMs || ageRank(a) - ageRank(b))[0]
  const person = survivor ?? newNode(world, plan, at.createdAtMs)
  const strongest = matched[0]
  const homeId = (strongest && world.holdings.get(strongest.identifier.key)?.homeId) ?? person.id
  for (const from of [...people].sort((a, b) => ageRank(a) - ageRank(b))) if (from !== person) join(plan, from, person, matched)

  for (const identifier of fresh) attach(world, plan, identifier, person, homeId, at.occurredAtMs, identifiers)
  const seenKey = identifiers[0]?.key ?? ''
  for (const { identifier, holding } of contested) {
    const isLater = at.occurredAtMs > holding.lastSeenMs || (at.occurredAtMs === holding.lastSeenMs && seenKey > holding.seenKey)
    if (isLater && rootOf(holding.owner) !== person) move(plan, identifier, holding, person, homeId, at.occurredAtMs, seenKey)
  }
  for (const { identifier } of matched) {
    const holding = world.holdings.get(identifier.key)
    if (!holding || at.occurredAtMs <= holding.lastSeenMs) continue
    plan.seen.push({ identifier, atMs: at.occurredAtMs, seenKey, lastSeenMs: holding.lastSeenMs })
    Object.assign(holding, { lastSeenMs: at.occurredAtMs, seenKey })
  }
  return { person, homeId, isNew: survivor === undefined, demoted }
}

function anyStrong(people: Iterable<Node>): boolean {
  for (const person of people) if (person.strongCount > 0) return true
  return false
}

/** New people come after old ones, in the order in which they were made. */
function ageRank(node: Node): number {
  return node.id > 0 ? node.id : Number.MAX_SAFE_INTEGER / 2 - node.id
}

/** Why adding this identifier (and its owner) to what is already one person is not allowed; null when it is. */
function clashOf(
  world: World,
  people: ReadonlySet<Node>,
  fresh: readonly CallIdentifier[],
  identifier: CallIdentifier,
  owner: Node | null,
): Clash | null {
  if (owner && people.has(owner)) return null
  if (owner && people.size === 0 && fresh.length === 0) return null
  const all = owner ? [...people, owner] : [...people]
  const added = owner ? fresh : [...fresh, identifier]

  if (owner) {
    for (const other of people) if (isNeverLinked(world, other, owner)) return { reasonType: identifier.type.name, kind: 'never' }
    if (all.length > LIMITS.peoplePerMerge) return { reasonType: 'people', kind: 'recommended' }
    if (all.reduce((sum, one) => sum + one.mergeCount, 0) + all.length - 1 > LIMITS.mergesPerPerson)
      return { reasonType: 'merges', kind: 'recommended' }
  }
  if (all.reduce((sum, one) => sum + one.total, 0) + added.length > LIMITS.identifiersPerPerson)
    return { reasonType: 'identifiers', kind: 'recommended' }

  const counts = new Map<string, number>()
  for (const one of all) for (const [slot, count] of one.counts) counts.set(slot, (counts.get(slot) ?? 0) + count)
  for (const one of added) counts.set(slotOf(one), (counts.get(slotOf(one)) ?? 0) + 1)
  if (!owner) return (counts.get(slotOf(identifier)) ?? 0) > identifier.type.limit ? clashOn(identifier.type) : null
  // A merge is held up by the strong types only: many devices are no reason to keep two records of one person.
  for (const [slot, count] of counts) {
    const type = world.types.get(slot.slice(0, slot.indexOf('|')))
    if (type?.isStrong && count > type.limit && (owner.counts.get(slot) ?? 0) > 0) return clashOn(type)
  }
  return null
}

function clashOn(type: TypeRule): Clash {
  return { reasonType: type.name, kind: type.isStrong && type.limit === 1 ? 'careful' : 'recommended' }
}

export function slotOf(one: { type: { name: string }; scope: string }): string {
  return `${one.type.name}|${one.scope}`
}

function isNeverLinked(world: World, a: Node, b: Node): boolean {
  if (world.neverLinked.size === 0) return false
  return a.homes.some(left => b.homes.some(right => world.neverLinked.has(pairKey(left, right))))
}

export function newNode(world: World, plan: Pick<Plan, 'newPeople'>, createdAtMs: number): Node {
  const id = world.nextNewId
  world.nextNewId -= 1
  const node: Node = { id, createdAtMs, homes: [id], counts: new Map(), total: 0, strongCount: 0, mergeCount: 0, into: null }
  world.nodes.set(id, node)
  plan.newPeople.push(node)
  return node
}

function join(plan: Plan, from: Node, to: Node, matched: readonly { identifier: CallIdentifier; owner: Node }[]): void {
  const types = matched.filter(one => one.owner === from || one.owner === to).map(one => one.identifier.type.name)
  plan.merges.push({ from, to, matchedTypes: [...new Set(types)] })
  from.into = to
  to.homes.push(...from.homes)
  for (const [slot, count] of from.counts) to.counts.set(slot, (to.counts.get(slot) ?? 0) + count)
  to.total += from.total
  to.strongCount += from.strongCount
  to.mergeCount += from.mergeCount + 1
}

function attach(
  world: World,
  plan: Plan,
  identifier: CallIdentifier,
  person: Node,
  homeId: number,
  occurredAtMs: number,
  all: readonly CallIdentifier[],
): void {
  plan.attached.push({ identifier, homeId })
  world.holdings.set(identifier.key, {
    key: identifier.key,
    owner: person,
    homeId,
    isStrong: identifier.type.isStrong,
    lastSeenMs: occurredAtMs,
    seenKey: all[0]?.key ?? '',
  })
  count(person, identifier, 1)
}

function move(
  plan: Plan,
  identifier: CallIdentifier,
  holding: Holding,
  person: Node,
  homeId: number,
  occurredAtMs: number,
  seenKey: string,
): void {
  const from = rootOf(holding.owner)
  if ((person.counts.get(slotOf(identifier)) ?? 0) >= identifier.type.limit) return
  plan.moved.push({ identifier, from, homeId })
  count(from, identifier, -1)
  count(person, identifier, 1)
  Object.assign(holding, { owner: person, homeId, lastSeenMs: occurredAtMs, seenKey })
}

function count(person: Node, identifier: CallIdentifier, by: 1 | -1): void {
  person.counts.set(slotOf(identifier), (person.counts.get(slotOf(identifier)) ?? 0) + by)
  person.total += by
  if (identifier.type.isStrong) person.strongCount += by
}
