import type { MessageChannel, MessagePurpose, MessageStatus, ReachReason } from '@banyan/shared'
import { bulkInsert, type Ctx, wakeWorkers } from '../core/index.ts'
import type { Facts } from './render.ts'

/** A row of the table messages, as the worker claims it. */
export type MessageRow = {
  id: number
  brand_id: number
  campaign_id: number | null
  notice_key: string | null
  is_test: number
  person_id: number
  channel: MessageChannel
  purpose: MessagePurpose
  template_id: number
  app_id: string
  facts: string
  state: MessageStatus
  reason: ReachReason | null
  has_credit: number
  last_moment: Date
  created_at: Date
  attempts: number
  due_at: Date
}

export type NewMessage = {
  brandId: number
  campaignId?: number | null
  noticeKey?: string | null
  isTest?: boolean
  personId: number
  channel: MessageChannel
  purpose: MessagePurpose
  templateId: number
  appId: string
  sendKey: string
  facts?: Facts
  dueAt?: Date
  lastMoment: Date
}

/** Puts messages in line. A key that was used is left alone: nobody gets a message twice. Answers how many were new. */
export async function queueMessages(ctx: Ctx, list: readonly NewMessage[]): Promise<number> {
  const added = await bulkInsert(
    'messages',
    list.map(one => ({
      brandId: one.brandId,
      campaignId: one.campaignId ?? null,
      noticeKey: one.noticeKey ?? null,
      isTest: one.isTest ?? false,
      personId: one.personId,
      channel: one.channel,
      purpose: one.purpose,
      templateId: one.templateId,
      appId: one.appId,
      sendKey: one.sendKey,
      facts: JSON.stringify(one.facts ?? {}),
      state: 'waiting',
      lastMoment: one.lastMoment,
      createdAt: ctx.now,
      status: 'due',
      dueAt: one.dueAt ?? ctx.now,
      attempts: 0,
    })),
    { onDuplicate: 'ignore' },
  )
  if (added > 0) wakeWorkers('messages')
  return added
}
