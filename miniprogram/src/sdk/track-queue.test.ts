import { beforeEach, describe, expect, test, vi } from 'vitest'
import { clickOf, outcomeOf } from './browser.ts'
import {
  BACKOFF_MAX_MS,
  BATCH_MAX,
  GATHER_MS,
  type Outcome,
  type QueueParts,
  trackQueue,
  WAITING_MAX,
  type WaitingTrack,
} from './track-queue.ts'

/** A phone with a network that does as it is told, and a clock that stands still. */
let sent: WaitingTrack[][] = []
let network: () => Promise<Outcome> = async () => 'taken'
let store: string | null = null
let last = 0

const parts = (more: Partial<QueueParts> = {}): QueueParts => ({
  send: tracks => {
    sent.push([...tracks])
    return network()
  },
  read: () => store,
  write: text => {
    store = text
  },
  nowMs: () => Date.now(),
  newId: () => `m${++last}`,
  later: (ms, work) => {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  random: () => 0.5,
  ...more,
})
const names = (batch: WaitingTrack[] | undefined) => batch?.map(track => track.name)

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T08:00:00Z') })
  sent = []
  network = async () => 'taken'
  store = null
  last = 0
  return () => vi.useRealTimers()
})

describe('the queue', () => {
  test('what happens close together goes out together, with its own time and id', async () => {
    const queue = trackQueue(parts())
    queue.put('a', { page: '/', nothing: null, long: 'x'.repeat(2_000) })
    await vi.advanceTimersByTimeAsync(500)
    queue.put('b')
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(GATHER_MS)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject([
      { name: 'a', messageId: 'm1', occurredAt: '2026-11-22T08:00:00.000Z', properties: { page: '/', long: 'x'.repeat(1_000) } },
      { name: 'b', messageId: 'm2', occurredAt: '2026-11-22T08:00:00.500Z', properties: {} },
    ])
    expect(store).toBe(null)
  })

  test('without a network it waits longer each time, keeps ids and order, and goes on when the network is back', async () => {
    network = () => Promise.reject(new Error('offline'))
    const queue = trackQueue(parts())
    queue.put('a')
    await vi.advanceTimersByTimeAsync(GATHER_MS)
    expect(sent).toHaveLength(1)
    queue.put('b')
    await vi.advanceTimersByTimeAsync(999)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(names(sent[1])).toEqual(['a', 'b'])
    await vi.advanceTimersByTimeAsync(1_999)
    expect(sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toHaveLength(3)
    network = async () => 'taken'
    await vi.advanceTimersByTimeAsync(4_000)
    expect(sent[3]?.map(track => track.messageId)).toEqual(['m1', 'm2'])
    expect(queue.waitingCount()).toBe(0)
    // The next failure begins with the short pause again.
    network = async () => 'again'
    queue.put('c')
    await vi.advanceTimersByTimeAsync(GATHER_MS + 1_000)
    expect(sent).toHaveLength(6)
  })

  test('the pause has a limit', async () => {
    network = async () => 'again'
    trackQueue(parts()).put('a')
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    const before = sent.length
    await vi.advanceTimersByTimeAsync(BACKOFF_MAX_MS)
    expect(sent.length).toBe(before + 1)
  })

  test('many go in batches; what is told meanwhile is neither lost nor sent twice', async () => {
    const queue = trackQueue(parts())
    for (let at = 0; at < BATCH_MAX + 20; at += 1) queue.put('a')
    network = async () => {
      if (sent.length === 1) queue.put('late')
      return 'taken'
    }
    await vi.advanceTimersByTimeAsync(GATHER_MS)
    expect(sent.map(batch => batch.length)).toEqual([BATCH_MAX, 21])
    expect(new Set(sent.flat().map(track => track.messageId)).size).toBe(BATCH_MAX + 21)
  })

  test('it outlives the page, is bounded, and what the server will never take is let go', async () => {
    network = async () => 'again'
    const first = trackQueue(parts())
    for (let at = 0; at < WAITING_MAX + 5; at += 1) first.put(`t${at}`)
    expect(first.waitingCount()).toBe(WAITING_MAX)
    const kept = store
    vi.clearAllTimers()
    network = async () => 'refused'
    store = kept
    const second = trackQueue(parts())
    expect(second.waitingCount()).toBe(WAITING_MAX)
    await vi.advanceTimersByTimeAsync(GATHER_MS)
    expect(sent[0]?.[0]?.name).toBe('t5')
    expect(second.waitingCount()).toBe(0)
    store = '{"broken'
    expect(trackQueue(parts()).waitingCount()).toBe(0)
  })

  test('a hidden page sends what waits and keeps it until somebody heard', async () => {
    const beacons: WaitingTrack[][] = []
    const queue = trackQueue(parts({ sendLast: tracks => void beacons.push([...tracks]) }))
    queue.hide()
    queue.put('a')
    queue.hide()
    expect(beacons.map(names)).toEqual([['a']])
    expect(queue.waitingCount()).toBe(1)
    const without = trackQueue(parts({ read: () => null }))
    without.put('b')
    without.hide()
    await vi.advanceTimersByTimeAsync(0)
    expect(names(sent[0])).toEqual(['b'])
  })

  test('who takes his consent back is forgotten at once', async () => {
    const queue = trackQueue(parts())
    queue.put('a')
    queue.clear()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toEqual([])
    expect(store).toBe(null)
  })
})

test('an answer decides whether it is sent again', () => {
  const outcomes = [200, 204, 401, 422, 408, 429, 500, 503].map(status => outcomeOf({ status }))
  expect(outcomes).toEqual(['taken', 'taken', 'refused', 'refused', 'again', 'again', 'again', 'again'])
})

test('a click says what its element says', () => {
  const dataset = { track: 'quiz_started', trackSource: 'banner', trackProps: '{"amountFen":100}', other: 'x' }
  expect(clickOf({ dataset })).toEqual(['quiz_started', { source: 'banner', amountFen: 100 }])
  expect(clickOf({ dataset: { track: 'a', trackProps: '{oops' } })).toEqual(['a', {}])
})
