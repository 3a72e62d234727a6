import { z } from 'zod'
import { command, EachOutcome, Fen, Id, Instant, Name, Page, pageOf, query } from '../kernel.ts'
import { MessageChannel } from './channels.ts'
import { MessageContent } from './content.ts'
import { MessageStatus, Recipient } from './messages.ts'
import { MessagePurpose } from './purposes.ts'
import { Reach, ReachReason, ReasonCount } from './reach.ts'

/** A message to a segment: drafted, held, sent, reported. */

export const CampaignStatus = z.enum([
  'draft',
  'scheduled',
  'holding',
  'freezing',
  'sending',
  'listening',
  'done',
  'cancelled',
  'failed',
])
export type CampaignStatus = z.output<typeof CampaignStatus>

/** `once` sends to everybody in the segment; `onEnter` to each person when he enters it, never to those there before. */
export const CampaignTrigger = z.enum(['once', 'onEnter'])

const CampaignFields = z.object({
  name: Name,
  templateId: Id,
  trigger: CampaignTrigger.default('once'),
  segmentId: Id.nullable().default(null),
  content: MessageContent,
  /** Start of a `once` campaign; at once when empty. */
  sendAt: Instant.nullable().default(null),
  /** Quiet hours and caps: leave the person out, or wait until it is allowed. */
  whenQuiet: z.enum(['wait', 'skip']).default('wait'),
  /** How long a message may wait, hours. */
  waitHoursMax: z.int().min(1).max(168).default(24),
  /** Of a segment of things: a message for each thing, instead of one that names all of a person's. */
  perThing: z.boolean().default(false),
})

const CampaignCounts = z.object({
  audience: z.int(),
  waiting: z.int(),
  sent: z.int(),
  delivered: z.int(),
  failed: z.int(),
  skipped: z.int(),
  unknown: z.int(),
  clicked: z.int(),
})

export const Campaign = CampaignFields.extend({
  id: Id,
  brandId: Id,
  status: CampaignStatus,
  channel: MessageChannel,
  purpose: MessagePurpose,
  templateTitle: z.string(),
  segmentName: z.string().nullable(),
  counts: CampaignCounts,
  heldUntil: Instant.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  createdBy: z.string(),
  createdAt: Instant,
})
export type Campaign = z.output<typeof Campaign>

const CampaignId = z.object({ campaignId: Id })

/** A purchase counts as brought by a message when it is paid within this many days of it. */
export const BOUGHT_WITHIN_DAYS = 7

export const campaigns = {
  'campaigns.list': query({
    access: 'operator',
    input: Page.extend({
      status: CampaignStatus.optional(),
      channel: MessageChannel.optional(),
      trigger: CampaignTrigger.optional(),
    }),
    output: pageOf(Campaign),
    summary: 'Campaigns',
  }),
  'campaigns.get': query({ access: 'operator', input: CampaignId, output: Campaign, summary: 'One campaign' }),
  'campaigns.create': command({ access: 'operator', input: CampaignFields, output: Campaign, summary: 'Start a draft' }),
  'campaigns.update': command({
    access: 'operator',
    input: CampaignFields.partial().extend({ campaignId: Id }),
    output: Campaign,
    summary: 'Change a draft',
  }),
  'campaigns.remove': command({
    access: 'operator',
    input: CampaignId,
    output: z.object({ campaignId: Id }),
    summary: 'Remove a draft',
  }),
  'campaigns.reach': query({
    access: 'operator',
    input: z.object({ segmentId: Id, templateId: Id }),
    output: Reach,
    summary: 'How many can be reached, how many not, and why',
  }),
  'campaigns.testSend': command({
    access: 'operator',
    input: z.object({ templateId: Id, content: MessageContent, personId: Id }),
    output: z.object({ messageId: Id, status: MessageStatus, reason: ReachReason.nullable(), text: z.string() }),
    summary: 'Send it to one person now, outside the caps',
  }),
  'campaigns.send': command({
    access: 'operator',
    input: CampaignId,
    output: Campaign,
    summary: 'Send; a large one is held for five minutes first',
  }),
  'campaigns.undo': command({
    access: 'operator',
    input: CampaignId,
    output: Campaign,
    summary: 'Take back a held or scheduled send, or stop listening; what has left stays left',
  }),
  'campaigns.undoMany': command({
    access: 'operator',
    input: z.object({ campaignIds: z.array(Id).min(1).max(100) }),
    output: EachOutcome,
    summary: 'Take back several held or scheduled sends, or stop listening; each by itself, with what became of it',
  }),
  'campaigns.removeMany': command({
    access: 'operator',
    input: z.object({ campaignIds: z.array(Id).min(1).max(100) }),
    output: EachOutcome,
    summary: 'Remove several drafts; each by itself, with what became of it',
  }),
  'campaigns.report': query({
    access: 'operator',
    input: CampaignId,
    output: z.object({
      campaign: Campaign,
      sent: z.int(),
      delivered: z.int(),
      unknown: z.int(),
      failed: z.array(ReasonCount),
      skipped: z.array(ReasonCount),
      clicked: z.object({ people: z.int(), clicks: z.int() }),
      boughtWithin7Days: z.object({ people: z.int(), orders: z.int(), amountFen: Fen }),
      /** Per hour since the start, for the chart. */
      byHour: z.array(z.object({ hour: Instant, sent: z.int(), delivered: z.int(), clicked: z.int() })),
    }),
    summary: 'Sent, delivered, failed with reasons, clicked, and what they bought within 7 days',
  }),
  'campaigns.recipients': query({
    access: 'operator',
    input: Page.extend({ campaignId: Id, status: MessageStatus.optional(), reason: ReachReason.optional() }),
    output: pageOf(Recipient),
    summary: 'Each recipient and what became of his message',
  }),
}
