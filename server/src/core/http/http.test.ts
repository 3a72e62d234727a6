import { mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { command, Instant, query } from '@banyan/shared'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { useStores } from '../../../test/stores.ts'
import { config } from '../config.ts'
import { refused } from '../errors.ts'
import { migrations } from '../migrations.ts'
import { outbound } from '../outbound.ts'
import { afterCommit } from '../stores/database.ts'
import { rows, run, sql } from '../stores/sql.ts'
import { closeServer, createApp, listen } from './app.ts'
import { inOneTransaction, parseInput, runAction } from './chain.ts'
import { raw, serve } from './serve.ts'

useStores(migrations)

const table = {
  'things.get': query({
    access: 'public',
    input: z.object({ at: Instant, limit: z.int().max(5) }),
    output: z.object({ at: Instant }),
    summary: 'A thing',
  }),
  'things.make': command({
    access: 'public',
    input: z.object({ fails: z.boolean() }),
    output: z.object({ isDone: z.literal(true) }),
    summary: 'Make',
  }),
  'things.name': command({
    access: 'public',
    input: z.object({ name: z.string(), duplicates: z.int() }),
    output: z.object({ run: z.int() }),
    summary: 'Make one of a name, which another makes at the same moment so many times',
  }),
  'things.call': command({
    access: 'public',
    input: z.object({ url: z.string() }),
    output: z.object({ isDone: z.literal(true) }),
    summary: 'Call somebody from inside the transaction',
  }),
}

let server: Server
let url = ''
const [runs, committed]: [string[], string[]] = [[], []]

beforeAll(async () => {
  const dir = join(config.dataDir, 'face')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'index.html'), '<p>face</p>')
  writeFileSync(join(config.dataDir, 'secret.txt'), 'secret')
  const routes = serve(table, {
    'things.get': async (_, { at }) => ({ at, phone: '13900000000' }),
    'things.make': async (ctx, { fails }) => {
      await run(sql`INSERT INTO schedules (name, last_tick_at) VALUES (${`thing-${ctx.requestId}`}, ${ctx.now})`)
      if (fails) throw refused('thing.notFound', { what: 'thing' })
      return { isDone: true as const }
    },
    'things.name': async (ctx, { name, duplicates }) => {
      runs.push(name)
      const nth = runs.filter(one => one === name).length
      const insert = () => run(sql`INSERT INTO schedules (name, last_tick_at) VALUES (${name}, ${ctx.now})`)
      afterCommit(() => committed.push(name))
      await insert()
      if (nth <= duplicates) await insert()
      return { run: nth }
    },
    'things.call': async (_, { url: other }) => {
      await outbound('test:inside', { timeoutMs: 1_000 })(other)
      return { isDone: true as const }
    },
  })
  const app = createApp({
    routes,
    rawRoutes: [
      raw({
        method: 'POST',
        path: '/raw/:id',
        name: 'raw.echo',
        bodyLimitBytes: 10,
        handler: async request => ({ body: `${request.params['id']}:${(await request.body()).toString()}` }),
      }),
    ],
    links: [parseInput, inOneTransaction, runAction],
    sites: [{ prefix: '/face/', dir, fallback: 'index.html' }],
    identify: async (_, ctx) => ctx,
    isReady: async () => ({ isReady: true, checks: {} }),
    redirects: { '/': '/face/' },
  })
  server = await listen(app, 0, '127.0.0.1')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => closeServer(server))

const post = (path: string, body: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  fetch(`${url}${path}`, { method: 'POST', body, headers })
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string; message: string; detail?: { field?: string } } }).error

test('an answer carries only what the contract names, and instants as text', async () => {
  const answer = await post('/api/things.get', JSON.stringify({ at: '2026-11-22T08:00:00+08:00', limit: 1 }))
  expect(await answer.json()).toEqual({ data: { at: '2026-11-22T00:00:00.000Z' } })
})

test('a wrong field is named, in the language asked for', async () => {
  const answer = await post('/api/things.get', JSON.stringify({ at: 'yesterday', limit: 9 }), {
    'Content-Type': 'application/json',
    'Accept-Language': 'en',
  })
  expect(answer.status).toBe(422)
  expect(await errorOf(answer)).toMatchObject({
    code: 'input.invalid',
    message: 'Some fields are not right',
    detail: { field: 'at' },
  })
})

test('malformed, mistyped, oversized and unknown requests get a coded answer', async () => {
  expect((await errorOf(await post('/api/things.get', '{oops'))).code).toBe('input.malformed')
  expect((await errorOf(await post('/api/things.get', 'a=1', { 'Content-Type': 'text/plain' }))).code).toBe('input.malformed')
  expect((await errorOf(await post('/api/things.get', JSON.stringify({ x: 'x'.repeat(2_100_000) })))).code).toBe('input.tooLarge')
  expect((await errorOf(await post('/api/things.burn', '{}'))).code).toBe('endpoint.unknown')
  expect((await errorOf(await fetch(`${url}/api/things.get`))).code).toBe('method.notAllowed')
  expect((await errorOf(await fetch(`${url}/nowhere`))).code).toBe('endpoint.unknown')
})

test('a refused command leaves nothing behind', async () => {
  const before = await rows(sql`SELECT name FROM schedules`)
  expect((await post('/api/things.make', '{"fails":true}')).status).toBe(404)
  expect(await rows(sql`SELECT name FROM schedules`)).toHaveLength(before.length)
  expect((await post('/api/things.make', '{"fails":false}')).status).toBe(200)
  expect(await rows(sql`SELECT name FROM schedules`)).toHaveLength(before.length + 1)
})

test('a raw route sees bytes up to its own limit', async () => {
  expect(await (await post('/raw/7', 'hello')).text()).toBe('7:hello')
  expect((await post('/raw/7', 'hello, too long')).status).toBe(413)
})

test('behind a proxy a caller cannot choose his address', async () => {
  config.trustsProxy = true
  const echo = raw({ method: 'GET', path: '/ip', name: 'raw.ip', handler: async request => ({ body: request.ip }) })
  const app = createApp({
    routes: [],
    rawRoutes: [echo],
    links: [],
    sites: [],
    identify: async (_, ctx) => ctx,
    isReady: async () => ({ isReady: true, checks: {} }),
    redirects: {},
  })
  config.trustsProxy = false
  const behind = await listen(app, 0, '127.0.0.1')
  const answer = await fetch(`http://127.0.0.1:${(behind.address() as AddressInfo).port}/ip`, {
    headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9' },
  })
  expect(await answer.text()).toBe('203.0.113.9')
  await closeServer(behind)
})

test('a face answers its own addresses and nothing outside its folder', async () => {
  expect(await (await fetch(`${url}/face/people/7`)).text()).toBe('<p>face</p>')
  for (const path of ['/face/..%2fsecret.txt', '/face/%2e%2e/secret.txt', '/face/..%5csecret.txt']) {
    expect(await (await fetch(`${url}${path}`)).text()).not.toBe('secret')
  }
  expect((await fetch(`${url}/face/missing.js`)).status).toBe(404)
})

test('numbers and checks are for this machine and for who shows the token; a stranger hears ready or not', async () => {
  const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers })
  const stranger = { 'X-Forwarded-For': '203.0.113.9' }
  expect(await (await ask('/metrics')).text()).toContain('http_total')
  expect((await ask('/metrics', stranger)).status).toBe(401)
  expect(await (await ask('/readyz')).json()).toEqual({ status: 'ready', checks: {} })
  expect(await (await ask('/readyz', stranger)).json()).toEqual({ status: 'ready' })
  config.metricsToken = 'a-token-of-a-monitor'
  try {
    const monitor = { ...stranger, Authorization: 'Bearer a-token-of-a-monitor' }
    expect((await ask('/metrics', monitor)).status).toBe(200)
    expect(await (await ask('/readyz', monitor)).json()).toEqual({ status: 'ready', checks: {} })
    expect((await ask('/metrics', { ...stranger, Authorization: 'Bearer another-token' })).status).toBe(401)
  } finally {
    config.metricsToken = null
  }
})

test('a row that another has just made: the command runs again, and what it does beyond the transaction happens once', async () => {
  const answer = await post('/api/things.name', JSON.stringify({ name: 'once', duplicates: 2 }))
  expect(await answer.json()).toEqual({ data: { run: 3 } })
  expect(committed).toEqual(['once'])
  expect(await rows(sql`SELECT name FROM schedules WHERE name = 'once'`)).toHaveLength(1)
})

test('a duplicate that stays is not hidden: it ends as a fault, and nothing is left of it', async () => {
  const answer = await post('/api/things.name', JSON.stringify({ name: 'never', duplicates: 99 }))
  expect(answer.status).toBe(500)
  expect((await errorOf(answer)).code).toBe('server.failed')
  expect(runs.filter(one => one === 'never')).toHaveLength(5)
  expect(committed).not.toContain('never')
  expect(await rows(sql`SELECT name FROM schedules WHERE name = 'never'`)).toEqual([])
})

test('nobody outside is called while a transaction is open', async () => {
  const answer = await post('/api/things.call', JSON.stringify({ url: `${url}/healthz` }))
  expect(answer.status).toBe(500)
  expect((await outbound('test:outside', { timeoutMs: 1_000 })(`${url}/healthz`)).status).toBe(200)
})
