import { addDays, bulkInsert, type Ctx, publishMany, rows, run, sql, transaction } from '../core/index.ts'
import { couponExpired, couponExpiring } from './events.ts'
import { trackCoupons } from './tracks.ts'

const ROUND = 500
const ROUNDS_MAX = 10_000
/** How long before its end a coupon is announced. */
export const NOTICE_DAYS = 3

type Row = { id: number; batch_id: number; person_id: number; brand_id: number; name: string; valid_to: Date }

/** Writes down what time has ended, in id order and in small rounds. Answers how many. */
export async function expireCoupons(ctx: Ctx): Promise<number> {
  let count = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const done = await transaction(() => expireRound(ctx))
    count += done
    if (done < ROUND) break
  }
  return count
}

async function expireRound(ctx: Ctx): Promise<number> {
  const ended = await rows<Row>(
    sql`SELECT id, batch_id, person_id, brand_id, valid_to, (SELECT b.name FROM coupon_batches b WHERE b.id = coupons.batch_id) AS name FROM coupons WHERE status = 'available' AND valid_to <= ${ctx.now} ORDER BY id LIMIT ${ROUND} FOR UPDATE`,
  )
  const ids = ended.map(coupon => coupon.id)
  if (ids.length === 0) return 0
  await run(sql`UPDATE coupons SET status = 'expired' WHERE id IN (${ids}) AND status = 'available'`)
  await bulkInsert(
    'coupon_uses',
    ended.map(coupon => ({
      couponId: coupon.id,
      batchId: coupon.batch_id,
      brandId: coupon.brand_id,
      kind: 'expire',
      at: coupon.valid_to,
      actorName: 'system',
    })),
  )
  for (const brandId of new Set(ended.map(coupon => coupon.brand_id))) {
    const ofBrand = ended.filter(coupon => coupon.brand_id === brandId)
    await trackCoupons(
      ctx,
      brandId,
      ofBrand.map(coupon => ({
        kind: 'expired',
        couponId: coupon.id,
        batchId: coupon.batch_id,
        batchName: coupon.name,
        personId: coupon.person_id,
        at: coupon.valid_to,
      })),
    )
  }
  await publishMany(
    ctx,
    couponExpired,
    ended.map(coupon => ({
      payload: {
        couponId: coupon.id,
        batchId: coupon.batch_id,
        personId: coupon.person_id,
        brandId: coupon.brand_id,
        at: ctx.now,
      },
      brandId: coupon.brand_id,
    })),
  )
  return ids.length
}

/** Locks whose order was never paid end by themselves. */
export async function releaseLapsedLocks(ctx: Ctx): Promise<number> {
  return run(
    sql`UPDATE coupons SET status = 'available', locked_by = NULL, locked_until = NULL WHERE status = 'locked' AND locked_until <= ${ctx.now}`,
  )
}

/** Announces coupons that end `NOTICE_DAYS` from now; run daily, each coupon is announced on one day. */
export async function announceExpiring(ctx: Ctx): Promise<number> {
  const first = addDays(ctx.now, NOTICE_DAYS - 1)
  const last = addDays(ctx.now, NOTICE_DAYS)
  let count = 0
  for (let after = 0, round = 0; round < ROUNDS_MAX; round += 1) {
    const ending = await rows<Row>(
      sql`SELECT c.id, c.batch_id, c.person_id, c.brand_id, b.name, c.valid_to FROM coupons c JOIN coupon_batches b ON b.id = c.batch_id
        WHERE c.status = 'available' AND c.valid_to > ${first} AND c.valid_to <= ${last} AND c.id > ${after} ORDER BY c.id LIMIT ${ROUND}`,
    )
    await transaction(() =>
      publishMany(
        ctx,
        couponExpiring,
        ending.map(coupon => ({
          payload: {
            couponId: coupon.id,
            batchId: coupon.batch_id,
            personId: coupon.person_id,
            brandId: coupon.brand_id,
            batchName: coupon.name,
            validTo: coupon.valid_to,
            at: ctx.now,
          },
          brandId: coupon.brand_id,
          subject: `person:${coupon.person_id}`,
        })),
      ),
    )
    count += ending.length
    after = ending.at(-1)?.id ?? after
    if (ending.length < ROUND) break
  }
  return count
}
