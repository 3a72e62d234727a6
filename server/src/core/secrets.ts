import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash, verify } from '@node-rs/argon2'
import { config, dataDir, keyBytes } from './config.ts'
import { randomPart } from './random.ts'

/**
 * Secrets and phones at rest: AES-256-GCM with a key derived from APP_KEY, and a keyed hash beside it for look-up.
 * Text form: `v1.<nonce>.<cipher+tag>`, base64url. The version names the derivation, so a key can be changed later.
 */
type Keys = { cipher: Buffer; hash: Buffer; token: Buffer }
let keys: Keys | null = null

function keysOf(): Keys {
  if (keys) return keys
  const root = rootKey()
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', root, 'banyan', purpose, 32))
  keys = { cipher: derive('cipher:v1'), hash: derive('hash:v1'), token: derive('token:v1') }
  return keys
}

function rootKey(): Buffer {
  if (config.appKey) return keyBytes(config.appKey)
  const path = join(dataDir(), 'app.key')
  if (!existsSync(path)) {
    try {
      writeFileSync(path, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return Buffer.from(readFileSync(path, 'utf8'), 'base64')
}

export function encrypt(text: string): string {
  const nonce = randomPart(12)
  const cipher = createCipheriv('aes-256-gcm', keysOf().cipher, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${nonce.toString('base64url')}.${body.toString('base64url')}`
}

/** Throws when the text was changed or the key is another one. */
export function decrypt(text: string): string {
  const [version, nonceText, bodyText] = text.split('.')
  if (version !== 'v1' || !nonceText || !bodyText) throw new Error('secret.unreadable: not one of our ciphertexts')
  const body = Buffer.from(bodyText, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keysOf().cipher, Buffer.from(nonceText, 'base64url'))
  decipher.setAuthTag(body.subarray(body.length - 16))
  return Buffer.concat([decipher.update(body.subarray(0, body.length - 16)), decipher.final()]).toString('utf8')
}

/** HMAC-SHA-256 in hex, 64 characters. `purpose` keeps hashes of one value for two uses apart. */
export function keyedHash(text: string, purpose: string): string {
  return createHmac('sha256', keysOf().hash).update(purpose).update('\0').update(text).digest('hex')
}

export function randomToken(bytes = 24): string {
  return randomPart(bytes).toString('base64url')
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A short text that proves we wrote `payload` and when it ends: download and click addresses, rotating codes. */
export function signToken(payload: string, expiresAt: Date): string {
  const body = `${Buffer.from(payload).toString('base64url')}.${Math.floor(expiresAt.getTime() / 1000).toString(36)}`
  return `${body}.${signatureOf(body)}`
}

/** The payload, or null when the token is not ours or has ended. */
export function readToken(token: string, at: Date): string | null {
  const [payload, ends, signature] = token.split('.')
  if (!payload || !ends || !signature) return null
  if (!isSameText(signature, signatureOf(`${payload}.${ends}`))) return null
  if (Number.parseInt(ends, 36) * 1000 < at.getTime()) return null
  return Buffer.from(payload, 'base64url').toString('utf8')
}

function signatureOf(body: string): string {
  return createHmac('sha256', keysOf().token).update(body).digest('base64url').slice(0, 22)
}

/** Compares in constant time. */
export function isSameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** argon2id with 19 MiB and two passes, the first of OWASP's recommended settings (Password Storage Cheat Sheet). */
export function hashPassword(password: string): Promise<string> {
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}

export function verifyPassword(stored: string, password: string): Promise<boolean> {
  return verify(stored, password)
}
