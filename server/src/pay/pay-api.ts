import { now } from '../core/index.ts'
import { GatewayError, isGatewayError } from '../wechat/index.ts'
import { type Merchant, merchantOf } from './merchant.ts'
import { PayClient } from './pay-client.ts'
import { clientText, newNonce, signText } from './pay-crypto.ts'

export type ClientParams = {
  appId: string
  timeStamp: string
  nonceStr: string
  package: string
  signType: 'RSA'
  paySign: string
}

export type JsapiOrder = {
  merchantId: string
  appId: string
  openid: string
  /** Ours, unique for the merchant: 6 to 32 of `[0-9A-Za-z_\-|*@]`. */
  outTradeNo: string
  description: string
  amountFen: number
  /** https, without a query string. */
  notifyUrl: string
  expiresAt?: Date
  attach?: string
}

/**
 * Places an order and signs what opens the payment sheet. Safe to repeat with the same outTradeNo and content.
 * Throws pay.orderPaid, pay.orderClosed and other GatewayErrors; class `unknown`: query before doing anything else.
 */
export async function createJsapi(order: JsapiOrder): Promise<{ prepayId: string; clientParams: ClientParams }> {
  const merchant = await merchantOf(order.merchantId)
  const answer = await clientOf(merchant, order.appId)
    .transactions_jsapi({
      description: order.description.slice(0, 120),
      out_trade_no: order.outTradeNo,
      notify_url: order.notifyUrl,
      amount: { total: order.amountFen, currency: 'CNY' },
      payer: { openid: order.openid },
      ...(order.expiresAt ? { time_expire: order.expiresAt.toISOString().replace(/\.\d{3}Z$/, '+00:00') } : {}),
      ...(order.attach ? { attach: order.attach } : {}),
    })
    .catch(async error => {
      throw await asPaid(error, order)
    })
  const packageText = String((answer.data as { package?: string } | undefined)?.package ?? '')
  const prepayId = packageText.replace('prepay_id=', '')
  return { prepayId, clientParams: clientParamsOf(merchant, order.appId, prepayId) }
}

/** Parameters of the payment sheet for a prepay id, which lives two hours; each call signs with a new nonce. */
export async function clientParams(merchantId: string, appId: string, prepayId: string): Promise<ClientParams> {
  return clientParamsOf(await merchantOf(merchantId), appId, prepayId)
}

export type Payment = {
  state: 'paid' | 'notPaid' | 'paying' | 'closed' | 'refunded' | 'failed'
  transactionId: string | null
  amountFen: number | null
  openid: string | null
  paidAt: Date | null
}

const STATES: Record<string, Payment['state']> = {
  SUCCESS: 'paid',
  REFUND: 'refunded',
  NOTPAY: 'notPaid',
  CLOSED: 'closed',
  REVOKED: 'closed',
  USERPAYING: 'paying',
  PAYERROR: 'failed',
}

/** What WeChat Pay says about an order; null when it never got there. The way to know when no notification came. */
export async function queryPayment({
  merchantId,
  outTradeNo,
}: {
  merchantId: string
  outTradeNo: string
}): Promise<Payment | null> {
  const client = clientOf(await merchantOf(merchantId))
  try {
    const { data } = await client.query({ out_trade_no: encodeURIComponent(outTradeNo) })
    return paymentOf(data)
  } catch (error) {
    if (isGatewayError(error) && error.code === 'pay.notFound') return null
    throw error
  }
}

/** Closes an unpaid order. Throws pay.orderPaid; closing a closed one is fine. */
export async function closePayment({ merchantId, outTradeNo }: { merchantId: string; outTradeNo: string }): Promise<void> {
  try {
    await clientOf(await merchantOf(merchantId)).close(encodeURIComponent(outTradeNo))
  } catch (error) {
    if (isGatewayError(error) && error.code === 'pay.orderClosed') return
    throw await asPaid(error, { merchantId, outTradeNo })
  }
}

/** The platform says INVALID_REQUEST for many things; whether it means "already paid" is asked, not read out of its Chinese. */
async function asPaid(error: unknown, order: { merchantId: string; outTradeNo: string }): Promise<unknown> {
  if (!isGatewayError(error) || error.errcode !== 'INVALID_REQUEST') return error
  const payment = await queryPayment(order).catch(() => null)
  const isPaid = payment?.state === 'paid' || payment?.state === 'refunded'
  return isPaid ? new GatewayError('pay', 'pay.orderPaid', 'refused', error.errcode, error.errmsg) : error
}

export type RefundOrder = {
  merchantId: string
  outTradeNo: string
  /** Ours; the same number again is the same refund. */
  outRefundNo: string
  refundFen: number
  totalFen: number
  reason: string
  notifyUrl?: string
}
export type Refund = {
  refundId: string
  status: 'success' | 'processing' | 'closed' | 'abnormal'
  amountFen: number
  succeededAt: Date | null
}

/** Gives money back, in whole or in part, within one year. Safe to repeat with the same outRefundNo. Throws pay.notEnough. */
export async function refund(order: RefundOrder): Promise<Refund> {
  const { data } = await clientOf(await merchantOf(order.merchantId)).refunds({
    out_trade_no: order.outTradeNo,
    out_refund_no: order.outRefundNo,
    reason: order.reason.slice(0, 80),
    amount: { refund: order.refundFen, total: order.totalFen, currency: 'CNY' },
    ...(order.notifyUrl ? { notify_url: order.notifyUrl } : {}),
  })
  return refundOf(data)
}

export async function queryRefund({
  merchantId,
  outRefundNo,
}: {
  merchantId: string
  outRefundNo: string
}): Promise<Refund | null> {
  const client = clientOf(await merchantOf(merchantId))
  try {
    const { data } = await client.find_refunds(encodeURIComponent(outRefundNo))
    return refundOf(data)
  } catch (error) {
    if (isGatewayError(error) && error.code === 'pay.notFound') return null
    throw error
  }
}

/** A client per call: it holds no connection, and changed credentials take effect at once. */
function clientOf(merchant: Merchant, appId = ''): PayClient {
  return new PayClient(merchant, appId)
}

function clientParamsOf(merchant: Merchant, appId: string, prepayId: string): ClientParams {
  const timeStamp = String(Math.floor(now().getTime() / 1000))
  const nonceStr = newNonce()
  const packageText = `prepay_id=${prepayId}`
  return {
    appId,
    timeStamp,
    nonceStr,
    package: packageText,
    signType: 'RSA',
    paySign: signText(merchant.privateKey, clientText(appId, timeStamp, nonceStr, packageText)),
  }
}

/** The platform's words for a payment, in answers and notifications alike. */
export function paymentOf(data: unknown): Payment {
  const raw = data as {
    trade_state?: string
    transaction_id?: string
    amount?: { total?: number }
    payer?: { openid?: string }
    success_time?: string
  }
  return {
    state: STATES[raw.trade_state ?? ''] ?? 'notPaid',
    transactionId: raw.transaction_id ?? null,
    amountFen: raw.amount?.total ?? null,
    openid: raw.payer?.openid ?? null,
    paidAt: raw.success_time ? new Date(raw.success_time) : null,
  }
}

export function refundOf(data: unknown): Refund {
  const raw = data as {
    refund_id?: string
    status?: string
    refund_status?: string
    amount?: { refund?: number }
    success_time?: string
  }
  const words: Record<string, Refund['status']> = {
    SUCCESS: 'success',
    CLOSED: 'closed',
    ABNORMAL: 'abnormal',
    PROCESSING: 'processing',
  }
  return {
    refundId: raw.refund_id ?? '',
    status: words[raw.status ?? raw.refund_status ?? ''] ?? 'processing',
    amountFen: raw.amount?.refund ?? 0,
    succeededAt: raw.success_time ? new Date(raw.success_time) : null,
  }
}
