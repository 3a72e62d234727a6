import { z } from 'zod'
import { command, defineErrors, Id, Instant, query } from './kernel.ts'
import type { Words } from './language.ts'

/** 行为: what people did, as tracks with a name of the tracking plan, a time and typed properties. */
export const TrackName = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/)
export const TrackProperties = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/),
  z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]),
)
export type TrackProperties = z.output<typeof TrackProperties>

export const TRACKS_PER_CALL_MAX = 500

export const TrackInput = z.object({
  name: TrackName,
  /** When it happened, by the sender's clock. Up to 365 days back and 24 hours ahead; others go to quarantine. */
  occurredAt: Instant,
  /** The sender's own id of this track: a repeat within 7 days is stored once. */
  messageId: z.string().min(1).max(80),
  properties: TrackProperties.default({}),
  /** Whose it is; a person's session may leave it out. */
  personId: Id.optional(),
})
export type TrackInput = z.output<typeof TrackInput>

export const QuarantineReason = z.enum([
  'unknownName',
  'unknownProperty',
  'wrongType',
  'missingProperty',
  'tooFarAhead',
  'tooOld',
  'noPerson',
  'ownOnly',
])
export const QUARANTINE_WORDS: Record<z.output<typeof QuarantineReason>, Words> = {
  unknownName: ['行为不在埋点计划中', 'Not in the tracking plan'],
  unknownProperty: ['属性不在埋点计划中', 'A property is not in the plan'],
  wrongType: ['属性的类型不对', 'A property has the wrong type'],
  missingProperty: ['缺少必填属性', 'A required property is missing'],
  tooFarAhead: ['发生时间超前 24 小时以上', 'More than 24 hours in the future'],
  tooOld: ['发生时间早于 365 天前', 'More than 365 days ago'],
  noPerson: ['不知道是谁的行为', 'Nobody knows whose it is'],
  ownOnly: ['这是系统自己记录的行为，不接受客户端上报', 'Recorded by the product itself, not taken from clients'],
}

export const PlanProperty = z.object({
  key: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/),
  zh: z.string().trim().min(1).max(30),
  kind: z.enum(['number', 'text', 'flag']),
  isRequired: z.boolean().default(false),
})
export type PlanProperty = z.output<typeof PlanProperty>

export const PlannedTrack = z.object({
  name: TrackName,
  zh: z.string().trim().min(1).max(30),
  /** The English of what is built in; what operators add is called as they call it. */
  en: z.string(),
  properties: z.array(PlanProperty.extend({ en: z.string() })).max(50),
  /** Written by the product itself; its properties cannot be removed. */
  isBuiltIn: z.boolean(),
  /** Shown on a person's timeline. */
  isOnTimeline: z.boolean(),
  /** Stored in the last 7 days, and held in quarantine. */
  storedCount: z.int(),
  quarantinedCount: z.int(),
})
export type PlannedTrack = z.output<typeof PlannedTrack>

export const TrackEntry = z.object({
  name: z.string(),
  title: z.string(),
  occurredAt: Instant,
  properties: TrackProperties,
  /** The properties in words: "订单号 A001 · 金额 ¥128". */
  summary: z.string(),
  brandId: Id.nullable(),
})
export type TrackEntry = z.output<typeof TrackEntry>

export const tracking = {
  'tracks.collect': command({
    access: ['person', 'apiKey'],
    input: z.object({ tracks: z.array(TrackInput).min(1).max(TRACKS_PER_CALL_MAX) }),
    output: z.object({
      accepted: z.int(),
      quarantined: z.array(z.object({ messageId: z.string(), reason: QuarantineReason, field: z.string().nullable() })),
    }),
    summary: 'Take in tracks; they are stored durably before the answer',
    isAudited: false,
  }),
  'tracks.timeline': query({
    access: ['operator', 'staff'],
    input: z.object({
      personId: Id,
      before: Instant.optional(),
      limit: z.int().min(1).max(200).default(50),
      names: z.array(TrackName).max(50).optional(),
    }),
    output: z.object({ items: z.array(TrackEntry), nextBefore: Instant.nullable() }),
    summary: 'What a person did, newest first',
  }),
  'trackPlan.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(PlannedTrack),
    summary: 'The tracking plan',
  }),
  'trackPlan.update': command({
    access: 'operator',
    input: z.object({
      name: TrackName,
      zh: z.string().trim().min(1).max(30),
      properties: z.array(PlanProperty).max(50),
      isOnTimeline: z.boolean().default(true),
    }),
    output: PlannedTrack,
    summary: 'Add or change a track of the plan',
  }),
  'tracks.quarantine': query({
    access: 'operator',
    input: z.object({ limit: z.int().min(1).max(200).default(50) }),
    output: z.array(
      z.object({
        id: Id,
        name: z.string(),
        reason: QuarantineReason,
        reasonText: z.string(),
        field: z.string().nullable(),
        payload: z.string(),
        receivedAt: Instant,
      }),
    ),
    summary: 'Tracks that broke the plan, newest first',
  }),
}

export const trackingErrors = defineErrors({
  'track.builtIn': { status: 409, zh: '系统内置的行为不能删除已有属性', en: 'Properties of a built-in track cannot be removed' },
})
