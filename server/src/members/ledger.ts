import { createHash } from 'node:crypto'
import type { PointKind } from '@banyan/shared'
import type { z } from 'zod'
import {
  assert,
  bulkInsert,
  type Ctx,
  insertOne,
  mustBeInTransaction,
  notFound,
  now,
  publish,
  refused,
  row,
  rows,
  run,
  sql,
} from '../core/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { membersTouched, pointsChanged } from './events.ts'
import type { Lot, Take } from './lots.ts'

/**
 * The one door to the ledger. Postings are only ever appended; the account's columns are their sums, kept on one row that every
 * movement locks first, so movements of one member happen one after another.
 */
export type Account = {
  id: number
  memberId: number
  personId: number
  brandId: number
  posted: number
  frozen: number
  debt: number
}

export type Posting = {
  id: number
  kind: z.infer<typeof PointKind>
  points: number
  frozenPoints: number
  debtPoints: number
  balanceAfter: number
  postingKey: string
  reason: string
  orderId: number | null
  availableFrom: Date | null
  expiresAt: Date | null
  at: Date
}

/** The member's account, locked until the transaction ends; made on first use. Throws thing.notFound. */
export async function lockAccount(memberId: number): Promise<Account> {
  mustBeInTransaction()
  const find = () =>
    row<{ id: number; posted: number; frozen: number; debt: number }>(
      sql`SELECT id, posted, frozen, debt FROM point_accounts WHERE member_id = ${memberId} AND currency = 'points' FOR UPDATE`,
    )
  const member = await row<{ person_id: number; brand_id: number }>(
    sql`SELECT person_id, brand_id FROM members WHERE id = ${memberId}`,
  )
  if (!member) throw notFound('member', memberId)
  let account = await find()
  if (!account) {
    await bulkInsert('point_accounts', [{ memberId, currency: 'points', posted: 0, frozen: 0, debt: 0 }], {
      onDuplicate: 'ignore',
    })
    account = await find()
  }
  assert(account, 'an account was made and is not there')
  return { ...account, memberId, personId: member.person_id, brandId: member.brand_id }
}

type LotRow = {
  id: number
  earned_at: Date
  available_from: Date
  expires_at: Date | null
  remaining: number
  frozen: number
  order_id: number | null
}

/** The lots that still hold something. */
export async function lotsOf(accountId: number): Promise<Lot[]> {
  const found = await rows<LotRow>(
    sql`SELECT id, earned_at, available_from, expires_at, remaining, frozen, order_id FROM point_lots WHERE account_id = ${accountId} AND remaining > 0`,
  )
  return found.map(lot => ({
    id: lot.id,
    earnedAt: lot.earned_at,
    availableFrom: lot.available_from,
    expiresAt: lot.expires_at,
    remaining: lot.remaining,
    frozen: lot.frozen,
    orderId: lot.order_id,
  }))
}

/** What a key was used for before, or null. The same key with another body throws points.keyReused. */
export async function replayOf(account: Account, key: string, body: unknown): Promise<Posting | null> {
  const found = await row<PostingRow & { body_hash: string }>(
    sql`SELECT * FROM point_postings WHERE account_id = ${account.id} AND posting_key = ${key}`,
  )
  if (!found) return null
  if (found.body_hash !== bodyHash(body)) throw refused('points.keyReused', { key })
  return postingOf(found)
}

export function bodyHash(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 24)
}

export type NewLot = {
  points: number
  earnedAt: Date
  availableFrom: Date
  expiresAt: Date | null
  originLotId?: number | null
  orderId?: number | null
}

export type Movement = {
  kind: z.infer<typeof PointKind>
  key: string
  /** What was asked, for replay. */
  body: unknown
  reason: string
  points?: number
  frozenPoints?: number
  debtPoints?: number
  orderId?: number | null
  at?: Date
  /** Taken out of lots (also out of their frozen part with `isFromFrozen`). */
  takes?: readonly Take[]
  isFromFrozen?: boolean
  /** Put back into lots that were taken from before. */
  returns?: readonly Take[]
  /** Lots that this movement makes. */
  lots?: readonly NewLot[]
  isSilent?: boolean
}

/** Appends one posting and moves its lots and the account with it. */
export async function post(ctx: Ctx, account: Account, movement: Movement): Promise<Posting> {
  const points = movement.points ?? 0
  const frozenPoints = movement.frozenPoints ?? 0
  const debtPoints = movement.debtPoints ?? 0
  const at = movement.at ?? ctx.now
  const lotDelta = total(movement.returns) + total(movement.lots) - total(movement.takes)
  assert(lotDelta === points, `a ${movement.kind} of ${points} moves ${lotDelta} in lots`)

  for (const take of movement.takes ?? []) await takeFromLot(take, movement.isFromFrozen ?? false)
  for (const back of movement.returns ?? [])
    await run(
      sql`UPDATE point_lots SET remaining = remaining + ${back.points} WHERE id = ${back.lotId} AND remaining + ${back.points} <= earned`,
    )
  if (movement.takes?.length)
    await bulkInsert(
      'point_takes',
      movement.takes.map(take => ({ accountId: account.id, postingKey: movement.key, lotId: take.lotId, points: take.points })),
    )
  const { lots = [] } = movement
  await bulkInsert(
    'point_lots',
    lots.map(({ points: earned, originLotId = null, orderId = movement.orderId ?? null, ...dates }) => ({
      accountId: account.id,
      postingKey: movement.key,
      orderId,
      originLotId,
      earned,
      remaining: earned,
      frozen: 0,
      ...dates,
    })),
  )

  account.posted += points
  account.frozen += frozenPoints
  account.debt += debtPoints
  assert(
    account.posted >= 0 && account.frozen >= 0 && account.debt >= 0 && account.frozen <= account.posted,
    `ledger of account ${account.id} went negative`,
  )
  const values = {
    accountId: account.id,
    memberId: account.memberId,
    kind: movement.kind,
    points,
    frozenPoints,
    debtPoints,
    balanceAfter: account.posted,
    postingKey: movement.key,
    bodyHash: bodyHash(movement.body),
    reason: movement.reason.slice(0, 200),
    orderId: movement.orderId ?? null,
    availableFrom: lots.length === 1 ? (lots[0]?.availableFrom ?? null) : null,
    expiresAt: lots.length === 1 ? (lots[0]?.expiresAt ?? null) : null,
    actorType: ctx.actor.type,
    actorId: ctx.actor.id,
    at,
  }
  const id = await insertOne('point_postings', values)
  await run(
    sql`UPDATE point_accounts SET posted = ${account.posted}, frozen = ${account.frozen}, debt = ${account.debt} WHERE id = ${account.id}`,
  )
  if (!movement.isSilent) await announce(ctx, account, { ...movement, points, at })
  return { ...values, id }
}

async function takeFromLot(take: Take, isFromFrozen: boolean): Promise<void> {
  const changed = isFromFrozen
    ? await run(
        sql`UPDATE point_lots SET remaining = remaining - ${take.points}, frozen = frozen - ${take.points} WHERE id = ${take.lotId} AND frozen >= ${take.points} AND remaining >= ${take.points}`,
      )
    : await run(
        sql`UPDATE point_lots SET remaining = remaining - ${take.points} WHERE id = ${take.lotId} AND remaining - frozen >= ${take.points}`,
      )
  assert(changed === 1, `lot ${take.lotId} has not ${take.points} to give`)
}

async function announce(
  ctx: Ctx,
  account: Account,
  of: { kind: z.infer<typeof PointKind>; key: string; points: number; reason: string; orderId?: number | null; at: Date },
): Promise<void> {
  if (isLongAgo(of.at)) {
    await publish({ ...ctx, brandId: account.brandId }, membersTouched, {
      brandId: account.brandId,
      memberIds: [account.memberId],
    })
    return
  }
  const payload = {
    memberId: account.memberId,
    personId: account.personId,
    brandId: account.brandId,
    kind: of.kind,
    points: of.points,
    balance: account.posted,
    reason: of.reason,
    orderId: of.orderId ?? null,
    at: of.at,
  }
  await trackPoints(ctx, account.brandId, [
    { personId: account.personId, accountId: account.id, key: of.key, points: of.points, reason: of.reason, at: of.at },
  ])
  await publish({ ...ctx, brandId: account.brandId }, pointsChanged, payload, { subject: `person:${account.personId}` })
}

/** What is written down more than a day late tells rules and timelines, but nobody is notified of it. */
export function isLongAgo(at: Date): boolean {
  return now().getTime() - at.getTime() > 86_400_000
}

/** Points as behaviour: what a timeline shows. A freeze moves nothing and is no track. */
export async function trackPoints(
  ctx: Ctx,
  brandId: number,
  list: readonly { personId: number; accountId: number; key: string; points: number; reason: string; at: Date }[],
): Promise<void> {
  const tracks = list.filter(one => one.points !== 0)
  await recordTracks(
    ctx,
    brandId,
    tracks.map(({ personId, accountId, key, points, reason, at }) => ({
      personId,
      name: 'points_changed',
      occurredAt: at,
      messageId: `points:${accountId}:${key}`,
      properties: { points, reason },
    })),
  )
}

export type PostingRow = {
  id: number
  kind: Posting['kind']
  points: number
  frozen_points: number
  debt_points: number
  balance_after: number
  posting_key: string
  reason: string
  order_id: number | null
  available_from: Date | null
  expires_at: Date | null
  at: Date
}

export function postingOf(found: PostingRow): Posting {
  return {
    id: found.id,
    kind: found.kind,
    points: found.points,
    frozenPoints: found.frozen_points,
    debtPoints: found.debt_points,
    balanceAfter: found.balance_after,
    postingKey: found.posting_key,
    reason: found.reason,
    orderId: found.order_id,
    availableFrom: found.available_from,
    expiresAt: found.expires_at,
    at: found.at,
  }
}

function total(takes: readonly { points: number }[] | undefined): number {
  return (takes ?? []).reduce((sum, take) => sum + take.points, 0)
}
