import { z } from 'zod'
import { command, Id, Instant, Paged, pageOf, query } from '../kernel.ts'
import type { Words } from '../language.ts'
import { MessageChannel } from './channels.ts'
import { MessagePurpose } from './purposes.ts'
import { ReachReason } from './reach.ts'
import { SubscribePlace } from './templates.ts'

/** One message to one person, and the taps by which he allows the next. */

export const MessageStatus = z.enum(['waiting', 'sending', 'sent', 'delivered', 'failed', 'skipped', 'unknown'])
export type MessageStatus = z.output<typeof MessageStatus>
export const MESSAGE_STATUS_WORDS: Record<MessageStatus, Words> = {
  waiting: ['待发送', 'Waiting'],
  sending: ['发送中', 'Sending'],
  sent: ['已发送', 'Sent'],
  delivered: ['已送达', 'Delivered'],
  failed: ['失败', 'Failed'],
  skipped: ['未发送', 'Skipped'],
  unknown: ['结果未知', 'Unknown'],
}

export const Recipient = z.object({
  messageId: Id,
  personId: Id,
  personName: z.string().nullable(),
  phoneMasked: z.string().nullable(),
  status: MessageStatus,
  reason: ReachReason.nullable(),
  reasonText: z.string().nullable(),
  /** The platform's own error, when it gave one. */
  platformCode: z.int().nullable(),
  dueAt: Instant,
  sentAt: Instant.nullable(),
  deliveredAt: Instant.nullable(),
  clickedAt: Instant.nullable(),
})

/** A message as its reader saw it. */
export const MyMessage = z.object({
  id: Id,
  channel: MessageChannel,
  purpose: MessagePurpose,
  title: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  page: z.string(),
  sentAt: Instant,
  isRead: z.boolean(),
})

export const SubscribeChoice = z.enum(['accept', 'reject', 'ban', 'filter'])

export const messages = {
  'subscriptions.templatesFor': query({
    access: 'person',
    input: z.object({ place: SubscribePlace }),
    output: z.object({ templates: z.array(z.object({ templateId: z.string(), title: z.string(), credits: z.int() })) }),
    summary: 'The platform template ids to ask for at this place, three at most',
  }),
  'subscriptions.record': command({
    access: 'person',
    input: z.object({
      place: SubscribePlace,
      choices: z
        .array(z.object({ templateId: z.string().max(64), choice: SubscribeChoice }))
        .min(1)
        .max(5),
    }),
    output: z.object({ accepted: z.int() }),
    summary: 'What the person chose in the pop-up: one accept is one send',
  }),
  'subscriptions.credits': query({
    access: 'operator',
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          templateId: Id,
          title: z.string(),
          people: z.int(),
          credits: z.int(),
          given30Days: z.int(),
          used30Days: z.int(),
        }),
      ),
    }),
    summary: 'Subscribe credits in hand, by template',
  }),
  'messages.mine': query({
    access: 'person',
    input: Paged,
    output: pageOf(MyMessage).extend({ unread: z.int() }),
    summary: 'Messages sent to me by this brand',
  }),
  'messages.read': command({
    access: 'person',
    input: z.object({ messageIds: z.array(Id).min(1).max(200) }),
    output: z.object({ unread: z.int() }),
    summary: 'Mark messages as read',
    isAudited: false,
  }),
  'messages.opened': command({
    access: ['public', 'person'],
    input: z.object({ code: z.string().trim().min(4).max(40) }),
    output: z.object({ isCounted: z.boolean() }),
    summary: 'A tap on a message opened the mini-program with ?m=code: counts as a click',
    isAudited: false,
  }),
  'messages.of': query({
    access: ['operator', 'staff'],
    input: Paged.extend({ personId: Id }),
    output: pageOf(Recipient.extend({ campaignId: Id.nullable(), channel: MessageChannel, title: z.string() })),
    summary: 'Messages of one person',
  }),
}
