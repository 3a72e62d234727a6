/** Callbacks to the product: encrypted and signed XML of WeCom and official accounts, sealed JSON of Pay. */
import { randomBytes, randomUUID } from 'node:crypto'
import { callbackSignature, encryptMessage, gcmEncrypt, payResponseText, randomText, rsaSign } from './crypto.ts'
import type { CallbackFault } from './faults.ts'
import type { Post } from './pusher.ts'
import { nowSeconds, type Simulator } from './simulator.ts'
import type { Account, Corp, Merchant } from './world.ts'
import { toXml, type XmlFields } from './xml.ts'

/** https://pay.weixin.qq.com: payment notice, seconds between attempts; 24 h 4 min in all. */
const payRetrySeconds = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]
const CALLBACK_RETRIES = 3

let lastEventSecond = 0

/** CreateTime of an event. Under `sameSecond` it repeats the one before, as two things within one second do. */
export function eventSecond(sim: Simulator, place: string): number {
  const second = nowSeconds(sim)
  if (lastEventSecond && sim.faults.strike('sameSecond', place)) return lastEventSecond
  lastEventSecond = second
  return second
}

function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 0x41
  return bytes.toString('base64')
}

type Receiver = {
  token: string
  encodingAesKey: string
  callbackUrl: string
  receiveId: string
  envelope(encrypted: string): XmlFields
  query(timestamp: string, nonce: string): Record<string, string>
}

function sealedXml(sim: Simulator, receiver: Receiver, xml: string, damage: CallbackFault | null): Post {
  const ageSeconds = damage === 'staleTimestamp' ? 3600 : 0
  const timestamp = String(nowSeconds(sim) - ageSeconds)
  const nonce = String(randomBytes(4).readUInt32BE())
  const clean = encryptMessage(receiver.encodingAesKey, receiver.receiveId, xml)
  const encrypted = damage === 'tamperedBody' ? flipped(clean) : clean
  const signature = callbackSignature(damage === 'wrongSignature' ? 'wrong token' : receiver.token, timestamp, nonce, clean)
  const query = { ...receiver.query(timestamp, nonce), msg_signature: signature, timestamp, nonce }
  return {
    url: `${receiver.callbackUrl}?${new URLSearchParams(query)}`,
    headers: { 'content-type': 'text/xml', 'user-agent': 'Mozilla/4.0' },
    body: toXml(receiver.envelope(encrypted)),
    signed: {
      msg_signature: signature,
      timestamp,
      nonce,
      algorithm: 'sha1(sort(token, timestamp, nonce, Encrypt)) + AES-256-CBC',
    },
  }
}

function corpReceiver(corp: Corp): Receiver {
  const envelope = (Encrypt: string) => ({ ToUserName: corp.corpId, AgentID: String(corp.agentId), Encrypt })
  return { ...corp, receiveId: corp.corpId, envelope, query: () => ({}) }
}

function accountReceiver(account: Account, openid: string): Receiver {
  const envelope = (Encrypt: string) => ({ ToUserName: account.originalId, Encrypt })
  const query = (timestamp: string, nonce: string) => ({
    signature: callbackSignature(account.token, timestamp, nonce),
    openid,
    encrypt_type: 'aes',
  })
  return { ...account, receiveId: account.appId, envelope, query }
}

function retryDelays(sim: Simulator): number[] {
  return Array.from({ length: CALLBACK_RETRIES }, () => sim.world.settings.callbackRetryDelayMs)
}

/** An event of the corp, from `sys`. `name` is ChangeType, or Event when there is none. */
export function pushCorpEvent(sim: Simulator, corp: Corp, event: string, fields: XmlFields): void {
  const name = String(fields.ChangeType ?? event)
  const xml = toXml({
    ToUserName: corp.corpId,
    FromUserName: 'sys',
    CreateTime: eventSecond(sim, `wecom ${name}`),
    MsgType: 'event',
    Event: event,
    ...fields,
  })
  if (!corp.callbackUrl) return
  sim.pusher.send({
    origin: 'wecom',
    name,
    target: corp.corpId,
    decoded: xml,
    retryDelaysMs: retryDelays(sim),
    build: damage => sealedXml(sim, corpReceiver(corp), xml, damage),
  })
}

/** A message or an event of an official account or a mini program, from one of its users. */
export function pushAccountMessage(sim: Simulator, account: Account, openid: string, fields: XmlFields): void {
  const name = String(fields.Event ?? fields.MsgType ?? 'message')
  const xml = toXml({
    ToUserName: account.originalId,
    FromUserName: openid,
    CreateTime: eventSecond(sim, `weixin ${name}`),
    ...fields,
  })
  if (!account.callbackUrl) return
  sim.pusher.send({
    origin: 'weixin',
    name,
    target: account.appId,
    decoded: xml,
    retryDelaysMs: retryDelays(sim),
    build: damage => sealedXml(sim, accountReceiver(account, openid), xml, damage),
  })
}

/** RFC 3339 in the platform's zone. */
export function beijingTime(atMs: number): string {
  return `${new Date(atMs + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`
}

/** Headers that prove that a response or a notification comes from Pay. */
export function paySignatureHeaders(
  sim: Simulator,
  merchant: Merchant,
  body: string,
  damage: CallbackFault | null = null,
): Record<string, string> {
  const timestamp = String(nowSeconds(sim) - (damage === 'staleTimestamp' ? 3600 : 0))
  const nonce = randomText(32)
  const signature = rsaSign(
    merchant.keys.platformPrivateKey,
    payResponseText(timestamp, nonce, damage === 'wrongSignature' ? `${body} ` : body),
  )
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
    'Wechatpay-Serial': merchant.serialMode === 'publicKey' ? merchant.keys.publicKeyId : merchant.keys.platformSerial,
  }
}

/** A Pay notification: `plain` is sealed with the APIv3 key, the whole body signed with the platform's key. */
export function pushPayNotice(
  sim: Simulator,
  merchant: Merchant,
  notice: { url: string; eventType: string; originalType: string; summary: string; plain: unknown },
): void {
  const text = JSON.stringify(notice.plain)
  const id = randomUUID()
  const build = (damage: CallbackFault | null): Post => {
    const nonce = randomText(12)
    const sealed = gcmEncrypt(merchant.apiV3Key, nonce, notice.originalType, text)
    const body = JSON.stringify({
      id,
      create_time: beijingTime(sim.now()),
      resource_type: 'encrypt-resource',
      event_type: notice.eventType,
      summary: notice.summary,
      resource: {
        original_type: notice.originalType,
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: damage === 'tamperedTag' || damage === 'tamperedBody' ? tamperedSeal(sealed, damage) : sealed,
        associated_data: notice.originalType,
        nonce,
      },
    })
    const signature = paySignatureHeaders(sim, merchant, body, damage)
    return {
      url: notice.url,
      headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/4.0', ...signature },
      body,
      signed: signature,
    }
  }
  const retryDelaysMs = payRetrySeconds.map(seconds => Math.max(50, seconds * 1000 * sim.world.settings.payRetryFactor))
  sim.pusher.send({ origin: 'pay', name: notice.eventType, target: merchant.mchid, decoded: text, retryDelaysMs, build })
}

/** Only the tag, or only the text, is changed; the outer signature stays right, so that only the GCM check can notice. */
function tamperedSeal(sealed: string, damage: CallbackFault): string {
  const bytes = Buffer.from(sealed, 'base64')
  const index = damage === 'tamperedTag' ? bytes.length - 1 : Math.min(30, bytes.length - 17)
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return bytes.toString('base64')
}
