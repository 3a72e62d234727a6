import { addDays, type Ctx, publishMany, rows, sql, transaction } from '../core/index.ts'
import { pointsExpiring } from './events.ts'
import { lockAccount, lotsOf, post } from './ledger.ts'
import { takeExpired } from './lots.ts'
import { reasons } from './words.ts'

const ACCOUNTS_PER_ROUND = 500
const ROUNDS_MAX = 2000
/** How long before their end points are announced. */
export const EXPIRY_NOTICE_DAYS = 30

/** Expires what has ended: one posting per member and night. Answers how many members lost points. */
export async function expirePoints(ctx: Ctx): Promise<number> {
  let count = 0
  let after = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const ended = await rows<{ account_id: number; member_id: number }>(
      sql`SELECT DISTINCT l.account_id, a.member_id FROM point_lots l JOIN point_accounts a ON a.id = l.account_id
        WHERE l.expires_at <= ${ctx.now} AND l.remaining > l.frozen AND l.account_id > ${after} ORDER BY l.account_id LIMIT ${ACCOUNTS_PER_ROUND}`,
    )
    for (const account of ended) count += await transaction(() => expireOne(ctx, account.member_id))
    after = ended.at(-1)?.account_id ?? after
    if (ended.length < ACCOUNTS_PER_ROUND) break
  }
  return count
}

async function expireOne(ctx: Ctx, memberId: number): Promise<number> {
  const account = await lockAccount(memberId)
  const takes = takeExpired(await lotsOf(account.id), ctx.now)
  const points = takes.reduce((sum, take) => sum + take.points, 0)
  if (points === 0) return 0
  const key = `expire:${Math.max(...takes.map(take => take.lotId))}:${ctx.now.getTime()}`
  await post(ctx, account, { kind: 'expire', key, body: ['expire', points], reason: reasons.expired(), points: -points, takes })
  return 1
}

/** Announces points that end `EXPIRY_NOTICE_DAYS` from today, so that each lot is announced on one day. */
export async function announceExpiring(ctx: Ctx): Promise<number> {
  const first = addDays(ctx.now, EXPIRY_NOTICE_DAYS - 1)
  const last = addDays(ctx.now, EXPIRY_NOTICE_DAYS)
  const ending = await rows<{ member_id: number; person_id: number; brand_id: number; points: number; expires_at: Date }>(
    sql`SELECT m.id AS member_id, m.person_id, m.brand_id, SUM(l.remaining - l.frozen) AS points, MIN(l.expires_at) AS expires_at
      FROM point_lots l JOIN point_accounts a ON a.id = l.account_id JOIN members m ON m.id = a.member_id
      WHERE l.expires_at > ${first} AND l.expires_at <= ${last} AND l.remaining > l.frozen AND m.status = 'active' GROUP BY m.id, m.person_id, m.brand_id`,
  )
  const facts = ending.map(one => ({
    payload: {
      memberId: one.member_id,
      personId: one.person_id,
      brandId: one.brand_id,
      points: Number(one.points),
      expiresAt: one.expires_at,
      at: ctx.now,
    },
    brandId: one.brand_id,
    subject: `person:${one.person_id}`,
  }))
  for (let from = 0; from < facts.length; from += 500)
    await transaction(() => publishMany(ctx, pointsExpiring, facts.slice(from, from + 500)))
  return ending.length
}
