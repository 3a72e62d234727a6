/** One pretend host: plain node:http, a route table, the faults of the network itself, and the wire log. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Simulator } from './simulator.ts'
import type { Origin } from './wire-log.ts'

const BODY_BYTES_MAX = 21 * 1024 * 1024 // a WeCom file has 20 MB

export type Call = {
  sim: Simulator
  origin: Origin
  method: string
  path: string
  /** Path with query, as signed by Pay. */
  url: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  params: Record<string, string>
  rawBody: Buffer
  ip: string
  /** The handler may leave here what the log should show. */
  signed: Record<string, string>
  decoded: string
  fault: string
}

export type Answer = {
  status: number
  contentType: string
  body: string | Buffer
  headers?: Record<string, string>
  errcode?: string
}
export type Handler = (call: Call) => Answer | Promise<Answer>
/** `POST /path/{name}` -> handler. */
export type RouteTable = Record<string, Handler>

export function jsonAnswer(value: unknown, status = 200): Answer {
  return {
    status,
    contentType: 'application/json; charset=UTF-8',
    body: typeof value === 'string' ? value : JSON.stringify(value),
  }
}

export function imageAnswer(bytes: Buffer, contentType = 'image/png'): Answer {
  return { status: 200, contentType, body: bytes }
}

type Pattern = { method: string; segments: string[]; handler: Handler; name: string }

function findRoute(exact: Map<string, Handler>, patterns: Pattern[], method: string, path: string) {
  const handler = exact.get(`${method} ${path}`)
  if (handler) return { handler, params: {}, name: `${method} ${path}` }
  const segments = path.split('/')
  for (const pattern of patterns) {
    if (pattern.method !== method || pattern.segments.length !== segments.length) continue
    const params: Record<string, string> = {}
    const fits = pattern.segments.every((part, index) => {
      const given = segments[index] ?? ''
      if (!part.startsWith('{')) return part === given
      params[part.slice(1, -1)] = decodeURIComponent(given)
      return given !== ''
    })
    if (fits) return { handler: pattern.handler, params, name: pattern.name }
  }
  return null
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (request.method === 'GET' || request.method === 'HEAD') return Buffer.alloc(0)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw new Error('body too large')
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** A server for one origin; not yet listening. */
export function createOrigin(getSim: () => Simulator, origin: Origin, routes: RouteTable): Server {
  const exact = new Map<string, Handler>()
  const patterns: Pattern[] = []
  for (const [name, handler] of Object.entries(routes)) {
    if (!name.includes('{')) exact.set(name, handler)
    else {
      const [method = '', path = ''] = name.split(' ')
      patterns.push({ method, segments: path.split('/'), handler, name })
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const sim = getSim()
    const startedAt = performance.now()
    const atMs = sim.now()
    const url = request.url ?? '/'
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const method = request.method ?? 'GET'
    const route = findRoute(exact, patterns, method, path)
    const name = route?.name ?? `${method} ${path}`
    const call: Call = {
      sim,
      origin,
      method,
      path,
      url,
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
      headers: request.headers,
      params: route?.params ?? {},
      rawBody: Buffer.alloc(0),
      ip: request.socket.remoteAddress ?? '127.0.0.1',
      signed: {},
      decoded: '',
      fault: '',
    }
    const record = (status: number, answered: string | Buffer, errcode: string, contentType: string) => {
      const isText = /^multipart|octet/.test(request.headers['content-type'] ?? '') === false
      sim.log.record({
        atMs,
        origin,
        direction: 'call',
        name,
        url,
        status,
        errcode,
        tookMs: Math.round((performance.now() - startedAt) * 10) / 10,
        attempt: 1,
        fault: call.fault,
        sent: isText ? call.rawBody.toString('utf8', 0, 8000) : `(${call.rawBody.length} 字节, multipart)`,
        answered: typeof answered === 'string' ? answered : `(${answered.length} 字节, ${contentType})`,
        signed: call.signed,
        decoded: call.decoded,
      })
    }

    call.rawBody = await readBody(request)
    const place = `${origin} ${name}`
    const slow = sim.faults.strike('slow', place)
    if (slow) {
      call.fault = 'slow'
      await new Promise(resolve => setTimeout(resolve, slow.ms))
    }
    if (sim.faults.strike('disconnect', place)) {
      call.fault = 'disconnect'
      record(0, '', '', '')
      request.socket.destroy()
      return
    }
    if (sim.faults.strike('serverError', place)) {
      call.fault = 'serverError'
      record(500, '', '', '')
      response.writeHead(500, { 'content-type': 'text/html' }).end('<html><body>500 Internal Server Error</body></html>')
      return
    }
    const result = route ? await route.handler(call) : { status: 404, contentType: 'text/html', body: '404 not found' }
    if (sim.faults.strike('lostAnswer', place)) {
      call.fault = 'lostAnswer'
      record(0, result.body, 'lost', result.contentType)
      request.socket.destroy()
      return
    }
    response.writeHead(result.status, {
      ...(result.status === 204 ? {} : { 'content-type': result.contentType, 'content-length': Buffer.byteLength(result.body) }),
      ...result.headers,
    })
    response.end(result.status === 204 ? undefined : result.body)
    record(result.status, result.body, result.errcode ?? '', result.contentType)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      // A broken request (too large, cut off) gets no more than the real host gives: a closed connection.
      response.destroy()
    })
  })
  server.keepAliveTimeout = 30_000
  return server
}

/** Listens on a loopback port (0: any free one) and answers with the address. */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
}
