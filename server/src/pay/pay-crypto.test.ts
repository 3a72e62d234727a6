import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { clientText, isInWindow, isSignedBy, openResource, requestText, signText } from './pay-crypto.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const SEALED = {
  nonce: 'abcdefghijkl',
  associated_data: 'transaction',
  ciphertext:
    'Eu6k3KOMCfFZPsMoOqloD2wAiyabrE00a8ph6KA9qo8zps/eFHamk3pKoYIisfOv/zvP1dgqH5SwoCYpjpeqcf7Duf3KwFZ9NHsvSl0ahVmfqpgAyetCK+tzI4di/D9m4q2OJ79umVlpr1DDX6UalMl45A==',
}
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const signed = (body: string) => ({
  timestamp: '1624523846',
  nonce: 'n',
  serial: 'S',
  signature: signText(privatePem, `1624523846\nn\n${body}\n`),
})

test('the sealed resource of the vector opens', () => {
  expect(JSON.parse(openResource(KEY, SEALED)!)).toEqual({
    mchid: '1900000109',
    out_trade_no: 'T0001',
    transaction_id: '4200000001',
    trade_state: 'SUCCESS',
  })
})

test('one flipped bit anywhere in the ciphertext or its tag is refused', () => {
  const bytes = Buffer.from(SEALED.ciphertext, 'base64')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i]! ^= 1
    expect(openResource(KEY, { ...SEALED, ciphertext: changed.toString('base64') })).toBeNull()
  }
})

test('a truncated tag, other associated data, another key or a short key is refused', () => {
  const bytes = Buffer.from(SEALED.ciphertext, 'base64')
  expect(openResource(KEY, { ...SEALED, ciphertext: bytes.subarray(0, -4).toString('base64') })).toBeNull()
  expect(openResource(KEY, { ...SEALED, associated_data: 'refund' })).toBeNull()
  expect(openResource(KEY.replace('0', 'x'), SEALED)).toBeNull()
  expect(openResource('testAPIv3Key0000', SEALED)).toBeNull()
  expect(openResource(KEY, { ...SEALED, ciphertext: '' })).toBeNull()
})

test('requests are signed over five lines, with and without a body (wechatpay-go vectors)', () => {
  expect(requestText('GET', '/v3/certificates', '1624523846', 'A1B2C3D4E5F6G7', '')).toBe(
    'GET\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\n\n',
  )
  expect(requestText('POST', '/v3/certificates', '1624523846', 'A1B2C3D4E5F6G7', 'Hello World!\n')).toBe(
    'POST\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\nHello World!\n\n',
  )
  expect(clientText('wx1', '1', 'n', 'prepay_id=p')).toBe('wx1\n1\nn\nprepay_id=p\n')
})

test('a signature covers the raw bytes: the same JSON with a space more is refused', () => {
  expect(isSignedBy(publicPem, signed('{"a":1}'), Buffer.from('{"a":1}'))).toBe(true)
  expect(isSignedBy(publicPem, signed('{"a":1}'), Buffer.from('{"a": 1}'))).toBe(false)
  expect(isSignedBy(publicPem, { ...signed('{}'), nonce: 'm' }, Buffer.from('{}'))).toBe(false)
})

test('the probe of the platform and an unreadable key are refused, not thrown', () => {
  expect(isSignedBy(publicPem, { ...signed('{}'), signature: 'WECHATPAY/SIGNTEST/abc' }, Buffer.from('{}'))).toBe(false)
  expect(isSignedBy('no key', signed('{}'), Buffer.from('{}'))).toBe(false)
})

test.each([
  ['now', 0, true],
  ['299 s old', -299, true],
  ['300 s old', -300, false],
  ['299 s ahead', 299, true],
  ['300 s ahead', 300, false],
])('a timestamp %s', (_, offset, isFresh) => {
  expect(isInWindow(String(1_624_523_846 + offset), new Date(1_624_523_846_000))).toBe(isFresh)
})

test('a timestamp that is no number is outside', () => {
  for (const text of ['', 'abc', '1e9', ' 1624523846', '99999999999'])
    expect(isInWindow(text, new Date(1_624_523_846_000))).toBe(false)
})
