import API, { type AccessToken, type RequestOptions } from 'co-wechat-api'
import { config } from '../core/index.ts'
import { limitOf } from '../platform/index.ts'
import { GatewayError } from './gateway-error.ts'
import { callPlatform } from './platform-call.ts'
import { type FreshToken, sharedToken, type TokenSource } from './shared-token.ts'

const TOKEN_REFUSED = new Set([40001, 40014, 42001])
/** Template and subscribe messages are limited by the day (officialAccount.templatePerDay), not by the minute; this only keeps us polite. */
const SENDS = /\/message\/(template|subscribe)\/send$/
const SENDS_PER_MINUTE = 120_000
const READS =
  /\/(user\/|sns\/jscode2session|template\/get|stable_token|getwxacodeunlimit|get_api_domain_ip|message\/subscribe\/templates)/

/**
 * `co-wechat-api` for the shape of its calls, with everything under them replaced: stable tokens fetched once for all
 * processes (its own fetch has no single flight and recurses without end on a wrong secret), 40014 treated as a dead token,
 * ids of 64 bits as texts, our base address, timeouts, limits, breaker and metrics.
 */
export class WechatClient extends API {
  private readonly tokenSource: TokenSource

  constructor(appid: string, secret: string) {
    super(appid, secret)
    this.tokenSource = {
      key: `wechat:${appid}`,
      secret,
      isFatal: error => error instanceof GatewayError && error.class === 'config',
      fetch: isForced => this.fetchToken(isForced),
    }
  }

  override async request(url: string, options: RequestOptions = {}): Promise<unknown> {
    const target = rebased(url)
    try {
      return await this.send(target, options)
    } catch (error) {
      const stale = target.searchParams.get('access_token')
      if (!(error instanceof GatewayError) || !stale || !TOKEN_REFUSED.has(Number(error.errcode))) throw error
      target.searchParams.set('access_token', await sharedToken(this.tokenSource, stale))
      return this.send(target, options)
    }
  }

  override async getAccessToken(): Promise<AccessToken> {
    return { accessToken: await sharedToken(this.tokenSource), expireTime: Number.MAX_SAFE_INTEGER }
  }

  override ensureAccessToken(): Promise<AccessToken> {
    return this.getAccessToken()
  }

  /** For the APIs that the package does not know: `post('/wxa/business/getuserphonenumber', { code })`. */
  async post(path: string, body: object): Promise<Record<string, unknown>> {
    const { accessToken } = await this.ensureAccessToken()
    const url = `https://api.weixin.qq.com${path}?access_token=${encodeURIComponent(accessToken)}`
    return (await this.request(url, { method: 'POST', data: JSON.stringify(body) })) as Record<string, unknown>
  }

  /** The same for answers that are pictures. */
  async postForBytes(path: string, body: object): Promise<Buffer> {
    const answer: unknown = await this.post(path, body)
    if (Buffer.isBuffer(answer)) return answer
    throw new GatewayError('wechat', 'wechat.refused', 'refused', 'notBytes', 'a picture was expected')
  }

  private async send(url: URL, { data, method }: RequestOptions): Promise<unknown> {
    const isTokenCall = url.pathname.endsWith('/stable_token')
    const answer = await callPlatform({
      platform: 'wechat',
      account: this.appid,
      api: url.pathname,
      url: url.href,
      ...(method ? { method: method as 'GET' | 'POST' } : {}),
      ...(data === undefined ? {} : { body: data }),
      isRead: READS.test(url.pathname),
      ...(SENDS.test(url.pathname) ? { perMinute: SENDS_PER_MINUTE } : {}),
      ...(url.pathname.endsWith('getwxacodeunlimit') ? { perMinute: await limitOf('miniProgram.codesPerMinute') } : {}),
      errorOf: (errcode, errmsg) => wechatErrorOf(errcode, errmsg, isTokenCall),
    })
    return answer.json ?? answer.bytes
  }

  private async fetchToken(isForced: boolean): Promise<FreshToken> {
    const body = { grant_type: 'client_credential', appid: this.appid, secret: this.appsecret, force_refresh: isForced }
    const answer = (await this.send(rebased('https://api.weixin.qq.com/cgi-bin/stable_token'), {
      method: 'POST',
      data: JSON.stringify(body),
    })) as { access_token?: string; expires_in?: number }
    if (!answer.access_token)
      throw new GatewayError('wechat', 'wechat.unavailable', 'retry', 'noToken', 'the answer holds no token')
    return { value: answer.access_token, expiresInSeconds: Number(answer.expires_in ?? 7200) }
  }
}

/** Every literal host of the package becomes the configured one. */
function rebased(url: string): URL {
  const target = new URL(url)
  const base = target.hostname === 'mp.weixin.qq.com' ? config.wechatMpUrl : config.wechatApiUrl
  return new URL(`${base.replace(/\/$/, '')}${target.pathname}${target.search}`)
}

const CONFIG_CODES: Record<number, string> = {
  40013: 'wechat.badSecret',
  40125: 'wechat.badSecret',
  41002: 'wechat.badSecret',
  41004: 'wechat.badSecret',
  40164: 'wechat.ipRefused',
  48001: 'wechat.refused',
  61004: 'wechat.ipRefused',
}
const REFUSED_CODES: Record<number, string> = {
  40029: 'wechat.codeInvalid',
  40163: 'wechat.codeInvalid',
  41008: 'wechat.codeInvalid',
  40226: 'wechat.userBlocked',
  41030: 'wechat.pageNotPublished',
  40169: 'wechat.sceneInvalid',
  40097: 'wechat.refused',
}

/** On the token call 40001 means a wrong secret; anywhere else a dead token, which request() has already renewed once. */
export function wechatErrorOf(errcode: number, errmsg: string, isTokenCall = false): GatewayError {
  const make = (code: string, errorClass: GatewayError['class']) =>
    new GatewayError('wechat', code, errorClass, String(errcode), errmsg)
  if (isTokenCall && errcode === 40001) return make('wechat.badSecret', 'config')
  if (errcode === -1 || errcode === 45009 || errcode === 45011 || TOKEN_REFUSED.has(errcode))
    return make('wechat.unavailable', 'retry')
  const configCode = CONFIG_CODES[errcode]
  if (configCode) return make(configCode, 'config')
  return make(REFUSED_CODES[errcode] ?? 'wechat.refused', 'refused')
}
