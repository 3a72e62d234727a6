/** RSA keys and certificates of a merchant and of the platform facing it: made at the first start, then kept. */
import { createHash, generateKeyPair, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { selfSignedCertificate } from '../certificate.ts'
import type { MerchantKeys } from '../world.ts'

const generate = promisify(generateKeyPair)
const YEARS_MS = 5 * 365 * 86_400_000

/** Keys of worlds without a folder: they live as long as the process. */
const unkept: Record<string, MerchantKeys> = {}

/** The kept keys of each merchant, or new ones. */
export async function merchantKeys(mchids: string[], dataDir: string | null): Promise<Map<string, MerchantKeys>> {
  const path = dataDir ? join(dataDir, 'merchant-keys.json') : null
  const kept =
    path && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, MerchantKeys>) : path ? {} : unkept
  const missing = mchids.filter(mchid => !kept[mchid])
  for (const mchid of missing) kept[mchid] = await newKeys(mchid)
  if (path && dataDir && missing.length > 0) {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(path, JSON.stringify(kept, null, 2), { mode: 0o600 })
  }
  return new Map(mchids.map(mchid => [mchid, kept[mchid] as MerchantKeys]))
}

async function newKeys(mchid: string): Promise<MerchantKeys> {
  const encoding = {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  } as const
  const [merchant, platform] = await Promise.all([generate('rsa', encoding), generate('rsa', encoding)])
  const certificate = (privateKeyPem: string, commonName: string) => {
    const serialHex = `5${createHash('sha256').update(privateKeyPem).digest('hex').slice(1, 40)}`.toUpperCase()
    const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000)
    const notAfter = new Date(notBefore.getTime() + YEARS_MS)
    return {
      serialHex,
      pem: selfSignedCertificate({ privateKeyPem, serialHex, organization: '演示', commonName, notBefore, notAfter }),
    }
  }
  const own = certificate(merchant.privateKey, mchid)
  const theirs = certificate(platform.privateKey, 'Tenpay.com sign')
  return {
    merchantPrivateKey: merchant.privateKey,
    merchantCertificate: own.pem,
    merchantSerial: own.serialHex,
    platformPrivateKey: platform.privateKey,
    platformCertificate: theirs.pem,
    platformSerial: theirs.serialHex,
    platformPublicKey: platform.publicKey,
    publicKeyId: `PUB_KEY_ID_0${mchid}2026${String(randomInt(1e9)).padStart(9, '0')}`,
  }
}
