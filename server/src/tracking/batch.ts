import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { TrackProperties } from '@banyan/shared'
import { type Ctx, insertOne, wakeWorkers } from '../core/index.ts'

/** A track on its way to ClickHouse. `personId` is the home id; `messageId` is unique per sender. */
export type Track = { personId: number; name: string; occurredAt: Date; messageId: string; properties: TrackProperties }

/** As kept in the inbox: short keys, since millions of them are. */
type Stored = { p: number; n: string; t: number; m: string; v: TrackProperties }

const COMPRESS_FROM = 1_000
const TRACKS_PER_BATCH_MAX = 2_000

/** Puts tracks into the durable inbox, in the ambient transaction when there is one; a worker stores them in ClickHouse. */
export async function putBatches(ctx: Ctx, brandId: number | null, tracks: readonly Track[]): Promise<void> {
  for (let from = 0; from < tracks.length; from += TRACKS_PER_BATCH_MAX) {
    const some = tracks.slice(from, from + TRACKS_PER_BATCH_MAX)
    const payload = some.map(track => ({
      p: track.personId,
      n: track.name,
      t: track.occurredAt.getTime(),
      m: messageKeyOf(brandId, track),
      v: track.properties,
    }))
    await insertOne('track_batches', {
      brandId,
      trackCount: some.length,
      payload: packed(payload),
      receivedAt: ctx.now,
      status: 'due',
      dueAt: ctx.now,
      attempts: 0,
    })
  }
  if (tracks.length > 0) wakeWorkers('track_batches')
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
function messageKeyOf(brandId: number | null, track: Track): string {
  return createHash('sha256')
    .update(`${brandId ?? 0}\0${track.personId}\0${track.name}\0${track.messageId}`)
    .digest('base64url')
    .slice(0, 22)
}
