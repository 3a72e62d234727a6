import { expect, test } from 'vitest'
import { plainError } from './log.ts'

test('an error is kept without the values that it failed with', () => {
  const inner = Object.assign(new Error("Duplicate entry '+8613911112222' for key 'value'"), {
    code: 'ER_DUP_ENTRY',
    sql: "INSERT INTO people (name, token_hash) VALUES ('林小满', 'abc')",
    sqlMessage: "Duplicate entry '+8613911112222' for key 'value'",
  })
  const outer = Object.assign(new Error('nobody has 13911112222', { cause: inner }), { parent: inner, parameters: ['林小满'] })
  for (const error of [inner, outer]) {
    const text = JSON.stringify(plainError(error))
    for (const value of ['13911112222', '林小满', 'abc']) expect(text).not.toContain(value)
  }
  expect(plainError(inner)).toMatchObject({ type: 'Error', code: 'ER_DUP_ENTRY', message: "Duplicate entry '…' for key 'value'" })
  expect(JSON.stringify(plainError(outer))).toContain('log.test.ts')
  expect(plainError('a text')).toBe('a text')
})
