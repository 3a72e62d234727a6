/**
 * Self-signed X.509 certificates, written byte by byte: Node reads certificates but does not make them, and
 * `GET /v3/certificates` must answer with real ones (clients parse them). Structure: RFC 5280, section 4.1.
 */
import { createPublicKey, createSign } from 'node:crypto'

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const lengthHex = body.length.toString(16)
  const length = Buffer.from(lengthHex.length % 2 ? `0${lengthHex}` : lengthHex, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const sha256WithRsa = sequence(oid('2a864886f70d01010b'), der(0x05))

function name(organization: string, commonName: string): Buffer {
  const attribute = (oidHex: string, text: string) => der(0x31, sequence(oid(oidHex), der(0x0c, Buffer.from(text))))
  return sequence(attribute('55040a', organization), attribute('550403', commonName))
}

/** UTCTime up to 2049, as the standard asks. */
function utcTime(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
}

/** One certificate in PEM. `serialHex` is the serial number in hexadecimal, first digit 1 to 7 so that it is positive. */
export function selfSignedCertificate(options: {
  privateKeyPem: string
  serialHex: string
  organization: string
  commonName: string
  notBefore: Date
  notAfter: Date
}): string {
  const publicKey = createPublicKey(options.privateKeyPem).export({ type: 'spki', format: 'der' })
  const subject = name(options.organization, options.commonName)
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(options.serialHex, 'hex')),
    sha256WithRsa,
    subject,
    sequence(utcTime(options.notBefore), utcTime(options.notAfter)),
    subject,
    publicKey,
  )
  const signature = createSign('RSA-SHA256').update(body).sign(options.privateKeyPem)
  const certificate = sequence(body, sha256WithRsa, der(0x03, Buffer.from([0]), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
