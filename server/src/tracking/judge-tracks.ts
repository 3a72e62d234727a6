import type { TrackInput } from '@banyan/shared'
import type { Ctx } from '../core/index.ts'
import type { Track } from './batch.ts'
import { type Complaint, type Source, whyNotFrom, whyQuarantined, whyWrongSubject } from './check-track.ts'
import { ownersOf } from './owners.ts'
import { type PlannedFacts, trackPlan } from './plan.ts'

export type Bad<T> = { track: T; complaint: Complaint }
export type Judged<T> = { good: { from: T; track: Track }[]; bad: Bad<T>[] }

/** Divides tracks into those that the plan takes, with whose they are, and the others with why not. `receivedAt` is when each came. */
export async function judgeTracks<T extends TrackInput>(
  ctx: Ctx,
  tracks: readonly T[],
  source: Source,
  receivedAt: (track: T) => Date = () => ctx.now,
): Promise<Judged<T>> {
  const plan = await trackPlan()
  const bad: Bad<T>[] = []
  const fitting: T[] = []
  for (const track of tracks) {
    const complaint =
      whyNotFrom(source, track.name, plan) ??
      whyQuarantined(track, plan, receivedAt(track)) ??
      whyWrongSubject(track, plan.get(track.name) as PlannedFacts)
    if (complaint) bad.push({ track, complaint })
    else fitting.push(track)
  }
  // Only now: what breaks the plan makes nobody known.
  const owners = await ownersOf(ctx, fitting, plan, `tracks:${source}`)
  const good: Judged<T>['good'] = []
  fitting.forEach((from, at) => {
    const owner = owners[at]
    if (!owner || 'complaint' in owner)
      bad.push({ track: from, complaint: owner?.complaint ?? { reason: 'noPerson', field: 'personId' } })
    else {
      const { name, occurredAt, messageId, properties } = from
      good.push({ from, track: { personId: owner.id, name, occurredAt, messageId, properties } })
    }
  })
  return { good, bad }
}
