import { assert, bulkInsert, type Ctx, changeOne, refused, row, rows, run, sql, transaction } from '../core/index.ts'
import { type Account, lockAccount, lotsOf, post, replayOf } from './ledger.ts'
import { availableOf, type Take, takeForSpend } from './lots.ts'
import { reasons } from './words.ts'

export type Freeze = { memberId: number; points: number; key: string; reason: string; expiresAt: Date }
type FreezeRow = { id: number; points: number; status: 'held' | 'captured' | 'void'; takes: string; reason: string }

/** Promises points to something that is not settled yet (an order being paid). Refused at once when it would overdraw. Safe to repeat. */
export async function freezePoints(ctx: Ctx, { memberId, points, key, reason, expiresAt }: Freeze): Promise<void> {
  assert(points > 0 && expiresAt > ctx.now, 'a freeze is positive and ends later')
  const account = await lockAccount(memberId)
  const body = ['freeze', points]
  if (await replayOf(account, key, body)) return
  const lots = await lotsOf(account.id)
  const takes = takeForSpend(lots, points, ctx.now)
  if (!takes) throw refused('points.notEnough', { available: Math.max(0, availableOf(lots, ctx.now)), asked: points })
  for (const take of takes)
    await changeOne(
      sql`UPDATE point_lots SET frozen = frozen + ${take.points} WHERE id = ${take.lotId} AND remaining - frozen >= ${take.points}`,
      'points.notEnough',
    )
  await bulkInsert('point_freezes', [
    {
      accountId: account.id,
      freezeKey: key,
      points,
      captured: 0,
      status: 'held',
      takes: JSON.stringify(takes),
      reason,
      expiresAt,
    },
  ])
  await post(ctx, account, { kind: 'freeze', key, body, reason, frozenPoints: points })
}

/** Spends what was frozen, in whole or in part; the rest is released. Exactly once: throws points.freezeClosed. */
export async function captureFreeze(
  ctx: Ctx,
  { memberId, key, points, orderId = null }: { memberId: number; key: string; points: number; orderId?: number | null },
): Promise<void> {
  const account = await lockAccount(memberId)
  const freeze = await closeFreeze(ctx, account, key, 'captured', points)
  assert(points <= freeze.points, 'more than was frozen')
  const [captured, rest] = splitTakes(JSON.parse(freeze.takes) as Take[], points)
  if (points > 0) {
    await post(ctx, account, {
      kind: 'spend',
      key: `capture:${key}`,
      body: ['capture', points],
      reason: freeze.reason,
      points: -points,
      frozenPoints: -points,
      orderId,
      takes: captured,
      isFromFrozen: true,
    })
  }
  await release(ctx, account, key, rest, freeze.reason)
}

/** Lets everything go. A lot that expired meanwhile expires now. Exactly once: throws points.freezeClosed. */
export async function voidFreeze(ctx: Ctx, { memberId, key }: { memberId: number; key: string }): Promise<void> {
  const account = await lockAccount(memberId)
  const freeze = await closeFreeze(ctx, account, key, 'void', 0)
  await release(ctx, account, key, JSON.parse(freeze.takes) as Take[], freeze.reason)
}

/** Ends the freezes whose time is over; answers how many. */
export async function voidEndedFreezes(ctx: Ctx): Promise<number> {
  const ended = await rows<{ freeze_key: string; member_id: number }>(
    sql`SELECT f.freeze_key, a.member_id FROM point_freezes f JOIN point_accounts a ON a.id = f.account_id WHERE f.status = 'held' AND f.expires_at <= ${ctx.now} ORDER BY f.id LIMIT 500`,
  )
  for (const freeze of ended) await transaction(() => voidFreeze(ctx, { memberId: freeze.member_id, key: freeze.freeze_key }))
  return ended.length
}

async function closeFreeze(
  ctx: Ctx,
  account: Account,
  key: string,
  status: 'captured' | 'void',
  captured: number,
): Promise<FreezeRow> {
  const freeze = await row<FreezeRow>(
    sql`SELECT id, points, status, takes, reason FROM point_freezes WHERE account_id = ${account.id} AND freeze_key = ${key}`,
  )
  if (!freeze) throw refused('points.freezeClosed')
  await changeOne(
    sql`UPDATE point_freezes SET status = ${status}, captured = ${captured}, closed_at = ${ctx.now} WHERE id = ${freeze.id} AND status = 'held'`,
    'points.freezeClosed',
  )
  return freeze
}

async function release(ctx: Ctx, account: Account, key: string, takes: readonly Take[], reason: string): Promise<void> {
  const points = takes.reduce((sum, take) => sum + take.points, 0)
  if (points === 0) return
  for (const take of takes)
    await run(sql`UPDATE point_lots SET frozen = frozen - ${take.points} WHERE id = ${take.lotId} AND frozen >= ${take.points}`)
  await post(ctx, account, { kind: 'release', key: `release:${key}`, body: ['release', points], reason, frozenPoints: -points })
  const gone = new Set(
    (
      await rows<{ id: number }>(
        sql`SELECT id FROM point_lots WHERE id IN (${takes.map(take => take.lotId)}) AND expires_at <= ${ctx.now}`,
      )
    ).map(lot => lot.id),
  )
  const expired = takes.filter(take => gone.has(take.lotId))
  const lost = expired.reduce((sum, take) => sum + take.points, 0)
  if (lost > 0)
    await post(ctx, account, {
      kind: 'expire',
      key: `expire:${key}`,
      body: ['expire', lost],
      reason: reasons.expiredFrozen(),
      points: -lost,
      takes: expired,
    })
}

function splitTakes(takes: readonly Take[], points: number): [Take[], Take[]] {
  const first: Take[] = []
  const rest: Take[] = []
  let left = points
  for (const take of takes) {
    const part = Math.min(left, take.points)
    if (part > 0) first.push({ lotId: take.lotId, points: part })
    if (take.points > part) rest.push({ lotId: take.lotId, points: take.points - part })
    left -= part
  }
  return [first, rest]
}
