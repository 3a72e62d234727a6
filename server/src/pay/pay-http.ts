import { config, counter, OutboundError, outbound } from '../core/index.ts'
import { GatewayError, parseJson } from '../wechat/index.ts'
import type { Merchant } from './merchant.ts'
import { newNonce, requestText, signText } from './pay-crypto.ts'

const TIMEOUT_MS = 10_000
const calls = counter('pay_calls_total', 'Calls of WeChat Pay by path and outcome', ['path', 'outcome'])

export type PayAnswer = {
  status: number
  headers: { get(name: string): string | null }
  rawBody: Buffer
  data: Record<string, unknown>
}

/** The Authorization header of one request: our own nonce, always five lines (the package forgets the last for an empty body). */
export function authorizationOf(merchant: Merchant, method: string, pathAndQuery: string, body: string): string {
  const timestamp = String(Math.floor(Date.now() / 1000)) // the platform's clock, not the tests'
  const nonce = newNonce()
  const signature = signText(merchant.privateKey, requestText(method, pathAndQuery, timestamp, nonce, body))
  const parts = { mchid: merchant.merchantId, nonce_str: nonce, timestamp, serial_no: merchant.serialNo, signature }
  return `WECHATPAY2-SHA256-RSA2048 ${Object.entries(parts)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`
}

/** One request to the configured origin; the answer is not verified yet. Throws GatewayError only when there is no answer. */
export async function requestPay(
  merchant: Merchant,
  method: 'GET' | 'POST',
  pathAndQuery: string,
  body: string,
  authorization: string,
): Promise<PayAnswer> {
  const path = pathAndQuery.split('?')[0]!.replace(/\/(out-trade-no|id|refunds)\/[^/]+/, '/$1/*')
  const isRead = method === 'GET'
  const send = outbound(`pay:${merchant.merchantId}`, { timeoutMs: TIMEOUT_MS, retries: isRead ? 2 : 0 })
  let answer: Awaited<ReturnType<typeof send>>
  try {
    answer = await send(`${config.payApiUrl.replace(/\/$/, '')}${pathAndQuery}`, {
      method,
      ...(method === 'POST' ? { body } : {}),
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        'User-Agent': 'banyan',
        Authorization: authorization,
        ...(merchant.publicKeyId ? { 'Wechatpay-Serial': merchant.publicKeyId } : {}),
      },
    })
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    calls.inc({ path, outcome: error.kind })
    throw new GatewayError(
      'pay',
      'pay.unavailable',
      error.mayHaveHappened && !isRead ? 'unknown' : 'retry',
      error.kind,
      error.message,
    )
  }
  calls.inc({ path, outcome: String(answer.status) })
  return { status: answer.status, headers: answer.headers, rawBody: answer.body, data: dataOf(answer.body) }
}

function dataOf(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {}
  try {
    const data = parseJson(body.toString('utf8'))
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const CODES: Record<string, [code: string, errorClass: GatewayError['class']]> = {
  SIGN_ERROR: ['pay.badCredentials', 'config'],
  NO_AUTH: ['pay.badCredentials', 'config'],
  MCH_NOT_EXISTS: ['pay.badCredentials', 'config'],
  APPID_MCHID_NOT_MATCH: ['pay.badCredentials', 'config'],
  INVALID_REQUEST: ['pay.refused', 'refused'],
  PARAM_ERROR: ['pay.refused', 'refused'],
  NOT_ENOUGH: ['pay.notEnough', 'refused'],
  ORDERPAID: ['pay.orderPaid', 'refused'],
  ORDER_PAID: ['pay.orderPaid', 'refused'],
  ORDER_CLOSED: ['pay.orderClosed', 'refused'],
  ORDERCLOSED: ['pay.orderClosed', 'refused'],
  ORDER_NOT_EXIST: ['pay.notFound', 'refused'],
  ORDERNOTEXIST: ['pay.notFound', 'refused'],
  RESOURCE_NOT_EXISTS: ['pay.notFound', 'refused'],
  FREQUENCY_LIMITED: ['pay.unavailable', 'retry'],
  FREQUENCY_LIMIT_EXCEED: ['pay.unavailable', 'retry'],
  RATELIMIT_EXCEEDED: ['pay.unavailable', 'retry'],
  SYSTEM_ERROR: ['pay.unavailable', 'unknown'],
  BANK_ERROR: ['pay.unavailable', 'unknown'],
}

export function payErrorOf(status: number, data: Record<string, unknown>): GatewayError {
  const platformCode = String(data.code ?? `http${status}`)
  const fallback: [string, GatewayError['class']] =
    status === 401
      ? ['pay.badCredentials', 'config']
      : status === 404
        ? ['pay.notFound', 'refused']
        : status === 429
          ? ['pay.unavailable', 'retry']
          : status >= 500
            ? ['pay.unavailable', 'unknown']
            : ['pay.refused', 'refused']
  const [code, errorClass] = CODES[platformCode] ?? fallback
  return new GatewayError('pay', code, errorClass, platformCode, String(data.message ?? ''))
}
