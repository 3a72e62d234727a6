import { ReachReason } from '@banyan/shared'
import { z } from 'zod'
import { addMs, type Ctx, enqueue, rows, run, sql, task, transaction } from '../core/index.ts'
import { groupBy, personByIdentifier } from '../identity/index.ts'

/** What a platform says became of a message. A message of somebody else's (another system, the console) is none of ours. */
export type Receipt = {
  appId: string
  msgId: string
  /** null: delivered. */
  reason: ReachReason | null
  code: string | null
  /** To whom, and when the platform wrote it, for a message whose id we never heard. */
  openid: string
  atMs: number
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
export function templateReceipt(of: Told & { msgId: string; status: string }): Receipt {
  const why = of.status.replace(/^failed:\s*/, '').trim()
  const reason = of.status === 'success' ? null : (REASONS[why] ?? 'refusedByPlatform')
  return { appId: of.appId, msgId: of.msgId, reason, code: null, openid: of.openid, atMs: of.createdAt.getTime() }
}
type Told = { appId: string; openid: string; createdAt: Date }

/** `subscribe_msg_sent_event`: the only receipt of a subscribe message; `0` is success. It comes without a msgid at times, then nothing can be told. */
export function subscribeReceipts(of: Told & { list: readonly { msgId: string; errorCode: string }[] }): Receipt[] {
  return of.list
    .filter(one => one.msgId !== '')
    .map(({ msgId, errorCode }) => ({
      appId: of.appId,
      msgId,
      reason: errorCode === '0' ? null : ('refusedByPlatform' as const),
      code: errorCode === '0' ? null : errorCode,
      openid: of.openid,
      atMs: of.createdAt.getTime(),
    }))
}

/** Writes many receipts with a statement per outcome, in the ambient transaction. One that came too early is looked for again. */
export async function takeReceipts(ctx: Ctx, receipts: readonly Receipt[], looks = 1): Promise<void> {
  const missing = await settle(ctx, receipts)
  if (missing.length === 0) return
  // Nothing of ours is on its way: written between the two looks, or not ours.
  if (looks >= LOOKS_MAX || !(await isAnySending(missing))) await settleUnanswered(ctx, await settle(ctx, missing))
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
      z.object({
        appId: z.string(),
        msgId: z.string(),
        reason: ReachReason.nullable(),
        code: z.string().nullable(),
        openid: z.string().default(''),
        atMs: z.int().default(0),
      }),
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
    const { appId } = first
    const named = sql`app_id = ${appId} AND platform_msg_id IN (${[...new Set(group.map(one => one.msgId))].sort()})`
    const changed = await run(sql`UPDATE messages SET ${outcomeOf(ctx, first)} WHERE ${named} AND ${OPEN}`)
    if (changed >= group.length) continue
    const found = await rows<{ platform_msg_id: string }>(
      sql`SELECT platform_msg_id FROM messages WHERE ${named} AND NOT (${OPEN})`,
    )
    const closed = new Set(found.map(row => row.platform_msg_id))
    missing.push(...group.filter(one => !closed.has(one.msgId)))
  }
  return missing
}

const outcomeOf = (ctx: Ctx, { reason, code }: Receipt) =>
  reason
    ? sql`state = 'failed', reason = ${reason}, platform_code = COALESCE(${code}, platform_code)`
    : sql`state = 'delivered', reason = NULL, delivered_at = ${ctx.now}`

/** The platform writes a receipt within seconds of the send; its clock is not ours. */
const ANSWERED_WITHIN_MS = 120_000
const CLOCKS_APART_MS = 10_000

/**
 * A send that ended without an answer never learned its message's id, so no receipt can name it. The receipt names the reader, though: when
 * exactly one send to him from this account ended so, just then, it is the one.
 */
async function settleUnanswered(ctx: Ctx, receipts: readonly Receipt[]): Promise<void> {
  if (receipts.length === 0 || !(await isAnyUnanswered(receipts))) return
  for (const receipt of receipts) {
    const { appId, msgId, openid, atMs } = receipt
    if (!openid) continue
    const personId = await personByIdentifier('openid', appId, openid)
    if (personId === null) continue
    const found = await rows<{ id: number }>(
      sql`SELECT id FROM messages WHERE person_id = ${personId} AND app_id = ${appId} AND ${unansweredAt(atMs)} LIMIT 2`,
    )
    if (found.length !== 1) continue
    await run(
      sql`UPDATE messages SET ${outcomeOf(ctx, receipt)}, platform_msg_id = ${msgId}, status = 'done', last_error = NULL WHERE id = ${Number(found[0]?.id)} AND state = 'unknown' AND platform_msg_id IS NULL`,
    )
  }
}

const unansweredAt = (fromMs: number, untilMs = fromMs) =>
  sql`status = 'unknown' AND state = 'unknown' AND platform_msg_id IS NULL AND sent_at BETWEEN ${new Date(fromMs - ANSWERED_WITHIN_MS)} AND ${new Date(untilMs + CLOCKS_APART_MS)}`

/** Most receipts that are none of ours are another system's: one look for all of them, and nobody is searched. */
async function isAnyUnanswered(receipts: readonly Receipt[]): Promise<boolean> {
  const appIds = [...new Set(receipts.map(one => one.appId))]
  const times = receipts.map(one => one.atMs)
  const found = await rows(
    sql`SELECT id FROM messages WHERE app_id IN (${appIds}) AND ${unansweredAt(Math.min(...times), Math.max(...times))} LIMIT 1`,
  )
  return found.length > 0
}

async function isAnySending(receipts: readonly Receipt[]): Promise<boolean> {
  const appIds = [...new Set(receipts.map(one => one.appId))]
  const found = await rows(
    sql`SELECT id FROM messages WHERE status = 'leased' AND state = 'sending' AND app_id IN (${appIds}) LIMIT 1`,
  )
  return found.length > 0
}
