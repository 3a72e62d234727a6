import { X509Certificate } from 'node:crypto'
import { log, now } from '../core/index.ts'
import { GatewayError } from '../wechat/index.ts'
import type { Merchant } from './merchant.ts'
import { isInWindow, isSignedBy, openResource, type SignatureHeaders } from './pay-crypto.ts'
import { authorizationOf, payErrorOf, requestPay } from './pay-http.ts'

/** The platform's keys, per merchant (the package keeps one list for all) and by serial. */
type KeyRing = { keys: Map<string, string>; fetchedAtMs: number; fetching: Promise<void> | null }
const rings = new Map<string, KeyRing>()
/** Unknown serials come from anybody who can reach us: they may not make us fetch without end. */
const FETCH_PAUSE_MS = 60_000

export type Unverified = 'pay.badSignature' | 'callback.expired'

/** Why these bytes are not the platform's, or null when they are. Freshness first, since it is cheap. */
export async function whyNotGenuine(merchant: Merchant, headers: SignatureHeaders, rawBody: Buffer): Promise<Unverified | null> {
  if (!isInWindow(headers.timestamp, now())) return 'callback.expired'
  const key = await platformKeyOf(merchant, headers.serial)
  return key && isSignedBy(key, headers, rawBody) ? null : 'pay.badSignature'
}

export function signatureHeadersOf(get: (name: string) => string | null | undefined): SignatureHeaders {
  return {
    timestamp: get('wechatpay-timestamp') ?? '',
    nonce: get('wechatpay-nonce') ?? '',
    signature: get('wechatpay-signature') ?? '',
    serial: get('wechatpay-serial') ?? '',
  }
}

/** Tests and changed credentials. */
export function forgetPlatformKeys(): void {
  rings.clear()
}

async function platformKeyOf(merchant: Merchant, serial: string): Promise<string | null> {
  if (serial.startsWith('PUB_KEY_ID_')) return serial === merchant.publicKeyId ? merchant.publicKey : null
  if (!/^[0-9A-Fa-f]{8,64}$/.test(serial)) return null
  const ring = ringOf(merchant)
  const known = ring.keys.get(serial.toUpperCase())
  if (known) return known
  if (!ring.fetching && Date.now() - ring.fetchedAtMs > FETCH_PAUSE_MS) {
    ring.fetchedAtMs = Date.now()
    ring.fetching = fetchCertificates(merchant, ring).finally(() => {
      ring.fetching = null
    })
  }
  if (ring.fetching) await ring.fetching
  return ring.keys.get(serial.toUpperCase()) ?? null
}

function ringOf(merchant: Merchant): KeyRing {
  const id = `${merchant.merchantId}:${merchant.serialNo}`
  const ring = rings.get(id) ?? { keys: new Map(), fetchedAtMs: 0, fetching: null }
  rings.set(id, ring)
  return ring
}

type RawCertificate = {
  serial_no: string
  expire_time: string
  encrypt_certificate: { nonce: string; associated_data: string; ciphertext: string }
}

/** The certificates come sealed with the APIv3 key, and the answer must be signed with one of them. */
async function fetchCertificates(merchant: Merchant, ring: KeyRing): Promise<void> {
  const path = '/v3/certificates'
  const answer = await requestPay(merchant, 'GET', path, '', authorizationOf(merchant, 'GET', path, ''))
  if (answer.status !== 200) {
    ring.fetchedAtMs = 0
    throw payErrorOf(answer.status, answer.data)
  }
  const fresh = new Map<string, string>()
  for (const item of (answer.data.data as RawCertificate[] | undefined) ?? []) {
    const pem = openResource(merchant.apiV3Key, item.encrypt_certificate)
    if (!pem)
      throw new GatewayError(
        'pay',
        'pay.badCredentials',
        'config',
        'apiV3Key',
        'a platform certificate does not open with this APIv3 key',
      )
    fresh.set(item.serial_no.toUpperCase(), new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }).toString())
  }
  const headers = signatureHeadersOf(name => answer.headers.get(name))
  const signer = fresh.get(headers.serial.toUpperCase())
  if (!signer || !isInWindow(headers.timestamp, now()) || !isSignedBy(signer, headers, answer.rawBody)) {
    log.error(
      { merchantId: merchant.merchantId, serial: headers.serial },
      'the list of platform certificates is not signed by one of them',
    )
    throw new GatewayError('pay', 'pay.badSignature', 'refused', 'certificates', 'the list of certificates does not verify')
  }
  for (const [serial, key] of fresh) ring.keys.set(serial, key)
}
