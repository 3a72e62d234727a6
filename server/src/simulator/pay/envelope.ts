/** What every Pay v3 endpoint shares: the Authorization signature, HTTP statuses, and signed answers: contract D1, D2. */
import { createPublicKey } from 'node:crypto'
import { paySignatureHeaders } from '../callbacks.ts'
import { payRequestText, rsaVerify } from '../crypto.ts'
import { type Answer, type Call, type Handler, jsonAnswer } from '../origin.ts'
import type { Merchant } from '../world.ts'

const CLOCK_SKEW_SECONDS_MAX = 300
const NONCES_MAX = 100_000

/** A refusal in Pay's own code, with a real HTTP status. */
export class PayError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const publicKeys = new Map<string, string>()

function merchantPublicKey(merchant: Merchant): string {
  const { merchantSerial, merchantPrivateKey } = merchant.keys
  let pem = publicKeys.get(merchantSerial)
  if (!pem)
    publicKeys.set(merchantSerial, (pem = createPublicKey(merchantPrivateKey).export({ type: 'spki', format: 'pem' }).toString()))
  return pem
}

const signError = (message: string) => new PayError(401, 'SIGN_ERROR', message)

/** The merchant who signed this call. Throws SIGN_ERROR and says in its message which of the checks failed, as the real one does. */
function verifiedMerchant(call: Call): Merchant {
  const header = call.headers.authorization ?? ''
  const [scheme, rest = ''] = header.split(/ (.*)/s)
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048')
    throw signError('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》')
  const parts = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]))
  const { mchid = '', nonce_str = '', timestamp = '', serial_no = '', signature = '' } = parts as Record<string, string>
  const merchant = call.sim.world.merchants.get(mchid)
  if (!merchant) throw signError('商户号不存在')
  if (!call.headers['user-agent'] || !call.headers.accept) throw new PayError(406, 'PARAM_ERROR', '缺少 User-Agent 或 Accept')
  const text = payRequestText(call.method, call.url, timestamp, nonce_str, call.rawBody.toString())
  call.signed = { Authorization: header, message: text, serial: serial_no }
  if (serial_no.toUpperCase() !== merchant.keys.merchantSerial)
    throw signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号')
  if (Math.abs(call.sim.now() / 1000 - Number(timestamp)) > CLOCK_SKEW_SECONDS_MAX)
    throw signError('签名时间戳与服务器时间相差超过 5 分钟')
  if (!rsaVerify(merchantPublicKey(merchant), text, signature)) throw signError('签名错误，请检查后再试')
  return merchant
}

export function noContent(): Answer {
  return { status: 204, contentType: 'application/json', body: '' }
}

/** An endpoint of a merchant; the answer is signed by the platform, also when it refuses. */
export function withMerchant(handle: (call: Call, merchant: Merchant) => unknown): Handler {
  return async call => {
    let merchant: Merchant | undefined
    let answer: Answer
    try {
      merchant = verifiedMerchant(call)
      const place = `${call.origin} ${call.method} ${call.path}`
      if (call.sim.faults.strike('busy', place)) throw new PayError(500, 'SYSTEM_ERROR', '系统繁忙，请稍后重试')
      if (call.sim.faults.strike('quota', place)) throw new PayError(429, 'FREQUENCY_LIMITED', '频率超限')
      const result = await handle(call, merchant)
      answer = typeof result === 'object' && result !== null && 'contentType' in result ? (result as Answer) : jsonAnswer(result)
    } catch (error) {
      const refusal = error instanceof PayError ? error : new PayError(500, 'SYSTEM_ERROR', '系统异常')
      answer = { ...jsonAnswer({ code: refusal.code, message: refusal.message }, refusal.status), errcode: refusal.code }
    }
    if (!merchant) return answer
    const damage = call.sim.faults.strike('badAnswerSignature', `${call.origin} ${call.method} ${call.path}`)
      ? 'wrongSignature'
      : null
    if (damage) call.fault = 'badAnswerSignature'
    const headers = paySignatureHeaders(call.sim, merchant, answer.body.toString(), damage)
    return { ...answer, headers: { ...answer.headers, ...headers, 'Request-ID': `08${requestNumber()}` } }
  }
}

let lastRequest = 0
function requestNumber(): string {
  lastRequest = (lastRequest + 1) % NONCES_MAX
  return `${Date.now().toString(16).toUpperCase()}${String(lastRequest).padStart(6, '0')}`
}

export function payBody(call: Call): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(call.rawBody.toString())
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // refused below like any other text that is not a JSON object
  }
  throw new PayError(400, 'PARAM_ERROR', '请求体不是合法的 JSON')
}

/** A required text of at most `max` characters. */
export function requiredText(body: Record<string, unknown>, key: string, max: number): string {
  const value = body[key]
  if (typeof value !== 'string' || value === '')
    throw new PayError(400, 'PARAM_ERROR', `输入源“/body/${key}”映射到必填字段“${key}”的值为空`)
  if ([...value].length > max)
    throw new PayError(
      400,
      'PARAM_ERROR',
      `输入源“/body/${key}”映射到字段“${key}”字符串规则校验失败，字节数 ${value.length}，大于最大值 ${max}`,
    )
  return value
}

/** notify_url may not carry a query: pay.weixin.qq.com, payment notice. */
export function checkedNotifyUrl(value: string): string {
  let url: URL
  try {
    url = new URL(value)
  } catch {
    throw new PayError(400, 'PARAM_ERROR', 'notify_url 不是合法的地址')
  }
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url.search || (url.protocol !== 'https:' && !isLocal))
    throw new PayError(400, 'PARAM_ERROR', 'notify_url 必须为 https 且不能携带参数')
  return value
}
