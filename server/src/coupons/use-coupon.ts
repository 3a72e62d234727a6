import { bulkInsert, type Ctx, changeOne, publish, refused, row, run, sql } from '../core/index.ts'
import { type CouponFactsRow, couponRows, statusOf, storeIdsOf } from './coupon-view.ts'
import { couponReturned, couponUsed, couponVoided } from './events.ts'
import { statusAfterReturn, type UseRefusal, whyNotUse } from './rules.ts'
import { trackCoupons } from './tracks.ts'
import { notes } from './words.ts'

export type UseAt = {
  storeId: number | null
  staffId?: number | null
  orderId?: number | null
  orderAmountFen?: number | null
  discountFen?: number | null
  brandId?: number | null
  personId?: number | null
}

/** The coupon behind a code, as typed or scanned. Throws coupon.codeUnknown. */
export async function couponOfCode(code: string): Promise<CouponFactsRow> {
  const [coupon] = await couponRows(sql`c.code = ${code.replace(/[\s-]/g, '')}`)
  if (!coupon) throw refused('coupon.codeUnknown', { field: 'code' })
  return coupon
}

/** Every reason it cannot be used so; empty when it can. A lock of the same order does not count. */
export function whyNotUseIt(
  coupon: CouponFactsRow,
  at: {
    now: Date
    brandId?: number | null
    storeId?: number | null
    personId?: number | null
    orderAmountFen?: number | null
    lockedBy?: string
  },
): UseRefusal[] {
  const isOwnLock = coupon.status === 'locked' && at.lockedBy !== undefined && coupon.locked_by === at.lockedBy
  const isLapsed = coupon.status === 'locked' && coupon.locked_until !== null && coupon.locked_until <= at.now
  return whyNotUse(
    {
      status: isOwnLock || isLapsed ? 'available' : coupon.status === 'reserved' ? 'locked' : coupon.status,
      validFrom: coupon.valid_from,
      validTo: coupon.valid_to,
      brandId: coupon.brand_id,
      personId: coupon.person_id,
      thresholdFen: coupon.threshold_fen,
      storeIds: storeIdsOf(coupon),
    },
    at,
  )
}

/** Holds a coupon for an order until it is paid or `until` comes. Throws the first reason it cannot. */
export async function lockCoupon(
  ctx: Ctx,
  coupon: CouponFactsRow,
  of: { lockedBy: string; until: Date } & Parameters<typeof whyNotUseIt>[1],
): Promise<void> {
  const [refusal] = whyNotUseIt(coupon, of)
  if (refusal) throw refused(refusal)
  await changeOne(
    sql`UPDATE coupons SET status = 'locked', locked_by = ${of.lockedBy}, locked_until = ${of.until} WHERE id = ${coupon.id} AND valid_to > ${ctx.now}
      AND (status = 'available' OR (status = 'locked' AND (locked_until <= ${ctx.now} OR locked_by = ${of.lockedBy})))`,
    'coupon.changed',
  )
}

/** Lets a locked coupon go. Nothing happens when this order does not hold it. */
export async function unlockCoupon(_ctx: Ctx, { couponId, lockedBy }: { couponId: number; lockedBy: string }): Promise<void> {
  await run(
    sql`UPDATE coupons SET status = 'available', locked_by = NULL, locked_until = NULL WHERE id = ${couponId} AND status = 'locked' AND locked_by = ${lockedBy}`,
  )
}

/** Uses it up (of a service coupon, one time). One update must change the row as it was read, else coupon.changed. */
export async function useCoupon(
  ctx: Ctx,
  coupon: CouponFactsRow,
  at: UseAt & { lockedBy?: string; at?: Date },
): Promise<{ timesLeft: number }> {
  const when = at.at ?? ctx.now
  const [refusal] = whyNotUseIt(coupon, { ...at, now: when })
  if (refusal) throw refused(refusal)
  const timesLeft = coupon.times_left - 1
  await changeOne(
    sql`UPDATE coupons SET status = ${timesLeft > 0 ? 'available' : 'used'}, times_left = ${timesLeft}, used_at = ${when}, used_store_id = ${at.storeId}, order_id = ${at.orderId ?? null}, locked_by = NULL, locked_until = NULL
      WHERE id = ${coupon.id} AND status = ${coupon.status} AND times_left = ${coupon.times_left}`,
    'coupon.changed',
  )
  await note(ctx, coupon, 'use', { ...at, at: when })
  const { id: couponId, batch_id: batchId, person_id: personId, brand_id: brandId } = coupon
  await publish(
    { ...ctx, brandId },
    couponUsed,
    {
      couponId,
      batchId,
      personId,
      brandId,
      at: when,
      storeId: at.storeId,
      staffId: at.staffId ?? null,
      orderId: at.orderId ?? null,
      orderAmountFen: at.orderAmountFen ?? null,
      discountFen: at.discountFen ?? null,
      timesLeft,
    },
    { subject: `person:${personId}` },
  )
  await trackCoupons(ctx, brandId, [
    {
      kind: 'used',
      couponId,
      batchId,
      batchName: coupon.name,
      personId,
      at: when,
      storeId: at.storeId,
      ...(coupon.times_total > 1 ? { times: coupon.times_total - timesLeft } : {}),
    },
  ])
  return { timesLeft }
}

export type PastUse = {
  coupon: CouponFactsRow
  orderId: number
  storeId: number | null
  at: Date
  orderAmountFen: number
  discountFen: number
}

/** Past uses, many at once; the caller has checked each with whyNotUseIt. Nobody is told. Throws coupon.changed when one has moved meanwhile. */
export async function useManyPast(ctx: Ctx, brandId: number, uses: readonly PastUse[]): Promise<void> {
  for (const { coupon, orderId, storeId, at } of uses) {
    await changeOne(
      sql`UPDATE coupons SET status = 'used', times_left = ${coupon.times_left - 1}, used_at = ${at}, used_store_id = ${storeId}, order_id = ${orderId} WHERE id = ${coupon.id} AND status = 'available' AND times_left = ${coupon.times_left} AND times_left = 1`,
      'coupon.changed',
    )
  }
  await bulkInsert(
    'coupon_uses',
    uses.map(({ coupon, orderId, storeId, at, orderAmountFen, discountFen }) => ({
      couponId: coupon.id,
      batchId: coupon.batch_id,
      brandId,
      kind: 'use',
      at,
      storeId,
      staffId: null,
      actorName: ctx.actor.name.slice(0, 64),
      orderId,
      orderAmountFen,
      discountFen,
      note: '',
    })),
  )
  await trackCoupons(
    ctx,
    brandId,
    uses.map(({ coupon, storeId, at }) => ({
      kind: 'used',
      couponId: coupon.id,
      batchId: coupon.batch_id,
      batchName: coupon.name,
      personId: coupon.person_id,
      at,
      storeId,
    })),
  )
}

/** The coupons behind these codes. */
export async function couponsOfCodes(codes: readonly string[]): Promise<Map<string, CouponFactsRow>> {
  const found = codes.length === 0 ? [] : await couponRows(sql`c.code IN (${[...codes]})`)
  return new Map(found.map(coupon => [coupon.code, coupon]))
}

/** Gives a used coupon back after a whole refund: usable again, or expired when its time is over. False when it was not used for this order. */
export async function returnCoupon(ctx: Ctx, { couponId, orderId }: { couponId: number; orderId: number }): Promise<boolean> {
  const [coupon] = await couponRows(sql`c.id = ${couponId} AND c.order_id = ${orderId} AND c.status IN ('used', 'available')`)
  if (!coupon || coupon.times_left >= coupon.times_total) return false
  const status = statusAfterReturn({ validTo: coupon.valid_to }, ctx.now)
  await changeOne(
    sql`UPDATE coupons SET status = ${status}, times_left = times_left + 1, used_at = NULL, used_store_id = NULL, order_id = NULL WHERE id = ${coupon.id} AND status = ${coupon.status} AND times_left = ${coupon.times_left}`,
    'coupon.changed',
  )
  await note(ctx, coupon, 'return', {
    storeId: null,
    orderId,
    note: status === 'expired' ? notes.returnedExpired() : notes.returned(),
  })
  const { id, batch_id: batchId, person_id: personId, brand_id: brandId } = coupon
  await publish(
    { ...ctx, brandId },
    couponReturned,
    { couponId: id, batchId, personId, brandId, at: ctx.now, orderId, status },
    { subject: `person:${personId}` },
  )
  return true
}

/** Takes an unused coupon away. `isSlotFreed`: it no longer counts towards the limit per person (a refunded purchase). */
export async function voidCoupon(
  ctx: Ctx,
  coupon: CouponFactsRow,
  { reason, isSlotFreed = false }: { reason: string; isSlotFreed?: boolean },
): Promise<void> {
  const status = statusOf(coupon, ctx.now)
  if (status !== 'available' && status !== 'pending' && status !== 'expired') throw refused(`coupon.${status}`)
  await changeOne(
    sql`UPDATE coupons SET status = 'void', void_reason = ${reason}, seq = ${isSlotFreed ? sql`0 - id` : sql`seq`} WHERE id = ${coupon.id} AND status = ${coupon.status} AND times_left = ${coupon.times_left}`,
    'coupon.changed',
  )
  await note(ctx, coupon, 'void', { storeId: null, note: reason })
  const { id: couponId, batch_id: batchId, person_id: personId, brand_id: brandId } = coupon
  await publish(
    { ...ctx, brandId },
    couponVoided,
    { couponId, batchId, personId, brandId, at: ctx.now, reason },
    { subject: `person:${personId}` },
  )
}

async function note(
  ctx: Ctx,
  coupon: CouponFactsRow,
  kind: 'use' | 'return' | 'void',
  at: UseAt & { note?: string; at?: Date },
): Promise<void> {
  await bulkInsert('coupon_uses', [
    {
      couponId: coupon.id,
      batchId: coupon.batch_id,
      brandId: coupon.brand_id,
      kind,
      at: at.at ?? ctx.now,
      storeId: at.storeId,
      staffId: at.staffId ?? ctx.staffId,
      actorName: ctx.actor.name.slice(0, 64),
      orderId: at.orderId ?? null,
      orderAmountFen: at.orderAmountFen ?? null,
      discountFen: at.discountFen ?? null,
      note: at.note ?? '',
    },
  ])
}

/** How many coupons of a batch somebody may still get; null when the batch is gone. */
export async function stockLeft(batchId: number): Promise<number | null> {
  return (
    (await row<{ free: number }>(sql`SELECT stock - claimed AS free FROM coupon_stocks WHERE batch_id = ${batchId}`))?.free ??
    null
  )
}
