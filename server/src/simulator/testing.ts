/** For this module's tests: a world of its own and a listener that plays the product's callback side. */

import { X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { callbackSignature, decryptMessage, gcmDecrypt, payResponseText, rsaVerify } from './crypto.ts'
import { demoIds, demoWorld, type RunningSimulator, startSimulator } from './index.ts'

export type Received = {
  path: string
  query: URLSearchParams
  headers: Record<string, string | undefined>
  body: string
  atMs: number
}

export type Listener = {
  url: string
  received: Received[]
  /** Next answers; 200 when empty. */
  statuses: number[]
  delayMs: number
  close(): Promise<void>
}

export async function startListener(): Promise<Listener> {
  const listener: Listener = { url: '', received: [], statuses: [], delayMs: 0, close: async () => {} }
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const [path = '', query = ''] = (request.url ?? '').split('?')
    listener.received.push({
      path,
      query: new URLSearchParams(query),
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
      atMs: Date.now(),
    })
    if (listener.delayMs) await new Promise(resolve => setTimeout(resolve, listener.delayMs))
    response.writeHead(listener.statuses.shift() ?? 200).end('')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  listener.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  listener.close = () => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(() => resolve()))
  }
  return listener
}

export async function startWorld(
  listener: Listener,
  options: { dataDir?: string; now?: () => number } = {},
): Promise<RunningSimulator> {
  const running = await startSimulator({
    definition: demoWorld({ publicUrl: listener.url }),
    dataDir: options.dataDir ?? null,
    firstPort: 0,
    ...(options.now ? { now: options.now } : {}),
  })
  Object.assign(running.sim.world.settings, { payRetryFactor: 0.002, callbackRetryDelayMs: 20, refundDelayMs: 20 })
  return running
}

/** A JSON call as any client makes it. */
export async function call(
  url: string,
  body?: unknown,
): Promise<Record<string, unknown> & { errcode?: number; errmsg?: string }> {
  const response = await fetch(
    url,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  )
  return (await response.json()) as Record<string, unknown>
}

export async function corpToken(running: RunningSimulator): Promise<string> {
  const { secret } = running.sim.world.corps.get(demoIds.corpId) ?? { secret: '' }
  const answer = await call(`${running.sim.urls.wecom}/cgi-bin/gettoken?corpid=${demoIds.corpId}&corpsecret=${secret}`)
  return String(answer.access_token)
}

export async function accountToken(running: RunningSimulator, appid: string): Promise<string> {
  const secret = running.sim.world.accounts.get(appid)?.secret
  const answer = await call(`${running.sim.urls.weixin}/cgi-bin/stable_token`, { grant_type: 'client_credential', appid, secret })
  return String(answer.access_token)
}

/** Opens an XML callback as the product should: signature, then decryption, then the receiver. Throws when anything is off. */
export function opened(received: Received, receiver: { token: string; encodingAesKey: string }, receiveId: string): string {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(received.body)?.[1] ?? ''
  const expected = callbackSignature(
    receiver.token,
    received.query.get('timestamp') ?? '',
    received.query.get('nonce') ?? '',
    encrypted,
  )
  if (expected !== received.query.get('msg_signature')) throw new Error('wrong signature')
  const { message, receiveId: got } = decryptMessage(receiver.encodingAesKey, encrypted)
  if (got !== receiveId) throw new Error('wrong receiver')
  return message
}

export function field(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`).exec(xml)?.[1]
}

/** Opens a Pay notification: platform signature over the raw body, then the sealed resource. */
export function openedNotice(
  received: Received,
  merchant: { apiV3Key: string; keys: { platformCertificate: string } },
): { eventType: string; plain: Record<string, unknown> } {
  const { headers, body } = received
  const text = payResponseText(headers['wechatpay-timestamp'] ?? '', headers['wechatpay-nonce'] ?? '', body)
  const key = new X509Certificate(merchant.keys.platformCertificate).publicKey.export({ type: 'spki', format: 'pem' }).toString()
  if (!rsaVerify(key, text, headers['wechatpay-signature'] ?? '')) throw new Error('wrong signature')
  const parsed = JSON.parse(body) as {
    event_type: string
    resource: { nonce: string; associated_data: string; ciphertext: string }
  }
  const { nonce, associated_data, ciphertext } = parsed.resource
  return { eventType: parsed.event_type, plain: JSON.parse(gcmDecrypt(merchant.apiV3Key, nonce, associated_data, ciphertext)) }
}
