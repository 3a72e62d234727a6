/** Tokens, mini-program login and phone: contract A1, A2, A5. */
import { randomBytes } from 'node:crypto'
import { type Answer, type Call, jsonAnswer, type RouteTable } from '../origin.ts'
import { nowSeconds, PlatformError } from '../simulator.ts'
import { accountBySecret, classicToken, stableToken } from '../tokens.ts'
import type { Account, OneTimeCode } from '../world.ts'
import { jsonBody, text, withoutToken, withToken } from './envelope.ts'

function token(call: Call) {
  if (call.query.get('grant_type') !== 'client_credential') throw new PlatformError(40002, 'invalid grant_type')
  return classicToken(call.sim, accountBySecret(call.sim, call.query.get('appid'), call.query.get('secret')))
}

function stable(call: Call) {
  const body = jsonBody(call)
  if (body.grant_type !== 'client_credential') throw new PlatformError(40002, 'invalid grant_type')
  return stableToken(call.sim, accountBySecret(call.sim, text(body.appid), text(body.secret)), body.force_refresh === true)
}

/** Takes a one-time code. A used code says so; one that never was, or is too old, is just invalid. */
function takeCode(codes: Map<string, OneTimeCode>, code: string, nowMs: number): OneTimeCode {
  const found = codes.get(code)
  if (!found || found.expiresAtMs <= nowMs) throw new PlatformError(40029, 'invalid code')
  if (found.isUsed) throw new PlatformError(40163, 'code been used')
  found.isUsed = true
  return found
}

/** The real host answers this one as text/plain, without errcode when it went well. */
function code2session(call: Call): Answer {
  const { sim, query } = call
  const account = accountBySecret(sim, query.get('appid'), query.get('secret'))
  const code = query.get('js_code')
  if (!code) throw new PlatformError(41008, 'missing code')
  if (query.get('grant_type') !== 'authorization_code') throw new PlatformError(40002, 'invalid grant_type')
  const taken = takeCode(account.loginCodes, code, sim.now())
  const user = sim.world.users.get(taken.wechatUserId)
  if (!user) throw new PlatformError(40029, 'invalid code')
  const openid = sim.directory.openid(user.id, account.appId)
  if (!sim.quotas.take(`login:${openid}`, 100, 60_000, sim.now()))
    throw new PlatformError(45011, 'api minute-quota reach limit  mustslower  retry next minute')
  const sessionKey = randomBytes(16).toString('base64')
  account.sessionKeys.set(openid, sessionKey)
  sim.changed()
  const session = { session_key: sessionKey, openid, ...(user.unionid ? { unionid: user.unionid } : {}) }
  return { ...jsonAnswer(session), contentType: 'text/plain' }
}

function phoneNumber(call: Call, account: Account) {
  const { sim } = call
  const code = text(jsonBody(call).code)
  if (!code) throw new PlatformError(40029, 'invalid code')
  const phone = takeCode(account.phoneCodes, code, sim.now()).phone ?? ''
  sim.changed()
  return {
    errcode: 0,
    errmsg: 'ok',
    phone_info: {
      phoneNumber: phone,
      purePhoneNumber: phone,
      countryCode: '86',
      watermark: { timestamp: nowSeconds(sim), appid: account.appId },
    },
  }
}

export const loginRoutes: RouteTable = {
  'GET /cgi-bin/token': withoutToken(token),
  'POST /cgi-bin/stable_token': withoutToken(stable),
  'GET /sns/jscode2session': withoutToken(code2session),
  'POST /wxa/business/getuserphonenumber': withToken({ kind: 'miniProgram' }, phoneNumber),
}
