import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Signature and cipher of WeChat and WeCom callbacks: one algorithm for official account, mini program and WeCom.
 * Source: developer.work.weixin.qq.com/document/path/91144.
 */

const BLOCK_BYTES = 32 // PKCS#7 over 32 bytes, not the 16 of AES: Node's own padding cannot be used
const HEAD_BYTES = 20 // 16 random bytes and the length of the message

export type CallbackKey = { token: string; aesKey: Buffer; receiveId: string }
export type CallbackRefusal = 'callback.badSignature' | 'callback.tampered' | 'callback.wrongReceiver'

/** The 32 bytes behind an EncodingAESKey, or null when it is not one (Node's base64 accepts any junk without a word). */
export function aesKeyOf(encodingAesKey: string): Buffer | null {
  if (!/^[A-Za-z0-9]{43}$/.test(encodingAesKey)) return null
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  return key.length === 32 ? key : null
}

/** SHA-1 over the sorted parts, lower-case hex: (token, timestamp, nonce) for plain mode, plus the ciphertext in safe mode. */
export function signatureOf(...parts: string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex')
}

/** In constant time: a signature must not be guessable byte by byte. */
export function isSignatureRight(given: string, parts: string[]): boolean {
  const expected = Buffer.from(signatureOf(...parts))
  const actual = Buffer.from(given.toLowerCase())
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

/** Opens one ciphertext and compares the receiver that is sealed inside it. */
export function decryptMessage(key: CallbackKey, encrypted: string): { message: string } | { refusal: CallbackRefusal } {
  const cipherText = Buffer.from(encrypted, 'base64')
  if (cipherText.length === 0 || cipherText.length % 16 !== 0) return { refusal: 'callback.tampered' }
  const decipher = createDecipheriv('aes-256-cbc', key.aesKey, key.aesKey.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(cipherText), decipher.final()])

  const padBytes = padded[padded.length - 1] ?? 0
  if (padBytes < 1 || padBytes > BLOCK_BYTES || padBytes > padded.length - HEAD_BYTES) return { refusal: 'callback.tampered' }
  if (!padded.subarray(-padBytes).every(byte => byte === padBytes)) return { refusal: 'callback.tampered' }
  const plain = padded.subarray(0, -padBytes)

  const messageBytes = plain.readUInt32BE(16)
  if (HEAD_BYTES + messageBytes > plain.length) return { refusal: 'callback.tampered' }
  const message = plain.subarray(HEAD_BYTES, HEAD_BYTES + messageBytes).toString('utf8')
  const receiveId = plain.subarray(HEAD_BYTES + messageBytes).toString('utf8')
  return receiveId === key.receiveId ? { message } : { refusal: 'callback.wrongReceiver' }
}

/** Seals one message. `random` is 16 bytes and given only by tests. */
export function encryptMessage(key: CallbackKey, message: string, random: Buffer = randomBytes(16)): string {
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([random, length, body, Buffer.from(key.receiveId)])
  const padBytes = BLOCK_BYTES - (plain.length % BLOCK_BYTES)
  const cipher = createCipheriv('aes-256-cbc', key.aesKey, key.aesKey.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(padBytes, padBytes)])), cipher.final()]).toString(
    'base64',
  )
}
