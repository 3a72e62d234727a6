import { z } from 'zod'
import { IdentifierInput } from '../identity.ts'
import { Id, Instant } from '../kernel.ts'

/** 行为: what people or things did, as tracks with a name of the tracking plan, a time and typed properties. */
export const TrackName = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/)
export const PropertyKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/)
/** Twice what a plan can name: what it does not name is held back whole, and may not fill that place. */
export const TRACK_PROPERTIES_MAX = 100
export const TrackProperties = z
  .record(PropertyKey, z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]))
  .refine(properties => Object.keys(properties).length <= TRACK_PROPERTIES_MAX, { message: 'more than 100 properties' })
export type TrackProperties = z.output<typeof TrackProperties>

export const TRACKS_PER_CALL_MAX = 1_000

const what = {
  name: TrackName,
  /** When it happened, by the sender's clock. Up to 365 days back and 24 hours ahead; others go to quarantine. */
  occurredAt: Instant,
  /** The sender's own id of this track: a repeat within 7 days is stored once. */
  messageId: z.string().min(1).max(80),
  properties: TrackProperties.default({}),
}

/** A thing by one of its unique values: the vehicle with this VIN. */
export const SubjectKey = z.object({
  type: z.string().min(1).max(30),
  attribute: z.string().min(1).max(40),
  value: z.union([z.string().min(1).max(200), z.number()]),
})
export type SubjectKey = z.output<typeof SubjectKey>

/** Whose it is: one of these. A person's session may leave all out. */
export const TrackInput = z.object({
  ...what,
  personId: Id.optional(),
  /** The person behind these identifiers, found or made. */
  identifiers: z.array(IdentifierInput).min(1).max(10).optional(),
  /** A thing, for tracks that the plan keeps about things. */
  subjectId: Id.optional(),
  subject: SubjectKey.optional(),
})
export type TrackInput = z.output<typeof TrackInput>

/**
 * What a page or an app sends to `POST /sdk/collect` with a client key. The key is public, so it speaks of people only, by one identifier: two of them
 * would let anybody join two people.
 */
export const ClientTracks = z.object({
  key: z.string().regex(/^ck_[\w-]{20,60}$/),
  /** The openid of the app that the key was made for, when it is known; else the device. */
  openid: z.string().min(6).max(128).optional(),
  /** A random id that the client keeps. */
  deviceId: z
    .string()
    .min(12)
    .max(64)
    .regex(/^[\w-]+$/),
  tracks: z.array(z.object(what)).min(1).max(TRACKS_PER_CALL_MAX),
})
export type ClientTracks = z.output<typeof ClientTracks>
