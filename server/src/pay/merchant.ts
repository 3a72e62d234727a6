import { X509Certificate } from 'node:crypto'
import { refused } from '../core/index.ts'
import { connectionOf } from '../platform/index.ts'

/** One merchant as WeChat Pay needs it. `publicKeyId` set: the merchant verifies with the WeChat Pay public key instead of certificates. */
export type Merchant = {
  connectionId: number
  merchantId: string
  brandId: number | null
  serialNo: string
  privateKey: string
  apiV3Key: string
  publicKeyId: string | null
  publicKey: string | null
}

/** Throws connection.missing, pay.badCredentials. */
export async function merchantOf(merchantId: string): Promise<Merchant> {
  const { id, brandId, config, secrets } = await connectionOf('merchant', { externalId: merchantId })
  const serialNo = String(config.serialNo ?? '') || serialOf(secrets.certificate ?? '')
  const apiV3Key = secrets.apiV3Key ?? ''
  if (!serialNo) throw refused('pay.badCredentials', { field: 'serialNo', reason: 'missing' })
  if (!secrets.privateKey) throw refused('pay.badCredentials', { field: 'privateKey', reason: 'missing' })
  if (Buffer.byteLength(apiV3Key) !== 32)
    throw refused('pay.badCredentials', { field: 'apiV3Key', reason: 'must have 32 characters' })
  const publicKeyId = String(config.publicKeyId ?? '') || null
  if (publicKeyId && !secrets.publicKey) throw refused('pay.badCredentials', { field: 'publicKey', reason: 'missing' })
  return {
    connectionId: id,
    merchantId,
    brandId,
    serialNo,
    privateKey: secrets.privateKey,
    apiV3Key,
    publicKeyId,
    publicKey: secrets.publicKey || null,
  }
}

/** The merchant that a brand is paid through. Throws connection.missing. */
export async function merchantIdOf(brandId: number): Promise<string> {
  return (await connectionOf('merchant', { brandId })).externalId
}

function serialOf(certificatePem: string): string {
  try {
    return certificatePem ? new X509Certificate(certificatePem).serialNumber : ''
  } catch {
    throw refused('pay.badCredentials', { field: 'certificate', reason: 'unreadable' })
  }
}
