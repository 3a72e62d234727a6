import type { TrackInput } from '@banyan/shared'
import { bulkInsert, type Ctx } from '../core/index.ts'
import { canonicalIds, visiblePeople } from '../identity/index.ts'
import { putBatches, type Track } from './batch.ts'
import { type Complaint, isOwnOnly, whyQuarantined } from './check-track.ts'
import { trackPlan } from './plan.ts'

/** Takes in tracks of a mini program or another system. What breaks the plan is kept in quarantine with its reason. */
export async function collectTracks(ctx: Ctx, { tracks }: { tracks: TrackInput[] }) {
  const plan = await trackPlan()
  const known = ctx.personId === null ? await peopleWeKnow(ctx, tracks) : null
  const good: Track[] = []
  const bad: { track: TrackInput; complaint: Complaint; personId: number | null }[] = []
  for (const track of tracks) {
    // A person's session speaks for that person only.
    const personId = ctx.personId ?? (track.personId !== undefined && known?.has(track.personId) ? track.personId : null)
    const complaint =
      personId === null
        ? ({ reason: 'noPerson', field: 'personId' } as const)
        : ctx.personId !== null && isOwnOnly(track.name, plan)
          ? ({ reason: 'ownOnly', field: null } as const)
          : whyQuarantined(track, plan, ctx.now)
    if (complaint || personId === null) bad.push({ track, complaint: complaint ?? { reason: 'noPerson', field: null }, personId })
    else
      good.push({
        personId,
        name: track.name,
        occurredAt: track.occurredAt,
        messageId: track.messageId,
        properties: track.properties,
      })
  }
  await putBatches(ctx, ctx.brandId, good)
  await bulkInsert(
    'track_quarantine',
    bad.map(({ track, complaint, personId }) => ({
      brandId: ctx.brandId,
      personId,
      name: track.name,
      reason: complaint.reason,
      field: complaint.field,
      payload: { ...track, occurredAt: track.occurredAt.toISOString() },
      receivedAt: ctx.now,
    })),
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

/** The given ids whose person the caller may see; a merged id is still that person's. */
async function peopleWeKnow(ctx: Ctx, tracks: readonly TrackInput[]): Promise<Set<number>> {
  const ids = tracks.flatMap(track => (track.personId === undefined ? [] : [track.personId]))
  const canonical = await canonicalIds(ids)
  const visible = new Set(await visiblePeople(ctx, [...new Set(canonical.values())]))
  return new Set([...canonical].filter(([, person]) => visible.has(person)).map(([id]) => id))
}
