import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { IDLE_MS, type OutboundError, outbound, resetBreakers } from './outbound.ts'

let server: Server | undefined
const open = new Set<Socket>()

afterEach(async () => {
  resetBreakers()
  for (const socket of open) socket.destroy()
  open.clear()
  await new Promise(resolve => (server ? server.close(resolve) : resolve(null)))
  server = undefined
})

/**
 * A platform that keeps connections without saying how long, and answers with a reset to whoever writes on one that was idle for `idleMs`:
 * what a caller sees when the platform's goodbye is still on its way.
 */
async function forgetful(idleMs: number): Promise<{ url: string; connections: () => number }> {
  let connections = 0
  server = createServer(socket => {
    connections += 1
    open.add(socket)
    socket.on('error', () => undefined)
    let answeredAt: number | null = null
    socket.on('data', () => {
      if (answeredAt !== null && Date.now() - answeredAt >= idleMs) return socket.resetAndDestroy()
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}')
      answeredAt = Date.now()
    })
  })
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/send`, connections: () => connections }
}

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const send = outbound('test:idle', { timeoutMs: 3_000 })
const post = { method: 'POST', body: '{}' }

test('a connection that the platform may have given up is not used: we drop idle ones first', async () => {
  const { url, connections } = await forgetful(IDLE_MS + 300)
  expect((await send(url, post)).status).toBe(200)
  await wait(100)
  expect((await send(url, post)).status).toBe(200)
  expect(connections()).toBe(1) // one after the other share a connection
  await wait(IDLE_MS + 600)
  expect((await send(url, post)).status).toBe(200)
  expect(connections()).toBe(2)
})

test('a reset on a used connection stays unknown: nobody can tell whether the request was read', async () => {
  const { url, connections } = await forgetful(50)
  await send(url, post)
  await wait(200)
  const error = (await send(url, post).catch(thrown => thrown)) as OutboundError
  expect(error).toMatchObject({ name: 'OutboundError', kind: 'network', mayHaveHappened: true })
  expect(connections()).toBe(1) // and it was not sent again
})

test('an answer that came while the process stood still is read, not given up', async () => {
  server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'))
  })
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const sending = outbound('test:stall', { timeoutMs: 300 })(`http://127.0.0.1:${port}/send`, post)
  setTimeout(() => {
    const until = Date.now() + 1_000
    while (Date.now() < until);
  }, 0)
  expect((await sending).status).toBe(200)
})

test('no answer within the time is a timeout, also after a stall', async () => {
  server = createServer(socket => {
    open.add(socket)
  })
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const startedAt = Date.now()
  const error = await outbound('test:mute', { timeoutMs: 300 })(`http://127.0.0.1:${port}/send`, post).catch(thrown => thrown)
  expect(error).toMatchObject({ kind: 'timeout', mayHaveHappened: true })
  expect(Date.now() - startedAt).toBeLessThan(2_000)
})

test('a target that keeps failing is left alone for a while, says so at once, and is asked again after that', async () => {
  let asked = 0
  let isWell = false
  server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => {
      asked += 1
      socket.end(`HTTP/1.1 ${isWell ? '200 OK' : '503 Busy'}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`)
    })
  })
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const ask = () =>
    outbound('test:failing', { timeoutMs: 1_000, breakerFaults: 3, openMs: 400 })(`http://127.0.0.1:${port}/`, post)
  for (let n = 0; n < 3; n += 1) expect((await ask()).status).toBe(503)
  const refusal = await ask().catch(thrown => thrown as OutboundError)
  expect(refusal).toMatchObject({ kind: 'open', mayHaveHappened: false })
  expect(asked).toBe(3)
  // Another target is not held responsible.
  expect((await outbound('test:other', { timeoutMs: 1_000 })(`http://127.0.0.1:${port}/`, post)).status).toBe(503)
  isWell = true
  await wait(450)
  expect((await ask()).status).toBe(200)
})
