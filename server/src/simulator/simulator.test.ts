import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { demoIds, demoWorld, type RunningSimulator, startSimulator } from './index.ts'
import { accountToken, call, corpToken, field, type Listener, opened, startListener, startWorld } from './testing.ts'

let listener: Listener
let running: RunningSimulator
const folders: string[] = []

beforeEach(async () => {
  listener = await startListener()
  running = await startWorld(listener)
})
afterEach(async () => {
  await running.stop()
  await listener.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const corp = () => running.sim.world.corps.get(demoIds.corpId)!
const eventsOf = () => listener.received.map(one => opened(one, corp(), demoIds.corpId))
const changeTypes = () => eventsOf().map(event => field(event, 'ChangeType'))

async function liveCode(): Promise<{ kind: 'contactWay'; id: string }> {
  const token = await corpToken(running)
  const way = await call(`${running.sim.urls.wecom}/cgi-bin/externalcontact/add_contact_way?access_token=${token}`, {
    type: 2,
    scene: 2,
    user: ['QianHe'],
  })
  return { kind: 'contactWay', id: String(way.config_id) }
}
async function scanBy(name: string, code: object): Promise<void> {
  const { id } = await running.act<{ id: string }>('people.add', { name })
  await running.act('scan', { simUser: id, code })
}
const fault = (kind: string, extra = {}) => running.act('faults.add', { kind, target: 'add_external_contact', ...extra })

test('a callback that is not answered with 200 comes again, three times at most', async () => {
  listener.statuses = [500, 404]
  await scanBy('甲', await liveCode())
  await running.sim.pusher.idle()
  expect(listener.received).toHaveLength(3)
  listener.received.length = 0
  listener.statuses = [500, 500, 500, 500, 500]
  await scanBy('乙', await liveCode())
  await running.sim.pusher.idle()
  expect(listener.received).toHaveLength(4)
})

test('duplicate, drop, wrong signature and tampered body strike as told, then stop', async () => {
  const code = await liveCode()
  await fault('duplicate', { remaining: 1 })
  await scanBy('重', code)
  await running.sim.pusher.idle()
  expect(listener.received).toHaveLength(2)
  expect(eventsOf()[0]).toBe(eventsOf()[1])

  listener.received.length = 0
  await fault('drop', { remaining: 1 })
  await scanBy('丢', code)
  await running.sim.pusher.idle()
  expect(listener.received).toHaveLength(0)

  for (const kind of ['wrongSignature', 'tamperedBody']) {
    listener.received.length = 0
    listener.statuses = [401] // the product refuses the damaged one; the platform tries again
    await fault(kind, { remaining: 1 })
    await scanBy(kind, code)
    await running.sim.pusher.idle()
    expect(listener.received).toHaveLength(2)
    expect(() => opened(listener.received[0]!, corp(), demoIds.corpId)).toThrow('wrong signature')
    expect(field(opened(listener.received[1]!, corp(), demoIds.corpId), 'ChangeType')).toBe('add_external_contact')
  }
  expect(running.sim.faults.list()).toEqual([])
})

test('reordered events overtake each other; late ones come late', async () => {
  const code = await liveCode()
  await fault('reorder', { remaining: 1 })
  await scanBy('先', code)
  await scanBy('后', code)
  await running.sim.pusher.idle()
  const order = eventsOf().map(
    event => running.sim.directory.userByExternal(demoIds.corpId, field(event, 'ExternalUserID') ?? '')?.name,
  )
  expect(order).toEqual(['后', '先'])

  listener.received.length = 0
  await fault('late', { remaining: 1, ms: 120 })
  const startedAt = Date.now()
  await scanBy('迟', code)
  await running.sim.pusher.idle()
  expect((listener.received[0]?.atMs ?? 0) - startedAt).toBeGreaterThanOrEqual(115)
})

test('two people within one second, and half before full', async () => {
  const code = await liveCode()
  const people = await Promise.all(['一', '二', '三'].map(name => running.act<{ id: string }>('people.add', { name })))
  await running.act('scanTogether', { simUsers: people.map(person => person.id), code })
  await running.sim.pusher.idle()
  expect(new Set(eventsOf().map(event => field(event, 'CreateTime'))).size).toBe(1)
  expect(new Set(eventsOf().map(event => field(event, 'ExternalUserID'))).size).toBe(3)

  listener.received.length = 0
  await fault('halfThenFull', { remaining: 1 })
  await scanBy('半', code)
  await expect.poll(changeTypes).toEqual(['add_half_external_contact', 'add_external_contact'])
})

test('an answer later than the limit counts as none and the event comes again', async () => {
  vi.useRealTimers()
  const { createPusher } = await import('./pusher.ts')
  const pusher = createPusher({ faults: running.sim.faults, log: running.sim.log, now: Date.now, answerWithinMs: 60 })
  listener.delayMs = 150
  pusher.send({
    origin: 'wecom',
    name: 'x',
    target: 'x',
    decoded: '',
    retryDelaysMs: [10],
    build: () => ({ url: listener.url, headers: {}, body: 'x', signed: {} }),
  })
  await pusher.idle()
  pusher.stop()
  expect(listener.received).toHaveLength(2)
})

test('the console check of a callback address succeeds only for the right answer', async () => {
  expect(await running.act('verifyCallback', { corpId: demoIds.corpId })).toEqual({ isRight: false, answered: '' })
})

test('faults of calls: busy, slow, lost answer; each names itself in the log', async () => {
  const token = await corpToken(running)
  const url = `${running.sim.urls.wecom}/cgi-bin/externalcontact/get_follow_user_list?access_token=${token}`
  running.sim.faults.add({ kind: 'busy', target: 'get_follow_user_list', remaining: 1 })
  expect((await call(url)).errcode).toBe(-1)
  running.sim.faults.add({ kind: 'quota', remaining: 1 })
  expect((await call(url)).errcode).toBe(45009)
  running.sim.faults.add({ kind: 'slow', ms: 80, remaining: 1 })
  const startedAt = performance.now()
  expect((await call(url)).errcode).toBe(0)
  expect(performance.now() - startedAt).toBeGreaterThan(75)
  running.sim.faults.add({ kind: 'lostAnswer', remaining: 1 })
  await expect(call(url)).rejects.toThrow()
  expect(running.sim.log.read({ limit: 4 }).map(record => record.fault)).toEqual(['busy', 'quota', 'slow', 'lostAnswer'])
})

test('the world survives a restart: keys, tokens, friends, chats and derived ids', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'banyan-simulator-'))
  folders.push(dataDir)
  const first = await startWorld(listener, { dataDir })
  const secret = first.connections.find(connection => connection.type === 'merchant')?.secrets.privateKey
  const [ann] = first.populate([
    {
      id: 'sample-1',
      name: '安',
      phone: '13900000001',
      friends: [{ corpId: demoIds.corpId, userid: 'QianHe', atMs: 1_700_000_000_000, state: 's1' }],
      follows: [{ appId: demoIds.officialAccounts.lieye, atMs: 1_700_000_000_000 }],
    },
  ])
  const token = await accountToken(first, demoIds.officialAccounts.lieye)
  await first.stop()
  const second = await startWorld(listener, { dataDir })
  expect(second.connections.find(connection => connection.type === 'merchant')?.secrets.privateKey).toBe(secret)
  expect(await call(`${second.sim.urls.weixin}/cgi-bin/user/get?access_token=${token}`)).toMatchObject({
    total: 1,
    data: { openid: [ann?.openids[demoIds.officialAccounts.lieye]] },
  })
  const corpAccess = await corpToken(second)
  expect(
    await call(`${second.sim.urls.wecom}/cgi-bin/externalcontact/list?userid=QianHe&access_token=${corpAccess}`),
  ).toMatchObject({ external_userid: [ann?.externalUserids[demoIds.corpId]] })
  await second.stop()
})

test('it does not start in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  await expect(
    startSimulator({ definition: demoWorld({ publicUrl: listener.url }), dataDir: null, firstPort: 0 }),
  ).rejects.toThrow('production')
  vi.unstubAllEnvs()
})
