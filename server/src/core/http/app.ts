import { createServer, type Server } from 'node:http'
import { endpointErrors, errorTextOf } from '@banyan/shared'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import { now } from '../clock.ts'
import { config } from '../config.ts'
import { anonymousCtx, type Ctx, isAllowed, newRequestId } from '../ctx.ts'
import { forbidden, Refusal, refused } from '../errors.ts'
import { type Language, languageOf, readIn } from '../language.ts'
import { log } from '../log.ts'
import { counter, histogram, registry } from '../metrics.ts'
import { isSameText } from '../secrets.ts'
import { isClickhouseAway } from '../stores/clickhouse.ts'
import { isDatabaseAway } from '../stores/database.ts'
import { chain } from './chain.ts'
import type { Call, Link, RawAnswer, RawRoute, Route } from './serve.ts'
import { type StaticSite, serveStatic } from './static.ts'

const API_BODY_MAX = 2_000_000
const JSON_DEPTH_MAX = 64
const duration = histogram('http_seconds', 'Time to answer', ['name', 'status'])
const answers = counter('http_total', 'Answers', ['name', 'status'])

export type AppParts = {
  routes: readonly Route[]
  rawRoutes: readonly RawRoute[]
  links: readonly Link[]
  sites: readonly StaticSite[]
  /** Who is this? Used by raw routes with access `operator`. */
  identify: (headers: Record<string, string | undefined>, ctx: Ctx) => Promise<Ctx>
  isReady: () => Promise<{ isReady: boolean; checks: Record<string, string> }>
  redirects: Record<string, string>
}

/** The web application: one table of endpoints, one chain, raw routes, static faces, health and metrics. */
export function createApp(parts: AppParts): Koa {
  // One proxy stands before us: the address it saw is the last one; those before it are what the caller wrote himself.
  const app = new Koa({ proxy: config.trustsProxy, maxIpsCount: 1 })
  const byName = new Map(parts.routes.map(route => [route.name, route]))
  const run = chain(parts.links)
  // Endpoints have a router of their own, before all others: most calls are theirs, and a router tries its paths one after another.
  const api = new Router()
  const router = new Router()

  app.silent = true
  app.use(safely)
  router.get('/healthz', koa => {
    koa.body = { status: 'ok' }
  })
  router.get('/readyz', async koa => {
    const { isReady, checks } = await parts.isReady()
    koa.status = isReady ? 200 : 503
    koa.body = { status: isReady ? 'ready' : 'notReady', ...(mayMonitor(koa) ? { checks } : {}) }
  })
  router.get('/metrics', async koa => {
    if (!mayMonitor(koa)) throw refused('access.signedOut')
    koa.type = registry.contentType
    koa.body = await registry.metrics()
  })
  for (const route of parts.rawRoutes) {
    router.register(route.path, [route.method], (koa: Context) => answerRaw(koa, route, parts.identify))
  }
  api.post('/api/:name', async (koa, next) => {
    const name = String(koa.params['name'])
    const route = byName.get(name)
    if (!route) return next()
    koa.state['name'] = name
    const call = await callOf(koa, route)
    const data = await run(call)
    koa.body = { data: data ?? null }
  })
  router.post('/api/:name', koa => {
    throw refused('endpoint.unknown', { name: koa.params['name'] })
  })
  router.all('/api/:name', () => {
    throw refused('method.notAllowed')
  })
  for (const [from, to] of Object.entries(parts.redirects)) {
    router.get(from, koa => koa.redirect(to))
  }
  app.use(api.routes())
  app.use(router.routes())
  app.use(serveStatic(parts.sites))
  app.use(() => {
    throw refused('endpoint.unknown')
  })
  return app
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/

/**
 * What a monitor may read tells strangers too much. It shows the token, or it asks from this machine itself: a call that a proxy on this
 * machine passes on comes from elsewhere.
 */
function mayMonitor(koa: Context): boolean {
  const { metricsToken } = config
  const given = /^Bearer (.+)$/.exec(koa.get('Authorization'))?.[1]
  if (metricsToken && given && isSameText(given, metricsToken)) return true
  const isPassedOn = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'].some(name => koa.get(name) !== '')
  return !isPassedOn && LOOPBACK.test(koa.req.socket.remoteAddress ?? '')
}

export function listen(app: Koa, port: number, host: string): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 300_000, headersTimeout: 30_000 }, app.callback())
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

/** Stops taking connections and waits for answers under way, at most `graceMs`. */
export function closeServer(server: Server, graceMs = 15_000): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}

async function safely(koa: Context, next: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now()
  const given = koa.get('X-Request-Id')
  const requestId = /^[\w-]{6,40}$/.test(given) ? given : newRequestId()
  koa.state['requestId'] = requestId
  koa.set('X-Request-Id', requestId)
  koa.set('X-Content-Type-Options', 'nosniff')
  koa.set('Referrer-Policy', 'same-origin')
  koa.set('X-Frame-Options', 'SAMEORIGIN')
  // Personal data stays out of every cache; pictures and faces say otherwise themselves.
  koa.set('Cache-Control', 'no-store')
  try {
    await next()
  } catch (error) {
    answerError(koa, error, requestId)
  }
  const name = String(koa.state['name'] ?? (koa.path.startsWith('/api') ? 'unknown' : 'page'))
  duration.observe({ name, status: koa.status }, (performance.now() - startedMs) / 1000)
  answers.inc({ name, status: koa.status })
}

function answerError(koa: Context, error: unknown, requestId: string): void {
  const code =
    error instanceof Refusal
      ? error.code
      : isDatabaseAway(error) || isClickhouseAway(error)
        ? 'store.away'
        : (error as { code?: string }).code === 'ECONNRESET'
          ? 'input.malformed'
          : 'server.failed'
  const known = endpointErrors[code] ?? endpointErrors['server.failed']
  if (!(error instanceof Refusal)) log.error({ err: error, requestId, path: koa.path }, 'request failed')
  koa.status = known?.status ?? 500
  const language = languageOf(koa.get('Accept-Language'))
  const detail = error instanceof Refusal ? detailIn(language, error.detail) : undefined
  if (typeof detail?.['retryAfterSeconds'] === 'number') koa.set('Retry-After', String(detail['retryAfterSeconds']))
  koa.body = { error: { code, message: errorTextOf(code, language), requestId, ...(detail ? { detail } : {}) } }
}

/** Reasons are phrases: whoever threw them did not know who reads them. */
function detailIn(language: Language, detail: Refusal['detail']): Refusal['detail'] {
  if (language === 'zh' || typeof detail?.['reason'] !== 'string') return detail
  return { ...detail, reason: readIn({ language }, detail['reason']) }
}

async function callOf(koa: Context, route: Route): Promise<Call> {
  const type = koa.get('Content-Type')
  if (type && !type.includes('application/json'))
    throw refused('input.malformed', { reason: 'Content-Type must be application/json' })
  const body = await readBody(koa, API_BODY_MAX)
  const headers = headersOf(koa)
  return {
    route,
    ctx: {
      ...anonymousCtx(String(koa.state['requestId'])),
      now: now(),
      address: koa.ip,
      language: languageOf(headers['accept-language']),
      idempotencyKey: headers['idempotency-key'] ?? null,
    },
    headers,
    ip: koa.ip,
    rawInput: parseJson(body),
    input: undefined,
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {}
  if (isTooDeep(body)) throw refused('input.malformed', { reason: `nested more than ${JSON_DEPTH_MAX} deep` })
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw refused('input.malformed')
  }
}

/** Parsing takes any depth, but what walks the value afterwards would run out of stack. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]
    if (isText) {
      if (byte === 0x5c) at += 1
      else if (byte === 0x22) isText = false
    } else if (byte === 0x22) isText = true
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1
      if (depth > JSON_DEPTH_MAX) return true
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1
  }
  return false
}

function headersOf(koa: Context): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(koa.headers)) headers[name] = Array.isArray(value) ? value[0] : value
  return headers
}

function readBody(koa: Context, limitBytes: number): Promise<Buffer> {
  if (Number(koa.get('Content-Length') || 0) > limitBytes) return Promise.reject(refused('input.tooLarge', { limitBytes }))
  // By its events: iterating costs as much as everything else about a small call.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    koa.req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limitBytes) {
        chunks.push(chunk)
        return
      }
      // What still comes of it is not kept.
      koa.req.pause()
      koa.set('Connection', 'close')
      reject(refused('input.tooLarge', { limitBytes }))
    })
    koa.req.once('end', () => resolve(Buffer.concat(chunks)))
    koa.req.once('error', reject)
    koa.req.once('close', () => reject(Object.assign(new Error('the caller hung up'), { code: 'ECONNRESET' })))
  })
}

async function answerRaw(koa: Context, route: RawRoute, identify: AppParts['identify']): Promise<void> {
  koa.state['name'] = route.name
  const headers = headersOf(koa)
  let ctx: Ctx = {
    ...anonymousCtx(String(koa.state['requestId'])),
    language: languageOf(headers['accept-language']),
  }
  if (route.access === 'operator') {
    ctx = await identify(headers, ctx)
    if (ctx.actor.type !== 'operator' && ctx.actor.type !== 'apiKey') throw refused('access.signedOut')
    if (!isAllowed(ctx.permissions, route.name)) throw forbidden({ permission: route.name })
  }
  const query: Record<string, string> = {}
  for (const [name, value] of Object.entries(koa.query)) query[name] = Array.isArray(value) ? (value[0] ?? '') : (value ?? '')
  const answer = await route.handler({
    params: koa.params as Record<string, string>,
    query,
    headers,
    ip: koa.ip,
    ctx,
    body: () => readBody(koa, route.bodyLimitBytes),
    stream: koa.req,
  })
  writeRaw(koa, answer)
}

function writeRaw(koa: Context, answer: RawAnswer): void {
  koa.status = answer.status ?? 200
  for (const [name, value] of Object.entries(answer.headers ?? {})) koa.set(name, value)
  if (answer.body === null || answer.body === undefined) {
    if (koa.status === 204) koa.body = null
    else koa.body = ''
  } else koa.body = answer.body
}
