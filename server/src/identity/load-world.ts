import { rows, sql } from '../core/index.ts'
import { rulebook } from './identifier-types.ts'
import { type Node, pairKey, type World } from './plan.ts'

/** Who holds an identifier, as it is kept. */
export type Held = {
  key_hash: string
  person_id: number
  home_id: number
  is_strong: number
  last_seen_at: Date
  seen_key: string
}

export async function heldBy(keys: readonly string[]): Promise<Held[]> {
  return rows<Held>(
    sql`SELECT key_hash, person_id, home_id, is_strong, last_seen_at, seen_key FROM identifiers WHERE key_hash IN (${[...keys]}) AND person_id > 0`,
  )
}

/** A world in which nobody is known yet. */
export function emptyWorld(types: World['types']): World {
  return { types, nodes: new Map(), personOfHome: new Map(), holdings: new Map(), neverLinked: new Set(), nextNewId: -1 }
}

/** Loads what planning needs about the owners of these identifiers, and locks those people in the order of their ids. */
export async function loadWorld(held: readonly Held[]): Promise<World> {
  const { types } = await rulebook()
  const world = emptyWorld(types)
  if (held.length === 0) return world
  const { nodes, personOfHome } = await loadNodes([...new Set(held.map(row => Number(row.person_id)))])
  world.nodes = nodes
  world.personOfHome = personOfHome
  for (const row of held) {
    const owner = nodes.get(Number(row.person_id))
    if (!owner) continue
    world.holdings.set(row.key_hash, {
      key: row.key_hash,
      owner,
      homeId: Number(row.home_id),
      isStrong: Boolean(row.is_strong),
      lastSeenMs: new Date(row.last_seen_at).getTime(),
      seenKey: row.seen_key,
    })
  }
  if (nodes.size > 1) world.neverLinked = await loadNeverLinked([...personOfHome.keys()])
  return world
}

/** People as nodes, locked for the rest of the transaction. */
export async function loadNodes(
  personIds: readonly number[],
): Promise<{ nodes: Map<number, Node>; personOfHome: Map<number, number> }> {
  const ids = [...personIds].sort((a, b) => a - b)
  const nodes = new Map<number, Node>()
  const personOfHome = new Map<number, number>()
  const people = await rows<{ id: number; created_at: Date }>(
    sql`SELECT id, created_at FROM people WHERE id IN (${ids}) AND merged_into_id IS NULL ORDER BY id FOR UPDATE`,
  )
  for (const person of people) {
    const id = Number(person.id)
    nodes.set(id, {
      id,
      createdAtMs: new Date(person.created_at).getTime(),
      homes: [id],
      counts: new Map(),
      total: 0,
      strongCount: 0,
      mergeCount: 0,
      into: null,
    })
    personOfHome.set(id, id)
  }
  const aliases = await rows<{ home_id: number; person_id: number }>(
    sql`SELECT home_id, person_id FROM person_aliases WHERE person_id IN (${ids})`,
  )
  for (const alias of aliases) {
    const node = nodes.get(Number(alias.person_id))
    if (!node) continue
    node.homes.push(Number(alias.home_id))
    node.mergeCount += 1
    personOfHome.set(Number(alias.home_id), node.id)
  }
  const counts = await rows<{ person_id: number; type: string; scope: string; n: number; is_strong: number }>(
    sql`SELECT person_id, type, scope, COUNT(*) AS n, MAX(is_strong) AS is_strong FROM identifiers WHERE person_id IN (${ids}) GROUP BY person_id, type, scope`,
  )
  for (const count of counts) {
    const node = nodes.get(Number(count.person_id))
    if (!node) continue
    node.counts.set(`${count.type}|${count.scope}`, Number(count.n))
    node.total += Number(count.n)
    if (Number(count.is_strong)) node.strongCount += Number(count.n)
  }
  return { nodes, personOfHome }
}

export async function loadNeverLinked(homeIds: readonly number[]): Promise<Set<string>> {
  const ids = [...homeIds]
  const links = await rows<{ left_home_id: number; right_home_id: number }>(
    sql`SELECT left_home_id, right_home_id FROM never_links WHERE left_home_id IN (${ids}) AND right_home_id IN (${ids})`,
  )
  return new Set(links.map(link => pairKey(Number(link.left_home_id), Number(link.right_home_id))))
}
