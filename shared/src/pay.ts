import { z } from 'zod'
import { defineErrors, Id, Instant, query } from './kernel.ts'

export const payErrors = defineErrors({
  'pay.notConnected': {
    status: 409,
    zh: '还没有连接微信支付商户号，请先在「设置 - 连接」里填写',
    en: 'No WeChat Pay merchant is connected yet',
  },
  'pay.badCredentials': {
    status: 502,
    zh: '商户证书、私钥或 APIv3 密钥不正确',
    en: 'The merchant certificate, private key or APIv3 key is wrong',
  },
  'pay.badSignature': { status: 401, zh: '微信支付签名验证失败', en: 'The WeChat Pay signature does not verify' },
  'pay.notEnough': { status: 409, zh: '商户账户余额不足', en: 'The merchant account has not enough money' },
  'pay.orderPaid': { status: 409, zh: '该订单已支付', en: 'This order is already paid' },
  'pay.orderClosed': { status: 409, zh: '该订单已关闭', en: 'This order is closed' },
  'pay.notFound': { status: 404, zh: '微信支付没有这笔订单', en: 'WeChat Pay does not know this order' },
  'pay.refused': { status: 502, zh: '微信支付拒绝了这次请求', en: 'WeChat Pay refused the request' },
  'pay.unavailable': { status: 503, zh: '微信支付暂时没有应答，请稍后再试', en: 'WeChat Pay does not answer at the moment' },
  'connection.unknown': { status: 404, zh: '没有这个连接', en: 'No such connection' },
})

/** One step of the connection wizard. `fix` says what to do and where, in the words of the platform's own console. */
export const ConnectionStep = z.object({
  key: z.string(),
  name: z.string(),
  status: z.enum(['ok', 'failed', 'warning', 'skipped']),
  message: z.string(),
  fix: z.string().nullable(),
  /** The platform's own error number, when there is one. */
  errcode: z.string().nullable(),
  tookMs: z.int(),
})
export type ConnectionStep = z.infer<typeof ConnectionStep>

export const ConnectionCheck = z.object({
  connectionId: Id,
  type: z.string(),
  isUsable: z.boolean(),
  checkedAt: Instant,
  steps: z.array(ConnectionStep),
})
export type ConnectionCheck = z.infer<typeof ConnectionCheck>

/** The connection check lives in `pay` because it is the first module that sees all three gateways. */
export const pay = {
  'connections.check': query({
    access: 'operator',
    summary: 'Check every step of a connection with a real call and name what is missing',
    input: z.object({ connectionId: Id }),
    output: ConnectionCheck,
  }),
}
