import type { CouponStatus, coupons, InputOf } from '@banyan/shared'
import {
  behind,
  brandOf,
  brandScope,
  type Ctx,
  type Cursor,
  mustSeeBrand,
  now,
  orderSql,
  row,
  type Sql,
  sql,
} from '../core/index.ts'
import { inStores, mustSeePerson, peopleMeant } from '../identity/index.ts'
import { qrSvg } from '../members/index.ts'
import { couponRows, inStatus, myCoupon, rowsOf, type ViewedCoupon, viewsOf } from './coupon-view.ts'
import { me } from './me.ts'
import { reasonsOf } from './redeem-coupon.ts'

type Coupons = typeof coupons
type Paged = { page: number; pageSize: number }

/** Usable ones first (the earliest end first), then those to come, then the past, newest first. */
function usableFirst(at: Date): Sql {
  return sql`ORDER BY CASE WHEN c.status = 'available' AND c.valid_to > ${at} AND c.valid_from <= ${at} THEN 0 WHEN c.status IN ('available', 'locked') AND c.valid_to > ${at} THEN 1 ELSE 2 END,
    CASE WHEN c.status = 'available' AND c.valid_to > ${at} THEN c.valid_to END, c.id DESC`
}

async function pageOf(where: Sql, order: Sql, { page, pageSize }: Paged) {
  const counted = await row<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM coupons c JOIN coupon_batches b ON b.id = c.batch_id WHERE c.status <> 'reserved' AND (${where})`,
  )
  return {
    found: await couponRows(where, sql`${order} LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`),
    total: counted?.n ?? 0,
  }
}

/** My coupons in this brand. */
export async function myCoupons(ctx: Ctx, { status, ...paged }: InputOf<Coupons['coupons.mine']>) {
  const where = sql`c.person_id = ${await me(ctx)} AND c.brand_id = ${brandOf(ctx)} AND ${inStatus(status, ctx.now)}`
  const { found, total } = await pageOf(where, usableFirst(ctx.now), paged)
  return { items: await viewsOf(ctx, found), total }
}

export async function couponQr(ctx: Ctx, { couponId }: { couponId: number }) {
  const coupon = await myCoupon(ctx, couponId)
  return { coupon, code: coupon.code, svg: await qrSvg(coupon.code) }
}

export async function couponsOf(ctx: Ctx, { personId, status, ...paged }: InputOf<Coupons['coupons.of']>) {
  const id = await mustSeePerson(ctx, personId)
  const { found, total } = await pageOf(
    sql`c.person_id = ${id} AND ${inBrands(ctx)} AND ${inStatus(status, ctx.now)}`,
    usableFirst(ctx.now),
    paged,
  )
  return { items: await viewsOf(ctx, found), total }
}

const SORTS = { id: 'c.id', claimedAt: 'c.claimed_at', validTo: 'c.valid_to', usedAt: 'c.used_at' }

export async function listCoupons(
  ctx: Ctx,
  { brandId, batchId, personId, status, storeId, search, sort, ...paged }: InputOf<Coupons['coupons.list']>,
) {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const where = sql.and([
    inBrands(ctx),
    inStatus(status, ctx.now),
    ...(brandId === undefined ? [] : [sql`c.brand_id = ${brandId}`]),
    ...(batchId === undefined ? [] : [sql`c.batch_id = ${batchId}`]),
    inStores(ctx, sql`c.person_id`),
    ...(personId === undefined ? [] : [sql`c.person_id = ${personId}`]),
    ...(storeId === undefined ? [] : [sql`c.used_store_id = ${storeId}`]),
    ...(search
      ? [
          sql`(c.code = ${search.replace(/\s/g, '')} OR b.name LIKE ${`%${search}%`} OR c.person_id IN (${await peopleMeant(ctx, search)}))`,
        ]
      : []),
  ])
  const { found, total } = await pageOf(where, sql`ORDER BY ${orderSql(sort, SORTS, '-id')}, c.id DESC`, paged)
  return { items: await rowsOf(ctx, found), total }
}

/** What a person holds and held in the caller's brands, usable first, each with what speaks against using it now. */
export async function couponsOfPerson(ctx: Ctx, personId: number, limit = 50) {
  const { found } = await pageOf(sql`c.person_id = ${personId} AND ${inBrands(ctx)}`, usableFirst(ctx.now), {
    page: 1,
    pageSize: limit,
  })
  const views = await viewsOf(ctx, found)
  const reasons = await Promise.all(
    found.map(coupon => reasonsOf(ctx, coupon, { now: ctx.now, brandId: null, storeId: null, orderAmountFen: null })),
  )
  return views.map((coupon, index) => ({ ...coupon, reasons: reasons[index] ?? [] }))
}

export type CouponMoment = { what: 'claimed' | 'used'; at: Date; coupon: ViewedCoupon }

/** What happened with a person's coupons in the caller's brands: claims and uses by time, newest first, from behind one of them on. */
export async function couponMomentsBefore(
  ctx: Ctx,
  personId: number,
  { limit, ...cursor }: Cursor & { limit: number },
): Promise<CouponMoment[]> {
  const latest = (at: Sql) =>
    couponRows(
      sql`c.person_id = ${personId} AND ${inBrands(ctx)} AND ${behind(at, sql`c.id`, cursor)}`,
      sql`ORDER BY ${at} DESC, c.id DESC LIMIT ${limit}`,
    )
  const [claimed, used] = [await latest(sql`c.claimed_at`), await latest(sql`c.used_at`)]
  const views = new Map((await viewsOf(ctx, [...claimed, ...used])).map(coupon => [coupon.id, coupon]))
  const moments = (found: typeof claimed, what: CouponMoment['what'], atOf: (coupon: ViewedCoupon) => Date | null) =>
    found.flatMap(({ id }): CouponMoment[] => {
      const coupon = views.get(id)
      const at = coupon && atOf(coupon)
      return at ? [{ what, at, coupon }] : []
    })
  return [...moments(claimed, 'claimed', one => one.claimedAt), ...moments(used, 'used', one => one.usedAt)]
    .sort((a, b) => b.at.getTime() - a.at.getTime() || b.coupon.id - a.coupon.id)
    .slice(0, limit)
}

/** The unused coupons of these people in a brand, whenever they may be used. */
export async function unusedOf(brandId: number, personIds: readonly number[]) {
  return personIds.length === 0
    ? []
    : couponRows(
        sql`c.brand_id = ${brandId} AND c.status = 'available' AND c.person_id IN (${[...personIds]})`,
        sql`ORDER BY c.id`,
      )
}

/** What a coupon is called; null when there is none. */
export async function couponName(couponId: number): Promise<string | null> {
  return (await couponRows(sql`c.id = ${couponId}`))[0]?.name ?? null
}

/** How many usable coupons a person holds in a brand. */
export async function heldCount(personId: number, brandId: number, at: Date = now()): Promise<number> {
  const counted = await row<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM coupons c WHERE c.person_id = ${personId} AND c.brand_id = ${brandId} AND ${inStatus('available' satisfies CouponStatus, at)}`,
  )
  return counted?.n ?? 0
}

function inBrands(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return brands ? sql`c.brand_id IN (${brands})` : sql`1 = 1`
}
