import { ReachReason } from '@banyan/shared'
import { z } from 'zod'
import { addMs, type Ctx, enqueue, rows, run, sql, task, transaction } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'

/** What a platform says became of a message. A message of somebody else's (another system, the console) is none of ours. */
export type Receipt = {
  appId: string
  msgId: string
  /** null: delivered. */
  reason: ReachReason | null
  code: string | null
}

const REASONS: Record<string, ReachReason> = {
  'user block': 'blockedByUser',
  'system failed': 'refusedByPlatform',
  'freq limit': 'refusedByPlatform',
}
/** A receipt may come before our own send has been written; it is then looked for again, ever later, for about a minute. */
const AGAIN_MS = 1_000
const LOOKS_MAX = 7
const OPEN = sql.raw("state IN ('sent', 'sending', 'unknown')")

/** `TEMPLATESENDJOBFINISH`. */
export function templateReceipt({ appId, msgId, status }: { appId: string; msgId: string; status: string }): Receipt {
  const why = status.replace(/^failed:\s*/, '').trim()
  return { appId, msgId, reason: status === 'success' ? null : (REASONS[why] ?? 'refusedByPlatform'), code: null }
}

/** `subscribe_msg_sent_event`: the only receipt of a subscribe message; `0` is success. It comes without a msgid at times, then nothing can be told. */
export function subscribeReceipts(of: { appId: string; list: readonly { msgId: string; errorCode: string }[] }): Receipt[] {
  return of.list
    .filter(one => one.msgId !== '')
    .map(({ msgId, errorCode }) => ({
      appId: of.appId,
      msgId,
      reason: errorCode === '0' ? null : ('refusedByPlatform' as const),
      code: errorCode === '0' ? null : errorCode,
    }))
}

/** Writes many receipts with a statement per outcome, in the ambient transaction. One that came too early is looked for again. */
export async function takeReceipts(ctx: Ctx, receipts: readonly Receipt[], looks = 1): Promise<void> {
  const missing = await settle(ctx, receipts)
  if (missing.length === 0) return
  // Nothing of ours is on its way: written between the two looks, or not ours.
  if (looks >= LOOKS_MAX || !(await isAnySending(missing))) await settle(ctx, missing)
  else
    await enqueue(
      ctx,
      earlyReceipts,
      { receipts: missing, looks: looks + 1 },
      { dueAt: addMs(ctx.now, AGAIN_MS * 2 ** (looks - 1)) },
    )
}

export const earlyReceipts = task(
  'messaging.earlyReceipts',
  z.object({
    receipts: z.array(
      z.object({ appId: z.string(), msgId: z.string(), reason: ReachReason.nullable(), code: z.string().nullable() }),
    ),
    looks: z.int(),
  }),
  (ctx, { receipts, looks }) => transaction(() => takeReceipts(ctx, receipts, looks)),
)

/** Answers those of which nothing is written yet. */
async function settle(ctx: Ctx, receipts: readonly Receipt[]): Promise<Receipt[]> {
  const missing: Receipt[] = []
  for (const group of groupBy(receipts, one => `${one.appId}|${one.reason}|${one.code}`).values()) {
    const [first] = group
    if (!first) continue
    const { appId, reason, code } = first
    const named = sql`app_id = ${appId} AND platform_msg_id IN (${[...new Set(group.map(one => one.msgId))].sort()})`
    const outcome = reason
      ? sql`state = 'failed', reason = ${reason}, platform_code = COALESCE(${code}, platform_code)`
      : sql`state = 'delivered', delivered_at = ${ctx.now}`
    const changed = await run(sql`UPDATE messages SET ${outcome} WHERE ${named} AND ${OPEN}`)
    if (changed >= group.length) continue
    const found = await rows<{ platform_msg_id: string }>(
      sql`SELECT platform_msg_id FROM messages WHERE ${named} AND NOT (${OPEN})`,
    )
    const closed = new Set(found.map(row => row.platform_msg_id))
    missing.push(...group.filter(one => !closed.has(one.msgId)))
  }
  return missing
}

async function isAnySending(receipts: readonly Receipt[]): Promise<boolean> {
  const appIds = [...new Set(receipts.map(one => one.appId))]
  const found = await rows(
    sql`SELECT id FROM messages WHERE status = 'leased' AND state = 'sending' AND app_id IN (${appIds}) LIMIT 1`,
  )
  return found.length > 0
}
