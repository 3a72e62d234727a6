/** What every api.weixin endpoint shares: token, faults, quotas, JSON body, and `{errcode, errmsg}` with HTTP 200. */
import { type Answer, type Call, type Handler, jsonAnswer } from '../origin.ts'
import { PlatformError } from '../simulator.ts'
import { expireTokens, grantOf } from '../tokens.ts'
import type { Account } from '../world.ts'

/** What the body of a JSON request holds; the handler checks what it needs. */
export type Body = Record<string, unknown>

let lastTrace = 0

/** Texts differ in their trailer from call to call, so that nobody can match on errmsg. */
function refusal(call: Call, errcode: number, message: string): Answer {
  lastTrace = (lastTrace + 1) & 0xffffff
  const second = Math.floor(call.sim.now() / 1000).toString(16)
  const errmsg = `${message} rid: ${second}-${lastTrace.toString(16).padStart(8, '0')}-${((lastTrace * 2654435761) >>> 0).toString(16).padStart(8, '0')}`
  return { ...jsonAnswer({ errcode, errmsg }), errcode: String(errcode) }
}

export function jsonBody(call: Call): Body {
  if (call.rawBody.length === 0) return {}
  try {
    const value: unknown = JSON.parse(call.rawBody.toString())
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Body
  } catch {
    // answered below, like any other text that is not a JSON object
  }
  throw new PlatformError(47001, 'data format error hint: invalid json')
}

/** Faults that the platform itself shows, before any endpoint looks at the call. */
function platformFaults(call: Call, owner: string): void {
  const { faults } = call.sim
  const place = `${call.origin} ${call.method} ${call.path}`
  if (faults.strike('busy', place)) throw marked(call, 'busy', -1, 'system error')
  if (faults.strike('quota', place)) throw marked(call, 'quota', 45009, 'reach max api daily quota limit')
  if (faults.strike('ipRefused', place)) throw marked(call, 'ipRefused', 40164, `invalid ip ${call.ip}, not in whitelist`)
  if (faults.strike('tokenInvalid', place)) {
    expireTokens(call.sim, owner)
    throw marked(call, 'tokenInvalid', 40001, 'invalid credential, access_token is invalid or not latest')
  }
  if (faults.strike('tokenExpired', place)) {
    expireTokens(call.sim, owner)
    throw marked(call, 'tokenExpired', 42001, 'access_token expired')
  }
}

function marked(call: Call, fault: string, errcode: number, message: string): PlatformError {
  call.fault = fault
  return new PlatformError(errcode, message)
}

type Options = { kind?: Account['kind']; perMinute?: number; perDay?: number }

/** An endpoint that needs an access token. */
export function withToken(options: Options, handle: (call: Call, account: Account) => unknown): Handler {
  return guarded(call => {
    const grant = grantOf(call.sim, call.query.get('access_token'))
    const account = call.sim.world.accounts.get(grant.owner)
    if (!account) throw new PlatformError(40014, 'invalid access_token')
    platformFaults(call, account.appId)
    const now = call.sim.now()
    const { perMinute, perDay } = options
    if (perMinute && !call.sim.quotas.take(`${call.path}:m:${account.appId}`, perMinute, 60_000, now))
      throw new PlatformError(45009, 'reach max api minute quota limit')
    if (perDay && !call.sim.quotas.take(`${call.path}:d:${account.appId}`, perDay, 86_400_000, now))
      throw new PlatformError(45009, 'reach max api daily quota limit')
    if (options.kind && account.kind !== options.kind) throw new PlatformError(48001, 'api unauthorized')
    return handle(call, account)
  })
}

/** An endpoint that is called with appid and secret. */
export function withoutToken(handle: (call: Call) => unknown): Handler {
  return guarded(call => {
    const owner = call.query.get('appid') ?? ''
    const place = `${call.origin} ${call.method} ${call.path}`
    if (call.sim.faults.strike('busy', place)) throw marked(call, 'busy', -1, 'system error')
    if (call.sim.faults.strike('ipRefused', place))
      throw marked(call, 'ipRefused', 40164, `invalid ip ${call.ip} ${owner}, not in whitelist`)
    return handle(call)
  })
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'contentType' in value && 'status' in value
}

function guarded(handle: (call: Call) => unknown): Handler {
  return async call => {
    try {
      const result = await handle(call)
      return isAnswer(result) ? result : jsonAnswer(result)
    } catch (error) {
      if (error instanceof PlatformError) return refusal(call, error.errcode, error.message)
      return refusal(call, -1, `system error ${error instanceof Error ? error.message : ''}`)
    }
  }
}

export const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
