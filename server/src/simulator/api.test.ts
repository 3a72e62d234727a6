import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RawRequest } from '../core/index.ts'
import { demoIds, type RunningSimulator } from './index.ts'
import { type Listener, startListener, startWorld } from './testing.ts'

let listener: Listener
let running: RunningSimulator

beforeAll(async () => {
  listener = await startListener()
  running = await startWorld(listener)
})
afterAll(async () => {
  await running.stop()
  await listener.close()
})

/** Calls a raw route as core would. */
async function request(
  method: 'GET' | 'POST',
  name: string,
  body = '',
  extra: { headers?: Record<string, string>; query?: Record<string, string> } = {},
) {
  const route = running.rawRoutes.find(one => one.method === method)!
  const asked = {
    params: { name },
    query: extra.query ?? {},
    headers: extra.headers ?? {},
    ip: '127.0.0.1',
    body: async () => Buffer.from(body),
    stream: Readable.from([]),
  }
  const { status = 200, body: answered } = await route.handler(asked as unknown as RawRequest)
  return { status, body: answered }
}
const post = async (name: string, input: unknown) => {
  const { status, body } = await request('POST', name, JSON.stringify(input))
  return { status, output: JSON.parse(String(body)) }
}

test('acts answer plain JSON; what cannot be done is said in words', async () => {
  const { output: person } = await post('people.add', { name: '安', phone: '13900001111' })
  expect(person).toMatchObject({ name: '安', openids: { [demoIds.miniPrograms.lieye]: expect.stringMatching(/^o\w{27}$/) } })
  expect((await post('user', { id: person.id })).output).toMatchObject({ id: person.id, name: '安', phone: '13900001111' })
  expect(await post('user', { id: 'nobody' })).toMatchObject({
    status: 409,
    output: { error: { message: expect.stringContaining('nobody') } },
  })
  expect(await post('people.add', { name: '' })).toMatchObject({
    status: 409,
    output: { error: { message: expect.stringContaining('name') } },
  })
  expect(await post('scan', { simUser: person.id, code: { kind: 'contactWay', id: 'gone' } })).toMatchObject({
    status: 409,
    output: { error: { message: '二维码已失效' } },
  })
  expect(await post('no.such.act', {})).toMatchObject({ status: 409 })
  expect(await request('POST', 'user', '{"id":')).toMatchObject({ status: 400 })
})

test('a page of another site may not play', async () => {
  expect(await request('POST', 'people.add', '{"name":"外"}', { headers: { 'sec-fetch-site': 'cross-site' } })).toMatchObject({
    status: 403,
  })
  expect(await request('POST', 'people.add', '{"name":"内"}', { headers: { 'sec-fetch-site': 'same-origin' } })).toMatchObject({
    status: 200,
  })
})

test('the live log tells of every call and change, and ends when it is closed', async () => {
  const { body } = await request('GET', 'log.stream')
  const stream = body as Readable
  let told = ''
  stream.on('data', chunk => {
    told += chunk
  })
  await fetch(`${running.sim.urls.wecom}/cgi-bin/gettoken?corpid=none&corpsecret=verysecret`)
  await post('people.add', { name: '变' })
  await expect.poll(() => told).toContain('event: changed')
  await expect.poll(() => told).toContain('/cgi-bin/gettoken')
  expect(told).not.toContain('verysecret')
  stream.destroy()
})

test('a fresh start forgets people and faults but keeps the codes that the product holds', async () => {
  const { output: person } = await post('people.add', { name: '旧' })
  const account = running.sim.world.accounts.get(demoIds.miniPrograms.lieye)!
  account.codes.set('kept', { id: 'kept', scene: 'c=1', page: '', createdAtMs: 0 })
  await post('faults.add', { kind: 'drop' })
  await post('reset', {})
  expect((await post('user', { id: person.id })).status).toBe(409)
  expect((await post('faults.list', {})).output).toEqual([])
  const { output: next } = await post('people.add', { name: '新' })
  expect(next.unionid).not.toBe(person.unionid) // the product must not take a new customer for an old one
  expect((await post('codes.list', {})).output).toMatchObject([{ id: 'kept' }])
  expect((await request('GET', 'codes.image', '', { query: { kind: 'miniProgram', id: 'kept' } })).status).toBe(200)
})
