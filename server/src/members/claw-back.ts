import { type Ctx, row, sql } from '../core/index.ts'
import { type Account, lockAccount, lotsOf, post, replayOf } from './ledger.ts'
import { takeForClawback } from './lots.ts'
import { pointRuleOf } from './point-rule.ts'

export type ClawbackResult = { taken: number; debt: number; forgiven: number }

/**
 * Takes back points that an order gave, after a refund: pending first, then available, then by the brand's policy a debt. In sum never
 * more than the order earned, however often it is called. Safe to repeat.
 */
export async function clawBack(
  ctx: Ctx,
  of: { memberId: number; orderId: number; points: number; key: string; reason: string },
): Promise<ClawbackResult> {
  const account = await lockAccount(of.memberId)
  const body = ['clawback', of.points, of.orderId]
  const replay = await replayOf(account, of.key, body)
  if (replay) return { taken: -replay.points, debt: replay.debtPoints, forgiven: of.points + replay.points - replay.debtPoints }

  const points = Math.min(of.points, await stillRecorded(of.memberId, of.orderId))
  return points <= 0 ? { taken: 0, debt: 0, forgiven: 0 } : takeBack(ctx, account, { ...of, points, body })
}

/** Takes points back for a return that names no order of ours (a document of another system). By the same policy; safe to repeat. */
export async function clawBackLoose(
  ctx: Ctx,
  of: { memberId: number; points: number; key: string; reason: string; at?: Date },
): Promise<ClawbackResult> {
  const account = await lockAccount(of.memberId)
  const body = ['clawback', of.points]
  const replay = await replayOf(account, of.key, body)
  if (replay) return { taken: -replay.points, debt: replay.debtPoints, forgiven: of.points + replay.points - replay.debtPoints }
  return takeBack(ctx, account, { ...of, orderId: null, body, isSilent: true })
}

type TakeBack = {
  orderId: number | null
  points: number
  key: string
  reason: string
  body: unknown
  at?: Date
  isSilent?: boolean
}

async function takeBack(
  ctx: Ctx,
  account: Account,
  { points, orderId, at, isSilent, ...rest }: TakeBack,
): Promise<ClawbackResult> {
  const rule = await pointRuleOf(account.brandId)
  const { takes, debt, forgiven } = takeForClawback(await lotsOf(account.id), points, {
    orderId,
    policy: rule.clawbackPolicy,
    debt: account.debt,
    debtMax: rule.debtMax,
    now: ctx.now,
  })
  const taken = takes.reduce((sum, take) => sum + take.points, 0)
  if (taken + debt > 0)
    await post(ctx, account, {
      kind: 'clawback',
      key: rest.key,
      body: rest.body,
      reason: rest.reason,
      points: -taken,
      debtPoints: debt,
      orderId,
      takes,
      at: at ?? ctx.now,
      isSilent: isSilent ?? false,
    })
  return { taken, debt, forgiven }
}

/** What the order gave to this membership, or to one that has joined it, and was not taken back yet. */
async function stillRecorded(memberId: number, orderId: number): Promise<number> {
  const found = await row<{ earned: number | null; taken: number | null }>(
    sql`SELECT SUM(CASE WHEN kind = 'earn' THEN points ELSE 0 END) AS earned, SUM(CASE WHEN kind = 'clawback' THEN debt_points - points ELSE 0 END) AS taken
      FROM point_postings WHERE order_id = ${orderId} AND member_id IN (SELECT id FROM members WHERE id = ${memberId} OR merged_into_id = ${memberId})`,
  )
  return Number(found?.earned ?? 0) - Number(found?.taken ?? 0)
}
