import type { CouponRow, CouponStatus, CouponValue, Coupon as CouponView } from '@banyan/shared'
import type { z } from 'zod'
import { type Ctx, notFound, rows, type Sql, say, sql } from '../core/index.ts'
import { nameless, personNames } from '../identity/index.ts'
import { storesByIds } from '../platform/index.ts'
import { me } from './me.ts'
import { shownStatus } from './rules.ts'
import { conditionOf, headlineOf, statusTextOf } from './words.ts'

/** A coupon with what its batch says, as read from the store. */
export type CouponFactsRow = {
  id: number
  batch_id: number
  brand_id: number
  person_id: number
  code: string
  status: 'available' | 'locked' | 'used' | 'expired' | 'void' | 'reserved'
  valid_from: Date
  valid_to: Date
  claimed_at: Date
  source: string
  times_total: number
  times_left: number
  locked_by: string | null
  locked_until: Date | null
  used_at: Date | null
  used_store_id: number | null
  order_id: number | null
  void_reason: string
  name: string
  value: string
  threshold_fen: number
  store_ids: string
  rules: string
  price_fen: number
}

/** Reads coupons with their batches. `reserved` ones (a purchase not yet paid) are nobody's business. */
export function couponRows(where: Sql, rest: Sql = sql``): Promise<CouponFactsRow[]> {
  return rows<CouponFactsRow>(
    sql`SELECT c.id, c.batch_id, c.brand_id, c.person_id, c.code, c.status, c.valid_from, c.valid_to, c.claimed_at, c.source, c.times_total, c.times_left, c.locked_by, c.locked_until, c.used_at, c.used_store_id,
      c.order_id, c.void_reason, b.name, b.value, b.threshold_fen, b.store_ids, b.rules, b.price_fen
      FROM coupons c JOIN coupon_batches b ON b.id = c.batch_id WHERE c.status <> 'reserved' AND (${where}) ${rest}`,
  )
}

export type ViewedCoupon = z.output<typeof CouponView> & { code: string }

/** As people see them, in the order given. */
export async function viewsOf(ctx: Ctx, found: readonly CouponFactsRow[]): Promise<ViewedCoupon[]> {
  const storeIds = found.flatMap(coupon => [...storeIdsOf(coupon), ...(coupon.used_store_id ? [coupon.used_store_id] : [])])
  const stores = await storesByIds(storeIds)
  return found.map(coupon => {
    const value = JSON.parse(coupon.value) as CouponValue
    const status = statusOf(coupon, ctx.now)
    return {
      id: coupon.id,
      batchId: coupon.batch_id,
      brandId: coupon.brand_id,
      personId: coupon.person_id,
      code: coupon.code,
      name: coupon.name,
      value,
      headline: headlineOf(ctx, value),
      conditionText: conditionOf(ctx, value, coupon.threshold_fen),
      thresholdFen: coupon.threshold_fen,
      status,
      statusText: statusTextOf(ctx, status, coupon.valid_from),
      validFrom: coupon.valid_from,
      validTo: coupon.valid_to,
      claimedAt: coupon.claimed_at,
      usedAt: coupon.used_at,
      usedStoreId: coupon.used_store_id,
      usedStoreName: coupon.used_store_id ? (stores.get(coupon.used_store_id)?.name ?? null) : null,
      orderId: coupon.order_id,
      timesLeft: coupon.times_left,
      timesTotal: coupon.times_total,
      source: coupon.source,
      storeNames: storeIdsOf(coupon).map(id => stores.get(id)?.name ?? say(ctx, `门店 ${id}`, `Store ${id}`)),
      rules: coupon.rules,
      priceFen: coupon.price_fen,
    }
  })
}

/** For operators: with the holder's name. */
export async function rowsOf(ctx: Ctx, found: readonly CouponFactsRow[]): Promise<z.output<typeof CouponRow>[]> {
  const views = await viewsOf(ctx, found)
  const names = await personNames(
    ctx,
    views.map(coupon => coupon.personId),
  )
  return views.map(coupon => ({ ...coupon, personName: names.get(coupon.personId) ?? nameless(ctx, coupon.personId) }))
}

/** One coupon of the person of this session. Throws thing.notFound. */
export async function myCoupon(ctx: Ctx, couponId: number): Promise<ViewedCoupon> {
  const [view] = await viewsOf(ctx, await couponRows(sql`c.id = ${couponId} AND c.person_id = ${await me(ctx)}`))
  if (!view) throw notFound('coupon', couponId)
  return view
}

export function statusOf(coupon: CouponFactsRow, now: Date): CouponStatus {
  return shownStatus(
    { status: coupon.status === 'reserved' ? 'locked' : coupon.status, validFrom: coupon.valid_from, validTo: coupon.valid_to },
    now,
  )
}

export function storeIdsOf(coupon: Pick<CouponFactsRow, 'store_ids'>): number[] {
  return JSON.parse(coupon.store_ids) as number[]
}

/** Coupons whose shown state is this, in SQL: a coupon ends and begins by time before the nightly job writes it down. */
export function inStatus(status: CouponStatus | undefined, now: Date): Sql {
  switch (status) {
    case undefined:
      return sql`1 = 1`
    case 'available':
      return sql`c.status = 'available' AND c.valid_from <= ${now} AND c.valid_to > ${now}`
    case 'pending':
      return sql`c.status = 'available' AND c.valid_from > ${now}`
    case 'expired':
      return sql`(c.status = 'expired' OR (c.status = 'available' AND c.valid_to <= ${now}))`
    default:
      return sql`c.status = ${status}`
  }
}
