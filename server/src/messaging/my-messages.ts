import {
  type InputOf,
  MESSAGE_CHANNELS,
  type MessageChannel,
  type MessagePurpose,
  type messaging,
  type ReachReason,
} from '@banyan/shared'
import { behind, brandOf, brandScope, type Ctx, type Cursor, personOf, rows, run, type Sql, say, sql } from '../core/index.ts'
import { briefsOf, canonicalId, mustSeePerson } from '../identity/index.ts'
import { recipientView } from './campaign-report.ts'

type Api = typeof messaging
type MineRow = {
  id: number
  channel: MessageChannel
  purpose: MessagePurpose
  title: string
  shown: string | null
  content: string | null
  sent_at: Date
  read_at: Date | null
}

/** What a brand has sent to me, newest first. */
export async function myMessages(ctx: Ctx, input: InputOf<Api['messages.mine']>) {
  const personId = await canonicalId(personOf(ctx))
  const where = sql`m.person_id = ${personId} AND m.brand_id = ${brandOf(ctx)} AND m.state IN ('sent', 'delivered', 'unknown')`
  const [counted] = await rows<{ n: number; unread: number }>(
    sql`SELECT COUNT(*) AS n, SUM(CASE WHEN m.read_at IS NULL THEN 1 ELSE 0 END) AS unread FROM messages m WHERE ${where}`,
  )
  const found = await rows<MineRow>(
    sql`SELECT m.id, m.channel, m.purpose, t.title, m.shown, COALESCE(c.content, n.content) AS content, m.sent_at, m.read_at
      FROM messages m LEFT JOIN message_templates t ON t.id = m.template_id LEFT JOIN campaigns c ON c.id = m.campaign_id LEFT JOIN notice_settings n ON n.brand_id = m.brand_id AND n.${sql.id('key')} = m.notice_key
      WHERE ${where} ORDER BY m.sent_at DESC, m.id DESC LIMIT ${input.pageSize} OFFSET ${(input.page - 1) * input.pageSize}`,
  )
  return {
    items: found.map(row => ({
      id: Number(row.id),
      channel: row.channel,
      purpose: row.purpose,
      title: row.title ?? say(ctx, ...MESSAGE_CHANNELS[row.channel].name),
      fields: row.shown ? (JSON.parse(row.shown) as { label: string; value: string }[]) : [],
      page: row.content ? ((JSON.parse(row.content) as { page?: string }).page ?? '') : '',
      sentAt: row.sent_at,
      isRead: row.read_at !== null,
    })),
    total: Number(counted?.n ?? 0),
    unread: Number(counted?.unread ?? 0),
  }
}

export async function readMessages(ctx: Ctx, { messageIds }: { messageIds: number[] }): Promise<{ unread: number }> {
  const personId = await canonicalId(personOf(ctx))
  await run(
    sql`UPDATE messages SET read_at = ${ctx.now} WHERE id IN (${messageIds}) AND person_id = ${personId} AND read_at IS NULL`,
  )
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM messages WHERE person_id = ${personId} AND brand_id = ${brandOf(ctx)} AND state IN ('sent', 'delivered', 'unknown') AND read_at IS NULL`,
  )
  return { unread: Number(counted?.n ?? 0) }
}

type OfRow = {
  id: number
  person_id: number
  campaign_id: number | null
  channel: MessageChannel
  title: string | null
  state: string
  reason: ReachReason | null
  platform_code: string | null
  due_at: Date
  sent_at: Date | null
  delivered_at: Date | null
  clicked_at: Date | null
}

const OF = sql`SELECT m.id, m.person_id, m.campaign_id, m.channel, t.title, m.state, m.reason, m.platform_code, m.due_at, m.sent_at, m.delivered_at, m.clicked_at FROM messages m LEFT JOIN message_templates t ON t.id = m.template_id`

/** Every message of a person, also those that did not go out and why. */
export async function messagesOf(ctx: Ctx, input: InputOf<Api['messages.of']>) {
  const personId = await mustSeePerson(ctx, input.personId)
  const where = ofPerson(ctx, personId)
  const [counted] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM messages m WHERE ${where}`)
  const found = await rows<OfRow>(
    sql`${OF} WHERE ${where} ORDER BY m.id DESC LIMIT ${input.pageSize} OFFSET ${(input.page - 1) * input.pageSize}`,
  )
  return { items: await viewsOf(ctx, personId, found), total: Number(counted?.n ?? 0) }
}

/** A person's messages by when they were sent or are due, newest first, from behind one of them on. */
export async function messagesBefore(ctx: Ctx, personId: number, { limit, ...cursor }: Cursor & { limit: number }) {
  const at = sql`COALESCE(m.sent_at, m.due_at)`
  const found = await rows<OfRow>(
    sql`${OF} WHERE ${ofPerson(ctx, personId)} AND ${behind(at, sql`m.id`, cursor)} ORDER BY ${at} DESC, m.id DESC LIMIT ${limit}`,
  )
  return viewsOf(ctx, personId, found)
}

function ofPerson(ctx: Ctx, personId: number): Sql {
  const scope = brandScope(ctx)
  return sql.and([sql`m.person_id = ${personId}`, ...(scope ? [sql`m.brand_id IN (${scope})`] : [])])
}

async function viewsOf(ctx: Ctx, personId: number, found: readonly OfRow[]) {
  const people = new Map((await briefsOf([personId])).map(brief => [brief.id, brief]))
  return found.map(row => ({
    ...recipientView(ctx, row, people),
    campaignId: row.campaign_id === null ? null : Number(row.campaign_id),
    channel: row.channel,
    title: row.title ?? '',
  }))
}
