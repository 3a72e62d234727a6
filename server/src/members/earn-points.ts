import type { PointRule } from '@banyan/shared'
import type { z } from 'zod'
import {
  addDays,
  assert,
  bulkInsert,
  type Ctx,
  mustBeInTransaction,
  publishMany,
  refused,
  rows,
  sql,
  upsert,
} from '../core/index.ts'
import { membersTouched, pointsChanged } from './events.ts'
import { bodyHash, trackPoints } from './ledger.ts'
import { expiryOf } from './lots.ts'
import { pointRuleOf } from './point-rule.ts'
import { reasons } from './words.ts'

export type Earning = {
  memberId: number
  points: number
  /** Unique per member: `order:17`, `join`. The same key with another body throws points.keyReused. */
  key: string
  reason: string
  orderId?: number | null
  /** When it was earned; default now. */
  at?: Date
  /** Default: after the brand's pending days for orders, at once for everything else. */
  availableFrom?: Date
  expiresAt?: Date | null
}

export type EarnOptions = {
  /** Long past purchases: rules must see them, but nobody is told. */
  isHistorical?: boolean
  /** The caller tells rules once at the end (touch). */
  isToldLater?: boolean
}

const MEMBERS_PER_ROUND = 500

/** Gives points to one member. Safe to repeat. A debt is settled first. */
export async function earnPoints(ctx: Ctx, earning: Earning): Promise<{ isNew: boolean; points: number }> {
  const earned = await earnMany(ctx, [earning])
  return { isNew: earned === 1, points: earning.points }
}

/** Gives points to many members with few statements: accounts are locked in id order, postings appended. Answers how many were new. */
export async function earnMany(ctx: Ctx, earnings: readonly Earning[], options: EarnOptions = {}): Promise<number> {
  mustBeInTransaction()
  let count = 0
  for (let from = 0; from < earnings.length; from += MEMBERS_PER_ROUND)
    count += await earnRound(ctx, earnings.slice(from, from + MEMBERS_PER_ROUND), options)
  return count
}

type AccountRow = {
  id: number
  member_id: number
  person_id: number
  brand_id: number
  posted: number
  frozen: number
  debt: number
}

async function earnRound(
  ctx: Ctx,
  earnings: readonly Earning[],
  { isHistorical = false, isToldLater = false }: EarnOptions,
): Promise<number> {
  const memberIds = [...new Set(earnings.map(earning => earning.memberId))].sort((a, b) => a - b)
  const accounts = await lockAccounts(memberIds)
  const known = await knownKeys(
    [...accounts.values()].map(account => account.id),
    earnings.map(earning => earning.key),
  )
  const rules = new Map<number, PointRule>()
  const postings: Record<string, unknown>[] = []
  const lots: Record<string, unknown>[] = []
  const facts: { payload: z.output<typeof pointsChanged.schema>; brandId: number; subject: string }[] = []
  const touched = new Set<AccountRow>()
  const tracksByBrand = new Map<number, Parameters<typeof trackPoints>[2][number][]>()

  for (const earning of earnings) {
    const account = accounts.get(earning.memberId)
    assert(account, `member ${earning.memberId} has no account`)
    assert(Number.isSafeInteger(earning.points) && earning.points >= 0, 'an earning is a whole number of points')
    const hash = bodyHash([earning.points, earning.orderId ?? null])
    const used = known.get(`${account.id}:${earning.key}`)
    if (used !== undefined) {
      if (used !== hash) throw refused('points.keyReused', { key: earning.key })
      continue
    }
    known.set(`${account.id}:${earning.key}`, hash)
    if (earning.points === 0) continue
    const rule = rules.get(account.brand_id) ?? (await pointRuleOf(account.brand_id))
    rules.set(account.brand_id, rule)
    const at = earning.at ?? ctx.now
    const availableFrom = earning.availableFrom ?? (earning.orderId ? addDays(at, rule.pendingDays) : at)
    const expiresAt = earning.expiresAt === undefined ? expiryOf(rule.expiry, at) : earning.expiresAt
    const settled = Math.min(account.debt, earning.points)
    const base = {
      accountId: account.id,
      memberId: account.member_id,
      orderId: earning.orderId ?? null,
      actorType: ctx.actor.type,
      actorId: ctx.actor.id,
      at,
      frozenPoints: 0,
    }

    account.posted += earning.points
    postings.push({
      ...base,
      kind: 'earn',
      points: earning.points,
      debtPoints: 0,
      balanceAfter: account.posted,
      postingKey: earning.key,
      bodyHash: hash,
      reason: earning.reason.slice(0, 200),
      availableFrom,
      expiresAt,
    })
    if (settled > 0) {
      account.posted -= settled
      account.debt -= settled
      postings.push({
        ...base,
        kind: 'debt',
        points: -settled,
        debtPoints: -settled,
        balanceAfter: account.posted,
        postingKey: `debt:${earning.key}`.slice(0, 100),
        bodyHash: bodyHash(settled),
        reason: reasons.debtSettled(),
        availableFrom: null,
        expiresAt: null,
      })
    }
    lots.push({
      accountId: account.id,
      postingKey: earning.key,
      orderId: earning.orderId ?? null,
      earned: earning.points,
      remaining: earning.points - settled,
      earnedAt: at,
      availableFrom,
      expiresAt,
    })
    touched.add(account)
    const tracks = tracksByBrand.get(account.brand_id) ?? []
    tracksByBrand.set(account.brand_id, tracks)
    tracks.push({
      personId: account.person_id,
      accountId: account.id,
      key: earning.key,
      points: earning.points,
      reason: earning.reason,
      at,
    })
    if (!isHistorical) {
      const payload = {
        memberId: account.member_id,
        personId: account.person_id,
        brandId: account.brand_id,
        kind: 'earn' as const,
        points: earning.points,
        balance: account.posted,
        reason: earning.reason,
        orderId: earning.orderId ?? null,
        at,
      }
      facts.push({ payload, brandId: account.brand_id, subject: `person:${account.person_id}` })
    }
  }

  await bulkInsert('point_postings', postings)
  await bulkInsert('point_lots', lots)
  await upsert(
    'point_accounts',
    [...touched].map(account => ({
      id: account.id,
      memberId: account.member_id,
      currency: 'points',
      posted: account.posted,
      debt: account.debt,
    })),
    ['posted', 'debt'],
  )
  for (const [brandId, tracks] of tracksByBrand) await trackPoints(ctx, brandId, tracks)
  await publishMany(ctx, pointsChanged, facts)
  if (isHistorical && !isToldLater)
    await touch(
      ctx,
      [...touched].map(account => ({ id: account.member_id, brandId: account.brand_id })),
    )
  return lots.length
}

/** What rules read must follow for these members; nobody is told. */
export async function touch(ctx: Ctx, members: readonly { id: number; brandId: number }[]): Promise<void> {
  const byBrand = new Map<number, number[]>()
  for (const member of members) byBrand.set(member.brandId, [...(byBrand.get(member.brandId) ?? []), member.id])
  for (const [brandId, memberIds] of byBrand)
    for (let from = 0; from < memberIds.length; from += 1000)
      await publishMany(ctx, membersTouched, [{ payload: { brandId, memberIds: memberIds.slice(from, from + 1000) }, brandId }])
}

/** Accounts in id order, made where they are missing. */
async function lockAccounts(memberIds: readonly number[]): Promise<Map<number, AccountRow>> {
  const find = () =>
    rows<AccountRow>(sql`SELECT a.id, a.member_id, m.person_id, m.brand_id, a.posted, a.frozen, a.debt FROM point_accounts a JOIN members m ON m.id = a.member_id
      WHERE a.member_id IN (${memberIds}) AND a.currency = 'points' ORDER BY a.id FOR UPDATE`)
  let found = await find()
  if (found.length < memberIds.length) {
    const there = new Set(found.map(account => account.member_id))
    const missing = memberIds.filter(memberId => !there.has(memberId))
    await bulkInsert(
      'point_accounts',
      missing.map(memberId => ({ memberId, currency: 'points', posted: 0, frozen: 0, debt: 0 })),
      { onDuplicate: 'ignore' },
    )
    found = await find()
  }
  return new Map(found.map(account => [account.member_id, account]))
}

async function knownKeys(accountIds: readonly number[], keys: readonly string[]): Promise<Map<string, string>> {
  const found = await rows<{ account_id: number; posting_key: string; body_hash: string }>(
    sql`SELECT account_id, posting_key, body_hash FROM point_postings WHERE account_id IN (${accountIds}) AND posting_key IN (${[...new Set(keys)]})`,
  )
  return new Map(found.map(posting => [`${posting.account_id}:${posting.posting_key}`, posting.body_hash]))
}
