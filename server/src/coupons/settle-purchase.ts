import type { coupons, InputOf } from '@banyan/shared'
import {
  addSeconds,
  brandScope,
  type Ctx,
  changeOne,
  mustSeeBrand,
  notFound,
  now,
  orderSql,
  ownWork,
  publish,
  RetryLater,
  readIn,
  refused,
  row,
  rows,
  run,
  type Sql,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../core/index.ts'
import { inStores, mustSeePerson, nameless, peopleMeant, personNames } from '../identity/index.ts'
import { queryPayment, queryRefund, refund } from '../pay/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { closeUnpaid } from './buy-coupon.ts'
import { couponRows, viewsOf } from './coupon-view.ts'
import { couponClaimed, couponPurchasePaid, couponPurchaseRefunded } from './events.ts'
import { me } from './me.ts'
import { trackCoupons } from './tracks.ts'
import { voidCoupon } from './use-coupon.ts'
import { notes, yuan } from './words.ts'

type Coupons = typeof coupons
type PurchaseState = 'created' | 'paying' | 'paid' | 'issued' | 'closed' | 'refunding' | 'refunded' | 'failed'
export type PurchaseRow = {
  id: number
  brand_id: number
  batch_id: number
  person_id: number
  coupon_id: number
  state: PurchaseState
  amount_fen: number
  merchant_id: string
  out_trade_no: string
  transaction_id: string | null
  created_at: Date
  expires_at: Date
  paid_at: Date | null
  refund_no: string | null
  refund_reason: string | null
  refunded_at: Date | null
  note: string
  name: string
}

export function purchaseRows(where: Sql, rest: Sql = sql``): Promise<PurchaseRow[]> {
  return rows<PurchaseRow>(
    sql`SELECT p.*, b.name FROM coupon_purchases p JOIN coupon_batches b ON b.id = p.batch_id WHERE ${where} ${rest}`,
  )
}

/**
 * The money has come: the reserved coupon becomes the buyer's, exactly once, however often this is called. A payment of another amount
 * is not settled but kept with its reason. Money for a reservation that was given up meanwhile goes back. Only the merchant that the buyer
 * was sent to can say so: another one's notice is signed with another key.
 */
export async function settlePaid(
  ctx: Ctx,
  paid: { merchantId: string; outTradeNo: string; transactionId: string; amountFen: number; paidAt: Date },
): Promise<void> {
  const [purchase] = await purchaseRows(
    sql`p.out_trade_no = ${paid.outTradeNo} AND p.merchant_id = ${paid.merchantId}`,
    sql`FOR UPDATE`,
  )
  if (!purchase || purchase.state === 'issued' || purchase.state === 'refunding' || purchase.state === 'refunded') return
  if (paid.amountFen !== purchase.amount_fen) {
    await run(
      sql`UPDATE coupon_purchases SET state = 'failed', transaction_id = ${paid.transactionId}, paid_at = ${paid.paidAt}, note = ${notes.wrongAmount({ amount: yuan(paid.amountFen) })} WHERE id = ${purchase.id}`,
    )
    return
  }
  const issued = await run(sql`UPDATE coupons SET status = 'available' WHERE id = ${purchase.coupon_id} AND status = 'reserved'`)
  if (issued !== 1) {
    await run(
      sql`UPDATE coupon_purchases SET state = 'refunding', transaction_id = ${paid.transactionId}, paid_at = ${paid.paidAt}, refund_no = ${`rf${purchase.out_trade_no}`}, refund_reason = ${notes.paidTooLate()}, status = 'due', due_at = ${ctx.now}, attempts = 0 WHERE id = ${purchase.id}`,
    )
    return
  }
  await run(
    sql`UPDATE coupon_purchases SET state = 'issued', transaction_id = ${paid.transactionId}, paid_at = ${paid.paidAt}, note = '', status = 'done' WHERE id = ${purchase.id}`,
  )
  const [coupon] = await couponRows(sql`c.id = ${purchase.coupon_id}`)
  if (!coupon) throw notFound('coupon', purchase.coupon_id)
  const base = {
    couponId: coupon.id,
    batchId: coupon.batch_id,
    personId: coupon.person_id,
    brandId: coupon.brand_id,
    at: ctx.now,
  }
  const options = { subject: `person:${coupon.person_id}` }
  await publish(
    { ...ctx, brandId: coupon.brand_id },
    couponClaimed,
    { ...base, batchName: coupon.name, source: 'purchase', validTo: coupon.valid_to },
    options,
  )
  await trackCoupons(ctx, coupon.brand_id, [
    {
      kind: 'claimed',
      couponId: coupon.id,
      batchId: coupon.batch_id,
      batchName: coupon.name,
      personId: coupon.person_id,
      at: ctx.now,
      channel: 'purchase',
    },
  ])
  await publish(
    { ...ctx, brandId: coupon.brand_id },
    couponPurchasePaid,
    { ...base, purchaseId: purchase.id, amountFen: purchase.amount_fen },
    options,
  )
}

/**
 * Asks WeChat Pay about an open purchase and settles what it says. Past its time, or given up by the buyer, it is closed and the coupon
 * goes back to stock; closed at WeChat Pay first, so that no money can come for a coupon that somebody else took.
 */
export async function askAboutPurchase(purchase: PurchaseRow, { isGivenUp = false } = {}): Promise<PurchaseState> {
  if (purchase.state === 'refunding') return finishRefund(purchase)
  if (purchase.state !== 'created' && purchase.state !== 'paying') return purchase.state
  const payment = await queryPayment({ merchantId: purchase.merchant_id, outTradeNo: purchase.out_trade_no })
  if (payment?.state === 'paid') {
    const { transactionId, amountFen, paidAt } = payment
    await transaction(() =>
      settlePaid(systemCtx({ brandId: purchase.brand_id, name: 'coupons.settle' }), {
        merchantId: purchase.merchant_id,
        outTradeNo: purchase.out_trade_no,
        transactionId: transactionId ?? '',
        amountFen: amountFen ?? 0,
        paidAt: paidAt ?? now(),
      }),
    )
    return 'issued'
  }
  if (purchase.expires_at > now() && payment?.state !== 'closed' && !isGivenUp) return purchase.state
  if (payment && payment.state !== 'closed') await closeUnpaid(purchase)
  await transaction(() => giveBack(purchase, isGivenUp ? notes.givenUp() : notes.notPaid()))
  return 'closed'
}

/** Unpaid: the reserved coupon goes, its stock is free again. */
async function giveBack(purchase: PurchaseRow, note: string): Promise<void> {
  const closed = await run(
    sql`UPDATE coupon_purchases SET state = 'closed', status = 'done', note = ${note} WHERE id = ${purchase.id} AND state IN ('created', 'paying')`,
  )
  if (closed !== 1) return
  const removed = await run(sql`DELETE FROM coupons WHERE id = ${purchase.coupon_id} AND status = 'reserved'`)
  if (removed === 1)
    await run(sql`UPDATE coupon_stocks SET claimed = claimed - 1 WHERE batch_id = ${purchase.batch_id} AND claimed > 0`)
}

ownWork('coupon_purchases', { name: 'coupons.askAboutPurchase', subject: 'out_trade_no', at: 'created_at', mayDismiss: false })

/** One row per purchase: asks when the notification has not come, closes what was not paid, finishes refunds. */
export const purchaseWorker: WorkerDef = {
  name: 'coupons.askAboutPurchase',
  table: 'coupon_purchases',
  batchSize: 20,
  concurrency: 4,
  leaseSeconds: 60,
  maxAttempts: 20,
  backoffSeconds: 5,
  async run(claimed: WorkRow) {
    const [purchase] = await purchaseRows(sql`p.id = ${claimed.id}`)
    if (!purchase) return
    const state = await askAboutPurchase(purchase)
    if (state === 'created' || state === 'paying' || state === 'refunding')
      throw new RetryLater(`still ${state}`, delayOf(purchase))
  },
}

/** Often at first, then rarely, and once right after the end. */
function delayOf(purchase: PurchaseRow): number {
  const at = now().getTime()
  const ageMs = at - purchase.created_at.getTime()
  const untilEndMs = purchase.expires_at.getTime() - at
  const pause = Math.min(Math.max(ageMs, 20_000), 300_000)
  return untilEndMs > 0 ? Math.min(pause, untilEndMs + 1000) : pause
}

/** My purchase; asks WeChat Pay when the notification has not come yet, and says so when Pay does not answer. */
export async function myPurchase(ctx: Ctx, { purchaseId }: { purchaseId: number }) {
  const personId = await me(ctx)
  const find = async () => (await purchaseRows(sql`p.id = ${purchaseId} AND p.person_id = ${personId}`))[0]
  const purchase = await find()
  if (!purchase) throw notFound('couponPurchase', purchaseId)
  let note = ''
  await askAboutPurchase(purchase).catch(error => {
    if (!isGatewayError(error)) throw error
    note = readIn(ctx, notes.waiting())
  })
  const view = await purchaseView(ctx, (await find()) ?? purchase)
  return { ...view, note: view.note || note }
}

/** The buyer gives an unpaid reservation up. What was paid meanwhile is settled instead: the answer says which. Throws what WeChat Pay throws. */
export async function cancelPurchase(ctx: Ctx, { purchaseId }: { purchaseId: number }) {
  const personId = await me(ctx)
  const find = async () => (await purchaseRows(sql`p.id = ${purchaseId} AND p.person_id = ${personId}`))[0]
  const purchase = await find()
  if (!purchase) throw notFound('couponPurchase', purchaseId)
  await askAboutPurchase(purchase, { isGivenUp: true })
  return purchaseView(ctx, (await find()) ?? purchase)
}

const SORTS = { id: 'p.id', amountFen: 'p.amount_fen', createdAt: 'p.created_at', paidAt: 'p.paid_at' }

export async function listPurchases(
  ctx: Ctx,
  { page, pageSize, search, sort, brandId, batchId, personId, status }: InputOf<Coupons['coupons.purchases']>,
) {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const brands = brandId === undefined ? brandScope(ctx) : [brandId]
  const where = sql.and([
    ...(brands ? [sql`p.brand_id IN (${brands})`] : []),
    inStores(ctx, sql`p.person_id`),
    ...(batchId === undefined ? [] : [sql`p.batch_id = ${batchId}`]),
    ...(personId === undefined ? [] : [sql`p.person_id = ${personId}`]),
    ...(status === undefined ? [] : [sql`p.state = ${status}`]),
    ...(search
      ? [sql`(p.out_trade_no = ${search} OR p.transaction_id = ${search} OR p.person_id IN (${await peopleMeant(ctx, search)}))`]
      : []),
  ])
  const counted = await row<{ n: number }>(sql`SELECT COUNT(*) AS n FROM coupon_purchases p WHERE ${where}`)
  const found = await purchaseRows(
    where,
    sql`ORDER BY ${orderSql(sort, SORTS, '-id')}, p.id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
  )
  const names = await personNames(
    ctx,
    found.map(purchase => purchase.person_id),
  )
  const items = []
  for (const purchase of found)
    items.push({
      ...(await purchaseView(ctx, purchase)),
      personName: names.get(purchase.person_id) ?? nameless(ctx, purchase.person_id),
    })
  return { items, total: counted?.n ?? 0 }
}

/**
 * Gives the money back: the coupon is voided first (so that it cannot be used while the money is on its way), then WeChat Pay is asked;
 * the same refund number makes a repeat harmless. Throws couponPurchase.notRefundable.
 */
export async function refundPurchase(ctx: Ctx, { purchaseId, reason }: { purchaseId: number; reason: string }) {
  await transaction(() => reserveRefund(ctx, purchaseId, reason))
  const [purchase] = await purchaseRows(sql`p.id = ${purchaseId}`)
  if (!purchase) throw notFound('couponPurchase', purchaseId)
  await finishRefund(purchase).catch(error => {
    // The worker goes on asking; what the operator sees is "refunding" with the reason.
    if (!isGatewayError(error)) throw error
  })
  const [after] = await purchaseRows(sql`p.id = ${purchaseId}`)
  return purchaseView(ctx, after ?? purchase)
}

async function reserveRefund(ctx: Ctx, purchaseId: number, reason: string): Promise<void> {
  const [purchase] = await purchaseRows(sql`p.id = ${purchaseId}`)
  if (!purchase) throw notFound('couponPurchase', purchaseId)
  mustSeeBrand(ctx, purchase.brand_id)
  await mustSeePerson(ctx, purchase.person_id)
  if (purchase.state === 'refunding') return
  const [coupon] = await couponRows(sql`c.id = ${purchase.coupon_id}`)
  if (purchase.state !== 'issued' || !coupon || coupon.times_left < coupon.times_total || coupon.status === 'locked')
    throw refused('couponPurchase.notRefundable')
  await changeOne(
    sql`UPDATE coupon_purchases SET state = 'refunding', refund_no = ${`rf${purchase.out_trade_no}`}, refund_reason = ${reason}, status = 'due', due_at = ${addSeconds(ctx.now, 30)}, attempts = 0 WHERE id = ${purchaseId} AND state = 'issued'`,
    'couponPurchase.notRefundable',
  )
  await voidCoupon(ctx, coupon, { reason: notes.refunded({ reason }), isSlotFreed: true })
}

async function finishRefund(purchase: PurchaseRow): Promise<PurchaseState> {
  const outRefundNo = purchase.refund_no ?? `rf${purchase.out_trade_no}`
  const asked = { merchantId: purchase.merchant_id, outRefundNo }
  const answer =
    (await queryRefund(asked)) ??
    (await refund({
      ...asked,
      outTradeNo: purchase.out_trade_no,
      refundFen: purchase.amount_fen,
      totalFen: purchase.amount_fen,
      reason: purchase.refund_reason ?? notes.refund(),
    }))
  await transaction(() =>
    noteRefund(systemCtx({ brandId: purchase.brand_id, name: 'coupons.refund' }), {
      merchantId: purchase.merchant_id,
      outRefundNo,
      status: answer.status,
      succeededAt: answer.succeededAt,
    }),
  )
  const [after] = await purchaseRows(sql`p.id = ${purchase.id}`)
  return after?.state ?? 'refunding'
}

/** What became of a refund, by notification or by query. */
export async function noteRefund(
  ctx: Ctx,
  of: {
    merchantId: string
    outRefundNo: string
    status: 'success' | 'processing' | 'closed' | 'abnormal'
    succeededAt: Date | null
  },
): Promise<void> {
  const [purchase] = await purchaseRows(
    sql`p.refund_no = ${of.outRefundNo} AND p.merchant_id = ${of.merchantId} AND p.state = 'refunding'`,
  )
  if (!purchase || of.status === 'processing') return
  if (of.status !== 'success') {
    await run(
      sql`UPDATE coupon_purchases SET state = 'failed', status = 'done', note = ${of.status === 'abnormal' ? notes.refundAbnormal() : notes.refundClosed()} WHERE id = ${purchase.id} AND state = 'refunding'`,
    )
    return
  }
  const changed = await run(
    sql`UPDATE coupon_purchases SET state = 'refunded', status = 'done', refunded_at = ${of.succeededAt ?? ctx.now}, note = '' WHERE id = ${purchase.id} AND state = 'refunding'`,
  )
  if (changed !== 1) return
  const payload = {
    purchaseId: purchase.id,
    couponId: purchase.coupon_id,
    batchId: purchase.batch_id,
    personId: purchase.person_id,
    brandId: purchase.brand_id,
    amountFen: purchase.amount_fen,
    at: ctx.now,
  }
  await publish({ ...ctx, brandId: purchase.brand_id }, couponPurchaseRefunded, payload, {
    subject: `person:${purchase.person_id}`,
  })
}

async function purchaseView(ctx: Ctx, purchase: PurchaseRow) {
  const [coupon] =
    purchase.state === 'issued' || purchase.state === 'refunding' || purchase.state === 'refunded'
      ? await viewsOf(ctx, await couponRows(sql`c.id = ${purchase.coupon_id}`))
      : []
  return {
    id: purchase.id,
    batchId: purchase.batch_id,
    batchName: purchase.name,
    personId: purchase.person_id,
    amountFen: purchase.amount_fen,
    status: purchase.state,
    outTradeNo: purchase.out_trade_no,
    transactionId: purchase.transaction_id,
    coupon: coupon ?? null,
    createdAt: purchase.created_at,
    paidAt: purchase.paid_at,
    refundedAt: purchase.refunded_at,
    note: readIn(ctx, purchase.note),
  }
}
