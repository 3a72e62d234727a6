import { z } from 'zod'
import { Id, Instant } from '../kernel.ts'
import { PropertyKey, TrackName, TrackProperties } from './track.ts'

export const PlanProperty = z.object({
  key: PropertyKey,
  zh: z.string().trim().min(1).max(30),
  kind: z.enum(['number', 'text', 'flag']),
  isRequired: z.boolean().default(false),
  /** A value as it may come, for whoever builds the sending side. */
  example: z.string().trim().max(100).default(''),
})
export type PlanProperty = z.output<typeof PlanProperty>

const fields = {
  zh: z.string().trim().min(1).max(30),
  properties: z.array(PlanProperty).max(50),
  /** Shown on the timeline. */
  isOnTimeline: z.boolean(),
  /** Who answers for it: a person or a team. */
  owner: z.string().trim().max(60),
  description: z.string().trim().max(500),
  /** The type of thing that it is about; null: people. */
  subjectTypeId: Id.nullable(),
  /** Taken from pages and apps that show a client key, which anybody can read there. */
  isFromClients: z.boolean(),
}

/** What operators say about a track. Every change of it is a version. */
export const PlanFields = z.object(fields)
export type PlanFields = z.output<typeof PlanFields>

/** The same as an operator sends it. */
export const PlanInput = z.object({
  ...fields,
  isOnTimeline: fields.isOnTimeline.default(true),
  owner: fields.owner.default(''),
  description: fields.description.default(''),
  subjectTypeId: fields.subjectTypeId.default(null),
  isFromClients: fields.isFromClients.default(false),
})

export const PlannedTrack = PlanFields.extend({
  name: TrackName,
  /** The English of what is built in; what operators add is called as they call it. */
  en: z.string(),
  properties: z.array(PlanProperty.extend({ en: z.string() })).max(50),
  subjectTypeName: z.string().nullable(),
  /** Written by the product itself; its properties cannot be removed. */
  isBuiltIn: z.boolean(),
  /** The properties of one track, made of the examples. */
  example: TrackProperties,
  version: z.int(),
  updatedAt: Instant,
  /** Stored in the last 7 days, and held in quarantine. */
  storedCount: z.int(),
  quarantinedCount: z.int(),
})
export type PlannedTrack = z.output<typeof PlannedTrack>

export const PlanVersion = z.object({ version: z.int(), at: Instant, by: z.string(), plan: PlanFields })
export type PlanVersion = z.output<typeof PlanVersion>

/** Whom a page or an app may send tracks for. */
export const ClientKey = z.object({
  id: Id,
  brandId: Id,
  name: z.string(),
  /** The first characters of the key, to recognise it by. */
  prefix: z.string(),
  /** The mini program or official account whose openids it may send; none: devices only. */
  appId: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
})
export type ClientKey = z.output<typeof ClientKey>
