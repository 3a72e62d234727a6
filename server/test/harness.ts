import type { Server } from 'node:http'
import { type ClientInputOf, type ClientOutputOf, type EndpointName, type Endpoints, endpoints } from '@banyan/shared'
import { afterAll, beforeAll } from 'vitest'
import { demoStaff, type RunningSimulator, startDemoSimulator } from '../src/app/demo.ts'
import { allWorkers, closeStores, migrate, startWeb, startWork, stopProduct, wire } from '../src/app/product.ts'
import { config, randomToken, resetBreakers, runOnce, setClock } from '../src/core/index.ts'
import { makeOwner, OWNER } from './make.ts'

/**
 * A real server on real stores, spoken to over HTTP, with the simulator as the outside world.
 * `useProduct()` at the top of a test file starts it once; workers run only when the test says `settle()`,
 * unless `{ isWorking: true }`.
 */
export type Product = {
  url: string
  simulator: RunningSimulator
  /** A caller who is nobody yet. */
  anonymous: Client
  /** The first operator, who may do everything. */
  owner: Client
  as: (token: string, headers?: Record<string, string>) => Client
  /** Runs all due work, and what it causes, until nothing is due. */
  settle: () => Promise<void>
}

export type Client = {
  token: string | null
  call: <N extends EndpointName>(
    name: N,
    input: ClientInputOf<Endpoints[N]>,
    options?: { key?: string; headers?: Record<string, string> },
  ) => Promise<ClientOutputOf<Endpoints[N]>>
  /** The code of the refusal, or 'ok'. */
  codeOf: <N extends EndpointName>(name: N, input: ClientInputOf<Endpoints[N]>) => Promise<string>
  with: (headers: Record<string, string>) => Client
}

export class CallError extends Error {
  readonly code: string
  readonly status: number
  readonly detail: Record<string, unknown> | undefined
  constructor(name: string, status: number, code: string, detail?: Record<string, unknown>) {
    super(`${name}: ${code} ${detail ? JSON.stringify(detail) : ''}`)
    this.code = code
    this.status = status
    this.detail = detail
  }
}

let product: Product | null = null
let server: Server | null = null

export function useProduct(options: { isWorking?: boolean; hasSampleStaff?: boolean } = {}): Product {
  beforeAll(async () => {
    wire()
    await migrate()
    const simulator = await startDemoSimulator({ isKept: false, ...(options.hasSampleStaff ? { staff: demoStaff() } : {}) })
    server = await startWeb({ port: config.port, simulatorRoutes: simulator.rawRoutes })
    const url = `http://127.0.0.1:${config.port}`
    await makeOwner()
    const anonymous = clientOf(url, null)
    const { token } = await anonymous.call('auth.signIn', { username: OWNER.username, password: OWNER.password })
    if (options.isWorking) await startWork()
    product = {
      url,
      simulator,
      anonymous,
      owner: clientOf(url, token),
      as: (other, headers) => clientOf(url, other, headers),
      settle,
    }
  })
  afterAll(async () => {
    setClock(null)
    resetBreakers()
    if (server) await stopProduct(server)
    else await closeStores()
    await product?.simulator.stop()
  })
  // Filled by beforeAll: tests read its fields when they run.
  return new Proxy({} as Product, { get: (_, key) => (product as unknown as Record<string | symbol, unknown> | null)?.[key] })
}

export function clientOf(url: string, token: string | null, headers: Record<string, string> = {}): Client {
  const call = async (name: EndpointName, input: unknown, options: { key?: string; headers?: Record<string, string> } = {}) => {
    const isCommand = endpoints[name].kind === 'command'
    const response = await fetch(`${url}/api/${name}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(isCommand ? { 'Idempotency-Key': options.key ?? randomToken(12) } : {}),
        ...headers,
        ...options.headers,
      },
      body: JSON.stringify(input ?? {}),
    })
    const answer = (await response.json()) as { data?: unknown; error?: { code: string; detail?: Record<string, unknown> } }
    if (answer.error) throw new CallError(name, response.status, answer.error.code, answer.error.detail)
    return answer.data
  }
  return {
    token,
    call: call as Client['call'],
    codeOf: async (name, input) => {
      try {
        await call(name, input)
        return 'ok'
      } catch (error) {
        if (error instanceof CallError) return error.code
        throw error
      }
    },
    with: more => clientOf(url, token, { ...headers, ...more }),
  }
}

const ROUNDS_MAX = 400

async function settle(): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let count = 0
    for (const worker of allWorkers()) count += await runOnce(worker)
    if (count === 0) return
  }
  throw new Error('work does not settle: something publishes for ever')
}
