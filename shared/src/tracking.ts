import { z } from 'zod'
import { command, defineErrors, Id, Instant, query } from './kernel.ts'
import { ClientKey, PlanInput, PlannedTrack, PlanVersion } from './tracking/plan.ts'
import { ArchiveReplay, QuarantinedTrack, QuarantineReason, QuarantineReplay } from './tracking/quarantine.ts'
import { TRACKS_PER_CALL_MAX, TrackInput, TrackName, TrackProperties } from './tracking/track.ts'

export * from './tracking/plan.ts'
export * from './tracking/quarantine.ts'
export * from './tracking/track.ts'

export const TrackEntry = z.object({
  id: z.string(),
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
    summary: 'Take in tracks; they are stored durably before the answer. Pages and apps send theirs to POST /sdk/collect',
    isAudited: false,
    // Every track carries its messageId: a repeated call stores nothing twice.
    keepsOwnKey: true,
  }),
  'tracks.timeline': query({
    access: ['operator', 'staff'],
    input: z.object({
      /** One of the two. */
      personId: Id.optional(),
      subjectId: Id.optional(),
      before: Instant.optional(),
      /** With `before`: goes on behind this track of that instant, so that none of the same millisecond is skipped. */
      beforeId: z.string().max(200).optional(),
      limit: z.int().min(1).max(200).default(50),
      names: z.array(TrackName).max(50).optional(),
    }),
    output: z.object({ items: z.array(TrackEntry), nextBefore: Instant.nullable(), nextBeforeId: z.string().nullable() }),
    summary: 'What a person or a thing did, newest first',
  }),
  'trackPlan.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(PlannedTrack),
    summary: 'The tracking plan',
  }),
  'trackPlan.update': command({
    access: 'operator',
    input: PlanInput.extend({
      name: TrackName,
      /** The version that was changed; refused when there is a newer one. */
      version: z.int().optional(),
    }),
    output: PlannedTrack,
    summary: 'Add or change a track of the plan',
  }),
  'trackPlan.versions': query({
    access: 'operator',
    input: z.object({ name: TrackName, limit: z.int().min(1).max(200).default(50) }),
    output: z.array(PlanVersion),
    summary: 'How a track of the plan was changed, newest first',
  }),
  'clientKeys.list': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(ClientKey),
    summary: 'Keys with which pages and apps send tracks',
  }),
  'clientKeys.create': command({
    access: 'operator',
    input: z.object({
      brandId: Id,
      name: z.string().trim().min(1).max(60),
      appId: z.string().trim().max(64).default(''),
    }),
    output: z.object({ clientKey: ClientKey, key: z.string() }),
    summary: 'Make a client key; it is shown in this answer only',
  }),
  'clientKeys.revoke': command({
    access: 'operator',
    input: z.object({ clientKeyId: Id }),
    output: ClientKey,
    summary: 'End a client key',
  }),
  'tracks.quarantine': query({
    access: 'operator',
    input: z.object({
      limit: z.int().min(1).max(200).default(50),
      /** Goes on behind this one. */
      beforeId: Id.optional(),
      name: z.string().max(60).optional(),
      reason: QuarantineReason.optional(),
    }),
    output: z.array(QuarantinedTrack),
    summary: 'Tracks that broke the plan, newest first',
  }),
  'tracks.quarantineCounts': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(
      z.object({
        name: z.string(),
        reason: QuarantineReason,
        reasonText: z.string(),
        count: z.int(),
        firstAt: Instant,
        lastAt: Instant,
      }),
    ),
    summary: 'How many tracks are held back, by name and reason',
  }),
  'tracks.acceptQuarantined': command({
    access: 'operator',
    input: z.object({
      /** One, or all of a name, of a reason, of both. */
      id: Id.optional(),
      name: z.string().max(60).optional(),
      reason: QuarantineReason.optional(),
      afterId: Id.optional(),
    }),
    output: QuarantineReplay,
    summary: 'Check tracks held back again, and store those that fit the plan now, with their own time',
  }),
  'tracks.replay': command({
    access: 'operator',
    input: z.object({ from: Instant, to: Instant, isConfirmed: z.literal(true) }),
    output: ArchiveReplay,
    summary: 'Compare the archive of a time range with what is stored, and store what is missing',
  }),
  'tracks.replays': query({
    access: 'operator',
    input: z.object({}),
    output: z.array(ArchiveReplay),
    summary: 'Replays of the archive, newest first',
  }),
}

export const trackingErrors = defineErrors({
  'track.builtIn': { status: 409, zh: '系统内置的行为不能删除已有属性', en: 'Properties of a built-in track cannot be removed' },
  'track.badExample': { status: 422, zh: '示例与属性的类型不符', en: 'The example is not of the property’s type' },
  'track.subjectFixed': {
    status: 409,
    zh: '已经收到过数据的行为不能换主体类型，请新建一个行为',
    en: 'Tracks were stored already: a track of another subject is a new track',
  },
  'track.replayRunning': { status: 409, zh: '另一次重放还在进行，请等它结束', en: 'Another replay is running' },
  'track.replayRange': { status: 422, zh: '结束时间必须晚于开始时间', en: 'The end must be later than the start' },
  'clientKey.unknown': { status: 401, zh: '客户端密钥无效或已停用', en: 'This client key is not valid, or has ended' },
})
