import { withNeighbours } from './related-scopes.ts'

/** A kept rule: what it reads, as `readsOf` names it, and of what it asks (0: people). */
export type Follower = { id: number; reads: ReadonlySet<string>; typeId: number }
export type Arrived = { reads: readonly string[]; personIds: readonly number[] }

/** These decide who is in a population at all. */
const FOR_EVERY_RULE = new Set(['*', 'fact:exists', 'fact:inBrand'])
/** Beyond this many people, asking about everybody is cheaper. */
const PEOPLE_MAX = 50_000
/** Rules about related subjects nest this deep in practice; each step asks about a few more. */
const RELATED_STEPS_MAX = 2

/**
 * Which kept rules are to be asked again after tracks or facts arrived, and about whom: those that the same batches concern are asked about the same people, in
 * one query.
 */
export async function concernedBy(
  batches: readonly Arrived[],
  followers: readonly Follower[],
): Promise<{ ids: number[]; of: 'everybody' | number[] }[]> {
  const asked = new Map<string, { people: number[]; ids: number[]; isByRelation: boolean }>()
  for (const { id, reads, typeId } of followers) {
    const mine = batches.map(batch => batch.reads.some(read => reads.has(read) || (typeId === 0 && FOR_EVERY_RULE.has(read))))
    if (!mine.includes(true)) continue
    const isByRelation = [...reads].some(read => read.startsWith('relation:'))
    const key = `${mine.map(Number).join('')}:${isByRelation}`
    const together = asked.get(key) ?? {
      people: [...new Set(batches.flatMap((batch, at) => (mine[at] ? batch.personIds : [])))],
      ids: [],
      isByRelation,
    }
    asked.set(key, together)
    together.ids.push(id)
  }
  const found: { ids: number[]; of: 'everybody' | number[] }[] = []
  for (const { people, ids, isByRelation } of asked.values()) {
    // A rule about related subjects is about whoever they are related to, over as many steps as it has.
    let around = people
    for (let step = 0; isByRelation && step < RELATED_STEPS_MAX && around.length <= PEOPLE_MAX; step += 1)
      around = await withNeighbours(around)
    found.push({ ids, of: around.length > PEOPLE_MAX ? 'everybody' : around })
  }
  return found
}
