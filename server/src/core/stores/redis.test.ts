import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { openRedis, type Redis } from './redis.ts'

/** One contract, two adapters. */
const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379'
const isThere = await openedAndPinged(url)
if (!isThere) console.warn(`skipped: no Redis at ${url} (TEST_REDIS_URL)`)

contract('in the process', () => openRedis(null, ''))
describe.skipIf(!isThere)(`server at ${url}`, () => contract('Redis', () => openRedis(url, `banyan-test-${process.pid}:`)))

function contract(name: string, open: () => Redis) {
  describe(name, () => {
    const redis = open()
    const other = name === 'Redis' ? open() : redis
    afterAll(async () => {
      await redis.close()
      await other.close()
    })

    test('values expire and are set only once when asked', async () => {
      expect(await redis.get('nothing')).toBeNull()
      expect(await redis.set('k', 'v', { ttlMs: 60 })).toBe(true)
      expect(await redis.set('k', 'w', { onlyIfAbsent: true, ttlMs: 60 })).toBe(false)
      expect(await redis.get('k')).toBe('v')
      await sleep(600)
      expect(await redis.get('k')).toBeNull()
      expect(await redis.set('k', 'w', { onlyIfAbsent: true, ttlMs: 1000 })).toBe(true)
      await redis.del('k', 'nothing')
      expect(await redis.get('k')).toBeNull()
    })

    test('a counter lives as long as its first increment says', async () => {
      expect(await redis.incrBy('n', 2, { ttlMs: 100 })).toBe(2)
      expect(await redis.incrBy('n', -5, { ttlMs: 60_000 })).toBe(-3)
      await sleep(130)
      expect(await redis.incrBy('n', 1, { ttlMs: 100 })).toBe(1)
    })

    test('a window gives its limit, refuses for free and opens again', async () => {
      const take = (cost: number) => redis.take('window', { limit: 5, windowMs: 120, cost })
      expect(await take(3)).toEqual({ isAllowed: true, retryAfterMs: 0 })
      const refusal = await take(3)
      expect(refusal.isAllowed).toBe(false)
      expect(refusal.retryAfterMs).toBeGreaterThan(0)
      expect(refusal.retryAfterMs).toBeLessThanOrEqual(120)
      expect((await take(2)).isAllowed).toBe(true)
      expect((await take(1)).isAllowed).toBe(false)
      await sleep(150)
      expect((await take(5)).isAllowed).toBe(true)
    })

    test('a gate lets exactly its stock through, and everybody when it is lost', async () => {
      await redis.gateOpen('gate', 7, 10_000)
      await redis.gateOpen('gate', 1000, 10_000)
      const answers = await Promise.all(Array.from({ length: 20 }, () => redis.gateTake('gate')))
      expect(answers.filter(Boolean)).toHaveLength(7)
      await redis.gateGiveBack('gate', 2)
      expect([await redis.gateTake('gate', 2), await redis.gateTake('gate')]).toEqual([true, false])
      expect(await redis.gateTake('gate-that-was-never-opened')).toBe(true)
      await redis.gateGiveBack('gate-that-was-never-opened')
      expect(await redis.get('gate-that-was-never-opened')).toBeNull()
    })

    test('a wake-up reaches every subscriber of its channel until it leaves', async () => {
      const heard: string[] = []
      const leave = await other.subscribe('wake', text => heard.push(`a${text}`))
      await other.subscribe('wake', text => heard.push(`b${text}`))
      await redis.publish('wake', '1')
      await redis.publish('elsewhere', '2')
      await sleep(50)
      await leave()
      await redis.publish('wake', '3')
      await sleep(50)
      expect(heard.sort()).toEqual(['a1', 'b1', 'b3'])
    })

    test('a lock is held by one at a time, is renewed while held, and is freed after a failure', async () => {
      let inside = 0
      let most = 0
      await Promise.all(
        Array.from({ length: 3 }, () =>
          redis.lock(
            'one',
            400,
            async () => {
              most = Math.max(most, ++inside)
              await sleep(600)
              inside -= 1
            },
            { waitMs: 5000 },
          ),
        ),
      )
      expect(most).toBe(1)
      await expect(redis.lock('one', 1000, async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
      await redis.lock('one', 500, async () => {
        await expect(redis.lock('one', 500, async () => 1, { waitMs: 50 })).rejects.toMatchObject({ code: 'redis.lockTaken' })
      })
    })
  })
}

test('with the server away, commands fail in time and gates let through', async () => {
  const away = openRedis('redis://127.0.0.1:1', 'x:')
  const began = Date.now()
  await expect(away.get('k')).rejects.toMatchObject({ code: 'redis.away' })
  expect(await away.gateTake('g')).toBe(true)
  expect(Date.now() - began).toBeLessThan(7000)
  await away.close()
}, 10_000)

async function openedAndPinged(at: string): Promise<boolean> {
  const redis = openRedis(at, 'x:')
  try {
    await redis.ping()
    return true
  } catch {
    return false
  } finally {
    await redis.close()
  }
}
