import { rows, sql } from '../core/index.ts'

/** How deep tags may stand on each other. */
const CHAIN_MAX = 20

/** What a rule reads, and what the rules of the tags among it read, and of theirs: all that it stands on. */
export async function readsThroughTags(reads: readonly string[]): Promise<Set<string>> {
  const all = new Set(reads)
  let open = tagIdsIn(reads)
  for (let step = 0; open.length > 0 && step < CHAIN_MAX; step += 1) {
    const tags = await rows<{ reads_from: string }>(
      sql`SELECT reads_from FROM tags WHERE id IN (${open}) AND removed_key = 0 AND reads_from IS NOT NULL`,
    )
    const fresh = tags.flatMap(tag => JSON.parse(tag.reads_from) as string[]).filter(read => !all.has(read))
    for (const read of fresh) all.add(read)
    open = tagIdsIn(fresh)
  }
  return all
}

function tagIdsIn(reads: readonly string[]): number[] {
  return reads.flatMap(read => (/^tag:\d+$/.test(read) ? [Number(read.slice(4))] : []))
}
