import type { ReachReason } from '@banyan/shared'
import { type Ctx, RetryLater, rows, run, sql } from '../core/index.ts'

const REASONS: Record<string, ReachReason> = {
  'user block': 'blockedByUser',
  'system failed': 'refusedByPlatform',
  'freq limit': 'refusedByPlatform',
}
/** A receipt may come before our own send has been written; it is then looked for again for this long. */
const EARLY_MS = 60_000

/** `TEMPLATESENDJOBFINISH`: what became of a template message. A message of somebody else's (another system, the console) is none of ours. */
export async function takeReceipt(
  ctx: Ctx,
  { appId, msgId, status, createdAt }: { appId: string; msgId: string; status: string; createdAt: Date },
): Promise<void> {
  const isDelivered = status === 'success'
  const reason = REASONS[status.replace(/^failed:\s*/, '').trim()] ?? 'refusedByPlatform'
  const changed = isDelivered
    ? await run(
        sql`UPDATE messages SET state = 'delivered', delivered_at = ${ctx.now} WHERE app_id = ${appId} AND platform_msg_id = ${msgId} AND state IN ('sent', 'sending', 'unknown')`,
      )
    : await run(
        sql`UPDATE messages SET state = 'failed', reason = ${reason} WHERE app_id = ${appId} AND platform_msg_id = ${msgId} AND state IN ('sent', 'sending', 'unknown')`,
      )
  if (changed > 0) return
  const known = await rows(sql`SELECT id FROM messages WHERE app_id = ${appId} AND platform_msg_id = ${msgId} LIMIT 1`)
  const sending = await rows(sql`SELECT id FROM messages WHERE app_id = ${appId} AND state = 'sending' LIMIT 1`)
  if (known.length === 0 && sending.length > 0 && ctx.now.getTime() - createdAt.getTime() < EARLY_MS)
    throw new RetryLater('the send is not written yet', 1000)
}

/** `subscribe_msg_sent_event`: the only receipt of a subscribe message; `0` is success. It comes without a msgid at times, then nothing can be told. */
export async function takeSubscribeReceipt(
  _ctx: Ctx,
  { appId, msgId, errorCode }: { appId: string; msgId: string; errorCode: string },
  at: Date,
): Promise<void> {
  if (msgId === '') return
  if (errorCode === '0')
    await run(
      sql`UPDATE messages SET state = 'delivered', delivered_at = ${at} WHERE app_id = ${appId} AND platform_msg_id = ${msgId} AND state IN ('sent', 'sending', 'unknown')`,
    )
  else
    await run(
      sql`UPDATE messages SET state = 'failed', reason = 'refusedByPlatform', platform_code = ${errorCode} WHERE app_id = ${appId} AND platform_msg_id = ${msgId} AND state IN ('sent', 'sending', 'unknown')`,
    )
}
