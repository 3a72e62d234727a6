import { addDays, clickhouse, rows, sql } from '../core/index.ts'
import { unpacked } from './batch.ts'
import { asRow, type BatchRow, type Pending } from './store-batches.ts'

const BATCHES_AT_ONCE = 200
const REPEAT_DAYS = 7

/**
 * Stores the whole archive in ClickHouse again, after it was lost: the table must be empty. Repeats within 7 days are left out as they
 * were the first time. Answers how many tracks there are. Stop the workers of tracking meanwhile.
 */
export async function rebuildTracks(): Promise<number> {
  let count = 0
  const seen = new Map<string, Date>()
  for (let after = 0; ; ) {
    const batches = await rows<BatchRow>(
      sql`SELECT * FROM track_batches WHERE id > ${after} AND status = 'done' ORDER BY id LIMIT ${BATCHES_AT_ONCE}`,
    )
    const last = batches.at(-1)
    if (!last) return count
    const fresh: Pending[] = []
    for (const batch of batches) {
      for (const track of unpacked(batch.payload)) {
        const before = seen.get(track.messageKey)
        if (before && before > addDays(batch.received_at, -REPEAT_DAYS)) continue
        seen.set(track.messageKey, batch.received_at)
        fresh.push({ ...track, batchId: batch.id, brandId: batch.brand_id ?? 0, receivedAt: batch.received_at })
      }
    }
    await clickhouse.insert('tracks', fresh.map(asRow))
    count += fresh.length
    forgetOld(seen, addDays(last.received_at, -REPEAT_DAYS))
    after = last.id
  }
}

function forgetOld(seen: Map<string, Date>, before: Date): void {
  // Insertion order is arrival order, so the old ones stand in front.
  for (const [key, at] of seen) {
    if (at >= before) return
    seen.delete(key)
  }
}
