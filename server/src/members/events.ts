import { Id, Instant, Landing, PointKind } from '@banyan/shared'
import { z } from 'zod'
import { event } from '../core/index.ts'

/** A mini-program was opened: livecodes counts it as a scan when there is a scene. */
export const memberSessionOpened = event(
  'memberSession.opened',
  z.object({
    personId: Id,
    brandId: Id,
    appId: z.string(),
    openid: z.string(),
    scene: z.string().nullable(),
    /** What the link said of where he came from. */
    landing: Landing.nullable().default(null),
    isNewPerson: z.boolean(),
    at: Instant,
  }),
)
export const memberJoined = event(
  'member.joined',
  z.object({
    memberId: Id,
    personId: Id,
    brandId: Id,
    storeId: Id.nullable(),
    channel: z.string(),
    scene: z.string().nullable(),
    at: Instant,
  }),
)
export const memberTierChanged = event(
  'member.tierChanged',
  z.object({
    memberId: Id,
    personId: Id,
    brandId: Id,
    kind: z.enum(['join', 'up', 'renew', 'down', 'refund', 'hand', 'merge', 'unmerge']),
    fromTierId: Id.nullable(),
    toTierId: Id,
    fromName: z.string(),
    toName: z.string(),
    endsAt: Instant.nullable(),
    at: Instant,
  }),
)
/** The term has ended and the grace runs: what is missing to keep the tier. */
export const memberTierEnding = event(
  'member.tierEnding',
  z.object({
    memberId: Id,
    personId: Id,
    brandId: Id,
    tierId: Id,
    tierName: z.string(),
    missingFen: z.int(),
    graceUntil: Instant,
    at: Instant,
  }),
)
export const pointsChanged = event(
  'points.changed',
  z.object({
    memberId: Id,
    personId: Id,
    brandId: Id,
    kind: PointKind,
    points: z.int(),
    balance: z.int(),
    reason: z.string(),
    orderId: Id.nullable(),
    at: Instant,
  }),
)
/** Points that end within the notice period; once per lot and member. */
export const pointsExpiring = event(
  'points.expiring',
  z.object({ memberId: Id, personId: Id, brandId: Id, points: z.int(), expiresAt: Instant, at: Instant }),
)
/** Many members changed at once (an import, a merge): only what rules read must follow, nobody is told. */
export const membersTouched = event('members.touched', z.object({ brandId: Id, memberIds: z.array(Id).max(1000) }))
