import { expect, test } from 'vitest'
import type { Call } from '../../core/index.ts'
import { countSession, countStranger, rate } from './rate.ts'

const at = new Date('2026-11-22T08:00:00Z')
const callOf = (of: { headers?: Record<string, string>; now?: Date; ip?: string; sessionId?: number }) =>
  ({ ctx: { now: of.now ?? at, sessionId: of.sessionId }, headers: of.headers ?? {}, ip: of.ip ?? '10.0.0.1' }) as unknown as Call
const codeOf = (work: () => unknown) => {
  try {
    work()
    return 'counted'
  } catch (error) {
    return (error as { code: string }).code
  }
}
const ask = (call: Call) => rate(call, async () => 'answered').catch(error => (error as { code: string }).code)

test('a session that asks without end is refused until the minute is over; others are not', () => {
  const answers = Array.from({ length: 3_001 }, () => codeOf(() => countSession(callOf({ sessionId: 1 }))))
  expect(answers.filter(answer => answer === 'counted')).toHaveLength(3_000)
  expect(answers.at(-1)).toBe('rate.limited')
  expect(codeOf(() => countSession(callOf({ sessionId: 2 })))).toBe('counted')
  expect(codeOf(() => countSession(callOf({ sessionId: 1, now: new Date(at.getTime() + 60_000) })))).toBe('counted')
})

test('callers who are nobody are counted by address, whatever they show; keys of other systems not at all', async () => {
  const now = new Date(at.getTime() + 600_000)
  for (let n = 0; n < 3_000; n += 1) {
    await ask(callOf({ now }))
    countStranger(callOf({ now, headers: { authorization: `Bearer made-up-${n}` } }))
  }
  expect(await ask(callOf({ now }))).toBe('rate.limited')
  expect(codeOf(() => countStranger(callOf({ now, headers: { authorization: 'Bearer another' } })))).toBe('rate.limited')
  expect(await ask(callOf({ now, ip: '10.0.0.2' }))).toBe('answered')
  expect(await ask(callOf({ now, headers: { 'x-api-key': 'k' } }))).toBe('answered')
})
