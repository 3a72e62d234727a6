import { addDays, assert, type Ctx, refused, row, rows, run, sql } from '../core/index.ts'
import { lockAccount, lotsOf, type Posting, post, replayOf } from './ledger.ts'
import { availableOf, expiryOf, isExpired, type Lot, type Take, takeForSpend } from './lots.ts'
import { pointRuleOf } from './point-rule.ts'

export type Spending = { memberId: number; points: number; key: string; reason: string; orderId?: number | null; at?: Date }

/** Takes points, the earliest expiry first, and keeps which lots it took. Safe to repeat. Throws points.notEnough. */
export async function spendPoints(
  ctx: Ctx,
  { memberId, points, key, reason, orderId = null, at = ctx.now }: Spending,
): Promise<Posting> {
  assert(points > 0, 'a spend is positive')
  const account = await lockAccount(memberId)
  const body = ['spend', points, orderId]
  const replay = await replayOf(account, key, body)
  if (replay) return replay

  const lots = await lotsOf(account.id)
  const takes = takeForSpend(lots, points, at)
  if (!takes) throw refused('points.notEnough', { available: Math.max(0, availableOf(lots, at)), asked: points })
  return post(ctx, account, { kind: 'spend', key, body, reason, points: -points, orderId, takes, at })
}

export type Return = { memberId: number; spendKey: string; points: number; key: string; reason: string; orderId?: number | null }

/**
 * Gives spent points back to the lots they came from, those that last longest first. A lot that has expired meanwhile gets a grace
 * (the rule's returnGraceDays) as a lot of its own; with no grace its part is lost. What was spent from a membership that has joined this
 * one meanwhile comes back as a new lot. The caller never returns more than was spent.
 */
export async function returnSpent(
  ctx: Ctx,
  { memberId, spendKey, points, key, reason, orderId = null }: Return,
): Promise<{ returned: number; lost: number }> {
  const account = await lockAccount(memberId)
  const body = ['return', spendKey, points]
  if (points === 0) return { returned: 0, lost: 0 }
  const replay = await replayOf(account, key, body)
  if (replay) return { returned: replay.points, lost: points - replay.points }

  const { toLots, expired, elsewhere } = await splitReturn(account.id, spendKey, points, ctx.now)
  const rule = await pointRuleOf(account.brandId)
  const inGrace = rule.returnGraceDays > 0 ? expired : 0
  const returned = toLots.reduce((sum, take) => sum + take.points, 0) + inGrace + elsewhere
  if (returned === 0) return { returned: 0, lost: points }
  const base = { earnedAt: ctx.now, availableFrom: ctx.now }
  const lots = [
    ...(inGrace > 0 ? [{ ...base, points: inGrace, expiresAt: addDays(ctx.now, rule.returnGraceDays) }] : []),
    ...(elsewhere > 0 ? [{ ...base, points: elsewhere, expiresAt: expiryOf(rule.expiry, ctx.now) }] : []),
  ]
  await post(ctx, account, { kind: 'return', key, body, reason, points: returned, orderId, returns: toLots, lots })
  return { returned, lost: points - returned }
}

type TakeRow = {
  id: number
  lot_id: number
  points: number
  returned: number
  earned_at: Date
  available_from: Date
  expires_at: Date | null
  remaining: number
  frozen: number
  order_id: number | null
}

async function splitReturn(
  accountId: number,
  spendKey: string,
  points: number,
  now: Date,
): Promise<{ toLots: Take[]; expired: number; elsewhere: number }> {
  const takes = await rows<TakeRow>(
    sql`SELECT t.id, t.lot_id, t.points, t.returned, l.earned_at, l.available_from, l.expires_at, l.remaining, l.frozen, l.order_id FROM point_takes t JOIN point_lots l ON l.id = t.lot_id
      WHERE t.account_id = ${accountId} AND t.posting_key = ${spendKey} AND t.returned < t.points`,
  )
  const end = (take: TakeRow) => take.expires_at?.getTime() ?? Number.POSITIVE_INFINITY
  takes.sort((a, b) => (end(a) === end(b) ? b.id - a.id : end(b) - end(a)))
  let short = points
  let expired = 0
  const toLots: Take[] = []
  for (const take of takes) {
    if (short === 0) break
    const part = Math.min(short, take.points - take.returned)
    await run(sql`UPDATE point_takes SET returned = returned + ${part} WHERE id = ${take.id}`)
    const lot: Lot = {
      id: take.lot_id,
      earnedAt: take.earned_at,
      availableFrom: take.available_from,
      expiresAt: take.expires_at,
      remaining: take.remaining,
      frozen: take.frozen,
      orderId: take.order_id,
    }
    if (isExpired(lot, now)) expired += part
    else toLots.push({ lotId: take.lot_id, points: part })
    short -= part
  }
  return { toLots, expired, elsewhere: short }
}

/** What of a spend has not been returned yet. */
export async function stillSpent(memberId: number, spendKey: string): Promise<number> {
  const found = await row<{ points: number | null }>(
    sql`SELECT SUM(t.points - t.returned) AS points FROM point_takes t JOIN point_accounts a ON a.id = t.account_id WHERE a.member_id = ${memberId} AND t.posting_key = ${spendKey}`,
  )
  return Number(found?.points ?? 0)
}
