import type { MessageContent } from '@banyan/shared'
import {
  type Ctx,
  config,
  insertOne,
  isSameText,
  keyedHash,
  now,
  type RawAnswer,
  raw,
  row,
  run,
  sql,
  transaction,
} from '../core/index.ts'
import { withCode } from './channels/template.ts'

/** Click links: the code is the message's id with a signature, so it can be neither guessed nor counted through. */
export function clickCodeOf(messageId: number): string {
  return `${messageId.toString(36)}-${signatureOf(messageId)}`
}

export function messageOfCode(code: string): number | null {
  const [idText = '', signature = ''] = code.split('-')
  const id = Number.parseInt(idText, 36)
  return Number.isSafeInteger(id) && id > 0 && isSameText(signature, signatureOf(id)) ? id : null
}

function signatureOf(messageId: number): string {
  return keyedHash(String(messageId), 'click').slice(0, 10)
}

export function clickUrlOf(messageId: number): string {
  return `${config.publicUrl}/r/${clickCodeOf(messageId)}`
}

/** Two opens within this are one tap: a link that opens the mini-program passes here and then reports itself again. */
const SAME_CLICK_SECONDS = 20

/** Counts a click; answers whether it was a new one. */
export async function countClick(messageId: number, at: Date): Promise<boolean> {
  const message = await row<{ campaign_id: number | null }>(sql`SELECT campaign_id FROM messages WHERE id = ${messageId}`)
  if (!message) return false
  const recent = await row(
    sql`SELECT id FROM message_clicks WHERE message_id = ${messageId} AND clicked_at > ${new Date(at.getTime() - SAME_CLICK_SECONDS * 1000)} LIMIT 1`,
  )
  if (recent) return false
  await insertOne('message_clicks', { messageId, campaignId: message.campaign_id, clickedAt: at })
  await run(
    sql`UPDATE messages SET clicked_at = ${at}, read_at = COALESCE(read_at, ${at}) WHERE id = ${messageId} AND clicked_at IS NULL`,
  )
  return true
}

export async function messageOpened(ctx: Ctx, { code }: { code: string }): Promise<{ isCounted: boolean }> {
  const messageId = messageOfCode(code)
  return { isCounted: messageId !== null && (await countClick(messageId, ctx.now)) }
}

/** Where a click leads: the https address, or the page in the H5 mini-program. Only to what the message itself carried. */
function targetOf(content: MessageContent | null, code: string): string {
  const page = content?.page ?? ''
  if (page.startsWith('https://')) return page
  return `${config.publicUrl}/m/#/${withCode((page || 'pages/home/index').replace(/^\//, ''), code)}`
}

export const rawRoutes = [
  raw({
    method: 'GET',
    path: '/r/:code',
    name: 'messages.click',
    async handler({ params }): Promise<RawAnswer> {
      const code = params.code ?? ''
      const messageId = messageOfCode(code)
      if (messageId === null) return { status: 302, headers: { Location: `${config.publicUrl}/m/` } }
      const stored = await row<{ content: string | null }>(
        sql`SELECT COALESCE(c.content, n.content) AS content FROM messages m LEFT JOIN campaigns c ON c.id = m.campaign_id LEFT JOIN notice_settings n ON n.brand_id = m.brand_id AND n.${sql.id('key')} = m.notice_key WHERE m.id = ${messageId}`,
      )
      await transaction(() => countClick(messageId, now()))
      return {
        status: 302,
        headers: {
          Location: targetOf(stored?.content ? (JSON.parse(stored.content) as MessageContent) : null, code),
          'Cache-Control': 'no-store',
        },
      }
    },
  }),
]
