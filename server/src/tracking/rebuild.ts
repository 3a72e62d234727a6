import { addDays, clickhouse, config, now, RowSum, rows, sql } from '../core/index.ts'
import { unpacked } from './batch.ts'
import { asRow, type BatchRow, type Pending } from './store-batches.ts'

const BATCHES_AT_ONCE = 200
const REPEAT_DAYS = 7

/**
 * Empties the table of tracks and stores the whole archive in it again. Repeats within 7 days are left out as they were the first time. Answers how many tracks there are, after
 * ClickHouse was asked for their number and hash; throws clickhouse.rebuildDiffers. Stop the workers of tracking meanwhile.
 */
export async function rebuildTracks(): Promise<number> {
  await clickhouse.command('TRUNCATE TABLE tracks', {}, { lane: 'build' })
  const kept = config.tracksKeepDays ? addDays(now(), -config.tracksKeepDays) : new Date(0)
  const sum = new RowSum()
  const seen = new Map<string, Date>()
  for (let after = 0; ; ) {
    const batches = await rows<BatchRow>(
      sql`SELECT * FROM track_batches WHERE id > ${after} AND status = 'done' ORDER BY id LIMIT ${BATCHES_AT_ONCE}`,
    )
    const last = batches.at(-1)
    if (!last) break
    const fresh = batches.flatMap(batch => firstOf(batch, seen)).filter(track => track.occurredAt >= kept)
    await clickhouse.insert('tracks', fresh.map(asRow))
    for (const track of fresh) sum.add(`${track.batchId}:${track.personId}:${track.messageKey}`)
    forgetOld(seen, addDays(last.received_at, -REPEAT_DAYS))
    after = last.id
  }
  const [stored] = await clickhouse.query<{ count: number; hash: string }>(
    `SELECT ${RowSum.sql("concat(toString(batch_id), ':', toString(person_id), ':', message_key)")} FROM tracks WHERE occurred_at >= {kept:DateTime64(3)}`,
    { kept },
    { lane: 'build' },
  )
  sum.mustEqual('tracks', stored)
  return sum.count
}

/** The tracks of a batch that are no repeats. */
function firstOf(batch: BatchRow, seen: Map<string, Date>): Pending[] {
  return unpacked(batch.payload).flatMap(track => {
    const before = seen.get(track.messageKey)
    if (before && before > addDays(batch.received_at, -REPEAT_DAYS)) return []
    seen.set(track.messageKey, batch.received_at)
    return [{ ...track, batchId: batch.id, brandId: batch.brand_id ?? 0, receivedAt: batch.received_at }]
  })
}

function forgetOld(seen: Map<string, Date>, before: Date): void {
  // Insertion order is arrival order, so the old ones stand in front.
  for (const [key, at] of seen) {
    if (at >= before) return
    seen.delete(key)
  }
}
