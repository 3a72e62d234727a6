import { randomInt } from 'node:crypto'
import { type Ctx, insertMany, mustBeInTransaction, publishMany, row, rows, run, sql } from '../core/index.ts'
import { canonicalIds } from '../identity/index.ts'
import { tierRanksOf } from '../members/index.ts'
import type { CouponBatch } from './coupon-batch.ts'
import { validityOfBatch } from './coupon-batch.ts'
import { couponClaimed } from './events.ts'
import { type ClaimRefusal, validityOf, whyNotEntitled } from './rules.ts'
import { trackCoupons } from './tracks.ts'

export type Claim = {
  personId: number
  homeId?: number
  /** A repeat with the same key gets the same coupon. */
  key: string | null
  source: string
  at?: Date
  /** Rules of entitlement (members only, tier) do not bind grants by staff. */
  isGrant?: boolean
}
export type ClaimOutcome = { couponId: number; isNew: boolean } | { refusal: ClaimRefusal | 'coupon.limitReached' }
export type ClaimOptions = {
  /** `reserved` coupons wait for their payment and show nowhere. */
  status?: 'available' | 'reserved'
  isSilent?: boolean
}

/** The stock fell below what was read a moment ago: run the transaction again. */
export class StockMoved extends Error {}

type Held = { id: number; person_id: number; seq: number; claim_key: string | null; status: string; code: string; valid_to: Date }

/**
 * Claims of one batch, all in the ambient transaction: one read of what these people hold, one insert, and the hot conditional update of
 * the stock last, so that it is locked for the shortest time. Never issues more than the stock: the update refuses (throws StockMoved).
 * The caller has checked that the batch is open.
 */
export async function claimMany(
  ctx: Ctx,
  batch: CouponBatch,
  asked: readonly Claim[],
  options: ClaimOptions = {},
): Promise<ClaimOutcome[]> {
  mustBeInTransaction()
  const claims = await followMerges(asked)
  const personIds = [...new Set(claims.map(claim => claim.personId))].sort((a, b) => a - b)
  const held = await heldOf(batch.id, personIds)
  const ranks =
    batch.isMemberOnly || batch.tierRankMin > 0 ? await tierRanksOf(batch.brandId, personIds) : new Map<number, number>()
  const stock = await row<{ left: number }>(
    sql`SELECT stock - claimed AS ${sql.id('left')} FROM coupon_stocks WHERE batch_id = ${batch.id}`,
  )
  let left = stock?.left ?? 0

  const outcomes: (ClaimOutcome | { code: string })[] = []
  const fresh: Record<string, unknown>[] = []
  for (const claim of claims) {
    const decision = decide(ctx, batch, claim, held.get(claim.personId) ?? [], ranks)
    if ('refusal' in decision || 'couponId' in decision) {
      outcomes.push(decision)
    } else if (left <= 0) {
      outcomes.push({ refusal: 'coupon.soldOut' })
    } else {
      left -= 1
      const coupon = newCoupon(ctx, batch, claim, decision.seq, options.status ?? 'available')
      fresh.push(coupon)
      held.set(claim.personId, [
        ...(held.get(claim.personId) ?? []),
        {
          id: 0,
          person_id: claim.personId,
          seq: decision.seq,
          claim_key: claim.key,
          status: 'available',
          code: coupon.code,
          valid_to: coupon.validTo,
        },
      ])
      outcomes.push({ code: coupon.code })
    }
  }
  if (fresh.length === 0) return outcomes as ClaimOutcome[]

  fresh.sort((a, b) => (a.personId as number) - (b.personId as number))
  // A unique key that another process has just taken (the same person, the same slot) fails the transaction: it runs again and sees it.
  const ids = await insertMany('coupons', fresh)
  const made = new Map(fresh.map((coupon, at) => [coupon.code, ids[at] as number]))
  if (!options.isSilent && options.status !== 'reserved') {
    await publishMany(
      ctx,
      couponClaimed,
      fresh.map(coupon => ({
        payload: {
          couponId: made.get(coupon.code as string) ?? 0,
          batchId: batch.id,
          personId: coupon.personId as number,
          brandId: batch.brandId,
          batchName: batch.name,
          source: coupon.source as string,
          validTo: coupon.validTo as Date,
          at: coupon.claimedAt as Date,
        },
        brandId: batch.brandId,
      })),
    )
  }
  if (options.status !== 'reserved') {
    await trackCoupons(
      ctx,
      batch.brandId,
      fresh.map(coupon => ({
        kind: 'claimed',
        couponId: made.get(coupon.code as string) ?? 0,
        batchId: batch.id,
        batchName: batch.name,
        personId: coupon.homeId as number,
        at: coupon.claimedAt as Date,
        channel: coupon.source as string,
      })),
    )
  }
  const taken = await run(
    sql`UPDATE coupon_stocks SET claimed = claimed + ${fresh.length} WHERE batch_id = ${batch.id} AND claimed + ${fresh.length} <= stock`,
  )
  if (taken !== 1) throw new StockMoved()
  return outcomes.map(outcome => ('code' in outcome ? { couponId: made.get(outcome.code) ?? 0, isNew: true } : outcome))
}

/** Sessions outlive merges: the claim is the survivor's, its home stays what it was. */
export async function followMerges(claims: readonly Claim[]): Promise<Claim[]> {
  const canonical = await canonicalIds(claims.map(claim => claim.personId))
  return claims.map(claim => ({
    ...claim,
    personId: canonical.get(claim.personId) ?? claim.personId,
    homeId: claim.homeId ?? claim.personId,
  }))
}

/** What these people hold of a batch, given-up coupons left out. */
export async function heldOf(batchId: number, personIds: readonly number[]): Promise<Map<number, Held[]>> {
  const found = await rows<Held>(
    sql`SELECT id, person_id, seq, claim_key, status, code, valid_to FROM coupons WHERE batch_id = ${batchId} AND person_id IN (${personIds}) AND seq > 0`,
  )
  const byPerson = new Map<number, Held[]>()
  for (const coupon of found) byPerson.set(coupon.person_id, [...(byPerson.get(coupon.person_id) ?? []), coupon])
  return byPerson
}

/** The coupon that a repeated call means: the one its key made; without a key and with a limit of one, the one he has and has not used. */
export function replayOf(
  batch: Pick<CouponBatch, 'perPersonLimit'>,
  claim: Pick<Claim, 'key'>,
  held: readonly Held[],
  now: Date,
): Held | null {
  if (claim.key !== null) return held.find(coupon => coupon.claim_key === claim.key && coupon.id > 0) ?? null
  const [only] = held
  return batch.perPersonLimit === 1 && only && only.id > 0 && only.status === 'available' && only.valid_to > now ? only : null
}

function decide(
  ctx: Ctx,
  batch: CouponBatch,
  claim: Claim,
  held: readonly Held[],
  ranks: ReadonlyMap<number, number>,
): ClaimOutcome | { seq: number } {
  const replay = replayOf(batch, claim, held, ctx.now)
  if (replay) return { couponId: replay.id, isNew: false }
  if (held.length >= batch.perPersonLimit) return { refusal: 'coupon.limitReached' }
  const rank = ranks.get(claim.personId)
  const refusal = claim.isGrant ? null : whyNotEntitled(batch, rank === undefined ? null : { tierRank: rank })
  if (refusal) return { refusal }
  return { seq: Math.max(0, ...held.map(coupon => coupon.seq)) + 1 }
}

function newCoupon(ctx: Ctx, batch: CouponBatch, claim: Claim, seq: number, status: string) {
  const at = claim.at ?? ctx.now
  const times = batch.value.kind === 'service' ? batch.value.times : 1
  const { validFrom, validTo } = validityOf(validityOfBatch(batch), at)
  return {
    batchId: batch.id,
    brandId: batch.brandId,
    personId: claim.personId,
    homeId: claim.homeId ?? claim.personId,
    seq,
    code: newCode(),
    status,
    validFrom,
    validTo,
    claimedAt: at,
    claimKey: claim.key,
    source: claim.source.slice(0, 40),
    timesTotal: times,
    timesLeft: times,
  }
}

/** Sixteen digits, the first not zero: 9 x 10^15 codes, so that one cannot be guessed at a till. */
export function newCode(): string {
  return `${randomInt(1, 10)}${String(randomInt(0, 10_000_000)).padStart(7, '0')}${String(randomInt(0, 100_000_000)).padStart(8, '0')}`
}
