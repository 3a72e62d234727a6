import {
  clickhouse,
  insertIgnore,
  ownWork,
  publishMany,
  rows,
  run,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../core/index.ts'
import { canonicalIds } from '../identity/index.ts'
import { type ReadTrack, unpacked } from './batch.ts'
import { tracksStored } from './events.ts'

export type BatchRow = WorkRow & { brand_id: number | null; track_count: number; payload: string; received_at: Date }
export type Pending = ReadTrack & { batchId: number; brandId: number; receivedAt: Date }

/** Rows claimed at once, and tracks stored at once: of small calls many rows are one insert into ClickHouse, of large ones a few. */
const BATCHES_AT_ONCE = 20
const TRACKS_AT_ONCE = 5_000
/** While one loop waits for ClickHouse, another looks for repeats in the database. */
const LOOPS = 2

ownWork('track_batches', { name: 'tracking.store', subject: 'id', at: 'received_at', mayDismiss: true })

export const workers: WorkerDef<BatchRow>[] = [
  {
    name: 'tracking.store',
    table: 'track_batches',
    batchSize: BATCHES_AT_ONCE,
    concurrency: 1,
    loops: LOOPS,
    leaseSeconds: 120,
    maxAttempts: 20,
    settlesItself: true,
    runMany: storeBatches,
  },
]

/**
 * Inbox -> ClickHouse -> `tracks.stored`, at most about 5,000 tracks at a time. May run twice for the same rows: a message belongs to the batch that
 * brought it first, and a batch that was tried before is compared with what ClickHouse already has.
 */
export async function storeBatches(claimed: BatchRow[]): Promise<undefined> {
  for (let at = 0; at < claimed.length; ) {
    const batches: BatchRow[] = []
    for (let count = 0; at < claimed.length && (batches.length === 0 || count < TRACKS_AT_ONCE); at += 1) {
      const batch = claimed[at] as BatchRow
      batches.push(batch)
      count += Number(batch.track_count)
    }
    await storeTogether(batches)
  }
  return undefined
}

async function storeTogether(batches: readonly BatchRow[]): Promise<void> {
  const pending = batches.flatMap(({ id: batchId, brand_id, received_at: receivedAt, payload }) => {
    const of = { batchId, brandId: brand_id ?? 0, receivedAt }
    return unpacked(payload).map((track): Pending => Object.assign(track, of))
  })
  const fresh = await withoutRepeats(pending)
  const again = batches.filter(batch => batch.attempts > 1).map(batch => batch.id)
  const missing = await withoutStored(fresh, again)
  await clickhouse.insert('tracks', missing.map(asRow))
  await settle(batches, fresh)
}

/** Drops tracks whose message id came before within 7 days, in this batch or an earlier one. */
async function withoutRepeats(pending: readonly Pending[]): Promise<Pending[]> {
  const first = new Map<string, Pending>()
  for (const track of pending) if (!first.has(track.messageKey)) first.set(track.messageKey, track)
  const keys = [...first.keys()].sort()
  const owners = new Map<string, number>()
  // Nearly all are new: written first, and only when some were known already asked whose they are.
  const newCount = await insertIgnore(
    'track_messages',
    keys.map(messageKey => {
      const { batchId, receivedAt } = first.get(messageKey) as Pending
      return { messageKey, batchId, receivedAt }
    }),
  )
  for (let from = 0; newCount < keys.length && from < keys.length; from += 5_000) {
    const some = keys.slice(from, from + 5_000)
    const found = await rows<{ message_key: string; batch_id: number }>(
      sql`SELECT message_key, batch_id FROM track_messages WHERE message_key IN (${some})`,
    )
    for (const row of found) owners.set(row.message_key, Number(row.batch_id))
  }
  // Batches that are tried again come in any order: what is kept is the owner's, not what stands first here.
  const kept = new Map<string, Pending>()
  for (const track of pending) {
    const owner = owners.get(track.messageKey) ?? first.get(track.messageKey)?.batchId
    if (track.batchId === owner && !kept.has(track.messageKey)) kept.set(track.messageKey, track)
  }
  return [...kept.values()]
}

/** A batch whose worker died may be in ClickHouse, wholly or in part. */
async function withoutStored(tracks: readonly Pending[], batchIds: readonly number[]): Promise<readonly Pending[]> {
  if (batchIds.length === 0) return tracks
  const found = await clickhouse.query<{ message_key: string }>(
    'SELECT message_key FROM tracks WHERE batch_id IN {ids:Array(UInt64)}',
    { ids: batchIds },
    { lane: 'insert' },
  )
  const stored = new Set(found.map(row => row.message_key))
  return tracks.filter(track => !stored.has(track.messageKey))
}

export function asRow(track: Pending) {
  const numbers: Record<string, number> = {}
  const texts: Record<string, string> = {}
  for (const [key, value] of Object.entries(track.properties)) {
    if (typeof value === 'number') numbers[key] = value
    else if (value !== null) texts[key] = String(value)
  }
  return {
    brand_id: track.brandId,
    name: track.name,
    person_id: track.personId,
    occurred_at: track.occurredAt.toISOString(),
    received_at: track.receivedAt.toISOString(),
    message_key: track.messageKey,
    batch_id: track.batchId,
    numbers,
    texts,
  }
}

/** Announces and marks the rows in one transaction: nobody hears of a batch twice, nobody misses one. */
async function settle(claimed: readonly BatchRow[], fresh: readonly Pending[]): Promise<void> {
  const stored = await storedEvents(fresh)
  await transaction(async () => {
    await publishMany(systemCtx({ name: 'tracking.store' }), tracksStored, stored)
    await run(
      sql`UPDATE track_batches SET status = 'done', leased_until = NULL, last_error = NULL WHERE id IN (${claimed.map(row => row.id)})`,
    )
  })
}

/** Says that these tracks are in ClickHouse. */
export async function announce(tracks: readonly Pending[]): Promise<void> {
  const stored = await storedEvents(tracks)
  if (stored.length > 0) await transaction(() => publishMany(systemCtx({ name: 'tracking.replay' }), tracksStored, stored))
}

/** One event per brand: what was done, and by whom. */
async function storedEvents(tracks: readonly Pending[]) {
  const canonical = await canonicalIds(tracks.map(track => track.personId))
  const byBrand = new Map<number, { names: Set<string>; people: Set<number> }>()
  for (const track of tracks) {
    const group = byBrand.get(track.brandId) ?? { names: new Set(), people: new Set() }
    byBrand.set(track.brandId, group)
    group.names.add(track.name)
    group.people.add(canonical.get(track.personId) ?? track.personId)
  }
  return [...byBrand].map(([brand, group]) => {
    const brandId = brand === 0 ? null : brand
    return { brandId, payload: { brandId, names: [...group.names], personIds: [...group.people] } }
  })
}
