import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { demoIds } from '../app/demo.ts'
import { rows, sql } from '../core/index.ts'
import { aesKeyOf, encryptMessage, signatureOf } from '../wechat/index.ts'

/** Callbacks at the door: what is genuine is stored and answered, what is not is refused with its code and leaves nothing behind. */
const product = useProduct()
const { corpId } = demoIds

let token = ''
let aesKey: Buffer

beforeAll(async () => {
  await make.connections(product.simulator, { first: (await make.brand()).id })
  const { secrets } = product.simulator.connections.find(one => one.type === 'wecom')!
  token = secrets.token!
  aesKey = aesKeyOf(secrets.encodingAesKey!)!
})

const nowSeconds = () => Math.floor(Date.now() / 1000)

function body(of: Record<string, string | number> = {}): string {
  const fields = {
    ToUserName: corpId,
    FromUserName: 'sys',
    CreateTime: nowSeconds(),
    MsgType: 'event',
    Event: 'change_external_contact',
    ChangeType: 'edit_external_contact',
    UserID: 'QianHe',
    ExternalUserID: `wm${randomBytes(8).toString('hex')}`,
    ...of,
  }
  return `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}</xml>`
}

type Post = {
  message: string
  timestamp?: number
  receiveId?: string
  damage?: (encrypted: string) => string
  signature?: string
  path?: string
  raw?: string
}

async function post({
  message,
  timestamp = nowSeconds(),
  receiveId = corpId,
  damage = text => text,
  signature,
  path = corpId,
  raw,
}: Post) {
  const encrypted = encryptMessage({ token, aesKey, receiveId }, message)
  const nonce = randomBytes(6).toString('hex')
  const signed = signature ?? signatureOf(token, String(timestamp), nonce, damage(encrypted))
  const answer = await fetch(
    `${product.url}/callbacks/wecom/${path}?msg_signature=${signed}&timestamp=${timestamp}&nonce=${nonce}`,
    {
      method: 'POST',
      body:
        raw ??
        `<xml><ToUserName>${corpId}</ToUserName><AgentID></AgentID><Encrypt><![CDATA[${damage(encrypted)}]]></Encrypt></xml>`,
    },
  )
  const text = await answer.text()
  return {
    status: answer.status,
    text,
    code: text.startsWith('{') ? (JSON.parse(text) as { error: { code: string } }).error.code : null,
  }
}

async function storedCount(): Promise<number> {
  return Number((await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM callbacks`))[0]!.n)
}

async function eventCount(name: string): Promise<number> {
  return Number((await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM outbox_events WHERE name = ${name}`))[0]!.n)
}

test('a genuine callback is stored, published and answered', async () => {
  const before = [await storedCount(), await eventCount('wecom.contactEdited')]
  expect(await post({ message: body() })).toMatchObject({ status: 200, text: 'success' })
  expect([await storedCount(), await eventCount('wecom.contactEdited')]).toEqual(before.map(n => n + 1))
})

test('the same callback again (a retry of the platform) is answered and changes nothing', async () => {
  const message = body()
  await post({ message })
  const before = [await storedCount(), await eventCount('wecom.contactEdited')]
  const answers = await Promise.all([post({ message }), post({ message }), post({ message })])
  expect(answers.map(answer => answer.status)).toEqual([200, 200, 200])
  expect([await storedCount(), await eventCount('wecom.contactEdited')]).toEqual(before)
})

test('thirty events of the same second are thirty events', async () => {
  const before = await eventCount('wecom.contactEdited')
  const second = nowSeconds()
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) => post({ message: body({ CreateTime: second, ExternalUserID: `wmSame${i}` }) })),
  )
  expect(answers.every(answer => answer.status === 200)).toBe(true)
  expect(await eventCount('wecom.contactEdited')).toBe(before + 30)
})

test('two events of one second that differ in nothing but the kind of change stay two', async () => {
  const second = nowSeconds()
  const same = { CreateTime: second, ExternalUserID: 'wmHalfThenFull', State: 'x' }
  const before = await eventCount('wecom.contactAdded')
  await Promise.all([
    post({ message: body({ ...same, ChangeType: 'add_half_external_contact' }) }),
    post({ message: body({ ...same, ChangeType: 'add_external_contact' }) }),
  ])
  expect(await eventCount('wecom.contactAdded')).toBe(before + 2)
})

test('an event of a kind we have no word for is kept and answered', async () => {
  const before = await storedCount()
  expect((await post({ message: body({ Event: 'something_of_2027', ChangeType: 'new' }) })).status).toBe(200)
  expect(await storedCount()).toBe(before + 1)
})

describe('what is not genuine is refused with its code, and nothing is stored', () => {
  test.each([
    ['a wrong signature', () => ({ message: body(), signature: '0'.repeat(40) }), 401, 'callback.badSignature'],
    ['no signature', () => ({ message: body(), signature: '' }), 401, 'callback.badSignature'],
    ['a replay after the window', () => ({ message: body(), timestamp: nowSeconds() - 301 }), 401, 'callback.expired'],
    ['a time stamp from the future', () => ({ message: body(), timestamp: nowSeconds() + 400 }), 401, 'callback.expired'],
    ['a ciphertext that was changed and signed again', () => ({ message: body(), damage: flipped }), 401, 'callback.tampered'],
    ['a message for another corp', () => ({ message: body(), receiveId: 'ww0000000000000000' }), 401, 'callback.wrongReceiver'],
    ['a corp we do not serve', () => ({ message: body(), path: 'ww0000000000000000' }), 404, 'callback.unknownAccount'],
    ['no XML at all', () => ({ message: body(), raw: 'hello' }), 400, 'callback.malformed'],
    ['XML without ciphertext', () => ({ message: body(), raw: '<xml><A>1</A></xml>' }), 400, 'callback.malformed'],
    ['sealed text that is no XML', () => ({ message: 'not xml' }), 400, 'callback.malformed'],
    [
      'an entity bomb inside',
      () => ({ message: '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><A>&a;</A></xml>' }),
      400,
      'callback.malformed',
    ],
    ['a body of a megabyte', () => ({ message: body(), raw: `<xml>${'x'.repeat(1_000_000)}</xml>` }), 413, 'input.tooLarge'],
  ])('%s', async (_, made, status, code) => {
    const before = await storedCount()
    expect(await post(made() as Post)).toMatchObject({ status, code })
    expect(await storedCount()).toBe(before)
  })
})

/** The last block is changed, so the padding no longer fits. */
function flipped(encrypted: string): string {
  const bytes = Buffer.from(encrypted, 'base64')
  bytes[bytes.length - 17]! ^= 0xff
  return bytes.toString('base64')
}

test('the address check answers with the echo in clear, and refuses a wrong signature', async () => {
  const echo = encryptMessage({ token, aesKey, receiveId: corpId }, '1234567890')
  const timestamp = String(nowSeconds())
  const query = (signature: string) => new URLSearchParams({ msg_signature: signature, timestamp, nonce: 'n', echostr: echo })
  const good = await fetch(`${product.url}/callbacks/wecom/${corpId}?${query(signatureOf(token, timestamp, 'n', echo))}`)
  expect(await good.text()).toBe('1234567890')
  const bad = await fetch(`${product.url}/callbacks/wecom/${corpId}?${query('0'.repeat(40))}`)
  expect(bad.status).toBe(401)
})
