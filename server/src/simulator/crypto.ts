/**
 * The platforms' side of every signature and cipher. Written apart from the gateways' own crypto on purpose: two
 * implementations that agree on the published vectors check each other.
 */
import { createCipheriv, createDecipheriv, createHash, createSign, createVerify, randomBytes, timingSafeEqual } from 'node:crypto'

const BLOCK_BYTES = 32 // WeChat pads to 32 bytes, not to the 16 of AES

export function sha1Hex(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

/** Signature of callbacks: SHA-1 over the sorted, joined parts (token, timestamp, nonce and, in safe mode, the ciphertext). */
export function callbackSignature(...parts: string[]): string {
  return sha1Hex([...parts].sort().join(''))
}

/** Throws when the EncodingAESKey is not the 43 characters that make 32 bytes. */
function keyBytes(encodingAesKey: string): Buffer {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  if (encodingAesKey.length !== 43 || key.length !== 32) throw new Error('EncodingAESKey must be 43 characters of base64')
  return key
}

/** Encrypts one callback message for a receiver (appid or corpid). `random` is 16 bytes; given only by tests. */
export function encryptMessage(
  encodingAesKey: string,
  receiveId: string,
  message: string,
  random: Buffer = randomBytes(16),
): string {
  const key = keyBytes(encodingAesKey)
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([random, length, body, Buffer.from(receiveId)])
  const padBytes = BLOCK_BYTES - (plain.length % BLOCK_BYTES)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padBytes, padBytes)), cipher.final()]).toString('base64')
}

/** Opens a message; throws when the padding or the inner length is impossible. The caller compares `receiveId`. */
export function decryptMessage(encodingAesKey: string, encrypted: string): { message: string; receiveId: string } {
  const key = keyBytes(encodingAesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()])
  const padBytes = padded.at(-1) ?? 0
  if (padBytes < 1 || padBytes > BLOCK_BYTES) throw new Error('impossible padding')
  const plain = padded.subarray(0, padded.length - padBytes)
  if (plain.length < 20) throw new Error('message too short')
  const end = 20 + plain.readUInt32BE(16)
  if (end > plain.length) throw new Error('impossible length')
  return { message: plain.toString('utf8', 20, end), receiveId: plain.toString('utf8', end) }
}

/** JS-SDK signature (config and agentConfig); the fragment of the URL does not count. */
export function jsapiSignature(ticket: string, nonce: string, timestamp: number | string, url: string): string {
  return sha1Hex(`jsapi_ticket=${ticket}&noncestr=${nonce}&timestamp=${timestamp}&url=${url.split('#')[0]}`)
}

/** RSA-SHA256 (PKCS#1 v1.5) in base64, as WeChat Pay v3 signs everything. */
export function rsaSign(privateKeyPem: string, text: string): string {
  return createSign('RSA-SHA256').update(text).sign(privateKeyPem, 'base64')
}

export function rsaVerify(publicKeyPem: string, text: string, signature: string): boolean {
  return createVerify('RSA-SHA256').update(text).verify(publicKeyPem, signature, 'base64')
}

/** What a Pay v3 request signs: always five lines, also when the body is empty. */
export function payRequestText(method: string, pathAndQuery: string, timestamp: string, nonce: string, body: string): string {
  return `${method}\n${pathAndQuery}\n${timestamp}\n${nonce}\n${body}\n`
}

/** What a Pay v3 response or notification signs. */
export function payResponseText(timestamp: string, nonce: string, body: string): string {
  return `${timestamp}\n${nonce}\n${body}\n`
}

/** AEAD_AES_256_GCM of Pay v3: base64 of ciphertext followed by the 16-byte tag. */
export function gcmEncrypt(apiV3Key: string, nonce: string, associatedData: string, plain: string): string {
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce)
  cipher.setAAD(Buffer.from(associatedData))
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** Throws when the tag does not fit. */
export function gcmDecrypt(apiV3Key: string, nonce: string, associatedData: string, ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(associatedData))
  decipher.setAuthTag(bytes.subarray(bytes.length - 16))
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]).toString('utf8')
}

export function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** `length` characters of [A-Za-z0-9]. */
export function randomText(length: number): string {
  let text = ''
  while (text.length < length)
    text += randomBytes(length)
      .toString('base64')
      .replace(/[^A-Za-z0-9]/g, '')
  return text.slice(0, length)
}

/** Same letters for the same parts, always: ids of the pretend world do not change between runs. */
export function derivedText(length: number, ...parts: string[]): string {
  const text = createHash('sha512')
    .update(parts.join('\u0000'))
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
  return text.slice(0, length)
}
