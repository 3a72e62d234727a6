import { expect, test, vi } from 'vitest'
import type { Call } from './call.ts'

vi.mock('../platform/index.ts', () => ({ platform: {} }))
const { openedTeller } = await import('./opened.ts')

test("a message's code is told once per visit, again after a failure, and nothing without one", async () => {
  const asked: unknown[] = []
  let isAway = true
  const call = (async (name: string, input: unknown, options: { key?: string }) => {
    asked.push([name, input, typeof options.key])
    if (isAway) throw new Error('no network')
    return { isCounted: true }
  }) as unknown as Call
  const tell = openedTeller(call)
  await tell(undefined)
  expect(asked).toEqual([])
  await tell('m-code')
  isAway = false
  await tell('m-code')
  await tell('m-code')
  expect(asked).toEqual(Array(2).fill(['messages.opened', { code: 'm-code' }, 'string']))
})
