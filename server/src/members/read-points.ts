import type { InputOf, members, PointBalance } from '@banyan/shared'
import type { z } from 'zod'
import {
  addDays,
  behind,
  brandOf,
  type Ctx,
  type Cursor,
  mustSeeBrand,
  personOf,
  type Reader,
  readIn,
  refused,
  row,
  rows,
  sha256,
  sql,
} from '../core/index.ts'
import { canonicalId, mustSeePerson } from '../identity/index.ts'
import { earnPoints } from './earn-points.ts'
import { memberOf } from './join-member.ts'
import { lockAccount, lotsOf, type Posting, type PostingRow, post, postingOf, replayOf } from './ledger.ts'
import { availableOf, isExpired, isPending, pendingOf, takeForSpend } from './lots.ts'

type Members = typeof members
type Balance = z.output<typeof PointBalance>
const SOON_DAYS = 30

export const noPoints: Balance = { posted: 0, available: 0, pending: 0, frozen: 0, debt: 0, expiringSoon: 0, expiringAt: null }

/** What a member has, may spend, waits for, owes and will lose soon. */
export async function balanceOf(memberId: number, now: Date): Promise<Balance> {
  const account = await row<{ id: number; posted: number; frozen: number; debt: number }>(
    sql`SELECT id, posted, frozen, debt FROM point_accounts WHERE member_id = ${memberId} AND currency = 'points'`,
  )
  if (!account) return noPoints
  const lots = await lotsOf(account.id)
  const soon = addDays(now, SOON_DAYS)
  const ending = lots.filter(
    lot =>
      lot.expiresAt !== null &&
      lot.expiresAt <= soon &&
      !isExpired(lot, now) &&
      !isPending(lot, now) &&
      lot.remaining > lot.frozen,
  )
  const first = ending.reduce<Date | null>(
    (earliest, lot) => (earliest === null || (lot.expiresAt && lot.expiresAt < earliest) ? lot.expiresAt : earliest),
    null,
  )
  return {
    posted: account.posted,
    frozen: account.frozen,
    debt: account.debt,
    available: availableOf(lots, now),
    pending: pendingOf(lots, now),
    expiringSoon: ending.reduce((sum, lot) => sum + lot.remaining - lot.frozen, 0),
    expiringAt: first,
  }
}

export async function postingsOf(
  reader: Reader,
  memberId: number,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ items: PostingView[]; total: number }> {
  const where = sql`account_id IN (SELECT id FROM point_accounts WHERE member_id = ${memberId} AND currency = 'points')`
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM point_postings WHERE ${where}`)
  const found = await rows<PostingRow>(
    sql`SELECT * FROM point_postings WHERE ${where} ORDER BY at DESC, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  return { items: found.map(one => postingView(reader, postingOf(one))), total: counted?.n ?? 0 }
}

/** A member's postings that moved points, newest first, from behind a posting on. */
export async function postingsBefore(
  reader: Reader,
  memberId: number,
  { limit, ...cursor }: Cursor & { limit: number },
): Promise<PostingView[]> {
  const found = await rows<PostingRow>(
    sql`SELECT * FROM point_postings WHERE account_id IN (SELECT id FROM point_accounts WHERE member_id = ${memberId} AND currency = 'points') AND points <> 0 AND ${behind(sql`at`, sql`id`, cursor)} ORDER BY at DESC, id DESC LIMIT ${limit}`,
  )
  return found.map(one => postingView(reader, postingOf(one)))
}

type PostingView = ReturnType<typeof postingView>

export function postingView(reader: Reader, posting: Posting) {
  const { id, kind, points, frozenPoints, balanceAfter, orderId, at, availableFrom, expiresAt } = posting
  const reason = readIn(reader, posting.reason)
  return { id, kind, points, frozenPoints, balanceAfter, reason, orderId, at, availableFrom, expiresAt }
}

export async function myPoints(ctx: Ctx, page: InputOf<Members['points.mine']>) {
  return historyOf(ctx, await canonicalId(personOf(ctx)), brandOf(ctx), page)
}

export async function pointsOf(ctx: Ctx, { personId, brandId = brandOf(ctx), ...page }: InputOf<Members['points.of']>) {
  mustSeeBrand(ctx, brandId)
  return historyOf(ctx, await mustSeePerson(ctx, personId), brandId, page)
}

async function historyOf(ctx: Ctx, personId: number, brandId: number, page: { page: number; pageSize: number }) {
  const member = await memberOf(personId, brandId)
  if (!member) return { balance: noPoints, items: [], total: 0 }
  return { balance: await balanceOf(member.id, ctx.now), ...(await postingsOf(ctx, member.id, page)) }
}

/** Gives or takes points by hand. Taking never overdraws: throws points.notEnough. */
export async function adjustPoints(
  ctx: Ctx,
  { personId, brandId = brandOf(ctx), points, reason }: InputOf<Members['points.adjust']>,
) {
  mustSeeBrand(ctx, brandId)
  const member = await memberOf(await mustSeePerson(ctx, personId), brandId)
  if (!member) throw refused('member.notJoined')
  // an idempotency key is its caller's own: two operators may have chosen the same
  const key = `adjust:${sha256(`${ctx.actor.type}:${ctx.actor.id}:${ctx.idempotencyKey ?? ctx.requestId}`)}`
  if (points > 0) await earnPoints(ctx, { memberId: member.id, points, key, reason })
  else if (points < 0) await takeByHand(ctx, member.id, -points, key, reason)
  else throw refused('input.invalid', { field: 'points', reason: 'must not be 0' })
  const found = await row<PostingRow>(
    sql`SELECT p.* FROM point_postings p JOIN point_accounts a ON a.id = p.account_id WHERE a.member_id = ${member.id} AND p.posting_key = ${key}`,
  )
  if (!found) throw new Error('the posting was made and is not there')
  return { balance: await balanceOf(member.id, ctx.now), posting: postingView(ctx, postingOf(found)) }
}

async function takeByHand(ctx: Ctx, memberId: number, points: number, key: string, reason: string): Promise<void> {
  const account = await lockAccount(memberId)
  const body = ['adjust', -points]
  if (await replayOf(account, key, body)) return
  const lots = await lotsOf(account.id)
  const takes = takeForSpend(lots, points, ctx.now)
  if (!takes) throw refused('points.notEnough', { available: Math.max(0, availableOf(lots, ctx.now)), asked: points })
  await post(ctx, account, { kind: 'adjust', key, body, reason, points: -points, takes })
}
