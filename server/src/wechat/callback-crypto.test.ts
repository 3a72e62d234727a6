import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aesKeyOf, decryptMessage, encryptMessage, isSignatureRight, signatureOf } from './callback-crypto.ts'

/** Golden vectors of published SDKs and of the official page 91144, so that we agree with the platform and not only with ourselves. */
const V1 = {
  token: 'pamtest',
  aesKey: aesKeyOf('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG')!,
  receiveId: 'wxb11529c136998cb6',
}
const V1_ENCRYPTED = 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=='

test('V1: encrypting a Chinese text with known random bytes gives the published ciphertext and signature', () => {
  expect(encryptMessage(V1, '我是中文abcd123', Buffer.from('aaaabbbbccccdddd'))).toBe(V1_ENCRYPTED)
  expect(signatureOf(V1.token, '1409304348', 'xxxxxx', V1_ENCRYPTED)).toBe('82c962d39941aa48552f90ef55aa323dc620cc10')
  expect(signatureOf(V1.token, '1409304348', 'xxxxxx')).toBe('76480565cbe296026c53aaacd1ad523a1ddba24f')
  expect(decryptMessage(V1, V1_ENCRYPTED)).toEqual({ message: '我是中文abcd123' })
})

test('V2: the address check of WeCom opens, and one wrong hex digit of the signature is refused', () => {
  const key = {
    token: 'kjr2TKI8umCBfVF3wAHk8JiPwma5VBme',
    aesKey: aesKeyOf('4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws')!,
    receiveId: 'ww6a112864f8022910',
  }
  const echo = '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w=='
  const parts = [key.token, '1583940690', 'VHh7ymSeb0jc4lSb', echo]
  expect(isSignatureRight('1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011', parts)).toBe(true)
  expect(isSignatureRight('1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb010', parts)).toBe(false)
  expect(isSignatureRight('', parts)).toBe(false)
  expect(decryptMessage(key, echo)).toEqual({ message: '94966531020182955848408' })
})

test('V4: the message of the official document opens', () => {
  const key = {
    token: 'QDG6eK',
    aesKey: aesKeyOf('jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C')!,
    receiveId: 'wx5823bf96d3bd56c7',
  }
  const encrypted =
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=='
  expect(isSignatureRight('477715d11cdb4164915debcba66cb864d751f3e6', [key.token, '1409659813', '1372623149', encrypted])).toBe(
    true,
  )
  const opened = decryptMessage(key, encrypted)
  expect(opened).toMatchObject({ message: expect.stringContaining('<Content><![CDATA[hello]]></Content>') })
  expect(opened).toMatchObject({ message: expect.stringContaining('<MsgId>4561255354251345929</MsgId>') })
})

test('a message for another account is refused although key and token fit', () => {
  const sealed = encryptMessage({ ...V1, receiveId: 'wx0000000000000000' }, 'hello')
  expect(decryptMessage(V1, sealed)).toEqual({ refusal: 'callback.wrongReceiver' })
})

test('a key that is not 43 characters of base64 is no key', () => {
  expect(aesKeyOf('short')).toBeNull()
  expect(aesKeyOf(`${'a'.repeat(42)}!`)).toBeNull()
  expect(aesKeyOf('')).toBeNull()
})

test('law: what is sealed opens to the same text, at every length of padding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
      expect(decryptMessage(V1, encryptMessage(V1, text))).toEqual({ message: text })
    }),
  )
})

test('law: junk never throws and never opens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 256 }), bytes => {
      const opened = decryptMessage(V1, Buffer.from(bytes).toString('base64'))
      expect(opened).toHaveProperty('refusal')
    }),
  )
})
