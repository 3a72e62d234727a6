import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitsPattern, masked, normalise, phoneOf } from './normalise.ts'

test('one phone has one spelling, however it was typed', () => {
  for (const typed of [
    '138 0013 8001',
    '+86-13800138001',
    '008613800138001',
    '8613800138001',
    '１３８００１３８００１',
    '(138)0013-8001',
    '\u200b13800138001 ',
  ]) {
    expect(normalise('phone', typed)).toEqual({ value: '+8613800138001' })
  }
  expect(phoneOf('021-62345678')).toBe('+862162345678')
  expect(phoneOf('+86 021 62345678')).toBe('+862162345678')
  expect(phoneOf('+1 (415) 555-2671')).toBe('+14155552671')
  expect(phoneOf('+852 6123 4567')).toBe('+85261234567')
})

test.each(['12345', 'abc', '1234567890123456789', '+86 123', '2380013800', '1380013800'])('%s is no phone', typed => {
  expect(normalise('phone', typed)).toEqual({ reason: 'invalid' })
})

test.each([
  ['phone', '13800138000'],
  ['phone', '+86 138-0013-8000'],
  ['phone', '00000000000'],
  ['phone', '11111111111'],
  ['phone', '000-0000'],
  ['openid', ''],
  ['openid', '  '],
  ['openid', '0'],
  ['openid', '-1'],
  ['openid', 'NULL'],
  ['unionid', 'undefined'],
  ['device', 'Anonymous'],
  ['device', '00000000'],
  ['memberNumber', '8888'],
])('%s "%s" identifies nobody', (type, value) => {
  expect(normalise(type, value)).toEqual({ reason: 'blocked' })
})

test('ids keep their case, an e-mail does not', () => {
  expect(normalise('unionid', ' oAbC ')).toEqual({ value: 'oAbC' })
  expect(normalise('email', ' Ann@Example.COM')).toEqual({ value: 'ann@example.com' })
  expect(normalise('email', 'ann@')).toEqual({ reason: 'invalid' })
})

test("the admin's values and patterns block, for their type only", () => {
  const rules = [
    { type: 'phone', value: '1390000*', isPattern: true },
    { type: null, value: 'tester', isPattern: false },
  ]
  expect(normalise('phone', '139 0000 1234', rules)).toEqual({ reason: 'blocked' })
  expect(normalise('openid', '13900001234', rules)).toEqual({ value: '13900001234' })
  expect(normalise('device', 'tester', rules)).toEqual({ reason: 'blocked' })
  expect(normalise('device', 'tester2', rules)).toEqual({ value: 'tester2' })
})

test('neither a pattern of many stars nor a text without end is slow', () => {
  const startedAt = Date.now()
  const stars = [{ type: null, value: `${'*a'.repeat(60)}b`, isPattern: true }]
  expect(normalise('device', 'a'.repeat(300), stars)).toEqual({ value: 'a'.repeat(300) })
  expect(normalise('device', `${'a'.repeat(200)}b`, stars)).toEqual({ reason: 'blocked' })
  expect(normalise('email', `a@${'.a'.repeat(30_000)}@`)).toEqual({ reason: 'invalid' })
  expect(Date.now() - startedAt).toBeLessThan(500)
})

test('law: a pattern means what its regular expression would', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(letters, pattern, (text, glob) => {
      const expression = new RegExp(`^${glob.replace(/\*/g, '.*').replace(/\?/g, '.')}$`)
      expect(fitsPattern(text, glob)).toBe(expression.test(text))
    }),
  )
})

test('law: normalising twice changes nothing, and a mask never holds the value', () => {
  fc.assert(
    fc.property(fc.constantFrom('phone', 'email', 'openid', 'device'), fc.string({ maxLength: 40 }), (type, raw) => {
      const once = normalise(type, raw)
      if ('reason' in once) return
      expect(normalise(type, once.value)).toEqual(once)
      if (once.value.length > 8) expect(masked(type, once.value)).not.toBe(once.value)
    }),
  )
})
