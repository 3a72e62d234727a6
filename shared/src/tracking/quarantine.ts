import { z } from 'zod'
import { Id, Instant } from '../kernel.ts'
import type { Words } from '../language.ts'

export const QuarantineReason = z.enum([
  'unknownName',
  'unknownProperty',
  'wrongType',
  'missingProperty',
  'tooFarAhead',
  'tooOld',
  'noPerson',
  'noSubject',
  'wrongSubject',
  'ownOnly',
  'notForClients',
])
export type QuarantineReason = z.output<typeof QuarantineReason>

export const QUARANTINE_WORDS: Record<QuarantineReason, Words> = {
  unknownName: ['行为不在埋点计划中', 'Not in the tracking plan'],
  unknownProperty: ['属性不在埋点计划中', 'A property is not in the plan'],
  wrongType: ['属性的类型不对', 'A property has the wrong type'],
  missingProperty: ['缺少必填属性', 'A required property is missing'],
  tooFarAhead: ['发生时间超前 24 小时以上', 'More than 24 hours in the future'],
  tooOld: ['发生时间早于 365 天前', 'More than 365 days ago'],
  noPerson: ['不知道是谁的行为', 'Nobody knows whose it is'],
  noSubject: ['找不到这个主体', 'The thing it is about is not known'],
  wrongSubject: ['行为与主体类型不符', 'Not a track of this kind of subject'],
  ownOnly: ['这是系统自己记录的行为，不接受客户端上报', 'Recorded by the product itself, not taken from clients'],
  notForClients: ['这个行为不允许用客户端密钥上报', 'Not taken from pages and apps with a client key'],
}

export const QuarantinedTrack = z.object({
  id: Id,
  name: z.string(),
  reason: QuarantineReason,
  reasonText: z.string(),
  field: z.string().nullable(),
  /** JSON as it came; identifiers masked. */
  payload: z.string(),
  receivedAt: Instant,
})
export type QuarantinedTrack = z.output<typeof QuarantinedTrack>

/** Checked again: what went on into the store, and what still breaks the plan, by its reason of now. */
export const QuarantineReplay = z.object({
  accepted: z.int(),
  failing: z.array(z.object({ reason: QuarantineReason, reasonText: z.string(), count: z.int() })),
  /** There are more behind this one: call again with it. */
  nextAfterId: Id.nullable(),
})
export type QuarantineReplay = z.output<typeof QuarantineReplay>

/** The archive of a time range, compared with what is stored. */
export const ArchiveReplay = z.object({
  id: Id,
  from: Instant,
  to: Instant,
  status: z.enum(['running', 'finished', 'failed']),
  /** Tracks of the archive looked at, and of these stored again because they were missing. */
  checkedCount: z.int(),
  restoredCount: z.int(),
  by: z.string(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
})
export type ArchiveReplay = z.output<typeof ArchiveReplay>
