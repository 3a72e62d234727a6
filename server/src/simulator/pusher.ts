/**
 * Sends callbacks as the platforms do: five seconds to answer, retries on anything but 200 (or 204 for Pay), and on
 * request every mishap that real callbacks have. Deliveries run side by side, so order is likely, never promised.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { CallbackFault, Faults } from './faults.ts'
import type { Origin, WireLog } from './wire-log.ts'

const ANSWER_WITHIN_MS = 5000
const IN_FLIGHT_MAX = 48
const QUEUED_MAX = 100_000
const REORDER_WAIT_MS = 1500
const ANSWER_KEPT_BYTES = 4000

export type Post = { url: string; headers: Record<string, string>; body: string; signed: Record<string, string> }

export type Delivery = {
  origin: Origin
  /** Event name for log and fault rules, e.g. `add_external_contact`. */
  name: string
  /** Deliveries with the same target can overtake each other when told to. */
  target: string
  decoded: string
  /** Builds the request anew for each attempt: time stamps and nonces change. */
  build(damage: CallbackFault | null): Post
  retryDelaysMs: number[]
}

export type Pusher = {
  send(delivery: Delivery): void
  /** Settles when nothing is queued, held or under way. Retries count. */
  idle(): Promise<void>
  pendingCount(): number
  stop(): void
}

export function createPusher(options: { faults: Faults; log: WireLog; now(): number; answerWithinMs?: number }): Pusher {
  const { faults, log, now } = options
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: IN_FLIGHT_MAX }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: IN_FLIGHT_MAX }),
  }
  const queue: { delivery: Delivery; attempt: number; damage: CallbackFault | null; fault: string }[] = []
  const held = new Map<string, () => void>()
  const timers = new Set<NodeJS.Timeout>()
  let waiters: (() => void)[] = []
  let inFlight = 0
  let head = 0
  let isStopped = false

  const settle = () => {
    if (inFlight > 0 || queue.length > head || timers.size > 0) return
    const done = waiters
    waiters = []
    for (const wake of done) wake()
  }
  const later = (ms: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
      settle()
    }, ms)
    timers.add(timer)
    return timer
  }
  const enqueue = (delivery: Delivery, attempt: number, damage: CallbackFault | null, fault: string) => {
    if (isStopped) return
    if (queue.length - head >= QUEUED_MAX) return note(delivery, attempt, 'queueFull', 0, '', {}, 0, '')
    queue.push({ delivery, attempt, damage, fault })
    pump()
  }
  const pump = () => {
    while (inFlight < IN_FLIGHT_MAX && queue.length > head) {
      const job = queue[head++]
      if (head > 1000 && head * 2 > queue.length) {
        queue.splice(0, head)
        head = 0
      }
      if (!job) break
      inFlight += 1
      void attemptOnce(job.delivery, job.attempt, job.damage, job.fault).finally(() => {
        inFlight -= 1
        pump()
        settle()
      })
    }
  }
  const attemptOnce = async (delivery: Delivery, attempt: number, damage: CallbackFault | null, fault: string) => {
    const post = delivery.build(attempt === 1 ? damage : null)
    const startedAt = performance.now()
    const answer = await send(post, agents, options.answerWithinMs ?? ANSWER_WITHIN_MS)
    note(delivery, attempt, fault, answer.status, post.body, post.signed, performance.now() - startedAt, answer.body, post.url)
    if (answer.status === 200 || (answer.status === 204 && delivery.origin === 'pay')) return
    const delay = delivery.retryDelaysMs[attempt - 1]
    if (delay !== undefined && !isStopped) later(delay, () => enqueue(delivery, attempt + 1, null, ''))
  }
  const note = (
    delivery: Delivery,
    attempt: number,
    fault: string,
    status: number,
    sent: string,
    signed: Record<string, string>,
    tookMs: number,
    answered: string,
    url = '',
  ) =>
    log.record({
      atMs: now(),
      origin: delivery.origin,
      direction: 'callback',
      name: delivery.name,
      url,
      status,
      errcode: '',
      tookMs: Math.round(tookMs * 10) / 10,
      attempt,
      fault,
      sent,
      answered,
      signed,
      decoded: delivery.decoded,
    })

  const release = (target: string) => {
    const wake = held.get(target)
    held.delete(target)
    wake?.()
  }

  return {
    send(delivery) {
      const place = `${delivery.origin} ${delivery.name}`
      if (faults.strike('drop', place)) return note(delivery, 0, 'drop', 0, '', {}, 0, '')
      const damage =
        (['wrongSignature', 'tamperedBody', 'tamperedTag', 'staleTimestamp'] as const).find(kind => faults.strike(kind, place)) ??
        null
      const late = faults.strike('late', place)
      if (late) return void later(late.ms, () => enqueue(delivery, 1, damage, 'late'))
      if (!held.has(delivery.target) && faults.strike('reorder', place)) {
        const timer = later(REORDER_WAIT_MS, () => release(delivery.target))
        held.set(delivery.target, () => {
          clearTimeout(timer)
          timers.delete(timer)
          enqueue(delivery, 1, damage, 'reorder')
        })
        return
      }
      enqueue(delivery, 1, damage, damage ?? '')
      if (faults.strike('duplicate', place)) enqueue(delivery, 1, null, 'duplicate')
      release(delivery.target)
    },
    async idle() {
      if (inFlight === 0 && queue.length === head && timers.size === 0) return
      await new Promise<void>(resolve => waiters.push(resolve))
    },
    pendingCount: () => inFlight + queue.length - head + timers.size,
    stop() {
      isStopped = true
      queue.length = 0
      head = 0
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      agents['http:'].destroy()
      agents['https:'].destroy()
      settle()
    },
  }
}

/** One POST; status 0 when there was no answer in time. Never rejects. */
function send(
  post: Post,
  agents: { 'http:': HttpAgent; 'https:': HttpsAgent },
  withinMs: number,
): Promise<{ status: number; body: string }> {
  return new Promise(resolve => {
    let url: URL
    try {
      url = new URL(post.url)
    } catch {
      return resolve({ status: 0, body: `not an address: ${post.url}` })
    }
    const isTls = url.protocol === 'https:'
    const headers = { ...post.headers, 'content-length': String(Buffer.byteLength(post.body)) }
    const request = (isTls ? httpsRequest : httpRequest)(
      url,
      { method: 'POST', headers, agent: isTls ? agents['https:'] : agents['http:'] },
      response => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          if (body.length < ANSWER_KEPT_BYTES) body += text
        })
        response.on('end', () => finish(response.statusCode ?? 0, body))
        response.on('error', error => finish(0, String(error)))
      },
    )
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${withinMs} ms`)), withinMs)
    const finish = (status: number, body: string) => {
      clearTimeout(timer)
      resolve({ status, body })
    }
    request.on('error', error => finish(0, error.message))
    request.end(post.body)
  })
}
