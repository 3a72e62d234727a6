import { connect, type Socket } from 'node:net'

export type Request = { path: string; headers?: Record<string, string>; body: string }
export type Answer = { status: number; body: string; ms: number; atMs: number }
export type Load = {
  count: number
  seconds: number
  perSecond: number
  p50: number
  p95: number
  p99: number
  max: number
  statuses: Record<string, number>
}

/**
 * Sends requests over kept-alive connections, each waiting for its answer before the next. Bare sockets: Node's own clients would take more of the two
 * cores than the server does.
 */
export async function load(of: {
  port: number
  total: number
  connections: number
  /** Sent at this pace, each timed from when it was to be sent; as fast as they are answered when it is left out. */
  perSecond?: number
  request: (index: number) => Request
  onAnswer?: (index: number, answer: Answer) => void
}): Promise<Load> {
  const times = new Float64Array(of.total)
  const statuses: Record<string, number> = {}
  const startedAt = performance.now()
  let next = 0
  async function lane(): Promise<void> {
    const wire = await Wire.open(of.port)
    for (let index = next++; index < of.total; index = next++) {
      const dueAt = of.perSecond ? startedAt + (index * 1000) / of.perSecond : 0
      const early = dueAt - performance.now()
      if (early > 0) await new Promise(resolve => setTimeout(resolve, early))
      const sentAt = dueAt || performance.now()
      const { status, body } = await wire.ask(of.request(index))
      const now = performance.now()
      times[index] = now - sentAt
      statuses[status] = (statuses[status] ?? 0) + 1
      of.onAnswer?.(index, { status, body, ms: now - sentAt, atMs: now - startedAt })
    }
    wire.close()
  }
  await Promise.all(Array.from({ length: of.connections }, lane))
  const seconds = (performance.now() - startedAt) / 1000
  times.sort()
  const at = (share: number) => Math.round((times[Math.min(of.total - 1, Math.floor(of.total * share))] ?? 0) * 10) / 10
  return {
    count: of.total,
    seconds,
    perSecond: of.total / seconds,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
    statuses,
  }
}

class Wire {
  private waiting: ((answer: { status: number; body: string }) => void) | null = null
  private failed: ((error: Error) => void) | null = null
  private received: Buffer = Buffer.alloc(0)
  private readonly socket: Socket

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', chunk => this.take(chunk))
    socket.on('error', error => this.failed?.(error))
    socket.on('close', () => this.failed?.(new Error('the server closed the connection')))
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Wire(socket)))
      socket.once('error', reject)
    })
  }

  ask({ path, headers, body }: Request): Promise<{ status: number; body: string }> {
    const lines = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
    this.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`,
    )
    return new Promise((resolve, reject) => {
      this.waiting = resolve
      this.failed = reject
    })
  }

  close(): void {
    this.failed = null
    this.socket.end()
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
    const headEnd = this.received.indexOf('\r\n\r\n')
    if (headEnd < 0) return
    const head = this.received.toString('latin1', 0, headEnd)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const end = headEnd + 4 + length
    if (this.received.length < end) return
    const answer = { status: Number(head.slice(9, 12)), body: this.received.toString('utf8', headEnd + 4, end) }
    this.received = this.received.subarray(end)
    this.waiting?.(answer)
  }
}
