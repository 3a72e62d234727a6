/** What every qyapi endpoint shares: token and rights, faults, rate limits, JSON body, and WeCom's own trailer. */
import { type Answer, type Call, type Handler, jsonAnswer } from '../origin.ts'
import { PlatformError } from '../simulator.ts'
import { expireTokens, grantOf } from '../tokens.ts'
import type { Body } from '../weixin/envelope.ts'
import { type Corp, type Relation, relationKey } from '../world.ts'

export type { Body } from '../weixin/envelope.ts'
export { jsonBody, text } from '../weixin/envelope.ts'

const PER_MINUTE = 10_000 // corp x api; https://developer.work.weixin.qq.com/document/path/90312
const PER_HOUR = 150_000
const LIST_CONCURRENCY_MAX = 3 // unpublished; lists refuse concurrent calls with 45033

let lastHint = 1662317178339603

function refusal(call: Call, errcode: number, message: string): Answer {
  lastHint += 1 + (lastHint % 7)
  const errmsg = `${message}, hint: [${lastHint}${String(call.sim.now()).slice(-7)}], from ip: ${call.ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`
  return { ...jsonAnswer({ errcode, errmsg }), errcode: String(errcode) }
}

export const ok = { errcode: 0, errmsg: 'ok' }

type Right = 'customers' | 'directory' | 'any'
type Options = { right: Right; isList?: boolean }

const underWay = new Map<string, number>()

/** An endpoint that needs a token. `customers`: the app's token; `directory`: the app's or the directory's. */
export function withCorp(options: Options, handle: (call: Call, corp: Corp) => unknown): Handler {
  return wecomGuarded(async call => {
    const { sim } = call
    const place = `${call.origin} ${call.method} ${call.path}`
    const grant = grantOf(sim, call.query.get('access_token'))
    const [corpId = '', right] = grant.owner.split(':')
    const corp = sim.world.corps.get(corpId)
    if (!corp || grant.kind !== 'corp') throw new PlatformError(40014, 'invalid access_token')
    const strike = (kind: Parameters<typeof sim.faults.strike>[0], errcode: number, message: string) => {
      if (!sim.faults.strike(kind, place)) return
      call.fault = kind
      if (errcode === 42001 || errcode === 40014) expireTokens(sim, grant.owner)
      throw new PlatformError(errcode, message)
    }
    strike('busy', -1, 'system busy')
    strike('quota', 45009, 'api freq out of limit')
    strike('concurrency', 45033, 'api concurrent out of limit')
    strike('conflict', 6000, 'data version conflict')
    strike('tokenExpired', 42001, 'access_token expired')
    strike('tokenInvalid', 40014, 'invalid access_token')
    strike('ipRefused', 60020, 'not allow to access from your ip')
    if (options.right === 'customers' && right !== 'app') throw new PlatformError(48002, 'api forbidden')
    const key = `${corpId}:${call.path}`
    const isWithin =
      sim.quotas.take(`${key}:m`, PER_MINUTE, 60_000, sim.now()) && sim.quotas.take(`${key}:h`, PER_HOUR, 3600_000, sim.now())
    if (!isWithin) throw new PlatformError(45009, 'api freq out of limit')
    if (!options.isList) return handle(call, corp)

    const running = underWay.get(key) ?? 0
    if (running >= LIST_CONCURRENCY_MAX) throw new PlatformError(45033, 'api concurrent out of limit')
    underWay.set(key, running + 1)
    try {
      await new Promise(resolve => setTimeout(resolve, sim.world.settings.listTakesMs))
      return await handle(call, corp)
    } finally {
      underWay.set(key, (underWay.get(key) ?? 1) - 1)
    }
  })
}

export function wecomGuarded(handle: (call: Call) => unknown): Handler {
  return async call => {
    try {
      const result = await handle(call)
      return typeof result === 'object' && result !== null && 'contentType' in result ? (result as Answer) : jsonAnswer(result)
    } catch (error) {
      if (error instanceof PlatformError) return refusal(call, error.errcode, error.message)
      return refusal(call, -1, 'system busy')
    }
  }
}

/** The friendship of a staff member and a customer, or 84061. */
export function relationOf(corp: Corp, userid: string, externalUserid: string): Relation {
  if (!corp.members.has(userid)) throw new PlatformError(60111, 'userid not found')
  const relation = corp.relations.get(relationKey(userid, externalUserid))
  if (!relation) throw new PlatformError(84061, 'not external contact relation')
  return relation
}

/** Bytes of UTF-8, the platform's measure for message texts. */
export const byteLength = (value: string) => Buffer.byteLength(value)
export const charLength = (value: string) => [...value].length

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}

export function optionalNumber(body: Body, key: string): number | undefined {
  const value = body[key]
  if (value === undefined || value === null) return undefined
  const number = Number(value)
  if (!Number.isFinite(number)) throw new PlatformError(40058, `invalid argument: ${key}`)
  return number
}
