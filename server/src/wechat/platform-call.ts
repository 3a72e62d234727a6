import { counter, OutboundError, outbound, redis } from '../core/index.ts'
import { GatewayError } from './gateway-error.ts'
import { parseJson } from './safe-json.ts'
import { withoutRedis } from './soft-redis.ts'

/** One call of api.weixin or qyapi: both answer HTTP 200 with an errcode, take limits per account and API, and are busy in the same ways. */
export type PlatformCall = {
  platform: 'wechat' | 'wecom'
  /** appid or corpid: limits, breakers and concurrency are per account. */
  account: string
  /** `/externalcontact/get`: limits and metrics are per API. */
  api: string
  url: string
  method?: 'GET' | 'POST'
  body?: string | FormData
  timeoutMs?: number
  /** May be repeated when nobody knows whether it happened. */
  isRead?: boolean
  /** Calls under way at once per account and API, in this process. List APIs answer 45033 to more. */
  concurrency?: number
  /** Per minute and per hour, per account and API. */
  perMinute?: number
  perHour?: number
  /** Errcodes in our codes; what is not named is `<platform>.refused`. */
  errorOf: (errcode: number, errmsg: string) => GatewayError
}

export type PlatformAnswer = { json: Record<string, unknown> | null; bytes: Buffer; contentType: string }

const TIMEOUT_MS = 8_000
const BUSY_TRIES_MAX = 4
const WAIT_MAX_MS = 2_000
const PER_MINUTE = 10_000 // corp x API, developer.work.weixin.qq.com/document/path/90312
const answers = counter('platform_calls_total', 'Calls of WeChat and WeCom by API and errcode', ['platform', 'api', 'errcode'])

/** Calls, waits out `busy`, and throws what `errorOf` makes of any other errcode. */
export async function callPlatform(call: PlatformCall): Promise<PlatformAnswer> {
  return withSlot(call, async () => {
    for (let attempt = 1; ; attempt++) {
      await mustHaveQuota(call)
      const answer = await once(call)
      const errcode = Number(answer.json?.errcode ?? 0)
      answers.inc({ platform: call.platform, api: call.api, errcode })
      if (errcode === 0) return answer
      const isBusy = errcode === -1 || errcode === 45033 || errcode === 6000
      if (!isBusy || attempt >= BUSY_TRIES_MAX) {
        if (errcode === 45009) await pause(call)
        throw call.errorOf(errcode, String(answer.json?.errmsg ?? ''))
      }
      await sleep(Math.min(150 * 2 ** attempt, 2_000) * (0.75 + Math.random() / 2))
    }
  })
}

async function once(call: PlatformCall): Promise<PlatformAnswer> {
  const send = outbound(`${call.platform}:${call.account}`, {
    timeoutMs: call.timeoutMs ?? TIMEOUT_MS,
    retries: call.isRead ? 2 : 0,
  })
  const isJson = typeof call.body === 'string'
  let answer: Awaited<ReturnType<typeof send>>
  try {
    answer = await send(call.url, {
      method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(isJson ? { headers: { 'Content-Type': 'application/json' } } : {}),
    })
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    answers.inc({ platform: call.platform, api: call.api, errcode: error.kind })
    const errorClass = error.mayHaveHappened && !call.isRead ? 'unknown' : 'retry'
    throw new GatewayError(call.platform, `${call.platform}.unavailable`, errorClass, error.kind, error.message)
  }
  if (answer.status >= 300) {
    answers.inc({ platform: call.platform, api: call.api, errcode: `http${answer.status}` })
    const errorClass = answer.status >= 500 && !call.isRead ? 'unknown' : 'retry'
    throw new GatewayError(
      call.platform,
      `${call.platform}.unavailable`,
      errorClass,
      `http${answer.status}`,
      answer.body.toString('utf8').slice(0, 200),
    )
  }
  return { json: jsonOf(answer.body), bytes: answer.body, contentType: answer.headers.get('content-type') ?? '' }
}

/** The platforms label JSON as text/plain here and there, so the first byte decides; pictures are never JSON. */
function jsonOf(body: Buffer): Record<string, unknown> | null {
  if (body[0] !== 0x7b) return null
  try {
    return parseJson(body.toString('utf8')) as Record<string, unknown>
  } catch {
    return null
  }
}

/** Waits for a free place within the limits when that is soon, else refuses: a queue in memory would only grow. */
async function mustHaveQuota(call: PlatformCall): Promise<void> {
  const key = `rate:${call.platform}:${call.account}:${call.api}`
  if (await isPaused(key)) throw call.errorOf(45009, 'paused by ourselves after 45009')
  await takeOfMinute(call, key, call.perMinute ?? PER_MINUTE)
  // the hour's limit is fifteen times the minute's: it is kept by tens, to spare a round trip per call
  const count = (hourly.get(key) ?? 0) + 1
  hourly.set(key, count)
  if (call.perHour && count % BY_TENS === 1)
    await take(call, `${key}:hour`, { limit: call.perHour, windowMs: 3_600_000, cost: BY_TENS })
}

/** Of a large limit a process takes some at once, and gives up what it has not used within the second: a send costs no round trip of its own. */
const TAKEN_AT_ONCE_MAX = 50
const TAKEN_FOR_MS = 1_000
type Taken = { left: number; untilMs: number; more: Promise<void> | null }
const takenOf = new Map<string, Taken>()

async function takeOfMinute(call: PlatformCall, key: string, limit: number): Promise<void> {
  const cost = Math.min(TAKEN_AT_ONCE_MAX, Math.ceil(limit / 1_000))
  if (cost === 1) return take(call, key, { limit, windowMs: 60_000, cost })
  const taken = takenOf.get(key) ?? { left: 0, untilMs: 0, more: null }
  takenOf.set(key, taken)
  while (taken.left === 0 || taken.untilMs <= Date.now()) {
    // One asks for all who wait, and those find places left, or ask again.
    taken.more ??= take(call, key, { limit, windowMs: 60_000, cost })
      .then(() => {
        taken.left = cost
        taken.untilMs = Date.now() + TAKEN_FOR_MS
      })
      .finally(() => {
        taken.more = null
      })
    await taken.more
  }
  taken.left -= 1
}

const BY_TENS = 10
const hourly = new Map<string, number>()

const PAUSE_MS = 60_000
const LOOK_EVERY_MS = 2_000
const pauses = new Map<string, { isPaused: boolean; untilMs: number }>()

/** Another process may have been told 45009: asked for every two seconds, not at every call. */
async function isPaused(key: string): Promise<boolean> {
  const known = pauses.get(key)
  if (known && known.untilMs > Date.now()) return known.isPaused
  const isOn = await withoutRedis(
    async () => (await redis.get(`${key}:paused`)) !== null,
    () => false,
  )
  pauses.set(key, { isPaused: isOn, untilMs: Date.now() + LOOK_EVERY_MS })
  return isOn
}

async function take(call: PlatformCall, key: string, limit: { limit: number; windowMs: number; cost: number }): Promise<void> {
  for (;;) {
    const taken = await withoutRedis(
      () => redis.take(key, limit),
      () => ({ isAllowed: true, retryAfterMs: 0 }),
    )
    if (taken.isAllowed) return
    if (taken.retryAfterMs > WAIT_MAX_MS) throw call.errorOf(45009, 'limited by ourselves')
    await sleep(taken.retryAfterMs + 5)
  }
}

/** A block by the minute lasts 60 s; calling during it only lengthens it. */
async function pause(call: PlatformCall): Promise<void> {
  const key = `rate:${call.platform}:${call.account}:${call.api}`
  pauses.set(key, { isPaused: true, untilMs: Date.now() + PAUSE_MS })
  await withoutRedis(
    () => redis.set(`${key}:paused`, '1', { ttlMs: PAUSE_MS }),
    () => false,
  )
}

type Slots = { free: number; queue: (() => void)[] }
const slots = new Map<string, Slots>()

async function withSlot<T>(call: PlatformCall, work: () => Promise<T>): Promise<T> {
  if (!call.concurrency) return work()
  const key = `${call.platform}:${call.account}:${call.api}`
  const slot = slots.get(key) ?? { free: call.concurrency, queue: [] }
  slots.set(key, slot)
  if (slot.free > 0) slot.free--
  else await new Promise<void>(resolve => slot.queue.push(resolve))
  try {
    return await work()
  } finally {
    const next = slot.queue.shift()
    if (next) next()
    else slot.free++
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
