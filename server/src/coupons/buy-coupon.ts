import {
  addSeconds,
  brandOf,
  type Ctx,
  config,
  insertOne,
  isDeadlock,
  isDuplicate,
  log,
  randomToken,
  refused,
  row,
  rows,
  run,
  sql,
  transaction,
  wakeWorkers,
} from '../core/index.ts'
import { openidsOf } from '../identity/index.ts'
import { closePayment, createJsapi, merchantIdOf } from '../pay/index.ts'
import { connectionOf, mustBeWithin } from '../platform/index.ts'
import { couponIdOf, whyNotClaimable } from './claim-coupon.ts'
import { claimMany, StockMoved } from './claim-coupons.ts'
import type { CouponBatch } from './coupon-batch.ts'
import { me } from './me.ts'
import { mustBeOffered } from './offers.ts'
import { openBatch } from './open-batch.ts'

/** A reservation without a payment ends then, and its coupon is free again. */
export const PAY_SECONDS = 15 * 60
/** WeChat Pay opens no payment that ends within a minute (JSAPI order, `time_expire`). */
const LAST_MINUTE_SECONDS = 60
/** When no notification has come: ask WeChat Pay. */
export const FIRST_QUERY_SECONDS = 20
const TRIES_MAX = 8
/** Each opens a payment at WeChat Pay, which counts what it is asked for by merchant: one person may not use that up. */
const PER_PERSON = { limit: 20, windowMs: 60_000 }

/**
 * Reserve, then call, then settle: the coupon is taken out of stock in a transaction of its own, the payment is opened outside of
 * any, and the coupon becomes usable when the money has come (by notification or by query). Throws rate.limited for more than 20 a minute.
 */
export async function buyCoupon(ctx: Ctx, { batchId, scene }: { batchId: number; scene?: string | undefined }) {
  const personId = await me(ctx)
  const batch = await openBatch(ctx, batchId)
  await mustBeOffered(ctx, batch, scene)
  const refusal = whyNotClaimable(batch, ctx.now) ?? (batch.priceFen === 0 ? 'coupon.free' : null)
  if (refusal) throw refused(refusal)
  await mustBeWithin(`coupons:buy:${personId}`, PER_PERSON)
  const payer = await payerOf(ctx, personId)
  const purchase = await reserve(ctx, batch, payer)
  const { clientParams } = await openPayment(batch, purchase)
  await run(
    sql`UPDATE coupon_purchases SET state = 'paying', prepay_id = ${clientParams.package.replace('prepay_id=', '')} WHERE id = ${purchase.id} AND state = 'created'`,
  )
  return {
    purchaseId: purchase.id,
    outTradeNo: purchase.outTradeNo,
    amountFen: purchase.amountFen,
    expiresAt: purchase.expiresAt,
    payment: clientParams,
  }
}

export type Unpaid = { purchaseId: number; payableUntil: Date; expiresAt: Date }

/** What this person reserved of these batches and has not paid, by batch. */
export async function unpaidOf(personId: number, batchIds: readonly number[]): Promise<Map<number, Unpaid>> {
  if (batchIds.length === 0) return new Map()
  const open = await rows<{ id: number; batch_id: number; expires_at: Date }>(
    sql`SELECT id, batch_id, expires_at FROM coupon_purchases WHERE person_id = ${personId} AND batch_id IN (${batchIds}) AND state IN ('created', 'paying') ORDER BY id`,
  )
  return new Map(
    open.map(({ id, batch_id, expires_at }) => [
      batch_id,
      { purchaseId: id, payableUntil: addSeconds(expires_at, -LAST_MINUTE_SECONDS), expiresAt: expires_at },
    ]),
  )
}

type Payer = { personId: number; appId: string; openid: string; merchantId: string }

async function payerOf(ctx: Ctx, personId: number): Promise<Payer> {
  const brandId = brandOf(ctx)
  const app = await connectionOf('miniProgram', { brandId })
  const openid = (await openidsOf([personId], app.externalId)).get(personId)
  if (!openid) throw refused('couponPurchase.noOpenid')
  const merchantId = await merchantIdOf(brandId).catch(() => {
    throw refused('couponPurchase.noMerchant')
  })
  return { personId, appId: app.externalId, openid, merchantId }
}

type Reserved = Payer & { id: number; outTradeNo: string; amountFen: number; expiresAt: Date }

async function reserve(ctx: Ctx, batch: CouponBatch, payer: Payer): Promise<Reserved> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction(() => reserveOnce(ctx, batch, payer))
    } catch (error) {
      const isWorthAgain = error instanceof StockMoved || isDuplicate(error) || isDeadlock(error)
      if (!isWorthAgain || attempt >= TRIES_MAX) throw error
    }
  }
}

async function reserveOnce(ctx: Ctx, batch: CouponBatch, payer: Payer): Promise<Reserved> {
  // Going back from the payment sheet and buying again opens the same purchase.
  const open = await row<{ id: number; out_trade_no: string; amount_fen: number; expires_at: Date }>(
    sql`SELECT id, out_trade_no, amount_fen, expires_at FROM coupon_purchases WHERE person_id = ${payer.personId} AND batch_id = ${batch.id} AND app_id = ${payer.appId} AND state IN ('created', 'paying') AND expires_at > ${addSeconds(ctx.now, LAST_MINUTE_SECONDS)} ORDER BY id DESC LIMIT 1`,
  )
  if (open)
    return { ...payer, id: open.id, outTradeNo: open.out_trade_no, amountFen: open.amount_fen, expiresAt: open.expires_at }
  const outTradeNo = `cp${randomToken(18).replace(/[^A-Za-z0-9]/g, '0')}`
  const [outcome] = await claimMany(ctx, batch, [{ personId: payer.personId, key: outTradeNo, source: 'purchase' }], {
    status: 'reserved',
  })
  if (!outcome) throw new Error('a claim had no outcome')
  const expiresAt = addSeconds(ctx.now, PAY_SECONDS)
  const id = await insertOne('coupon_purchases', {
    ...payer,
    brandId: batch.brandId,
    batchId: batch.id,
    couponId: couponIdOf(outcome),
    state: 'created',
    amountFen: batch.priceFen,
    outTradeNo,
    createdAt: ctx.now,
    expiresAt,
    status: 'due',
    dueAt: addSeconds(ctx.now, FIRST_QUERY_SECONDS),
    attempts: 0,
  })
  wakeWorkers('coupon_purchases')
  return { ...payer, id, outTradeNo, amountFen: batch.priceFen, expiresAt }
}

async function openPayment(batch: CouponBatch, purchase: Reserved) {
  try {
    return await createJsapi({
      merchantId: purchase.merchantId,
      appId: purchase.appId,
      openid: purchase.openid,
      outTradeNo: purchase.outTradeNo,
      description: batch.name,
      amountFen: purchase.amountFen,
      notifyUrl: `${config.publicUrl}/callbacks/pay/${purchase.merchantId}`,
      expiresAt: purchase.expiresAt,
    })
  } catch (error) {
    // The reservation stays: the worker asks WeChat Pay what became of it, and gives the coupon back when nothing did.
    log.warn({ err: error, outTradeNo: purchase.outTradeNo }, 'a payment could not be opened')
    throw error
  }
}

/** Closes at WeChat Pay what was not paid in time. */
export async function closeUnpaid(purchase: { merchant_id: string; out_trade_no: string }): Promise<void> {
  await closePayment({ merchantId: purchase.merchant_id, outTradeNo: purchase.out_trade_no })
}
