import { assert } from './errors.ts'
import { counter, histogram } from './metrics.ts'
import { type PlainAnswer, textPoster } from './post-text.ts'
import { inTransaction } from './stores/database.ts'

/**
 * Calls to the outside: a timeout on each, a circuit breaker per target, repeats only where the caller says they are safe.
 * Only gateways use it.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  /** Whether the other side may have carried the request out: `no` (never sent, refused), or `maybe` (timed out, cut off). */
  readonly mayHaveHappened: boolean
  readonly kind: 'timeout' | 'network' | 'open' | 'status'

  constructor(kind: OutboundError['kind'], message: string, mayHaveHappened: boolean) {
    super(message)
    this.kind = kind
    this.mayHaveHappened = mayHaveHappened
  }
}

export type OutboundOptions = {
  timeoutMs: number
  /** Repeats after the first try, only for network faults and HTTP 5xx. Zero unless the call is safe to repeat. */
  retries?: number
  /** Consecutive faults after which calls are refused at once for `openMs`. */
  breakerFaults?: number
  openMs?: number
}

/**
 * Idle connections are dropped by us after this, whatever the other side promises. A request written on a connection that the other side gave up
 * a moment ago ends as unknown, and a send is then never repeated; so be the one who hangs up first. Under load connections are never idle this long.
 */
export const IDLE_MS = 1_500

/** fetch's own connection pool with our idle time. Node has no public way to it but the package of the same code, which we do without. */
function shortIdlePool(): object | undefined {
  new Headers() // loads fetch, which sets its global pool
  const standard = (globalThis as Record<symbol, unknown>)[Symbol.for('undici.globalDispatcher.1')] as object | undefined
  if (!standard) return undefined
  const Agent = standard.constructor as new (options: object) => object
  return new Agent({ keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS })
}

let pool: { dispatcher: object | undefined } | undefined

const postText = textPoster(IDLE_MS)

export type OutboundAnswer = PlainAnswer
export type Outbound = (url: string, init?: RequestInit) => Promise<OutboundAnswer>

type Breaker = { faults: number; openUntilMs: number }
const breakers = new Map<string, Breaker>()
const seconds = histogram('outbound_seconds', 'Calls to other systems', ['target', 'outcome'])
const refusedCalls = counter('outbound_open_total', 'Calls refused by an open breaker', ['target'])

/**
 * Makes the caller for one target (a platform and a host). It does not work inside a transaction: that would hold locks for as long as others
 * take to answer, and a transaction that runs again would ask twice. Reserve, call, settle.
 */
export function outbound(target: string, options: OutboundOptions): Outbound {
  return async (url, init = {}) => {
    assert(!inTransaction(), `${target} was called inside a transaction`)
    const tries = 1 + (options.retries ?? 0)
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await once(target, url, init, options)
        if (answer.status < 500 || attempt >= tries) return answer
      } catch (error) {
        if (attempt >= tries || (error instanceof OutboundError && error.kind === 'open')) throw error
      }
      await new Promise(resolve => setTimeout(resolve, 100 * 2 ** (attempt - 1) * (0.5 + Math.random())))
    }
  }
}

async function once(target: string, url: string, init: RequestInit, options: OutboundOptions): Promise<OutboundAnswer> {
  const breaker = breakers.get(target) ?? { faults: 0, openUntilMs: 0 }
  breakers.set(target, breaker)
  if (breaker.openUntilMs > Date.now()) {
    refusedCalls.inc({ target })
    throw new OutboundError('open', `${target} is failing; calls to it pause for a moment`, false)
  }
  const started = performance.now()
  const done = (outcome: string) => seconds.observe({ target, outcome }, (performance.now() - started) / 1000)
  try {
    const answer = isTextPost(init)
      ? await postText(url, init.body, init.headers ?? {}, options.timeoutMs)
      : await viaFetch(url, init, options.timeoutMs)
    done(String(answer.status))
    if (answer.status >= 500) noteFault(breaker, options)
    else breaker.faults = 0
    return answer
  } catch (error) {
    const isTimeout = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
    const { code, cause: inner } = error as { code?: string; cause?: { code?: string } }
    const cause = inner?.code ?? code
    done(isTimeout ? 'timeout' : (cause ?? 'network'))
    noteFault(breaker, options)
    const neverSent = cause === 'ECONNREFUSED' || cause === 'ENOTFOUND' || cause === 'EAI_AGAIN'
    throw new OutboundError(
      isTimeout ? 'timeout' : 'network',
      `${target}: ${isTimeout ? `no answer within ${options.timeoutMs} ms` : (cause ?? String(error))}`,
      !neverSent,
    )
  }
}

type TextPost = RequestInit & { body: string; headers?: Record<string, string> }

function isTextPost(init: RequestInit): init is TextPost {
  const { method, body, headers } = init
  return method === 'POST' && typeof body === 'string' && !Array.isArray(headers) && !(headers instanceof Headers)
}

/** Reads, which may be redirected, and forms. */
async function viaFetch(url: string, init: RequestInit, timeoutMs: number): Promise<OutboundAnswer> {
  pool ??= { dispatcher: shortIdlePool() }
  const response = await fetch(url, {
    ...init,
    ...(pool.dispatcher ? { dispatcher: pool.dispatcher } : {}),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

function noteFault(breaker: Breaker, options: OutboundOptions): void {
  breaker.faults += 1
  if (breaker.faults >= (options.breakerFaults ?? 8)) {
    breaker.openUntilMs = Date.now() + (options.openMs ?? 10_000)
    breaker.faults = 0
  }
}

/** Tests start with closed breakers. */
export function resetBreakers(): void {
  breakers.clear()
}
