import { Instant } from '@banyan/shared'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { drain, useStores } from '../../../test/stores.ts'
import { advanceClock, now } from '../clock.ts'
import { systemCtx } from '../ctx.ts'
import { RetryLater } from '../errors.ts'
import { migrations } from '../migrations.ts'
import { transaction } from '../stores/database.ts'
import { rows, run, sql } from '../stores/sql.ts'
import { countDead, listDead, runDeadAgain } from './dead-letters.ts'
import { event, on, onBatch, publish, publishMany, registerSubscribers, relayWorkers } from './events.ts'
import { enqueue, registerTasks, task, taskWorkers } from './tasks.ts'
import { startWorkers, stopWorkers } from './worker.ts'

useStores(migrations)

const paid = event('test.paid', z.object({ n: z.int(), at: Instant }))
const seen: string[] = []
let failing = new Set<number>()

beforeEach(async () => {
  seen.length = 0
  failing = new Set()
  for (const table of ['outbox_events', 'outbox_deliveries', 'tasks']) await run(sql`DELETE FROM ${sql.id(table)}`)
  registerSubscribers([
    on(paid, 'test.one', async (_, { n, at }) => {
      if (failing.has(n)) throw new Error(`cannot do ${n}`)
      expect(at).toBeInstanceOf(Date)
      seen.push(`one:${n}`)
    }),
    onBatch(paid, 'test.many', async (_, payloads) => {
      seen.push(`many:${payloads.map(one => one.n).join(',')}`)
    }),
  ])
})

const say = (n: number, subject?: string) => {
  const ctx = systemCtx({ brandId: 1 })
  return transaction(() => publish(ctx, paid, { n, at: ctx.now }, subject ? { subject } : {}))
}

describe('the outbox', () => {
  test('refuses to publish outside a transaction', async () => {
    await expect(publish(systemCtx(), paid, { n: 1, at: now() })).rejects.toThrow('transaction')
  })

  test('delivers a committed fact once to each subscriber, and nothing of one rolled back', async () => {
    await say(1)
    await transaction(async () => {
      await publish(systemCtx(), paid, { n: 2, at: now() })
      throw new Error('changed my mind')
    }).catch(() => undefined)
    await drain(relayWorkers())
    await drain(relayWorkers())
    expect(seen.sort()).toEqual(['many:1', 'one:1'])
  })

  test('hands a batch subscriber its facts together', async () => {
    const ctx = systemCtx({ brandId: 1 })
    await transaction(() =>
      publishMany(
        ctx,
        paid,
        [1, 2, 3].map(n => ({ payload: { n, at: ctx.now } })),
      ),
    )
    await drain(relayWorkers())
    expect(seen).toContain('many:1,2,3')
  })

  test('keeps order per subject: a failing fact holds back its own subject only', async () => {
    failing.add(1)
    await say(1, 'person:7')
    await say(2, 'person:7')
    await say(3, 'person:8')
    await drain(relayWorkers())
    expect(seen.filter(text => text.startsWith('one'))).toEqual(['one:3'])
    failing.clear()
    advanceClock(5_000)
    await drain(relayWorkers())
    expect(seen.filter(text => text.startsWith('one'))).toEqual(['one:3', 'one:1', 'one:2'])
  })

  test('a fact that keeps failing becomes a dead letter with its reason, and runs again when asked', async () => {
    failing.add(9)
    await say(9)
    for (let hour = 0; hour < 14; hour += 1) {
      await drain(relayWorkers())
      advanceClock(2 * 3_600_000)
    }
    expect(await countDead()).toBe(1)
    const [letter] = await listDead(10)
    expect(letter).toMatchObject({ name: 'test.one', lastError: 'cannot do 9' })
    failing.clear()
    await runDeadAgain('outbox_deliveries', [letter?.id ?? 0])
    await drain(relayWorkers())
    expect(seen).toContain('one:9')
    expect(await countDead()).toBe(0)
  })

  test('the mark and the change are one: a handler that fails after writing leaves neither', async () => {
    registerSubscribers([
      on(paid, 'test.half', async () => {
        await enqueue(systemCtx(), note, { text: 'half' })
        throw new Error('died in the middle')
      }),
    ])
    await say(1)
    await drain(relayWorkers())
    expect(await rows(sql`SELECT id FROM tasks`)).toHaveLength(0)
  })
})

const noted: string[] = []
const note = task('test.note', z.object({ text: z.string() }), async (_, { text }) => {
  noted.push(text)
  if (text === 'later' && noted.filter(one => one === 'later').length < 3) throw new RetryLater('not yet', 1000)
})

describe('tasks', () => {
  beforeEach(() => {
    noted.length = 0
    registerTasks([note])
  })

  test('a key makes the second call harmless', async () => {
    await enqueue(systemCtx(), note, { text: 'a' }, { key: 'k' })
    await enqueue(systemCtx(), note, { text: 'a' }, { key: 'k' })
    await drain(taskWorkers())
    expect(noted).toEqual(['a'])
  })

  test('waits until it is due', async () => {
    await enqueue(systemCtx(), note, { text: 'b' }, { dueAt: new Date(now().getTime() + 60_000) })
    await drain(taskWorkers())
    expect(noted).toEqual([])
    advanceClock(61_000)
    await drain(taskWorkers())
    expect(noted).toEqual(['b'])
  })

  test('RetryLater does not use up attempts', async () => {
    await enqueue(systemCtx(), note, { text: 'later' })
    for (let i = 0; i < 3; i += 1) {
      await drain(taskWorkers())
      advanceClock(1_100)
    }
    expect(noted).toHaveLength(3)
    expect(await rows(sql`SELECT attempts FROM tasks WHERE status = 'done'`)).toEqual([{ attempts: 1 }])
  })

  test('a crash strands nobody: an expired lease is due again', async () => {
    await enqueue(systemCtx(), note, { text: 'c' })
    await run(sql`UPDATE tasks SET status = 'leased', leased_until = ${new Date(now().getTime() + 60_000)}`)
    await drain(taskWorkers())
    expect(noted).toEqual([])
    advanceClock(70_000)
    await drain(taskWorkers())
    expect(noted).toEqual(['c'])
  })

  test('a stop finishes what runs and gives back what was claimed and not begun: nothing stays leased', async () => {
    let begun = () => {}
    const hasBegun = new Promise<void>(resolve => {
      begun = resolve
    })
    const slow = task('test.slow', z.object({ n: z.int() }), async (_, { n }) => {
      begun()
      await new Promise(resolve => setTimeout(resolve, 300))
      noted.push(`slow ${n}`)
    })
    registerTasks([slow])
    for (let n = 0; n < 60; n += 1) await enqueue(systemCtx(), slow, { n })
    await startWorkers(taskWorkers())
    await hasBegun
    await stopWorkers()
    const left = await rows<{ status: string; attempts: number; n: number }>(
      sql`SELECT status, attempts, COUNT(*) AS n FROM tasks GROUP BY status, attempts ORDER BY status`,
    )
    expect(left.map(({ status, attempts }) => ({ status, attempts }))).toEqual([
      { status: 'done', attempts: 1 },
      { status: 'due', attempts: 0 },
    ])
    expect(Number(left[0]?.n)).toBe(noted.length)
    expect(noted.length).toBeGreaterThan(0)
  })
})
