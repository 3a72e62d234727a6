import type { ClientInputOf, Endpoints } from '@banyan/shared'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { advanceClock, clickhouse, rows, run, runOnce, sql } from '../core/index.ts'
import { unpacked } from './batch.ts'
import { asRow, type BatchRow, workers } from './store-batches.ts'

/** Who may send what, for whom; what is held back goes on once the plan is mended; what was lost comes back from the archive. Nothing doubles. */
const product = useProduct()
let brandId = 0
let owner: Client

type Sent = ClientInputOf<Endpoints['tracks.collect']>['tracks'][number]
const iso = (msAgo = 0) => new Date(Date.now() - msAgo).toISOString()

/** Another system's call, with an API key. */
async function apiKey() {
  const { secret } = await owner.call('apiKeys.create', {
    name: '业务系统',
    scopes: ['tracks.collect'],
    brandIds: [brandId],
    storeId: null,
  })
  return async (tracks: Sent[]) => {
    const response = await fetch(`${product.url}/api/tracks.collect`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Api-Key': secret },
      body: JSON.stringify({ tracks }),
    })
    return (await response.json()) as {
      data: { accepted: number; quarantined: { messageId: string; reason: string; field: string | null }[] }
      error?: { code: string }
    }
  }
}

async function plan(name: string, more: Partial<ClientInputOf<Endpoints['trackPlan.update']>> = {}) {
  const properties = [{ key: 'score', zh: '分数', kind: 'number' as const, example: '7' }]
  return owner.call('trackPlan.update', { name, zh: '完成测试', properties, ...more })
}

const stored = (name: string) =>
  clickhouse.query<{ person_id: number; message_key: string; at: number }>(
    'SELECT person_id, message_key, toUnixTimestamp64Milli(occurred_at) AS at FROM tracks WHERE brand_id = {brandId:UInt32} AND name = {name:String} ORDER BY message_key',
    { brandId, name },
  )

beforeAll(async () => {
  brandId = (await make.brand()).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
})

describe('the plan', () => {
  test('keeps every change, who made it and when, and refuses the older of two', async () => {
    const first = await plan('plan_kept', { owner: '增长组', description: '做完一份测试' })
    expect(first).toMatchObject({ version: 1, owner: '增长组', example: { score: 7 }, subjectTypeName: null })
    await plan('plan_kept', { owner: '增长组', description: '做完一份测试' })
    const second = await plan('plan_kept', { owner: '数据组', version: 1 })
    expect(second.version).toBe(2)
    expect(await owner.call('trackPlan.versions', { name: 'plan_kept' })).toMatchObject([
      { version: 2, by: '测试管理员', plan: { owner: '数据组', description: '' } },
      { version: 1, plan: { owner: '增长组', description: '做完一份测试' } },
    ])
    await expect(plan('plan_kept', { version: 1 })).rejects.toMatchObject({ code: 'conflict.changed' })
    const wrong = [{ key: 'score', zh: '分数', kind: 'number' as const, example: '七' }]
    await expect(plan('plan_kept', { properties: wrong })).rejects.toMatchObject({
      code: 'track.badExample',
      detail: { field: 'properties.0.example' },
    })
  })
})

describe('collecting', () => {
  test('an API key tells of people by identifiers and of things by id or by a unique value', async () => {
    const send = await apiKey()
    const type = await owner.call('subjectTypes.create', {
      key: 'trackcar',
      zh: '车',
      attributes: [{ key: 'vin', zh: '车架号', kind: 'text', isUnique: true }],
      relations: [],
      reach: { mode: 'first', steps: [] },
      titleAttribute: 'vin',
    } as never)
    const [car] = await owner.call('subjects.put', { typeId: type.id, subjects: [{ values: { vin: 'VIN-1' } }] })
    await plan('serviced', { subjectTypeId: type.id })
    await plan('quiz_told')
    const at = iso(5_000)
    const one = (messageId: string, name: string, whose: Partial<Sent>): Sent => ({
      name,
      messageId,
      occurredAt: at,
      properties: { score: 1 },
      ...whose,
    })
    const phone = { type: 'phone', value: '13900001111' }
    const answer = await send([
      one('1', 'quiz_told', { identifiers: [phone] }),
      one('2', 'quiz_told', { identifiers: [phone] }),
      one('3', 'serviced', { subjectId: car?.subjectId as number }),
      one('4', 'serviced', { subject: { type: 'trackcar', attribute: 'vin', value: ' VIN-1 ' } }),
      one('5', 'serviced', { subject: { type: 'trackcar', attribute: 'vin', value: 'VIN-2' } }),
      one('6', 'serviced', { identifiers: [phone] }),
      one('7', 'quiz_told', { subjectId: car?.subjectId as number }),
      one('8', 'serviced', { subjectId: 4_000_000_000 }),
    ])
    expect(answer.data).toEqual({
      accepted: 4,
      quarantined: [
        { messageId: '6', reason: 'noSubject', field: 'subjectId' },
        { messageId: '7', reason: 'wrongSubject', field: 'subjectId' },
        { messageId: '5', reason: 'noSubject', field: 'subject' },
        { messageId: '8', reason: 'noSubject', field: 'subjectId' },
      ],
    })
    await product.settle()
    expect(new Set((await stored('quiz_told')).map(row => row.person_id)).size).toBe(1)
    const { items } = await owner.call('tracks.timeline', { subjectId: car?.subjectId as number })
    expect(items.map(item => item.name)).toEqual(['serviced', 'serviced'])
    const elsewhere = product.owner.with({ 'X-Brand-Id': String((await make.brand()).id) })
    expect(await elsewhere.codeOf('tracks.timeline', { subjectId: car?.subjectId as number })).toBe('thing.notFound')
    expect(await owner.codeOf('tracks.timeline', {})).toBe('input.invalid')
    // Identifiers are never shown in clear.
    const held = await owner.call('tracks.quarantine', { name: 'serviced' })
    expect(held.map(row => row.payload).join('')).not.toContain('13900001111')
    expect(held.map(row => row.payload).join('')).toContain('139****1111')
    await expect(plan('serviced')).rejects.toMatchObject({ code: 'track.subjectFixed' })
    // A consumer says nothing about things: whoever could would move them between segments.
    const person = await make.signedInPerson(product, brandId)
    expect(
      await person.call('tracks.collect', { tracks: [one('9', 'serviced', { subjectId: car?.subjectId as number })] }),
    ).toEqual({
      accepted: 0,
      quarantined: [{ messageId: '9', reason: 'wrongSubject', field: 'subjectId' }],
    })
  })

  test('small calls of one moment share a row', async () => {
    const send = await apiKey()
    await plan('shared_row')
    const before = await count(sql`SELECT COUNT(*) AS n FROM track_batches`)
    const identifiers = [{ type: 'phone', value: '13900002222' }]
    await send([{ name: 'shared_row', messageId: 'first', occurredAt: iso(), identifiers }])
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => send([{ name: 'shared_row', messageId: `m${at}`, occurredAt: iso(), identifiers }])),
    )
    expect((await count(sql`SELECT COUNT(*) AS n FROM track_batches`)) - before).toBeLessThan(16)
    await product.settle()
    expect(await stored('shared_row')).toHaveLength(31)
  })
})

describe('a client key', () => {
  const door = (body: object, text = JSON.stringify(body)) =>
    fetch(`${product.url}/sdk/collect`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: text })
  const deviceId = 'device-0123456789'

  test('may tell of its brand, of one visitor, and only what is allowed for clients', async () => {
    const { key, clientKey } = await owner.call('clientKeys.create', { brandId, name: '官网', appId: 'wx1' })
    expect(JSON.stringify(await owner.call('clientKeys.list', {}))).not.toContain(key)
    await plan('from_page', { isFromClients: true })
    await plan('not_from_page')
    const one = (messageId: string, name: string, properties: object) => ({ name, messageId, occurredAt: iso(), properties })
    const tracks = [
      one('a', 'page_view', { page: '/' }),
      one('b', 'from_page', { score: 2 }),
      one('c', 'not_from_page', { score: 2 }),
      one('d', 'order_paid', { amountFen: 1 }),
    ]
    const answer = await door({ key, deviceId, tracks })
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(((await answer.json()) as { data: object }).data).toEqual({
      accepted: 2,
      quarantined: [
        { messageId: 'c', reason: 'notForClients', field: null },
        { messageId: 'd', reason: 'ownOnly', field: null },
      ],
    })
    await door({ key, deviceId, openid: 'openid-of-ann', tracks: [one('e', 'from_page', {})] })
    await product.settle()
    // Two visitors: a public key never joins an openid to a device.
    expect(new Set((await stored('from_page')).map(row => row.person_id)).size).toBe(2)
    // The same again is stored once.
    await door({ key, deviceId, tracks })
    await product.settle()
    expect(await stored('from_page')).toHaveLength(2)
    expect(await owner.call('tracks.quarantine', { name: 'not_from_page' })).toHaveLength(1)

    await owner.call('clientKeys.revoke', { clientKeyId: clientKey.id })
    expect((await door({ key, deviceId, tracks })).status).toBe(401)
  })

  test('is limited per address, and nonsense is an answer', async () => {
    const { key } = await owner.call('clientKeys.create', { brandId, name: '官网 2' })
    const many = (start: number) =>
      Array.from({ length: 1_000 }, (_, at) => ({ name: 'nothing_known', messageId: `${start + at}`, occurredAt: iso() }))
    const statuses: number[] = []
    for (let call = 0; call < 7; call += 1) statuses.push((await door({ key, deviceId, tracks: many(call * 1_000) })).status)
    expect(statuses.at(-1)).toBe(429)
    expect(statuses[0]).toBe(200)
    expect((await door({}, '{')).status).toBe(400)
    expect((await door({ key, tracks: [] })).status).toBe(422)
    expect((await door({ key: 'ck_aaaaaaaaaaaaaaaaaaaaaaaaaaaa', deviceId, tracks: many(0).slice(0, 1) })).status).toBe(401)
  })

  test('one brand has no say in another brand’s keys', async () => {
    const { clientKey } = await owner.call('clientKeys.create', { brandId, name: '官网 3' })
    const other = await make.signedInOperator(product, { permissions: ['*'], brandIds: [(await make.brand()).id] })
    expect(await other.call('clientKeys.list', {})).toEqual([])
    expect(await other.codeOf('clientKeys.revoke', { clientKeyId: clientKey.id })).toBe('thing.notFound')
    expect(await other.codeOf('clientKeys.create', { brandId, name: 'x' })).toBe('access.outOfScope')
  })
})

describe('the quarantine', () => {
  test('accept and replay: checked again, stored with their own time, nothing twice', async () => {
    const send = await apiKey()
    const occurredAt = iso(40 * 86_400_000)
    const identifiers = [{ type: 'phone', value: '13900003333' }]
    const one = (messageId: string, properties: Sent['properties']): Sent => ({
      name: 'mended_later',
      messageId,
      occurredAt,
      identifiers,
      properties,
    })
    const tracks = [one('1', { score: 1 }), one('2', { score: 'x' }), one('3', { score: 3 })]
    await send(tracks)
    await send(tracks)
    expect((await owner.call('tracks.quarantineCounts', {})).find(row => row.name === 'mended_later')).toMatchObject({
      reason: 'unknownName',
      count: 3,
    })
    const still = await owner.call('tracks.acceptQuarantined', { name: 'mended_later' })
    expect(still).toMatchObject({ accepted: 0, failing: [{ reason: 'unknownName', count: 3 }], nextAfterId: null })

    await plan('mended_later')
    const other = product.owner.with({ 'X-Brand-Id': String((await make.brand()).id) })
    expect(await other.call('tracks.acceptQuarantined', { name: 'mended_later' })).toMatchObject({ accepted: 0, failing: [] })
    // Two operators press at once, and the sender sends once more.
    const answers = await Promise.all([
      owner.call('tracks.acceptQuarantined', { reason: 'unknownName', name: 'mended_later' }),
      owner.call('tracks.acceptQuarantined', { reason: 'unknownName', name: 'mended_later' }),
    ])
    expect(answers.reduce((sum, answer) => sum + answer.accepted, 0)).toBe(2)
    await send(tracks.slice(0, 1))
    await product.settle()
    const kept = await stored('mended_later')
    expect(kept.map(row => new Date(row.at).toISOString())).toEqual([occurredAt, occurredAt])
    const [rest] = await owner.call('tracks.quarantine', { name: 'mended_later', reason: 'wrongType' })
    expect(rest).toMatchObject({ field: 'score' })
    expect(await owner.call('tracks.acceptQuarantined', { id: rest?.id as number })).toMatchObject({
      accepted: 0,
      failing: [{ reason: 'wrongType', count: 1 }],
    })
    expect(await owner.codeOf('tracks.acceptQuarantined', {})).toBe('input.invalid')
  })
})

describe('the archive', () => {
  test('a replay stores what is missing, and a second one nothing', async () => {
    const send = await apiKey()
    await plan('was_lost')
    const from = iso(60_000)
    const identifiers = [{ type: 'phone', value: '13900004444' }]
    // A millisecond apart, however slow the machine is.
    const last = Date.now()
    const occurredAt = (at: number) => new Date(last - at).toISOString()
    await send(
      Array.from({ length: 20 }, (_, at) => ({ name: 'was_lost', messageId: `${at}`, occurredAt: occurredAt(at), identifiers })),
    )
    await product.settle()
    const before = await stored('was_lost')
    await clickhouse.command("DELETE FROM tracks WHERE name = 'was_lost' AND occurred_at < {at:DateTime64(3)}", {
      at: new Date(before.map(row => row.at).sort()[10] as number),
    })
    // Message ids are forgotten after a week: the replay must not depend on them.
    await run(sql`DELETE FROM track_messages`)
    const lost = 20 - (await stored('was_lost')).length
    expect(lost).toBe(10)
    const range = { from, to: iso(-60_000), isConfirmed: true as const }
    await owner.with({}).call('tracks.replay', range)
    expect(await owner.codeOf('tracks.replay', range)).toBe('track.replayRunning')
    await product.settle()
    expect((await owner.call('tracks.replays', {}))[0]).toMatchObject({ status: 'finished', restoredCount: 10 })
    await owner.call('tracks.replay', range)
    await product.settle()
    expect((await owner.call('tracks.replays', {}))[0]).toMatchObject({ status: 'finished', restoredCount: 0 })
    expect(await stored('was_lost')).toEqual(before)
  })

  test('a repeat that is tried again before what it repeats takes nothing from it', async () => {
    const send = await apiKey()
    await plan('repeated')
    await product.settle()
    const track = { name: 'repeated', messageId: 'r1', occurredAt: iso(), identifiers: [{ type: 'phone', value: '13900006666' }] }
    await send([track])
    await send([track])
    const [worker] = workers
    if (!worker) throw new Error('no worker')
    // Both were looked at in vain, then come back the other way round.
    const died = {
      ...worker,
      runMany: async (batches: BatchRow[]) => {
        const [first] = [...batches].sort((a, b) => a.id - b.id)
        const [{ messageKey } = { messageKey: '' }] = unpacked(first?.payload ?? '')
        await run(
          sql`INSERT INTO track_messages (message_key, batch_id, received_at) VALUES (${messageKey}, ${first?.id}, ${first?.received_at})`,
        )
        return undefined
      },
    }
    expect(await runOnce(died)).toBe(2)
    advanceClock(130_000)
    expect(await runOnce({ ...worker, runMany: async (batches: BatchRow[]) => worker.runMany?.([...batches].reverse()) })).toBe(2)
    expect(await stored('repeated')).toHaveLength(1)
  })

  test('a worker that is killed loses nothing and doubles nothing', async () => {
    const send = await apiKey()
    await plan('survives')
    const identifiers = [{ type: 'phone', value: '13900005555' }]
    const tracks = Array.from({ length: 600 }, (_, at) => ({
      name: 'survives',
      messageId: `${at}`,
      occurredAt: iso(),
      identifiers,
    }))
    await product.settle()
    await send(tracks)
    const [worker] = workers
    if (!worker) throw new Error('no worker')
    // Killed in the middle of its work: a part is in ClickHouse, nothing is marked, nobody was told, the lease stands.
    const died = {
      ...worker,
      runMany: async (batches: BatchRow[]) => {
        const written = batches.flatMap(batch =>
          unpacked(batch.payload).map(track => ({ ...track, batchId: batch.id, brandId, receivedAt: batch.received_at })),
        )
        await clickhouse.insert('tracks', written.slice(0, 250).map(asRow))
        return undefined
      },
    }
    expect(await runOnce(died)).toBe(1)
    expect(await count(sql`SELECT COUNT(*) AS n FROM track_batches WHERE status = 'leased'`)).toBe(1)
    await product.settle()
    expect(await stored('survives')).toHaveLength(250)
    advanceClock(130_000)
    await product.settle()
    expect(await stored('survives')).toHaveLength(600)
    expect(await count(sql`SELECT COUNT(*) AS n FROM track_batches WHERE status <> 'done'`)).toBe(0)
  })
})

async function count(query: ReturnType<typeof sql>): Promise<number> {
  return Number((await rows<{ n: number }>(query))[0]?.n ?? 0)
}
