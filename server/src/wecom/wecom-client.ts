import { config } from '../core/index.ts'
import { connectionOf, limitOf } from '../platform/index.ts'
import { callPlatform, GatewayError, type PlatformCall, sharedToken, type TokenSource } from '../wechat/index.ts'

/** Which secret a call needs: the self-built app, or directory sync. Each has its own token. */
export type SecretKind = 'app' | 'directory'

export type WecomCall = {
  path: string
  query?: Record<string, string>
  body?: object | FormData
  secret?: SecretKind
  isRead?: boolean
  concurrency?: number
  timeoutMs?: number
}

/** Not 40001: on WeCom that is a wrong secret, and asking again gets the address banned. */
const TOKEN_REFUSED = new Set(['40014', '42001'])

/** One call of qyapi with the corp's token; a token the platform has dropped is renewed once. Throws GatewayError. */
export async function callWecom(corpId: string, call: WecomCall): Promise<Record<string, unknown>> {
  const source = await tokenSourceOf(corpId, call.secret ?? 'app')
  const token = await sharedToken(source)
  try {
    return await send(corpId, call, token)
  } catch (error) {
    if (!(error instanceof GatewayError) || !TOKEN_REFUSED.has(error.errcode)) throw error
    return send(corpId, call, await sharedToken(source, token))
  }
}

/** A token for a ticket or a check; calls should use callWecom. */
export async function wecomToken(corpId: string, secret: SecretKind = 'app'): Promise<string> {
  return sharedToken(await tokenSourceOf(corpId, secret))
}

async function send(
  corpId: string,
  { path, query, body, isRead, concurrency, timeoutMs }: WecomCall,
  token: string,
): Promise<Record<string, unknown>> {
  const call: PlatformCall = {
    platform: 'wecom',
    account: corpId,
    api: path,
    url: urlOf(path, { access_token: token, ...query }),
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    isRead: isRead ?? false,
    ...(concurrency ? { concurrency } : {}),
    ...(timeoutMs ? { timeoutMs } : {}),
    perMinute: await limitOf('wecom.apiPerMinute'),
    perHour: await limitOf('wecom.apiPerHour'),
    errorOf: wecomErrorOf,
  }
  const { json } = await callPlatform(call)
  if (!json)
    throw new GatewayError('wecom', 'wecom.unavailable', isRead ? 'retry' : 'unknown', 'notJson', 'the answer is no JSON')
  return json
}

async function tokenSourceOf(corpId: string, kind: SecretKind): Promise<TokenSource> {
  const { secrets } = await connectionOf('wecom', { externalId: corpId })
  // a corp without a secret for directory sync reads members with the app's token, within the app's range
  const secret = (kind === 'directory' && secrets.contactsSecret) || secrets.secret || ''
  return {
    key: `wecom:${corpId}:${kind}`,
    secret,
    isFatal: error => error instanceof GatewayError && error.class === 'config',
    fetch: async () => {
      const { json } = await callPlatform({
        platform: 'wecom',
        account: corpId,
        api: '/gettoken',
        url: urlOf('/gettoken', { corpid: corpId, corpsecret: secret }),
        isRead: true,
        errorOf: wecomErrorOf,
      })
      const value = String(json?.access_token ?? '')
      if (!value) throw new GatewayError('wecom', 'wecom.unavailable', 'retry', 'noToken', 'the answer holds no token')
      return { value, expiresInSeconds: Number(json?.expires_in ?? 7200) }
    },
  }
}

function urlOf(path: string, query: Record<string, string>): string {
  return `${config.wecomApiUrl.replace(/\/$/, '')}/cgi-bin${path}?${new URLSearchParams(query)}`
}

const CODES: Record<number, [code: string, errorClass: GatewayError['class']]> = {
  [-1]: ['wecom.busy', 'retry'],
  6000: ['wecom.busy', 'retry'],
  45009: ['wecom.busy', 'retry'],
  45033: ['wecom.busy', 'retry'],
  40014: ['wecom.unavailable', 'retry'],
  42001: ['wecom.unavailable', 'retry'],
  41096: ['wecom.busy', 'retry'], // another app is just sending the welcome
  40001: ['wecom.badSecret', 'config'],
  40013: ['wecom.badSecret', 'config'],
  41004: ['wecom.badSecret', 'config'],
  60020: ['wecom.ipRefused', 'config'],
  48002: ['wecom.noPermission', 'config'],
  60011: ['wecom.noPermission', 'config'],
  84074: ['wecom.noPermission', 'config'],
  40029: ['wecom.codeInvalid', 'refused'],
  42022: ['wecom.codeInvalid', 'refused'],
  50001: ['wecom.codeInvalid', 'refused'],
  84061: ['wecom.noRelation', 'refused'],
  40096: ['wecom.noRelation', 'refused'],
  40068: ['wecom.tagGone', 'refused'],
  40071: ['wecom.tagNameTaken', 'refused'],
  40126: ['wecom.tagsFull', 'refused'],
  41050: ['wecom.welcomeExpired', 'refused'],
  41051: ['wecom.welcomeExpired', 'refused'],
}

export function wecomErrorOf(errcode: number, errmsg: string): GatewayError {
  const [code, errorClass] = CODES[errcode] ?? (['wecom.refused', 'refused'] as const)
  return new GatewayError('wecom', code, errorClass, String(errcode), errmsg)
}
