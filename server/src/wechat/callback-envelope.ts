import { now, refused } from '../core/index.ts'
import { aesKeyOf, type CallbackKey, decryptMessage, isSignatureRight } from './callback-crypto.ts'
import { parseJson } from './safe-json.ts'
import { parseXml, textOf, type XmlNode, type XmlValue } from './xml.ts'

/** How old, or how far ahead, a signed callback may be. The platforms retry within seconds; more is a replay. */
const WINDOW_SECONDS = 300

export type CallbackSecrets = { token: string; encodingAesKey: string; receiveId: string }
export type CallbackQuery = Record<string, string | undefined>

/**
 * Opens the echo of the platform's address check.
 * Throws callback.notConfigured, callback.expired, callback.badSignature, callback.tampered, callback.wrongReceiver.
 */
export function openEcho(secrets: CallbackSecrets, query: CallbackQuery): string {
  const echo = query.echostr ?? ''
  mustBeInWindow(query)
  if (!query.msg_signature) {
    // official account: the echo is in clear and the signature covers token, timestamp and nonce
    mustBeSigned(query.signature, [secrets.token, query.timestamp ?? '', query.nonce ?? ''])
    return echo
  }
  const key = keyOf(secrets)
  mustBeSigned(query.msg_signature, [secrets.token, query.timestamp ?? '', query.nonce ?? '', echo])
  return open(key, echo)
}

/**
 * Verifies and opens one callback: the decrypted body, and its fields. XML, or JSON for mini programs set so.
 * Throws the same codes as openEcho, and callback.malformed.
 */
export function openCallback(secrets: CallbackSecrets, query: CallbackQuery, rawBody: Buffer): { body: string; node: XmlNode } {
  mustBeInWindow(query)
  const outerText = rawBody.toString('utf8')
  if (!secrets.encodingAesKey) {
    // plain mode, chosen in the console by leaving the key empty. A clear body is never taken when there is a key.
    mustBeSigned(query.signature, [secrets.token, query.timestamp ?? '', query.nonce ?? ''])
    return { body: outerText, node: nodeFrom(outerText) }
  }
  const key = keyOf(secrets)
  const encrypted = textOf(nodeFrom(outerText), 'Encrypt')
  if (!encrypted) throw refused('callback.malformed', { reason: 'Encrypt is missing' })
  mustBeSigned(query.msg_signature, [secrets.token, query.timestamp ?? '', query.nonce ?? '', encrypted])
  const body = open(key, encrypted)
  return { body, node: nodeFrom(body) }
}

function keyOf({ token, encodingAesKey, receiveId }: CallbackSecrets): CallbackKey {
  const aesKey = aesKeyOf(encodingAesKey)
  if (!aesKey || !token) throw refused('callback.notConfigured')
  return { token, aesKey, receiveId }
}

function mustBeInWindow(query: CallbackQuery): void {
  const seconds = Number(query.timestamp)
  if (!/^\d{10}$/.test(query.timestamp ?? '') || Math.abs(now().getTime() / 1000 - seconds) > WINDOW_SECONDS)
    throw refused('callback.expired')
}

function mustBeSigned(given: string | undefined, parts: string[]): void {
  if (!parts[0]) throw refused('callback.notConfigured')
  if (!given || !isSignatureRight(given, parts)) throw refused('callback.badSignature')
}

function open(key: CallbackKey, encrypted: string): string {
  const opened = decryptMessage(key, encrypted)
  if ('refusal' in opened) throw refused(opened.refusal)
  return opened.message
}

function nodeFrom(text: string): XmlNode {
  const node = text.trimStart().startsWith('{') ? nodeFromJson(text) : parseXml(text)
  if (!node) throw refused('callback.malformed')
  return node
}

/** JSON in the shape of XML: numbers become texts, so that everything after reads one shape. */
function nodeFromJson(text: string): XmlNode | null {
  try {
    return toText(parseJson(text)) as XmlNode
  } catch {
    return null
  }
}

function toText(value: unknown): XmlValue {
  if (Array.isArray(value)) return value.map(toText)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, toText(child)]))
  }
  return value === null || value === undefined ? '' : String(value)
}
