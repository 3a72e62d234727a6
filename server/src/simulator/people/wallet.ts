/** The pay sheet: checks what wx.requestPayment checks, moves the money, and tells the merchant. */
import { createPublicKey } from 'node:crypto'
import { beijingTime, pushPayNotice } from '../callbacks.ts'
import { NOTICES, putMessage } from '../chats.ts'
import { rsaVerify } from '../crypto.ts'
import { orderView } from '../pay/orders.ts'
import { Impossible, type Simulator } from '../simulator.ts'
import { type Merchant, nextNumber, type Order, type WeChatUser } from '../world.ts'

export type PaymentParams = {
  appId: string
  timeStamp: string
  nonceStr: string
  package: string
  signType: string
  paySign: string
}
export type PaySheet = { merchantName: string; description: string; amountFen: number; outTradeNo: string }

function findOrder(sim: Simulator, prepayId: string): { merchant: Merchant; order: Order } {
  for (const merchant of sim.world.merchants.values()) {
    const order = merchant.orders.get(merchant.prepays.get(prepayId) ?? '')
    if (order) return { merchant, order }
  }
  throw new Impossible('支付失败: prepay_id 无效')
}

/** Checks the parameters of wx.requestPayment; throws in WeChat's words when the sheet would not open. */
function checked(sim: Simulator, user: WeChatUser, params: PaymentParams) {
  const prepayId = /^prepay_id=(.+)$/.exec(params.package)?.[1]
  if (!prepayId) throw new Impossible('支付失败: package 应为 prepay_id=…')
  if (params.signType !== 'RSA') throw new Impossible('支付失败: signType 应为 RSA')
  const { merchant, order } = findOrder(sim, prepayId)
  if (order.appid !== params.appId) throw new Impossible('支付失败: appId 与下单时不一致')
  const publicKey = createPublicKey(merchant.keys.merchantPrivateKey).export({ type: 'spki', format: 'pem' }).toString()
  const text = `${params.appId}\n${params.timeStamp}\n${params.nonceStr}\n${params.package}\n`
  if (!rsaVerify(publicKey, text, params.paySign)) throw new Impossible('支付验证签名失败')
  if (sim.directory.openid(user.id, order.appid) !== order.openid) throw new Impossible('下单账号与支付账号不一致')
  if (order.state === 'CLOSED') throw new Impossible('该订单已关闭')
  if (order.state !== 'NOTPAY') throw new Impossible('该订单已支付')
  const isExpired = sim.now() > order.prepayExpiresAtMs || (order.timeExpireMs !== undefined && sim.now() > order.timeExpireMs)
  if (isExpired) throw new Impossible('订单已过期，请重新下单')
  return { merchant, order }
}

/** What the sheet shows before the person decides. */
export function openPaySheet(sim: Simulator, user: WeChatUser, params: PaymentParams): PaySheet {
  const { merchant, order } = checked(sim, user, params)
  return {
    merchantName: merchant.name,
    description: order.description,
    amountFen: order.amount.total,
    outTradeNo: order.out_trade_no,
  }
}

/** The person pays. The notification follows on its own way and may be late, doubled or lost. */
export function pay(sim: Simulator, user: WeChatUser, params: PaymentParams): { transactionId: string } {
  const { merchant, order } = checked(sim, user, params)
  order.state = 'SUCCESS'
  order.paidAtMs = sim.now()
  order.transactionId = `4200${beijingTime(sim.now()).replace(/\D/g, '').slice(0, 14)}${String(nextNumber(sim.world)).padStart(10, '0')}`
  sim.changed()
  putMessage(sim, user.id, NOTICES, {
    side: 'in',
    kind: 'payment',
    title: '微信支付凭证',
    fields: [
      { label: '付款金额', value: `¥${(order.amount.total / 100).toFixed(2)}` },
      { label: '收款方', value: merchant.name },
      { label: '商品', value: order.description },
    ],
  })
  pushPayNotice(sim, merchant, {
    url: order.notify_url,
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    plain: orderView(order),
  })
  return { transactionId: order.transactionId }
}
