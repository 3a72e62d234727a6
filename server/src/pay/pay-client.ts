import WechatPay from 'wechatpay-node-v3'
import type { IPayRequest } from 'wechatpay-node-v3/dist/lib/pay-request.interface.js'
import { GatewayError } from '../wechat/index.ts'
import type { Merchant } from './merchant.ts'
import { authorizationOf, payErrorOf, requestPay } from './pay-http.ts'
import { signatureHeadersOf, whyNotGenuine } from './platform-keys.ts'

const LIBRARY_ORIGIN = 'https://api.mch.weixin.qq.com'

type Output = { status: number; data?: Record<string, unknown>; error?: string }

/**
 * `wechatpay-node-v3` shapes the parameters; signing, sending and verifying are ours. Its nonce comes from Math.random,
 * its signature of an empty POST is wrong, it never verifies answers and always calls the real host.
 */
export class PayClient extends WechatPay {
  private readonly merchant: Merchant

  constructor(merchant: Merchant, appId: string) {
    super({
      appid: appId,
      mchid: merchant.merchantId,
      serial_no: merchant.serialNo,
      publicKey: Buffer.from('unused: the serial is given'),
      privateKey: Buffer.from(merchant.privateKey),
      key: merchant.apiV3Key,
      userAgent: 'banyan',
    })
    this.merchant = merchant
    this.createHttp(verifiedHttp(merchant))
  }

  protected override buildAuthorization(method: string, url: string, params?: Record<string, unknown>): string {
    return authorizationOf(this.merchant, method, url.replace(LIBRARY_ORIGIN, ''), params ? JSON.stringify(params) : '')
  }
}

/** Sends through the configured origin; a good answer is believed only when its signature verifies. Throws GatewayError for the rest. */
function verifiedHttp(merchant: Merchant): IPayRequest {
  const send = async (method: 'GET' | 'POST', url: string, body: string, headers: Record<string, string>): Promise<Output> => {
    const answer = await requestPay(merchant, method, url.replace(LIBRARY_ORIGIN, ''), body, headers.Authorization ?? '')
    if (answer.status >= 300) throw payErrorOf(answer.status, answer.data)
    const why = await whyNotGenuine(
      merchant,
      signatureHeadersOf(name => answer.headers.get(name)),
      answer.rawBody,
    )
    // somebody stands between us and the platform, or a key is wrong: it may have happened all the same
    if (why) throw new GatewayError('pay', 'pay.badSignature', 'unknown', why, 'the answer of WeChat Pay does not verify')
    return { status: answer.status, data: answer.data }
  }
  return {
    get: (url, headers) => send('GET', url, '', headers),
    // written once: the same text is signed (buildAuthorization) and sent
    post: (url, params, headers) => send('POST', url, JSON.stringify(params), headers),
    upload: () => Promise.reject(new Error('uploads to WeChat Pay are not used')),
  }
}
