import type { TrackInput } from '@banyan/shared'
import type { Ctx } from '../core/index.ts'
import { takeIn } from './batch.ts'
import type { Source } from './check-track.ts'
import { mustNotFlood } from './how-much.ts'
import { judgeTracks } from './judge-tracks.ts'
import { holdBack } from './quarantine.ts'

/**
 * Takes in tracks of a mini program or another system. What breaks the plan is kept in quarantine with its reason. In no transaction: what is held back
 * is held once and what is stored is stored once, by the sender's message id, so a call that was cut off is simply sent again. Throws rate.limited
 * for a consumer who sends more than anybody does.
 */
export async function collectTracks(ctx: Ctx, { tracks }: { tracks: TrackInput[] }) {
  if (ctx.personId !== null) await mustNotFlood('person', ctx.personId, tracks.length, JSON.stringify(tracks).length)
  return collectFrom(ctx, tracks, ctx.personId === null ? 'apiKey' : 'person')
}

export async function collectFrom(ctx: Ctx, tracks: readonly TrackInput[], source: Source) {
  const { good, bad } = await judgeTracks(ctx, tracks, source)
  await holdBack(ctx, source, bad)
  await takeIn(
    ctx,
    ctx.brandId,
    good.map(one => one.track),
  )
  return {
    accepted: good.length,
    quarantined: bad.map(({ track, complaint }) => ({
      messageId: track.messageId,
      reason: complaint.reason,
      field: complaint.field,
    })),
  }
}
