import { expect, test } from 'vitest'
import type { Call } from '../../core/index.ts'
import { rate } from './rate.ts'

const at = new Date('2026-11-22T08:00:00Z')
const callOf = (headers: Record<string, string>, now = at, ip = '10.0.0.1') => ({ ctx: { now }, headers, ip }) as unknown as Call
const ask = (call: Call) => rate(call, async () => 'answered').catch(error => (error as { code: string }).code)

test('a session that asks without end is refused until the minute is over; others are not', async () => {
  const one = { authorization: 'Bearer one' }
  const answers: unknown[] = []
  for (let n = 0; n < 3_001; n += 1) answers.push(await ask(callOf(one)))
  expect(answers.filter(answer => answer === 'answered')).toHaveLength(3_000)
  expect(answers.at(-1)).toBe('rate.limited')
  expect(await ask(callOf({ authorization: 'Bearer two' }))).toBe('answered')
  expect(await ask(callOf(one, new Date(at.getTime() + 60_000)))).toBe('answered')
})

test('callers who are nobody yet are counted by address, keys of other systems not at all', async () => {
  const later = new Date(at.getTime() + 600_000)
  for (let n = 0; n < 6_000; n += 1) await ask(callOf({}, later))
  expect(await ask(callOf({}, later))).toBe('rate.limited')
  expect(await ask(callOf({}, later, '10.0.0.2'))).toBe('answered')
  expect(await ask(callOf({ 'x-api-key': 'k' }, later))).toBe('answered')
})
