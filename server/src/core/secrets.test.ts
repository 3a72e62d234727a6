import { expect, test } from 'vitest'
import { decrypt, encrypt, keyedHash } from './secrets.ts'

test('what is kept comes back, is never written alike twice, and says nothing of its text', () => {
  for (const text of ['', '13800138000', '密钥 🔑', 'x'.repeat(100_000)]) {
    const [first, second] = [encrypt(text), encrypt(text)]
    expect(decrypt(first)).toBe(text)
    expect(first).not.toBe(second)
    if (text) expect(first).not.toContain(text)
  }
})

test('one changed bit of nonce, text or tag is refused, and so is a shortened tag', () => {
  const [version, nonce = '', body = ''] = encrypt('13800138000').split('.')
  const flipped = (text: string, at: number) => {
    const bytes = Buffer.from(text, 'base64url')
    bytes[at] = (bytes[at] as number) ^ 1
    return bytes.toString('base64url')
  }
  const length = Buffer.from(body, 'base64url').length
  const wrong = [
    [version, flipped(nonce, 0), body],
    ...[0, length - 17, length - 16, length - 1].map(at => [version, nonce, flipped(body, at)]),
    [
      version,
      nonce,
      Buffer.from(body, 'base64url')
        .subarray(0, length - 4)
        .toString('base64url'),
    ],
    ['v0', nonce, body],
  ]
  for (const parts of wrong) expect(() => decrypt(parts.join('.'))).toThrow()
})

test('a value is found by its keyed hash, apart for each use', () => {
  expect(keyedHash('13800138000', 'phone')).toBe(keyedHash('13800138000', 'phone'))
  expect(keyedHash('13800138000', 'phone')).toMatch(/^[0-9a-f]{64}$/)
  expect(keyedHash('13800138000', 'phone')).not.toBe(keyedHash('13800138000', 'tail'))
})
