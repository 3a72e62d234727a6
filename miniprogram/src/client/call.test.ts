import { beforeEach, expect, test, vi } from 'vitest'
import { NetworkFailure, type PostAnswer } from '../platform/platform.ts'

// The one seam to the outside: what the platform's network answers, in order.
const script: (PostAnswer | Error)[] = []
const sent: { url: string; headers: Record<string, string> }[] = []
const storage = new Map<string, string>()

vi.mock('../platform/index.ts', () => ({
  platform: {
    post: async (url: string, _input: unknown, headers: Record<string, string>) => {
      sent.push({ url, headers })
      const next = script.shift()
      if (!next) throw new Error('nothing scripted')
      if (next instanceof Error) throw next
      return next
    },
    read: (key: string) => storage.get(key) ?? null,
    write: (key: string, value: string | null) => (value === null ? storage.delete(key) : storage.set(key, value)),
    owner: () => 'u1',
  },
}))
vi.stubGlobal('API_ORIGIN', '')

const { callerOf, newKey } = await import('./call.ts')
const { sessionOf } = await import('./session.ts')

const ok = (data: unknown): PostAnswer => ({ status: 200, body: { data } })
const refused = (status: number, code: string): PostAnswer => ({
  status,
  body: { error: { code, message: code, requestId: 'r1' } },
})
let signIns = 0

function caller() {
  return callerOf(
    sessionOf(
      'person',
      () => 'u1',
      async () => {
        signIns += 1
        return { token: `t${signIns}`, expiresAt: new Date(Date.now() + 3_600_000).toISOString() }
      },
    ),
  )
}

beforeEach(() => {
  script.length = 0
  sent.length = 0
  storage.clear()
  signIns = 0
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  return () => vi.useRealTimers()
})

async function settled<T>(work: Promise<T>): Promise<T | Error> {
  const outcome = work.catch((error: Error) => error)
  await vi.advanceTimersByTimeAsync(10_000)
  return outcome
}

test('a session that the server no longer knows is opened again without a word, once', async () => {
  storage.set(
    'banyan.session.person.u1',
    JSON.stringify({ token: 'old', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
  )
  script.push(refused(401, 'access.signedOut'), ok({ isDone: true }))
  await settled(caller()('members.me', {}))
  expect(sent.map(one => one.headers.Authorization)).toEqual(['Bearer old', 'Bearer t1'])

  script.push(refused(401, 'access.signedOut'), refused(401, 'access.signedOut'))
  expect(await settled(caller()('members.me', {}))).toMatchObject({ code: 'access.signedOut' })
  expect(script).toHaveLength(0)
})

test('a command whose answer was lost is asked again under the same key', async () => {
  script.push(new NetworkFailure(true), new NetworkFailure(false), ok({ id: 7 }))
  const key = newKey()
  expect(await settled(caller()('coupons.claim', { batchId: 1 }, { key }))).toMatchObject({ id: 7 })
  expect(sent.map(one => one.headers['Idempotency-Key'])).toEqual([key, key, key])
})

test('a refusal is an answer: it is not asked again', async () => {
  script.push(refused(409, 'coupon.soldOut'))
  expect(await settled(caller()('coupons.claim', { batchId: 1 }, { key: newKey() }))).toMatchObject({
    code: 'coupon.soldOut',
    isPassing: false,
  })
  expect(sent).toHaveLength(1)
})

test('a network that stays away is said in words, after three tries', async () => {
  script.push(new NetworkFailure(false), new NetworkFailure(false), new NetworkFailure(false))
  expect(await settled(caller()('members.me', {}))).toMatchObject({ code: 'client.offline', isPassing: true })
  expect(sent).toHaveLength(3)
})

test('a page of a proxy instead of our answer is a failure of the server, not a crash', async () => {
  const page = { status: 502, body: '<html>Bad gateway</html>' }
  script.push(page, page, page)
  expect(await settled(caller()('members.me', {}))).toMatchObject({ code: 'server.failed', status: 502 })
})

test('many calls at once open one session', async () => {
  script.push(ok(1), ok(2), ok(3))
  const call = caller()
  await settled(Promise.all([call('members.me', {}), call('tiers.mine', {}), call('members.code', {})]))
  expect(signIns).toBe(1)
})
