import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { addMs, bulkInsert, rows, run, setClock, sql, systemCtx, transaction } from '../core/index.ts'
import { resolve } from '../identity/index.ts'
import { type Receipt, subscribeReceipts, takeReceipts, templateReceipt } from './receipts.ts'

/** What platforms tell of sends, many at a time and in any order. */
const product = useProduct()
const appId = 'wxreceipts'
const at = new Date('2030-01-07T04:00:00Z')
let now = at
let last = 0

beforeEach(async () => {
  setClock((now = at))
  await run(sql`DELETE FROM messages WHERE app_id = ${appId}`)
})
afterEach(() => setClock(null))

/** A message in the hands of a worker (no id of the platform yet), or already written as sent. */
async function message(msgId: string | null, state = msgId ? 'sent' : 'sending', personId = 0): Promise<string> {
  last += 1
  const sendKey = `receipts:${last}`
  await bulkInsert('messages', [
    {
      brandId: 1,
      isTest: false,
      personId: personId || last,
      channel: 'template',
      purpose: 'service',
      templateId: 1,
      appId,
      sendKey,
      facts: '{}',
      state,
      platformMsgId: msgId,
      lastMoment: addMs(now, 3_600_000),
      sentAt: now,
      createdAt: now,
      status: state === 'unknown' ? 'unknown' : msgId ? 'done' : 'leased',
      leasedUntil: msgId ? null : addMs(now, 600_000),
      dueAt: now,
      attempts: 1,
    },
  ])
  return sendKey
}

async function states(): Promise<Record<string, string>> {
  const found = await rows<{ send_key: string; state: string; reason: string | null }>(
    sql`SELECT send_key, state, reason FROM messages WHERE app_id = ${appId}`,
  )
  return Object.fromEntries(found.map(row => [row.send_key, row.reason ?? row.state]))
}

const take = (...receipts: Receipt[]) => transaction(() => takeReceipts(systemCtx({ now }), receipts))
const told = (msgId: string, status = 'success', openid = 'oNobody', createdAt = now) =>
  templateReceipt({ appId, msgId, status, openid, createdAt })
const waiting = () => rows(sql`SELECT id FROM tasks WHERE name = 'messaging.earlyReceipts' AND status = 'due'`)

/** A little more than that: the clock runs on meanwhile. */
async function later(seconds: number): Promise<void> {
  setClock((now = addMs(now, seconds * 1000 + 900)))
  await product.settle()
}

test('of a batch each gets its own outcome; repeats, strangers and second thoughts change nothing', async () => {
  const [ann, bob, cen, dan] = [await message('1'), await message('2'), await message('3'), await message('4', 'unknown')]
  await take(told('1'), told('1'), told('2', 'failed:user block'), told('3', 'failed: system failed'), told('4'), told('999'))
  const truth = { [ann]: 'delivered', [bob]: 'blockedByUser', [cen]: 'refusedByPlatform', [dan]: 'delivered' }
  expect(await states()).toEqual(truth)
  await take(told('1', 'failed:user block'), told('2'))
  expect(await states()).toEqual(truth)
  expect(await waiting()).toHaveLength(0) // nothing of ours is on its way, so a stranger is not looked for again
})

test('a receipt that is faster than our own writing is taken when that is done', async () => {
  const [ann, bob] = [await message(null), await message('2')]
  await take(told('1', 'failed:user block'), told('2'))
  expect(await states()).toEqual({ [ann]: 'sending', [bob]: 'delivered' })
  await later(1)
  expect(await states()).toMatchObject({ [ann]: 'sending' })
  await run(
    sql`UPDATE messages SET state = 'sent', platform_msg_id = '1', status = 'done', leased_until = NULL WHERE send_key = ${ann}`,
  )
  await later(2)
  expect(await states()).toEqual({ [ann]: 'blockedByUser', [bob]: 'delivered' })
  expect(await waiting()).toHaveLength(0)
})

test('a receipt of nobody is given up after a minute of looking', async () => {
  await message(null)
  await take(told('999'))
  for (const seconds of [1, 2, 4, 8, 16]) {
    await later(seconds)
    expect(await waiting()).toHaveLength(1)
  }
  await later(32)
  expect(await waiting()).toHaveLength(0)
})

test('subscribe receipts: the code is kept, one without a message id says nothing', async () => {
  const ann = await message('11')
  const list = [
    { msgId: '11', errorCode: '43101' },
    { msgId: '', errorCode: '0' },
  ]
  await take(...subscribeReceipts({ appId, openid: 'oNobody', createdAt: now, list }))
  expect(await states()).toEqual({ [ann]: 'refusedByPlatform' })
  const [row] = await rows<{ platform_code: string }>(sql`SELECT platform_code FROM messages WHERE send_key = ${ann}`)
  expect(row?.platform_code).toBe('43101')
})

describe('a send without an answer never learned the id that its receipt names', () => {
  const openid = 'oUnanswered'
  let personId = 0

  beforeEach(async () => {
    const found = await resolve(systemCtx({ now }), {
      identifiers: [{ type: 'openid', scope: appId, value: openid }],
      source: 'test',
    })
    personId = found.personId
  })

  test('the receipt names its reader, and settles the one send to him that ended so', async () => {
    const [ann, bob] = [await message(null, 'unknown', personId), await message(null, 'unknown')]
    await take(told('77', 'success', openid, addMs(now, 3_000)))
    expect(await states()).toEqual({ [ann]: 'delivered', [bob]: 'unknown' })
    const [row] = await rows(sql`SELECT status, platform_msg_id, last_error FROM messages WHERE send_key = ${ann}`)
    expect(row).toEqual({ status: 'done', platform_msg_id: '77', last_error: null })
    await take(told('77', 'failed: system failed', openid))
    expect(await states()).toMatchObject({ [ann]: 'delivered' })
  })

  test('a refusal is told as it is', async () => {
    const ann = await message(null, 'unknown', personId)
    await take(told('78', 'failed:user block', openid))
    expect(await states()).toEqual({ [ann]: 'blockedByUser' })
  })

  test('two of them, or one of another hour, stay unknown: nothing is guessed', async () => {
    const both = [await message(null, 'unknown', personId), await message(null, 'unknown', personId)]
    await take(told('79', 'success', openid))
    expect(await states()).toEqual({ [both[0]!]: 'unknown', [both[1]!]: 'unknown' })
    await run(sql`DELETE FROM messages WHERE app_id = ${appId}`)
    const old = await message(null, 'unknown', personId)
    await take(told('80', 'success', openid, addMs(now, 3_600_000)))
    expect(await states()).toEqual({ [old]: 'unknown' })
  })
})
