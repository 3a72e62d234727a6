import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { TrackProperties } from '@banyan/shared'
import { bulkInsert, type Ctx, wakeWorkers, withoutTransaction } from '../core/index.ts'
import { gather } from '../platform/index.ts'

/** A track on its way to ClickHouse. `personId` is the home id, or the id of a thing; `messageId` is unique per sender. */
export type Track = { personId: number; name: string; occurredAt: Date; messageId: string; properties: TrackProperties }

/** As kept in the inbox: short keys, since millions of them are. */
type Stored = { p: number; n: string; t: number; m: string; v: TrackProperties }

const COMPRESS_FROM = 1_000
const TRACKS_PER_BATCH_MAX = 2_000

type Put = { brandId: number | null; tracks: readonly Track[]; receivedAt: Date }

/** Puts tracks into the durable inbox, in the ambient transaction when there is one; a worker stores them in ClickHouse. */
export async function putBatches(ctx: Ctx, brandId: number | null, tracks: readonly Track[]): Promise<void> {
  await insertBatches([{ brandId, tracks, receivedAt: ctx.now }])
}

const SHARED_MS = 20
const SHARED_CALLS_MAX = 200
/** From here on a call is a row of its own and waits for nobody. */
const OWN_ROW_FROM = 500

/**
 * Puts the tracks of a call into the durable inbox. Small calls of the same 20 ms share a row: a thousand pages that tell one thing each are a few
 * commits. Call it outside a transaction; it answers when the row is committed.
 */
export async function takeIn(ctx: Ctx, brandId: number | null, tracks: readonly Track[]): Promise<void> {
  if (tracks.length === 0) return
  const put = { brandId, tracks, receivedAt: ctx.now }
  if (tracks.length >= OWN_ROW_FROM) await insertBatches([put])
  else await share(put)
}

const share = gather<Put, void>(SHARED_MS, SHARED_CALLS_MAX, async puts => {
  const byBrand = new Map<number | null, { brandId: number | null; tracks: Track[]; receivedAt: Date }>()
  for (const { brandId, tracks, receivedAt } of puts) {
    const together = byBrand.get(brandId)
    if (together) together.tracks.push(...tracks)
    else byBrand.set(brandId, { brandId, tracks: [...tracks], receivedAt })
  }
  await withoutTransaction(() => insertBatches([...byBrand.values()]))
  return puts.map(() => undefined)
})

async function insertBatches(puts: readonly Put[]): Promise<void> {
  const batches = puts.flatMap(({ brandId, tracks, receivedAt }) =>
    inParts(tracks, TRACKS_PER_BATCH_MAX).map(some => ({
      brandId,
      trackCount: some.length,
      payload: packed(
        some.map(track => ({
          p: track.personId,
          n: track.name,
          t: track.occurredAt.getTime(),
          m: messageKeyOf(brandId, track),
          v: track.properties,
        })),
      ),
      receivedAt,
      status: 'due',
      dueAt: receivedAt,
      attempts: 0,
    })),
  )
  await bulkInsert('track_batches', batches)
  if (batches.length > 0) wakeWorkers('track_batches')
}

function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}

export type ReadTrack = Omit<Track, 'messageId'> & { messageKey: string }

export function unpacked(payload: string): ReadTrack[] {
  const text = payload.startsWith('z:') ? inflateRawSync(Buffer.from(payload.slice(2), 'base64')).toString('utf8') : payload
  return (JSON.parse(text) as Stored[]).map(({ p, n, t, m, v }) => ({
    personId: p,
    name: n,
    occurredAt: new Date(t),
    messageKey: m,
    properties: v,
  }))
}

function packed(list: readonly Stored[]): string {
  const text = JSON.stringify(list)
  return text.length < COMPRESS_FROM ? text : `z:${deflateRawSync(text, { level: 1 }).toString('base64')}`
}

/** 128 bits; the same message of two brands or two people is two messages. */
export function messageKeyOf(brandId: number | null, track: Pick<Track, 'personId' | 'name' | 'messageId'>): string {
  return createHash('sha256')
    .update(`${brandId ?? 0}\0${track.personId}\0${track.name}\0${track.messageId}`)
    .digest('base64url')
    .slice(0, 22)
}
