import API from 'co-wechat-api'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { demoIds, type RunningSimulator } from './index.ts'
import { accountToken, call, field, type Listener, opened, startListener, startWorld } from './testing.ts'

const mini = demoIds.miniPrograms.lieye
const service = demoIds.officialAccounts.lieye
let listener: Listener
let running: RunningSimulator
let nowMs = Date.now()
let miniToken = ''
let serviceToken = ''

beforeAll(async () => {
  listener = await startListener()
  running = await startWorld(listener, { now: () => nowMs })
  miniToken = await accountToken(running, mini)
  serviceToken = await accountToken(running, service)
})
afterAll(async () => {
  await running.stop()
  await listener.close()
})
beforeEach(() => {
  running.sim.faults.clear()
  listener.received.length = 0
})

const weixin = (path: string, token: string, body?: unknown) =>
  call(`${running.sim.urls.weixin}${path}${path.includes('?') ? '&' : '?'}access_token=${token}`, body)
const account = (appId: string) => running.sim.world.accounts.get(appId)!
type Person = { id: string; unionid: string | null; openids: Record<string, string> }
const person = (name: string, extra = {}) => running.act<Person>('people.add', { name, phone: '13900001234', ...extra })
const events = (appId: string) =>
  listener.received.filter(one => one.path.endsWith(appId)).map(one => opened(one, account(appId), appId))
const template = (index = 0) => account(service).templates[index]!
const subscribe = () => account(mini).templates[0]!

test('login: the code works once and carries unionid only when the app is bound', async () => {
  const secret = account(mini).secret
  const session = (code: string) =>
    call(
      `${running.sim.urls.weixin}/sns/jscode2session?appid=${mini}&secret=${secret}&js_code=${code}&grant_type=authorization_code`,
    )
  const ann = await person('安')
  const { code } = await running.act<{ code: string }>('mini.login', { simUser: ann.id, appId: mini })
  expect(await session(code)).toMatchObject({ openid: ann.openids[mini], unionid: ann.unionid })
  expect((await session(code)).errcode).toBe(40163)
  expect((await session('none')).errcode).toBe(40029)
  const late = await running.act<{ code: string }>('mini.login', { simUser: ann.id, appId: mini })
  nowMs += 300_001
  expect((await session(late.code)).errcode).toBe(40029)
  const stranger = await person('微信用户', { hasUnionid: false })
  const answer = await session((await running.act<{ code: string }>('mini.login', { simUser: stranger.id, appId: mini })).code)
  expect(answer.openid).toBe(stranger.openids[mini])
  expect(answer).not.toHaveProperty('unionid')
})

test('phone: the button gives a code for the number, once; the log shows it masked', async () => {
  const ann = await person('安')
  const { code } = await running.act<{ code: string }>('mini.phoneCode', { simUser: ann.id, appId: mini })
  expect(await weixin('/wxa/business/getuserphonenumber', miniToken, { code })).toMatchObject({
    phone_info: { purePhoneNumber: '13900001234', countryCode: '86', watermark: { appid: mini } },
  })
  expect((await weixin('/wxa/business/getuserphonenumber', miniToken, { code })).errcode).toBe(40163)
  const logged = JSON.stringify(running.sim.log.read({ limit: 5 }))
  expect(logged).toContain('139****1234')
  expect(logged).not.toContain('13900001234')
  expect(logged).not.toContain(miniToken)
})

test('codes: a picture for a good scene, a coded refusal for a bad one', async () => {
  const response = await fetch(`${running.sim.urls.weixin}/wxa/getwxacodeunlimit?access_token=${miniToken}`, {
    method: 'POST',
    body: JSON.stringify({ scene: 'c=17', page: 'pages/join/index' }),
  })
  expect(response.headers.get('content-type')).toBe('image/png')
  const [code] = await running.act<{ kind: string; id: string }[]>('codes.list', { search: 'c=17' })
  const ann = await person('安')
  expect(await running.act('scan', { simUser: ann.id, code })).toMatchObject({
    kind: 'miniProgram',
    page: 'pages/join/index',
    scene: 'c=17',
    query: 'scene=c%3D17',
  })
  expect((await weixin('/wxa/getwxacodeunlimit', miniToken, { scene: 'x'.repeat(33) })).errcode).toBe(40169)
  expect((await weixin('/wxa/getwxacodeunlimit', miniToken, { scene: '中文' })).errcode).toBe(40097)
  expect((await weixin('/wxa/getwxacodeunlimit', miniToken, { scene: 'a', page: '/pages/join/index' })).errcode).toBe(40097)
})

test('subscribe messages: one tap is one send, the second is 43101, a wrong field 47003 and costs nothing', async () => {
  const ann = await person('安')
  const body = {
    touser: ann.openids[mini],
    template_id: subscribe().templateId,
    page: 'pages/home/index',
    data: { thing1: { value: '满减券' }, time3: { value: '2026年11月30日' }, thing4: { value: '记得使用' } },
  }
  expect((await weixin('/cgi-bin/message/subscribe/send', miniToken, body)).errcode).toBe(43101)
  await running.act('mini.subscribe', { simUser: ann.id, appId: mini, choices: { [subscribe().templateId]: 'accept' } })
  const long = { ...body, data: { ...body.data, thing1: { value: '一'.repeat(21) } } }
  expect(await weixin('/cgi-bin/message/subscribe/send', miniToken, long)).toMatchObject({
    errcode: 47003,
    errmsg: expect.stringContaining('thing1'),
  })
  expect((await weixin('/cgi-bin/message/subscribe/send', miniToken, body)).errcode).toBe(0)
  expect((await weixin('/cgi-bin/message/subscribe/send', miniToken, body)).errcode).toBe(43101)
  await running.sim.pusher.idle()
  expect(
    events(mini)
      .map(event => field(event, 'Event'))
      .sort(),
  ).toEqual(['subscribe_msg_popup_event', 'subscribe_msg_sent_event'])
  expect(events(mini).some(event => field(event, 'SubscribeStatusString') === 'accept')).toBe(true)
})

test('followers: qrscene_ when new, SCAN when known, and the user info tells the scene', async () => {
  const ann = await person('安')
  const { ticket } = await weixin('/cgi-bin/qrcode/create', serviceToken, {
    action_name: 'QR_LIMIT_STR_SCENE',
    action_info: { scene: { scene_str: 'store-9' } },
  })
  const image = await fetch(`${running.sim.urls.weixin}/cgi-bin/showqrcode?ticket=${encodeURIComponent(String(ticket))}`)
  expect(image.headers.get('content-type')).toBe('image/png')
  const code = { kind: 'officialAccount', id: ticket }
  await running.act('scan', { simUser: ann.id, code })
  await running.act('scan', { simUser: ann.id, code })
  await running.act('unfollow', { simUser: ann.id, appId: service })
  await running.sim.pusher.idle()
  const seen = events(service).map(event => [field(event, 'Event'), field(event, 'EventKey')].join(' '))
  expect(seen.sort()).toEqual(['SCAN store-9', 'subscribe qrscene_store-9', 'unsubscribe '])
  expect(await weixin(`/cgi-bin/user/info?openid=${ann.openids[service]}`, serviceToken)).toEqual({
    subscribe: 0,
    openid: ann.openids[service],
  })
  await running.act('follow', { simUser: ann.id, appId: service })
  expect(await weixin(`/cgi-bin/user/info?openid=${ann.openids[service]}`, serviceToken)).toMatchObject({
    subscribe: 1,
    unionid: ann.unionid,
    subscribe_scene: 'ADD_SCENE_SEARCH',
  })
})

test('a template message through the real co-wechat-api: 64-bit id, receipt, 43004 for strangers, user block', async () => {
  class LocalApi extends API {
    override request(url: string, options?: object, retry?: number) {
      return super.request(url.replace(/^https?:\/\/(api|mp)\.weixin\.qq\.com/, running.sim.urls.weixin), options, retry)
    }
    declare sendTemplate: (
      openid: string,
      templateId: string,
      url: string,
      color: string,
      data: object,
    ) => Promise<{ msgid: unknown }>
  }
  const api = new LocalApi(service, account(service).secret)
  const ann = await person('安')
  const send = () => api.sendTemplate(ann.openids[service]!, template().templateId, '', '', { thing1: { value: '新人券' } })
  await expect(send()).rejects.toMatchObject({ code: 43004 })
  await running.act('follow', { simUser: ann.id, appId: service })
  const { msgid } = await send()
  expect(BigInt(String(msgid)) > 2n ** 53n).toBe(true)
  await running.sim.pusher.idle()
  const receipt = events(service).find(event => field(event, 'Event') === 'TEMPLATESENDJOBFINISH') ?? ''
  expect(field(receipt, 'MsgID')).toBe(String(msgid))
  expect(field(receipt, 'Status')).toBe('success')
  await running.act('block', { simUser: ann.id, appId: service, isBlocked: true })
  await send()
  await running.sim.pusher.idle()
  expect(events(service).some(event => field(event, 'Status') === 'failed:user block')).toBe(true)
})

test('a repeated client_msg_id answers with the first id and sends once', async () => {
  const ann = await person('安')
  await running.act('follow', { simUser: ann.id, appId: service })
  const send = async () => {
    const response = await fetch(`${running.sim.urls.weixin}/cgi-bin/message/template/send?access_token=${serviceToken}`, {
      method: 'POST',
      body: JSON.stringify({
        touser: ann.openids[service],
        template_id: template().templateId,
        client_msg_id: 'm-1',
        data: { thing1: { value: '一'.repeat(30) } },
      }),
    })
    return await response.text()
  }
  expect(await send()).toBe(await send())
  const chat = await running.act<{ messages: { kind: string; fields?: { value: string }[] }[] }>('people.chat', {
    simUser: ann.id,
    key: `oa:${service}`,
  })
  const sent = chat.messages.filter(message => message.kind === 'template')
  expect(sent).toHaveLength(1)
  expect(sent[0]?.fields?.[0]?.value).toBe(`${'一'.repeat(20)}…`) // cut in silence, as the platform does
})

test('tokens: stable stays the same, forcing needs 30 seconds, a new classic one ends the old, refusals carry a trailer', async () => {
  const { weixin: base } = running.sim.urls
  const secret = account(mini).secret
  const stable = (force = false) =>
    call(`${base}/cgi-bin/stable_token`, { grant_type: 'client_credential', appid: mini, secret, force_refresh: force })
  const [first, second] = [await stable(), await stable()]
  expect(second.access_token).toBe(first.access_token)
  const forced = await stable(true)
  expect(forced.access_token).not.toBe(first.access_token)
  expect((await weixin('/wxaapi/newtmpl/gettemplate', String(first.access_token))).errcode).toBe(40001)
  expect((await stable(true)).errcode).toBe(45011)
  const wrong = await call(`${base}/cgi-bin/token?grant_type=client_credential&appid=${mini}&secret=wrong`)
  expect(wrong.errcode).toBe(40001)
  expect(wrong.errmsg).toMatch(/ rid: [0-9a-f]+-[0-9a-f]{8}-[0-9a-f]{8}$/)
  const classic = () => call(`${base}/cgi-bin/token?grant_type=client_credential&appid=${mini}&secret=${secret}`)
  const old = await classic()
  await classic()
  expect((await weixin('/wxaapi/newtmpl/gettemplate', String(old.access_token))).errcode).toBe(0) // overlap
  nowMs += 300_001
  expect((await weixin('/wxaapi/newtmpl/gettemplate', String(old.access_token))).errcode).toBe(42001)
  miniToken = String((await stable()).access_token)
})

test('malformed JSON is 47001 and an official account may not use a mini-program endpoint', async () => {
  const response = await fetch(`${running.sim.urls.weixin}/wxa/getwxacodeunlimit?access_token=${miniToken}`, {
    method: 'POST',
    body: '{"scene":',
  })
  expect(((await response.json()) as { errcode: number }).errcode).toBe(47001)
  expect((await weixin('/wxa/getwxacodeunlimit', serviceToken, { scene: 'a' })).errcode).toBe(48001)
})
