import { constants, createDecipheriv, createSign, createVerify, randomBytes } from 'node:crypto'

/**
 * Signatures and sealed resources of WeChat Pay v3. Ours, because `wechatpay-node-v3` never checks the GCM tag, has no
 * timestamp window, keeps one certificate cache for all merchants and signs body-less POSTs wrong.
 */

/** The platform's own rule: an answer or notification this old, or this far ahead, is a replay. */
export const WINDOW_SECONDS = 300

const TAG_BYTES = 16
const SIGNTEST_PREFIX = 'WECHATPAY/SIGNTEST/' // the platform probes merchants with wrong signatures

export type SignatureHeaders = { timestamp: string; nonce: string; signature: string; serial: string }

/** Verifies `timestamp\nnonce\nbody\n` over the bytes as they came: JSON written again has another signature. */
export function isSignedBy(publicKeyPem: string, { timestamp, nonce, signature }: SignatureHeaders, rawBody: Buffer): boolean {
  if (signature.startsWith(SIGNTEST_PREFIX)) return false
  try {
    return createVerify('RSA-SHA256')
      .update(`${timestamp}\n${nonce}\n`)
      .update(rawBody)
      .update('\n')
      .verify({ key: publicKeyPem, padding: constants.RSA_PKCS1_PADDING }, signature, 'base64')
  } catch {
    return false // a key or a signature that cannot even be read proves nothing
  }
}

export function isInWindow(timestamp: string, now: Date): boolean {
  if (!/^\d{10}$/.test(timestamp)) return false
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) < WINDOW_SECONDS
}

/** The text that a request's signature covers: always five lines, also when the body is empty. */
export function requestText(method: string, pathAndQuery: string, timestamp: string, nonce: string, body: string): string {
  return `${method}\n${pathAndQuery}\n${timestamp}\n${nonce}\n${body}\n`
}

/** The text that opens the payment sheet on the phone is signed over. */
export function clientText(appId: string, timestamp: string, nonce: string, packageText: string): string {
  return `${appId}\n${timestamp}\n${nonce}\n${packageText}\n`
}

export function signText(privateKeyPem: string, text: string): string {
  return createSign('RSA-SHA256').update(text).sign({ key: privateKeyPem, padding: constants.RSA_PKCS1_PADDING }, 'base64')
}

export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

export type SealedResource = { algorithm?: string; ciphertext: string; nonce: string; associated_data?: string | undefined }

/** Opens AEAD_AES_256_GCM and checks its tag; null when it was tampered with or the APIv3 key differs. */
export function openResource(apiV3Key: string, { ciphertext, nonce, associated_data = '' }: SealedResource): string | null {
  const key = Buffer.from(apiV3Key)
  const bytes = Buffer.from(ciphertext, 'base64')
  if (key.length !== 32 || bytes.length < TAG_BYTES || Buffer.byteLength(nonce) !== 12) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce), { authTagLength: TAG_BYTES })
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    decipher.setAAD(Buffer.from(associated_data))
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}
