import { rows, sql } from '../core/index.ts'

/** Ids as bits, so that a list of a million takes as much memory as one of ten. */
class IdSet {
  private readonly blocks = new Map<number, Uint32Array>()

  has(id: number): boolean {
    const block = this.blocks.get(id >>> BLOCK_BITS)
    return block !== undefined && ((block[(id & BLOCK_MASK) >>> 5] as number) & (1 << (id & 31))) !== 0
  }

  add(id: number): void {
    const key = id >>> BLOCK_BITS
    let block = this.blocks.get(key)
    if (!block) {
      block = new Uint32Array(1 << (BLOCK_BITS - 5))
      this.blocks.set(key, block)
    }
    const at = (id & BLOCK_MASK) >>> 5
    block[at] = (block[at] as number) | (1 << (id & 31))
  }
}
const BLOCK_BITS = 16
const BLOCK_MASK = (1 << BLOCK_BITS) - 1

type Listed = { ids: IdSet; upTo: number }
const BUILDS_AT_ONCE = 20
const LISTS_MAX = 4
const lists = new Map<number, Listed>()

/** Who is on a static segment's list already. What is committed decides, so a batch that was taken back leaves nothing behind. */
export async function listedIn(segmentId: number): Promise<Pick<IdSet, 'has'>> {
  const listed = lists.get(segmentId) ?? { ids: new IdSet(), upTo: 0 }
  lists.delete(segmentId)
  lists.set(segmentId, listed)
  for (const oldest of lists.keys()) if (lists.size > LISTS_MAX) lists.delete(oldest)
  for (;;) {
    const builds = await rows<{ id: number; changes: string }>(
      sql`SELECT id, changes FROM segment_builds WHERE segment_id = ${segmentId} AND id > ${listed.upTo} AND changes IS NOT NULL ORDER BY id LIMIT ${BUILDS_AT_ONCE}`,
    )
    for (const { id, changes } of builds) {
      for (const person of (JSON.parse(changes) as { entered: number[] }).entered) listed.ids.add(person)
      listed.upTo = Number(id)
    }
    if (builds.length < BUILDS_AT_ONCE) return listed.ids
  }
}

export function forgetListed(segmentId: number): void {
  lists.delete(segmentId)
}
