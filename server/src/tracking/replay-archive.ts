import type { ArchiveReplay, InputOf, tracking } from '@banyan/shared'
import { z } from 'zod'
import {
  type Ctx,
  clickhouse,
  enqueue,
  insertIgnore,
  isWorkStopping,
  log,
  now,
  RetryLater,
  refused,
  row,
  rows,
  run,
  sql,
  task,
} from '../core/index.ts'
import { mustSeeEverything } from '../platform/index.ts'
import { unpacked } from './batch.ts'
import { announce, asRow, type BatchRow, type Pending } from './store-batches.ts'

const BATCHES_AT_ONCE = 20
const LIST_MAX = 50

type ReplayRow = {
  id: number
  from_at: Date
  to_at: Date
  after_id: number
  status: ArchiveReplay['status']
  checked_count: number
  restored_count: number
  operator_name: string
  created_at: Date
  finished_at: Date | null
}

/** Begins to compare the archive of a time range, by when it was received, with what ClickHouse holds. Throws track.replayRunning, track.replayRange. */
export async function replayTracks(ctx: Ctx, { from, to }: InputOf<(typeof tracking)['tracks.replay']>): Promise<ArchiveReplay> {
  mustSeeEverything(ctx)
  if (to <= from) throw refused('track.replayRange', { field: 'to' })
  const isOurs = await insertIgnore('track_replays', {
    fromAt: from,
    toAt: to,
    status: 'running',
    runningKey: 1,
    operatorName: ctx.actor.name,
    createdAt: ctx.now,
  })
  if (isOurs !== 1) throw refused('track.replayRunning')
  const begun = await row<ReplayRow>(sql`SELECT * FROM track_replays WHERE running_key = 1`)
  if (!begun) throw refused('track.replayRunning')
  await enqueue(ctx, replayTask, { replayId: Number(begun.id) })
  return view(begun)
}

export async function listReplays(_ctx: Ctx): Promise<ArchiveReplay[]> {
  return (await rows<ReplayRow>(sql`SELECT * FROM track_replays ORDER BY id DESC LIMIT ${LIST_MAX}`)).map(view)
}

/**
 * Stores again what is missing, batch by batch, and remembers how far it came: a process that dies is followed by one that goes on. A track is missing when no
 * stored one has its message key, so a second run, or one over the same range, stores nothing twice. What fails is marked, so that the next can begin.
 */
export const replayTask = task(
  'tracks.replayArchive',
  z.object({ replayId: z.int() }),
  async (_ctx, { replayId }) => {
    try {
      while (await replaySome(replayId)) if (isWorkStopping()) throw new RetryLater('the process is stopping', 0)
    } catch (error) {
      if (error instanceof RetryLater) throw error
      log.error({ err: error, replayId }, 'a replay of the archive failed')
      await end(replayId, 'failed')
    }
  },
  { lane: 'bulk' },
)

/** The next batches; false when there are no more. */
async function replaySome(replayId: number): Promise<boolean> {
  const replay = await row<ReplayRow>(sql`SELECT * FROM track_replays WHERE id = ${replayId} AND status = 'running'`)
  if (!replay) return false
  const batches = await rows<BatchRow>(
    sql`SELECT * FROM track_batches WHERE id > ${replay.after_id} AND status = 'done' AND received_at >= ${replay.from_at} AND received_at < ${replay.to_at} ORDER BY id LIMIT ${BATCHES_AT_ONCE}`,
  )
  const last = batches.at(-1)
  if (!last) {
    await end(replayId, 'finished')
    return false
  }
  const { checked, missing } = await compare(batches)
  await clickhouse.insert('tracks', missing.map(asRow))
  await announce(missing)
  await run(
    sql`UPDATE track_replays SET after_id = ${last.id}, checked_count = checked_count + ${checked}, restored_count = restored_count + ${missing.length} WHERE id = ${replayId}`,
  )
  return true
}

async function end(replayId: number, status: 'finished' | 'failed'): Promise<void> {
  await run(
    sql`UPDATE track_replays SET status = ${status}, running_key = NULL, finished_at = ${now()} WHERE id = ${replayId} AND status = 'running'`,
  )
}

/** What these batches hold and ClickHouse does not; the table's own order finds it: brand, name, whose. */
async function compare(batches: readonly BatchRow[]): Promise<{ checked: number; missing: Pending[] }> {
  const first = new Map<string, Pending>()
  let checked = 0
  for (const batch of batches)
    for (const track of unpacked(batch.payload)) {
      checked += 1
      if (!first.has(track.messageKey))
        first.set(track.messageKey, { ...track, batchId: batch.id, brandId: batch.brand_id ?? 0, receivedAt: batch.received_at })
    }
  const tracks = [...first.values()]
  const stored = new Set<string>()
  for (let from = 0; from < tracks.length; from += 5_000) {
    const some = tracks.slice(from, from + 5_000)
    const found = await clickhouse.query<{ message_key: string }>(
      'SELECT message_key FROM tracks WHERE brand_id IN {brands:Array(UInt32)} AND name IN {names:Array(String)} AND person_id IN {people:Array(UInt32)} AND message_key IN {keys:Array(String)}',
      {
        brands: [...new Set(some.map(one => one.brandId))],
        names: [...new Set(some.map(one => one.name))],
        people: [...new Set(some.map(one => one.personId))],
        keys: some.map(one => one.messageKey),
      },
      { lane: 'insert' },
    )
    for (const one of found) stored.add(one.message_key)
  }
  return { checked, missing: tracks.filter(one => !stored.has(one.messageKey)) }
}

function view(replay: ReplayRow): ArchiveReplay {
  return {
    id: Number(replay.id),
    from: replay.from_at,
    to: replay.to_at,
    status: replay.status,
    checkedCount: Number(replay.checked_count),
    restoredCount: Number(replay.restored_count),
    by: replay.operator_name,
    createdAt: replay.created_at,
    finishedAt: replay.finished_at,
  }
}
