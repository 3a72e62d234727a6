import { afterEach, describe, expect, test, vi } from 'vitest'
import { call } from './call.ts'
import { type CallError, fieldErrorsOf, sentenceOf } from './errors.ts'
import { intentions } from './intention.ts'

/** What the server heard, and what it answers. */
function server(answer: () => Response | Promise<Response>) {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => ({ 'banyan.token': 'secret', 'banyan.brand': '7' })[key] ?? null,
    removeItem: () => {},
  })
  const heard = vi.fn((_url: string, _init: { headers: Record<string, string>; body: string }) => Promise.resolve(answer()))
  vi.stubGlobal('fetch', heard)
  return heard
}
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })

afterEach(() => vi.unstubAllGlobals())

describe('a call', () => {
  test('says who asks and for which brand; only commands carry a key', async () => {
    const heard = server(() => json(200, { data: { items: [], total: 0 } }))
    await call('brands.list', {})
    await call('coupons.void', { couponId: 1, reason: 'x' })
    const [query, command] = heard.mock.calls
    expect(query?.[0]).toBe('/api/brands.list')
    expect(query?.[1].headers).toMatchObject({ authorization: 'Bearer secret', 'x-brand-id': '7' })
    expect(query?.[1].headers['idempotency-key']).toBeUndefined()
    expect(command?.[1].headers['idempotency-key']).toMatch(/.{8,}/)
  })

  test("a refusal is a coded error in the reader's language, with its fields", async () => {
    server(() =>
      json(422, {
        error: {
          code: 'input.invalid',
          message: 'Some fields are not right',
          requestId: 'r1',
          detail: {
            field: 'name',
            reason: '太短',
            fields: [
              { field: 'name', reason: '太短' },
              { field: 'stock', reason: '太小' },
            ],
          },
        },
      }),
    )
    const error = await call('brands.list', {}).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'input.invalid', status: 422, requestId: 'r1', isUnsure: false })
    expect(sentenceOf(error)).toContain('填写的内容有误')
    expect(fieldErrorsOf(error)).toEqual({ name: '太短', stock: '太小' })
  })

  test('a refusal that passes says when, in minutes', async () => {
    const refuse = (retryAfterSeconds: number) =>
      server(() => json(429, { error: { code: 'auth.locked', message: 'x', detail: { retryAfterSeconds } } }))
    const said = () => call('brands.list', {}).catch(sentenceOf)
    refuse(900)
    expect(await said()).toBe('连续输错次数过多，请稍后再试（约 15 分钟后）')
    refuse(20)
    expect(await said()).toBe('连续输错次数过多，请稍后再试')
  })

  test('silence is told apart from a refusal, and so is a page of a proxy', async () => {
    server(() => Promise.reject(new TypeError('failed')))
    expect(await call('brands.list', {}).catch((error: CallError) => [error.code, error.isUnsure])).toEqual([
      'network.away',
      true,
    ])
    server(() => new Response('<html>Bad gateway</html>', { status: 502 }))
    expect(await call('brands.list', {}).catch((error: CallError) => [error.code, error.isUnsure])).toEqual([
      'server.failed',
      true,
    ])
  })
})

describe('an intention', () => {
  test('keeps its key while nobody knows what became of it', () => {
    const sent = intentions()
    const first = sent.keyFor('{"a":1}')
    sent.end(true)
    expect(sent.keyFor('{"a":1}')).toBe(first)
    expect(sent.keyFor('{"a":2}')).not.toBe(first)
  })

  test('is over with a definite answer: the same words again are a new wish', () => {
    const sent = intentions()
    const first = sent.keyFor('{"a":1}')
    sent.end(false)
    expect(sent.keyFor('{"a":1}')).not.toBe(first)
  })
})
