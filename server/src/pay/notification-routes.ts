import { errorTextOf } from '@banyan/shared'
import { z } from 'zod'
import { log, type RawAnswer, type RawRequest, Refusal, raw, refused } from '../core/index.ts'
import { findConnection } from '../platform/index.ts'
import { acceptCallback, type CallbackFact, countRefusal, fact } from '../wechat/index.ts'
import { payPaid, payRefunded } from './events.ts'
import { merchantOf } from './merchant.ts'
import { paymentOf, refundOf } from './pay-api.ts'
import { openResource } from './pay-crypto.ts'
import { signatureHeadersOf, whyNotGenuine } from './platform-keys.ts'

const BODY_MAX_BYTES = 128 * 1024

const Notification = z.object({
  id: z.string(),
  event_type: z.string(),
  resource: z.object({
    algorithm: z.string(),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().optional(),
  }),
})

/** Payment and refund notifications: verify over the raw bytes, open, store, answer 204. Any other status makes the platform try again. */
export const rawRoutes = [
  raw({
    method: 'POST',
    path: '/callbacks/pay/:merchantId',
    name: 'pay.notified',
    bodyLimitBytes: BODY_MAX_BYTES,
    handler: answerNotification,
  }),
  raw({
    method: 'POST',
    path: '/callbacks/pay-refund/:merchantId',
    name: 'pay.refundNotified',
    bodyLimitBytes: BODY_MAX_BYTES,
    handler: answerNotification,
  }),
]

async function answerNotification(request: RawRequest): Promise<RawAnswer> {
  try {
    await takeNotification(request)
    return { status: 204 }
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'server.failed'
    countRefusal('pay', code)
    if (!(error instanceof Refusal))
      log.error({ err: error }, 'a payment notification could not be stored; the platform will send it again')
    const status = STATUS[code] ?? 500
    return {
      status,
      body: {
        code: 'FAIL',
        message: errorTextOf(code),
        error: { code, message: errorTextOf(code), requestId: request.ctx.requestId },
      },
    }
  }
}

const STATUS: Record<string, number> = {
  'callback.unknownAccount': 404,
  'callback.expired': 401,
  'callback.malformed': 400,
  'callback.tampered': 401,
  'callback.wrongReceiver': 401,
  'pay.badSignature': 401,
  'input.tooLarge': 413,
}

async function takeNotification(request: RawRequest): Promise<void> {
  const merchantId = request.params.merchantId ?? ''
  const connection = await findConnection('merchant', { externalId: merchantId })
  if (!connection) throw refused('callback.unknownAccount')
  const merchant = await merchantOf(merchantId)
  const rawBody = await request.body()

  const why = await whyNotGenuine(
    merchant,
    signatureHeadersOf(name => request.headers[name]),
    rawBody,
  )
  if (why) throw refused(why)

  const notification = parsed(rawBody)
  const plain = openResource(merchant.apiV3Key, notification.resource)
  if (plain === null) throw refused('callback.tampered')
  const content = contentOf(plain)
  if (content.mchid !== undefined && content.mchid !== merchantId) throw refused('callback.wrongReceiver')

  await acceptCallback({
    platform: 'pay',
    accountId: merchantId,
    brandId: merchant.brandId,
    // a repeat has another id and time outside, and the same content inside
    body: `${notification.event_type}\n${plain}`,
    fact: factOf(merchantId, notification.event_type, content),
  })
}

function parsed(rawBody: Buffer): z.infer<typeof Notification> {
  try {
    return Notification.parse(JSON.parse(rawBody.toString('utf8')))
  } catch {
    throw refused('callback.malformed')
  }
}

type Content = { mchid?: string; appid?: string; out_trade_no?: string; out_refund_no?: string }

function contentOf(plain: string): Content {
  try {
    return JSON.parse(plain) as Content
  } catch {
    throw refused('callback.malformed')
  }
}

function factOf(merchantId: string, eventType: string, content: Content): CallbackFact | null {
  const outTradeNo = content.out_trade_no ?? ''
  if (eventType === 'TRANSACTION.SUCCESS') {
    const { state, transactionId, amountFen, openid, paidAt } = paymentOf(content)
    if (state !== 'paid' || amountFen === null || !transactionId || !paidAt) return null
    return fact(
      payPaid,
      { merchantId, appId: content.appid ?? '', outTradeNo, transactionId, amountFen, openid: openid ?? '', paidAt },
      `pay:${outTradeNo}`,
    )
  }
  if (eventType.startsWith('REFUND.')) {
    const { refundId, status, amountFen, succeededAt } = refundOf(content)
    return fact(
      payRefunded,
      { merchantId, outTradeNo, outRefundNo: content.out_refund_no ?? '', refundId, status, amountFen, succeededAt },
      `pay:${outTradeNo}`,
    )
  }
  return null
}
