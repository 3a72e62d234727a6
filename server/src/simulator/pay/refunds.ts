/** Refunds: accepted first, done a moment later with a notification: contract D4. */
import { beijingTime, pushPayNotice } from '../callbacks.ts'
import type { Call, RouteTable } from '../origin.ts'
import type { Simulator } from '../simulator.ts'
import { type Merchant, nextNumber, type Order, type Refund } from '../world.ts'
import { checkedNotifyUrl, PayError, payBody, requiredText, withMerchant } from './envelope.ts'
import { orderOf } from './orders.ts'

const WITHIN_MS = 365 * 86_400_000

function refundedFen(merchant: Merchant, order: Order): number {
  let sum = 0
  for (const refund of merchant.refunds.values())
    if (refund.out_trade_no === order.out_trade_no && refund.status !== 'CLOSED') sum += refund.amount.refund
  return sum
}

function create(call: Call, merchant: Merchant) {
  const { sim } = call
  const body = payBody(call)
  const outRefundNo = requiredText(body, 'out_refund_no', 64)
  const amount = (body.amount ?? {}) as { refund?: unknown; total?: unknown }
  if (!Number.isInteger(amount.refund) || !Number.isInteger(amount.total) || Number(amount.refund) < 1)
    throw new PayError(400, 'PARAM_ERROR', '退款金额不合法')
  const [refundFen, totalFen] = [Number(amount.refund), Number(amount.total)]
  const order = orderOf(merchant, one =>
    body.transaction_id ? one.transactionId === body.transaction_id : one.out_trade_no === body.out_trade_no,
  )

  const known = merchant.refunds.get(outRefundNo)
  if (known) {
    if (known.amount.refund !== refundFen || known.out_trade_no !== order.out_trade_no)
      throw new PayError(400, 'PARAM_ERROR', '请求参数与原退款单不一致')
    return refundView(known)
  }
  if (order.state !== 'SUCCESS' && order.state !== 'REFUND') throw new PayError(403, 'TRADE_ERROR', '订单未支付，不能退款')
  if (totalFen !== order.amount.total)
    throw new PayError(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试')
  if (refundedFen(merchant, order) + refundFen > order.amount.total)
    throw new PayError(400, 'INVALID_REQUEST', '申请退款金额大于订单可退金额')
  if (sim.now() - (order.paidAtMs ?? 0) > WITHIN_MS) throw new PayError(403, 'RULE_LIMIT', '订单已超过一年，不能退款')
  const notifyUrl = typeof body.notify_url === 'string' ? checkedNotifyUrl(body.notify_url) : undefined

  const refund: Refund = {
    refund_id: `5030${beijingTime(sim.now()).replace(/\D/g, '').slice(0, 14)}${String(nextNumber(sim.world)).padStart(11, '0')}`,
    out_refund_no: outRefundNo,
    out_trade_no: order.out_trade_no,
    transaction_id: order.transactionId ?? '',
    ...(typeof body.reason === 'string' ? { reason: body.reason } : {}),
    ...(notifyUrl ? { notify_url: notifyUrl } : {}),
    amount: { refund: refundFen, total: totalFen, currency: 'CNY' },
    status: 'PROCESSING',
    createdAtMs: sim.now(),
  }
  merchant.refunds.set(outRefundNo, refund)
  order.state = 'REFUND'
  sim.changed()
  setTimeout(() => finish(sim, merchant, outRefundNo), sim.world.settings.refundDelayMs).unref()
  return refundView(refund)
}

/** The money is back with the payer; tells the product when it asked to be told. */
function finish(sim: Simulator, merchant: Merchant, outRefundNo: string): void {
  const refund = merchant.refunds.get(outRefundNo)
  if (refund?.status !== 'PROCESSING') return
  refund.status = 'SUCCESS'
  refund.successAtMs = sim.now()
  sim.changed()
  if (!refund.notify_url) return
  pushPayNotice(sim, merchant, {
    url: refund.notify_url,
    eventType: 'REFUND.SUCCESS',
    originalType: 'refund',
    summary: '退款成功',
    plain: {
      mchid: merchant.mchid,
      transaction_id: refund.transaction_id,
      out_trade_no: refund.out_trade_no,
      refund_id: refund.refund_id,
      out_refund_no: refund.out_refund_no,
      refund_status: refund.status,
      success_time: beijingTime(refund.successAtMs),
      user_received_account: '支付用户零钱',
      amount: {
        total: refund.amount.total,
        refund: refund.amount.refund,
        payer_total: refund.amount.total,
        payer_refund: refund.amount.refund,
      },
    },
  })
}

/** Refunds whose delay was cut off by a stop of the process are finished at the next start. */
export function finishOldRefunds(sim: Simulator): void {
  for (const merchant of sim.world.merchants.values())
    for (const refund of merchant.refunds.values())
      if (refund.status === 'PROCESSING') finish(sim, merchant, refund.out_refund_no)
}

function refundView(refund: Refund) {
  const { refund: refundFen, total } = refund.amount
  return {
    refund_id: refund.refund_id,
    out_refund_no: refund.out_refund_no,
    transaction_id: refund.transaction_id,
    out_trade_no: refund.out_trade_no,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...(refund.successAtMs ? { success_time: beijingTime(refund.successAtMs) } : {}),
    create_time: beijingTime(refund.createdAtMs),
    status: refund.status,
    funds_account: 'AVAILABLE',
    amount: {
      total,
      refund: refundFen,
      payer_total: total,
      payer_refund: refundFen,
      settlement_refund: refundFen,
      settlement_total: total,
      discount_refund: 0,
      currency: 'CNY',
    },
    promotion_detail: [],
  }
}

function query({ params }: Call, merchant: Merchant) {
  const refund = merchant.refunds.get(params.outRefundNo ?? '')
  if (!refund) throw new PayError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
  return refundView(refund)
}

export const payRefundRoutes: RouteTable = {
  'POST /v3/refund/domestic/refunds': withMerchant(create),
  'GET /v3/refund/domestic/refunds/{outRefundNo}': withMerchant(query),
}
