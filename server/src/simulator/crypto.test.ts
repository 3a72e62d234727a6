import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { selfSignedCertificate } from './certificate.ts'
import {
  callbackSignature,
  decryptMessage,
  encryptMessage,
  gcmDecrypt,
  gcmEncrypt,
  jsapiSignature,
  payRequestText,
  rsaSign,
  rsaVerify,
} from './crypto.ts'

// The vectors are those of the wire contract, section B7, D1 and D3.

test('V1: encryption with known random bytes gives the published ciphertext and signatures', () => {
  const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
  const encrypted = encryptMessage(aesKey, 'wxb11529c136998cb6', '我是中文abcd123', Buffer.from('aaaabbbbccccdddd'))
  expect(encrypted).toBe('jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==')
  expect(callbackSignature('pamtest', '1409304348', 'xxxxxx', encrypted)).toBe('82c962d39941aa48552f90ef55aa323dc620cc10')
  expect(callbackSignature('pamtest', '1409304348', 'xxxxxx')).toBe('76480565cbe296026c53aaacd1ad523a1ddba24f')
  expect(decryptMessage(aesKey, encrypted)).toEqual({ message: '我是中文abcd123', receiveId: 'wxb11529c136998cb6' })
})

test('V2: the echostr of a WeCom address check opens, and its signature fits', () => {
  const echostr = '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w=='
  expect(decryptMessage('4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws', echostr)).toEqual({
    message: '94966531020182955848408',
    receiveId: 'ww6a112864f8022910',
  })
  expect(callbackSignature('kjr2TKI8umCBfVF3wAHk8JiPwma5VBme', '1583940690', 'VHh7ymSeb0jc4lSb', echostr)).toBe(
    '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
  )
})

test('V4: the official sample message opens', () => {
  const encrypted =
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=='
  expect(callbackSignature('QDG6eK', '1409659813', '1372623149', encrypted)).toBe('477715d11cdb4164915debcba66cb864d751f3e6')
  const { message, receiveId } = decryptMessage('jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', encrypted)
  expect(receiveId).toBe('wx5823bf96d3bd56c7')
  expect(message).toContain('<Content><![CDATA[hello]]></Content>')
  expect(message).toContain('4561255354251345929')
})

test('the JS-SDK signature fits its vector and ignores the fragment', () => {
  const ticket = 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg'
  for (const url of ['http://mp.weixin.qq.com?params=value', 'http://mp.weixin.qq.com?params=value#/home'])
    expect(jsapiSignature(ticket, 'Wm3WZYTPz0wzccnW', 1414587457, url)).toBe('0f9de62fce790f9a083d5c99e95740ceb90c27ed')
})

test('Pay: the notification vector encrypts alike, and a changed tag or text is refused', () => {
  const key = '0123456789abcdef0123456789abcdef'
  const plain = '{"mchid":"1900000109","out_trade_no":"T0001","transaction_id":"4200000001","trade_state":"SUCCESS"}'
  const sealed = gcmEncrypt(key, 'abcdefghijkl', 'transaction', plain)
  expect(sealed).toBe(
    'Eu6k3KOMCfFZPsMoOqloD2wAiyabrE00a8ph6KA9qo8zps/eFHamk3pKoYIisfOv/zvP1dgqH5SwoCYpjpeqcf7Duf3KwFZ9NHsvSl0ahVmfqpgAyetCK+tzI4di/D9m4q2OJ79umVlpr1DDX6UalMl45A==',
  )
  expect(gcmDecrypt(key, 'abcdefghijkl', 'transaction', sealed)).toBe(plain)
  for (const at of [3, sealed.length - 8]) {
    const bytes = Buffer.from(sealed, 'base64')
    const index = Math.floor((at * 3) / 4)
    bytes[index] = (bytes[index] ?? 0) ^ 1
    expect(() => gcmDecrypt(key, 'abcdefghijkl', 'transaction', bytes.toString('base64'))).toThrow()
  }
})

test('Pay: five lines are signed, also for an empty body', () => {
  expect(payRequestText('GET', '/v3/certificates', '1624523846', 'A1B2C3D4E5F6G7', '')).toBe(
    'GET\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\n\n',
  )
  expect(payRequestText('POST', '/v3/certificates', '1624523846', 'A1B2C3D4E5F6G7', 'Hello World!\n')).toBe(
    'POST\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\nHello World!\n\n',
  )
})

test('a certificate made here is a real one: Node parses it, and its key checks what its private key signed', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const pem = selfSignedCertificate({
    privateKeyPem: privateKey,
    serialHex: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    organization: '演示',
    commonName: 'Tenpay.com sign',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2031-01-01T00:00:00Z'),
  })
  const certificate = new X509Certificate(pem)
  expect(certificate.serialNumber).toBe('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
  expect(certificate.verify(createPublicKey(privateKey))).toBe(true)
  const publicPem = certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  expect(rsaVerify(publicPem, 'text', rsaSign(privateKey, 'text'))).toBe(true)
})
