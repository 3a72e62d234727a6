/** JSAPI orders and platform certificates: contract D2, D4. */
import { beijingTime } from '../callbacks.ts'
import { gcmEncrypt, randomText } from '../crypto.ts'
import type { Call, RouteTable } from '../origin.ts'
import type { Merchant, Order } from '../world.ts'
import { checkedNotifyUrl, noContent, PayError, payBody, requiredText, withMerchant } from './envelope.ts'

const PREPAY_LIFETIME_MS = 7200_000
const TOTAL_FEN_MAX = 100_000_000

function create(call: Call, merchant: Merchant) {
  const { sim } = call
  const body = payBody(call)
  const appid = requiredText(body, 'appid', 32)
  if (requiredText(body, 'mchid', 32) !== merchant.mchid) throw new PayError(400, 'PARAM_ERROR', '商户号与签名不一致')
  if (!merchant.appIds.includes(appid)) throw new PayError(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
  const outTradeNo = requiredText(body, 'out_trade_no', 32)
  if (!/^[\w\-*|@]{6,32}$/.test(outTradeNo)) throw new PayError(400, 'PARAM_ERROR', 'out_trade_no 格式错误')
  const description = requiredText(body, 'description', 127)
  const notifyUrl = checkedNotifyUrl(requiredText(body, 'notify_url', 256))
  const amount = (body.amount ?? {}) as { total?: unknown; currency?: unknown }
  const total = amount.total
  if (typeof total !== 'number' || !Number.isInteger(total) || total < 1 || total > TOTAL_FEN_MAX)
    throw new PayError(400, 'PARAM_ERROR', '输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败')
  const openid = requiredText((body.payer ?? {}) as Record<string, unknown>, 'openid', 128)
  if (!sim.directory.userByOpenid(appid, openid)) throw new PayError(400, 'PARAM_ERROR', '无效的openid')
  const timeExpireMs = typeof body.time_expire === 'string' ? Date.parse(body.time_expire) : undefined
  if (timeExpireMs !== undefined && Number.isNaN(timeExpireMs)) throw new PayError(400, 'PARAM_ERROR', 'time_expire 格式错误')

  const known = merchant.orders.get(outTradeNo)
  if (known) {
    if (known.state === 'CLOSED') throw new PayError(400, 'ORDER_CLOSED', '该订单已关闭')
    if (known.state !== 'NOTPAY') throw new PayError(400, 'INVALID_REQUEST', '该订单已支付')
    if (known.amount.total !== total || known.openid !== openid || known.appid !== appid)
      throw new PayError(403, 'OUT_TRADE_NO_USED', '商户订单号重复')
    return { prepay_id: known.prepayId }
  }
  const order: Order = {
    appid,
    mchid: merchant.mchid,
    description,
    out_trade_no: outTradeNo,
    notify_url: notifyUrl,
    ...(typeof body.attach === 'string' ? { attach: body.attach } : {}),
    amount: { total, currency: 'CNY' },
    openid,
    prepayId: `wx${beijingTime(sim.now()).replace(/\D/g, '').slice(0, 14)}${randomText(20).toLowerCase()}0000`,
    prepayExpiresAtMs: sim.now() + PREPAY_LIFETIME_MS,
    state: 'NOTPAY',
    ...(timeExpireMs === undefined ? {} : { timeExpireMs }),
  }
  merchant.orders.set(outTradeNo, order)
  merchant.prepays.set(order.prepayId, outTradeNo)
  sim.changed()
  return { prepay_id: order.prepayId }
}

const stateWords = { SUCCESS: '支付成功', REFUND: '转入退款', NOTPAY: '订单未支付', CLOSED: '订单已关闭' }

/** The order as the query and the notification show it. */
export function orderView(order: Order) {
  return {
    amount: {
      currency: 'CNY',
      total: order.amount.total,
      ...(order.transactionId ? { payer_currency: 'CNY', payer_total: order.amount.total } : {}),
    },
    appid: order.appid,
    attach: order.attach ?? '',
    mchid: order.mchid,
    out_trade_no: order.out_trade_no,
    payer: order.transactionId ? { openid: order.openid } : {},
    ...(order.transactionId
      ? {
          bank_type: 'OTHERS',
          promotion_detail: [],
          success_time: beijingTime(order.paidAtMs ?? 0),
          trade_type: 'JSAPI',
          transaction_id: order.transactionId,
        }
      : {}),
    trade_state: order.state,
    trade_state_desc: stateWords[order.state],
  }
}

export function orderOf(merchant: Merchant, find: (order: Order) => boolean): Order {
  for (const order of merchant.orders.values()) if (find(order)) return order
  throw new PayError(404, 'ORDER_NOT_EXIST', '订单不存在')
}

function query({ query: asked, params }: Call, merchant: Merchant) {
  if (asked.get('mchid') !== merchant.mchid) throw new PayError(400, 'PARAM_ERROR', '商户号与签名不一致')
  const order = params.outTradeNo
    ? merchant.orders.get(params.outTradeNo)
    : orderOf(merchant, one => one.transactionId === params.transactionId)
  if (!order) throw new PayError(404, 'ORDER_NOT_EXIST', '订单不存在')
  return orderView(order)
}

function closeOrder(call: Call, merchant: Merchant) {
  if (payBody(call).mchid !== merchant.mchid) throw new PayError(400, 'PARAM_ERROR', '商户号与签名不一致')
  const order = merchant.orders.get(call.params.outTradeNo ?? '')
  if (!order) throw new PayError(404, 'ORDER_NOT_EXIST', '订单不存在')
  if (order.state === 'SUCCESS' || order.state === 'REFUND') throw new PayError(400, 'INVALID_REQUEST', '该订单已支付')
  order.state = 'CLOSED'
  call.sim.changed()
  return noContent()
}

function certificates({ sim }: Call, merchant: Merchant) {
  if (merchant.serialMode === 'publicKey')
    throw new PayError(404, 'RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥')
  const nonce = randomText(12)
  return {
    data: [
      {
        serial_no: merchant.keys.platformSerial,
        effective_time: beijingTime(sim.world.startedAtMs),
        expire_time: beijingTime(sim.world.startedAtMs + 5 * 365 * 86_400_000),
        encrypt_certificate: {
          algorithm: 'AEAD_AES_256_GCM',
          nonce,
          associated_data: 'certificate',
          ciphertext: gcmEncrypt(merchant.apiV3Key, nonce, 'certificate', merchant.keys.platformCertificate),
        },
      },
    ],
  }
}

export const payOrderRoutes: RouteTable = {
  'GET /v3/certificates': withMerchant(certificates),
  'POST /v3/pay/transactions/jsapi': withMerchant(create),
  'GET /v3/pay/transactions/out-trade-no/{outTradeNo}': withMerchant(query),
  'GET /v3/pay/transactions/id/{transactionId}': withMerchant(query),
  'POST /v3/pay/transactions/out-trade-no/{outTradeNo}/close': withMerchant(closeOrder),
}
