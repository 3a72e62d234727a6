import type { QuarantineReason, TrackProperties } from '@banyan/shared'
import type { z } from 'zod'
import { addDays } from '../core/index.ts'
import type { Plan } from './plan.ts'

export type Complaint = { reason: z.output<typeof QuarantineReason>; field: string | null }

const AHEAD_MAX_DAYS = 1
const BACK_MAX_DAYS = 365

/** What a mini program may tell by itself of what the product records. */
const FROM_FACES = new Set(['mini_opened', 'page_view'])

/** Purchases, points and the like are facts of ours: whoever could report them could enter any segment and draw its coupons. */
export function isOwnOnly(name: string, plan: Plan): boolean {
  return plan.get(name)?.isBuiltIn === true && !FROM_FACES.has(name)
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
  const kinds = new Map(planned.properties.map(property => [property.key, property.kind]))
  for (const [key, value] of Object.entries(track.properties)) {
    const kind = kinds.get(key)
    if (!kind) return { reason: 'unknownProperty', field: key }
    if (value !== null && typeof value !== { number: 'number', text: 'string', flag: 'boolean' }[kind])
      return { reason: 'wrongType', field: key }
  }
  const missing = planned.properties.find(property => property.isRequired && (track.properties[property.key] ?? null) === null)
  return missing ? { reason: 'missingProperty', field: missing.key } : null
}
