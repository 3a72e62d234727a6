import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { redis, resetBreakers, sha256, systemCtx, transaction } from '../core/index.ts'
import { updateConnection } from '../platform/index.ts'
import { corpTags, externalContact, followUsers, markTag, sendAppMessage, uploadMedia } from '../wecom/index.ts'
import {
  code2Session,
  forgetTokens,
  type GatewayError,
  phoneOf,
  sendSubscribe,
  sendTemplate,
  sharedToken,
  unlimitedCode,
  userInfo,
} from './index.ts'

/** The typed clients against the simulator with its faults: tokens, limits, retries, and what each error means to a caller. */
const product = useProduct()
const { corpId } = demoIds
const appId = demoIds.miniPrograms.lieye
const officialAppId = demoIds.officialAccounts.lieye
let play: ReturnType<typeof player>

beforeAll(async () => {
  play = player(product)
  await make.connections(product.simulator, { first: (await make.brand()).id })
})

afterEach(async () => {
  await play.act('faults.clear')
  await play.act('log.clear')
  forgetTokens()
  resetBreakers()
})

async function calls(part: string): Promise<{ name: string; errcode: string }[]> {
  const log = (await play.act('log.read', { limit: 500 })) as { name: string; errcode: string; direction: string }[]
  return log.filter(one => one.direction === 'call' && one.name.includes(part))
}

async function errorOf(work: Promise<unknown>): Promise<GatewayError> {
  const error = await work.then(
    () => null,
    cause => cause as GatewayError,
  )
  expect(error).not.toBeNull()
  return error!
}

describe('tokens', () => {
  test('fifty calls at once with an empty store fetch one token, of WeCom and of WeChat', async () => {
    await play.act('expireTokens')
    await dropSharedTokens()
    await Promise.all(Array.from({ length: 50 }, () => followUsers(corpId)))
    expect(await calls('/cgi-bin/gettoken')).toHaveLength(1)
    await Promise.all(
      Array.from({ length: 50 }, () =>
        sendTemplate(officialAppId, { openid: 'nobody', templateId: 'none', data: {} }).catch(() => null),
      ),
    )
    expect(await calls('stable_token')).toHaveLength(1)
  })

  test('a token that the platform dropped is renewed once, and every call still succeeds', async () => {
    await followUsers(corpId)
    await play.act('expireTokens')
    await play.act('log.clear')
    const answers = await Promise.all(Array.from({ length: 20 }, () => corpTags(corpId)))
    expect(answers.every(groups => groups.length > 0)).toBe(true)
    expect(await calls('/cgi-bin/gettoken')).toHaveLength(1)
  })

  test('a wrong secret is asked for once, not in a storm, and says what to mend; a corrected one works at once', async () => {
    const right = product.simulator.connections.find(one => one.type === 'wecom')!
    await connect({ ...right, secrets: { ...right.secrets, secret: 'wrong-secret' } })
    const errors = await Promise.all(Array.from({ length: 30 }, () => errorOf(followUsers(corpId))))
    expect(new Set(errors.map(error => `${error.code} ${error.class}`))).toEqual(new Set(['wecom.badSecret config']))
    await errorOf(followUsers(corpId))
    expect(await calls('/cgi-bin/gettoken')).toHaveLength(1)
    await connect(right)
    expect(await followUsers(corpId)).not.toEqual([])
  })

  test('the same with a mini program, where the package would recurse without end', async () => {
    const right = product.simulator.connections.find(one => one.externalId === appId)!
    await connect({ ...right, secrets: { ...right.secrets, secret: 'wrong-secret' } })
    const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(phoneOf(appId, 'code'))))
    expect(errors.every(error => error.code === 'wechat.badSecret' && error.class === 'config')).toBe(true)
    expect((await calls('stable_token')).length).toBeLessThanOrEqual(1)
    await connect(right)
  })

  test('a fetch that fails does not poison the next one', async () => {
    let count = 0
    const source = {
      key: `test:${Math.random()}`,
      secret: 's',
      isFatal: () => false,
      fetch: async () =>
        ++count === 1 ? Promise.reject(new Error('first fails')) : { value: `t${count}`, expiresInSeconds: 7200 },
    }
    await expect(sharedToken(source)).rejects.toThrow('first fails')
    expect(await sharedToken(source)).toBe('t2')
    expect(await sharedToken(source, 't2')).toBe('t3')
  })
})

describe('what may be tried again', () => {
  test('busy (-1) and concurrency (45033) are waited out', async () => {
    await play.act('faults.add', { kind: 'busy', target: 'get_follow_user_list', remaining: 2 })
    expect(await followUsers(corpId)).not.toEqual([])
    await play.act('faults.add', { kind: 'concurrency', target: 'get_follow_user_list', remaining: 2 })
    expect(await followUsers(corpId)).not.toEqual([])
  })

  test('over the frequency (45009) we stop calling that API for a minute', async () => {
    await play.act('faults.add', { kind: 'quota', target: 'get_corp_tag_list', remaining: 1 })
    expect(await errorOf(corpTags(corpId))).toMatchObject({ code: 'wecom.busy', class: 'retry', errcode: '45009' })
    await play.act('log.clear')
    expect(await errorOf(corpTags(corpId))).toMatchObject({ errcode: '45009' })
    expect(await calls('get_corp_tag_list')).toEqual([])
  })

  test('we keep below what the platform allows per corp and API, and an operator may correct the number', async () => {
    const limit = (value: number) =>
      product.owner.call('limits.update', { key: 'wecom.apiPerMinute', value, source: 'https://example.com' })
    await limit(2)
    try {
      const asked = async () => (await errorOf(externalContact(corpId, 'wmNobodyAtAll'))).errcode
      expect([await asked(), await asked(), await asked()]).toEqual(['40096', '40096', '45009'])
      expect(await calls('externalcontact/get')).toHaveLength(2)
      expect((await errorOf(markTag(corpId, 'QianHe', 'wmNobodyAtAll', { add: ['x'] }))).errcode).not.toBe('45009')
    } finally {
      await limit(10_000)
    }
  })

  test('a read is repeated after a broken connection; a send is not, and says that nobody knows', async () => {
    await play.act('faults.add', { kind: 'disconnect', target: 'get_follow_user_list', remaining: 1 })
    expect(await followUsers(corpId)).not.toEqual([])
    await play.act('faults.add', { kind: 'lostAnswer', target: 'message/send', remaining: 1 })
    expect(await errorOf(sendAppMessage(corpId, ['QianHe'], '一次'))).toMatchObject({
      class: 'unknown',
      code: 'wecom.unavailable',
    })
    expect(await calls('message/send')).toHaveLength(1)
  })

  test('HTTP 500 of a send is unknown too', async () => {
    await play.act('faults.add', { kind: 'serverError', target: 'template/send' })
    expect(await errorOf(sendTemplate(officialAppId, { openid: 'o', templateId: 't', data: {} }))).toMatchObject({
      class: 'unknown',
    })
  })
})

describe('errors have our codes and a class', () => {
  test('an address outside the list', async () => {
    await play.act('faults.add', { kind: 'ipRefused', target: 'get_follow_user_list' })
    expect(await errorOf(followUsers(corpId))).toMatchObject({ code: 'wecom.ipRefused', class: 'config', errcode: '60020' })
  })

  test('a login code works once, and a made-up one never', async () => {
    const simUser = await play.addPerson('温登录', '13911110001')
    const { code } = await play.act('mini.login', { simUser, appId })
    expect((await code2Session(appId, code)).openid).toBeTruthy()
    expect(await errorOf(code2Session(appId, code))).toMatchObject({ code: 'wechat.codeInvalid', class: 'refused' })
    expect(await errorOf(code2Session(appId, 'made-up'))).toMatchObject({ code: 'wechat.codeInvalid' })
    const phone = await phoneOf(appId, await play.phoneCode(simUser, appId))
    expect(phone).toEqual({ phone: '13911110001', countryCode: '86' })
  })

  test('a scene that is too long or not ASCII never leaves the house; a good one is a picture', async () => {
    expect(await errorOf(unlimitedCode(appId, { scene: 'x'.repeat(33), page: 'pages/join/index' }))).toMatchObject({
      code: 'wechat.sceneInvalid',
    })
    expect(await errorOf(unlimitedCode(appId, { scene: '中文', page: 'pages/join/index' }))).toMatchObject({
      code: 'wechat.sceneInvalid',
    })
    expect(await calls('getwxacodeunlimit')).toEqual([])
    const picture = await unlimitedCode(appId, { scene: 'q23456789ab', page: 'pages/join/index' })
    expect(picture.length).toBeGreaterThan(500)
  })

  test('a subscribe message without credit is 43101, refused', async () => {
    const simUser = await play.addPerson('岳额度')
    const { openids } = await play.act('people.ids', { simUser })
    const templateId = product.simulator.sim.world.accounts.get(appId)!.templates[0]!.templateId
    const data = Object.fromEntries(
      product.simulator.sim.world.accounts
        .get(appId)!
        .templates[0]!.fields.map(field => [field.key, field.key.startsWith('time') ? '2026-12-01 10:00' : '测试']),
    )
    expect(await errorOf(sendSubscribe(appId, { openid: openids[appId], templateId, data }))).toMatchObject({
      errcode: '43101',
      class: 'refused',
    })
    await play.act('mini.subscribe', { simUser, appId, choices: { [templateId]: 'accept' } })
    await sendSubscribe(appId, { openid: openids[appId], templateId, data })
  })

  test('a message id of 64 bits keeps all its digits', async () => {
    const simUser = await play.addPerson('顾编号')
    await play.act('follow', { simUser, appId: officialAppId })
    const { openids } = await play.act('people.ids', { simUser })
    expect(await userInfo(officialAppId, openids[officialAppId])).toMatchObject({
      isFollowing: true,
      unionid: expect.any(String),
    })
    const template = product.simulator.sim.world.accounts.get(officialAppId)!.templates[0]!
    const data = Object.fromEntries(
      template.fields.map(field => [field.key, field.key.startsWith('time') ? '2026-12-01 10:00' : '测试']),
    )
    const { msgId } = await sendTemplate(officialAppId, { openid: openids[officialAppId], templateId: template.templateId, data })
    expect(msgId).toMatch(/^\d{16,20}$/)
    const answered = (await play.act('log.read', { limit: 500 })) as { name: string; answered: string }[]
    expect(answered.find(one => one.name.includes('template/send'))?.answered).toContain(msgId)
  })

  test('a customer nobody knows any more', async () => {
    expect(await errorOf(externalContact(corpId, 'wmNobody'))).toMatchObject({ platform: 'wecom', class: 'refused' })
    expect(await errorOf(markTag(corpId, 'QianHe', 'wmNobody', { add: ['x'] }))).toMatchObject({ class: 'refused' })
  })
})

test('a picture is uploaded as a form and answers with an id that lives three days', async () => {
  const media = await uploadMedia(corpId, {
    bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    fileName: 'a.jpg',
    contentType: 'image/jpeg',
  })
  expect(media.mediaId).toBeTruthy()
  expect(media.expiresAt.getTime() - Date.now()).toBeGreaterThan(2.9 * 86_400_000)
})

describe('the connection check makes real calls and names what is missing', () => {
  test('everything well, then a refused address', async () => {
    const [wecom] = await product.owner.call('connections.list', { type: 'wecom' })
    const good = await product.owner.call('connections.check', { connectionId: wecom!.id })
    expect(good.isUsable).toBe(true)
    expect(good.steps.find(step => step.key === 'directory')).toMatchObject({ status: 'ok' })
    await play.act('faults.add', { kind: 'ipRefused', target: 'get_follow_user_list' })
    const bad = await product.owner.call('connections.check', { connectionId: wecom!.id })
    expect(bad.isUsable).toBe(false)
    expect(bad.steps.find(step => step.key === 'customers')).toMatchObject({
      status: 'failed',
      errcode: '60020',
      fix: expect.stringContaining('可信 IP'),
    })
    expect(bad.steps.find(step => step.key === 'unionid')).toMatchObject({ status: 'skipped' })
  })

  test.each(['miniProgram', 'officialAccount', 'merchant'] as const)('%s', async type => {
    const [connection] = await product.owner.call('connections.list', { type })
    const check = await product.owner.call('connections.check', { connectionId: connection!.id })
    expect(check.steps.filter(step => step.status === 'failed')).toEqual([])
    expect(check.isUsable).toBe(true)
  })
})

type Connection = Parameters<typeof updateConnection>[1]

async function connect(connection: Omit<Connection, 'brandId' | 'isActive'>): Promise<void> {
  await transaction(() => updateConnection(systemCtx(), { ...connection, brandId: null, isActive: true }))
}

/** As a process does that has just started, with an empty Redis. */
async function dropSharedTokens(): Promise<void> {
  for (const { type, externalId, secrets } of product.simulator.connections) {
    const key = type === 'wecom' ? `wecom:${externalId}:app` : `wechat:${externalId}`
    await redis.del(`token:${key}:${sha256(secrets.secret ?? '').slice(0, 12)}`)
  }
  forgetTokens()
}
