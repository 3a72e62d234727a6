import type { QuarantineReason, TrackProperties } from '@banyan/shared'
import { addDays } from '../core/index.ts'
import type { Plan, PlannedFacts } from './plan.ts'

export type Complaint = { reason: QuarantineReason; field: string | null }

/** Who sent a track: a person's session, another system's key, a key that stands in a page, a file. */
export type Source = 'person' | 'apiKey' | 'client' | 'import'

const AHEAD_MAX_DAYS = 1
const BACK_MAX_DAYS = 365

/** What a mini program may tell by itself of what the product records. */
const FROM_FACES = new Set(['mini_opened', 'page_view'])

/**
 * Why this sender may not tell it, or null. Purchases, points and the like are facts of ours: whoever could report them could enter any segment and
 * draw its coupons.
 */
export function whyNotFrom(source: Source, name: string, plan: Plan): Complaint | null {
  const planned = plan.get(name)
  if (!planned || source === 'apiKey' || source === 'import') return null
  if (planned.isBuiltIn && !FROM_FACES.has(name)) return { reason: 'ownOnly', field: null }
  // Consumers speak for themselves; of things other systems and files tell.
  if (planned.subjectTypeId !== null) return { reason: 'wrongSubject', field: 'subjectId' }
  return source === 'client' && !planned.isFromClients ? { reason: 'notForClients', field: null } : null
}

/** Why a track breaks the plan, or null. A property that is null is as if it were left out. */
export function whyQuarantined(
  track: { name: string; occurredAt: Date; properties: TrackProperties },
  plan: Plan,
  receivedAt: Date,
): Complaint | null {
  const planned = plan.get(track.name)
  if (!planned) return { reason: 'unknownName', field: null }
  if (track.occurredAt > addDays(receivedAt, AHEAD_MAX_DAYS)) return { reason: 'tooFarAhead', field: 'occurredAt' }
  if (track.occurredAt < addDays(receivedAt, -BACK_MAX_DAYS)) return { reason: 'tooOld', field: 'occurredAt' }
  return whyNotProperties(track.properties, planned)
}

const TYPES = { number: 'number', text: 'string', flag: 'boolean' } as const

function whyNotProperties(properties: TrackProperties, planned: PlannedFacts): Complaint | null {
  for (const key of Object.keys(properties)) {
    const kind = planned.kinds.get(key)
    if (!kind) return { reason: 'unknownProperty', field: key }
    const value = properties[key]
    if (value !== null && typeof value !== TYPES[kind]) return { reason: 'wrongType', field: key }
  }
  for (const key of planned.required) if ((properties[key] ?? null) === null) return { reason: 'missingProperty', field: key }
  return null
}

/** Whether a track says whose it is in the way that the plan wants: people by default, else a thing of the planned type. */
export function whyWrongSubject(
  track: { personId?: unknown; identifiers?: unknown; subjectId?: unknown; subject?: unknown },
  planned: Pick<PlannedFacts, 'subjectTypeId'>,
): Complaint | null {
  const namesThing = track.subjectId !== undefined || track.subject !== undefined
  if (planned.subjectTypeId === null) return namesThing ? { reason: 'wrongSubject', field: 'subjectId' } : null
  if (!namesThing) return { reason: 'noSubject', field: 'subjectId' }
  return track.personId !== undefined || track.identifiers !== undefined ? { reason: 'wrongSubject', field: 'personId' } : null
}
