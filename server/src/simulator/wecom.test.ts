import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { demoIds, type RunningSimulator } from './index.ts'
import { call, corpToken, field, type Listener, opened, startListener, startWorld } from './testing.ts'

let listener: Listener
let running: RunningSimulator
let nowMs = Date.now()
let token = ''

beforeAll(async () => {
  listener = await startListener()
  running = await startWorld(listener, { now: () => nowMs })
  token = await corpToken(running)
})
afterAll(async () => {
  await running.stop()
  await listener.close()
})
beforeEach(() => {
  running.sim.faults.clear()
  listener.received.length = 0
})

const wecom = (path: string, body?: unknown) =>
  call(`${running.sim.urls.wecom}/cgi-bin/${path}${path.includes('?') ? '&' : '?'}access_token=${token}`, body)
const corp = () => running.sim.world.corps.get(demoIds.corpId)!
const events = () => listener.received.map(received => opened(received, corp(), demoIds.corpId))
const person = async (name: string) =>
  (await running.act<{ id: string; externalUserids: Record<string, string> }>('people.add', { name })) as {
    id: string
    externalUserids: Record<string, string>
  }
const way = async (extra: Record<string, unknown> = {}) =>
  (await wecom('externalcontact/add_contact_way', { type: 2, scene: 2, user: ['QianHe'], ...extra })) as {
    config_id: string
    qr_code: string
  }

test('a scan becomes an encrypted event with state and welcome code, and the welcome lands in the chat, once', async () => {
  const { config_id } = await way({ state: 'code-17' })
  const ann = await person('安')
  await running.act('scan', { simUser: ann.id, code: { kind: 'contactWay', id: config_id } })
  await running.sim.pusher.idle()
  const [event = ''] = events()
  expect(field(event, 'ChangeType')).toBe('add_external_contact')
  expect(field(event, 'UserID')).toBe('QianHe')
  expect(field(event, 'State')).toBe('code-17')
  expect(field(event, 'ExternalUserID')).toBe(ann.externalUserids[demoIds.corpId])

  const welcome = { welcome_code: field(event, 'WelcomeCode'), text: { content: '欢迎' } }
  expect((await wecom('externalcontact/send_welcome_msg', welcome)).errcode).toBe(0)
  expect((await wecom('externalcontact/send_welcome_msg', welcome)).errcode).toBe(41051)
  const chat = await running.act<{ messages: { text: string }[] }>('people.chat', {
    simUser: ann.id,
    key: `wecom:${demoIds.corpId}:QianHe`,
  })
  expect(chat.messages.map(message => message.text)).toContain('欢迎')

  await running.act('scan', { simUser: ann.id, code: { kind: 'contactWay', id: config_id } })
  await running.sim.pusher.idle()
  expect(listener.received).toHaveLength(1) // known already: no second event
})

test('a welcome code is dead after 20 seconds', async () => {
  const { config_id } = await way()
  await running.act('scan', { simUser: (await person('晚')).id, code: { kind: 'contactWay', id: config_id } })
  await running.sim.pusher.idle()
  const welcomeCode = field(events()[0] ?? '', 'WelcomeCode')
  nowMs += 20_001
  expect((await wecom('externalcontact/send_welcome_msg', { welcome_code: welcomeCode, text: { content: '迟' } })).errcode).toBe(
    41050,
  )
})

test.each([
  ['no type', { scene: 2, user: ['QianHe'] }, 41037],
  ['no scene', { type: 1, user: ['QianHe'] }, 41038],
  ['state of 31 characters', { type: 2, scene: 2, user: ['QianHe'], state: '这'.repeat(31) }, 40058],
  ['two staff for a single code', { type: 1, scene: 2, user: ['QianHe', 'SunYiMu'] }, 40058],
  ['nobody', { type: 2, scene: 2, user: [] }, 40058],
  ['unknown staff', { type: 2, scene: 2, user: ['NoBody'] }, 40003],
  ['101 staff', { type: 2, scene: 2, user: Array.from({ length: 101 }, (_, index) => `u${index}`) }, 41044],
])('a contact way with %s is refused', async (_what, body, errcode) => {
  const answer = await wecom('externalcontact/add_contact_way', body)
  expect(answer.errcode).toBe(errcode)
  expect(answer.errmsg).toMatch(
    /hint: \[\d+\], from ip: .+, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=\d+/,
  )
})

test('contact ways are read, changed, listed and deleted; the picture is a PNG', async () => {
  const { config_id, qr_code } = await way({ remark: '静里店' })
  const picture = await fetch(qr_code)
  expect(picture.headers.get('content-type')).toBe('image/png')
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  expect((await wecom('externalcontact/update_contact_way', { config_id, user: ['SunYiMu'], remark: '云岸店' })).errcode).toBe(0)
  expect(await wecom('externalcontact/get_contact_way', { config_id })).toMatchObject({
    contact_way: { user: ['SunYiMu'], remark: '云岸店', type: 2 },
  })
  const listed = (await wecom('externalcontact/list_contact_way', { limit: 1000 })) as { contact_way?: { config_id: string }[] }
  expect(listed.contact_way?.some(one => one.config_id === config_id)).toBe(true)
  expect((await wecom('externalcontact/del_contact_way', { config_id })).errcode).toBe(0)
  expect((await wecom('externalcontact/get_contact_way', { config_id })).errcode).toBe(41042)
})

test('deleting: by the customer del_follow_user, by staff del_external_contact; the API tells the same story and makes no callbacks', async () => {
  const { config_id } = await way()
  const bob = await person('博')
  const external = bob.externalUserids[demoIds.corpId]
  const scan = () => running.act('scan', { simUser: bob.id, code: { kind: 'contactWay', id: config_id } })
  await scan()
  expect(
    (
      await wecom('externalcontact/remark', {
        userid: 'QianHe',
        external_userid: external,
        remark: '老客',
        remark_mobiles: ['13800000000'],
      })
    ).errcode,
  ).toBe(0)
  const tagId = corp().tagGroupList[0]?.tag[0]?.id
  expect(
    (await wecom('externalcontact/mark_tag', { userid: 'QianHe', external_userid: external, add_tag: [tagId] })).errcode,
  ).toBe(0)
  expect(await wecom(`externalcontact/get?external_userid=${external}`)).toMatchObject({
    external_contact: { name: '博', type: 1 },
    follow_user: [{ userid: 'QianHe', remark: '老客', remark_mobiles: ['13800000000'], tags: [{ tag_id: tagId, type: 1 }] }],
  })
  expect(await wecom('externalcontact/batch/get_by_user', { userid_list: ['QianHe'], limit: 100 })).toMatchObject({
    external_contact_list: expect.arrayContaining([
      expect.objectContaining({ follow_info: expect.objectContaining({ tag_id: [tagId], remark: '老客' }) }),
    ]),
  })
  await running.act('deleteStaff', { simUser: bob.id, userid: 'QianHe' })
  expect((await wecom(`externalcontact/get?external_userid=${external}`)).errcode).toBe(84061)
  await scan()
  await running.act('staff.remove', { simStaff: 'QianHe', simUser: bob.id })
  await running.sim.pusher.idle()
  expect(
    events()
      .map(event => field(event, 'ChangeType'))
      .sort(),
  ).toEqual(['add_external_contact', 'add_external_contact', 'del_external_contact', 'del_follow_user'])
})

test('corp tags: an app changes only what it made, marks with any, and is told only of what people do', async () => {
  const made = (await wecom('externalcontact/add_corp_tag', { group_name: '应用组', tag: [{ name: '新客' }] })) as unknown as {
    tag_group: { group_id: string; tag: { id: string }[] }
  }
  const own = made.tag_group.tag[0]!.id
  const foreign = corp().tagGroupList[0]!.tag[0]!.id
  expect((await wecom('externalcontact/edit_corp_tag', { id: own, name: '新客户' })).errcode).toBe(0)
  expect((await wecom('externalcontact/edit_corp_tag', { id: foreign, name: '改名' })).errcode).toBe(40068)
  expect((await wecom('externalcontact/del_corp_tag', { tag_id: [foreign] })).errcode).toBe(40068)
  expect((await wecom('externalcontact/add_corp_tag', { group_name: '应用组', tag: [{ name: '新客户' }] })).errcode).toBe(40071)
  const { config_id } = await way()
  const dan = await person('丹')
  await running.act('scan', { simUser: dan.id, code: { kind: 'contactWay', id: config_id } })
  const relation = { userid: 'QianHe', external_userid: dan.externalUserids[demoIds.corpId] }
  running.sim.world.settings.listTakesMs = 200
  const both = await Promise.all([own, foreign].map(id => wecom('externalcontact/mark_tag', { ...relation, add_tag: [id] })))
  expect(both.map(one => one.errcode).sort()).toEqual([0, 45033])
  running.sim.world.settings.listTakesMs = 5
  expect((await wecom('externalcontact/mark_tag', { ...relation, add_tag: [own, foreign] })).errcode).toBe(0)
  await running.act('corp.renameTag', { tagId: foreign, name: '改名' })
  await running.act('staff.edit', { simStaff: 'QianHe', simUser: dan.id, tagIds: [own] })
  expect((await wecom('externalcontact/del_corp_tag', { tag_id: [own] })).errcode).toBe(0)
  await running.sim.pusher.idle()
  expect(events().map(event => `${field(event, 'Event')} ${field(event, 'ChangeType')}`)).toEqual([
    'change_external_contact add_external_contact',
    'change_external_tag update',
    'change_external_contact edit_external_contact',
  ])
  expect([...corp().relations.values()].find(one => one.externalUserid === relation.external_userid)!.tagIds).toEqual([])
})

test('limits: remark of 21 characters, unknown tag, unionid of nobody', async () => {
  const { config_id } = await way()
  const cat = await person('猫')
  await running.act('scan', { simUser: cat.id, code: { kind: 'contactWay', id: config_id } })
  const relation = { userid: 'QianHe', external_userid: cat.externalUserids[demoIds.corpId] }
  expect((await wecom('externalcontact/remark', { ...relation, remark: '一'.repeat(21) })).errcode).toBe(40058)
  expect((await wecom('externalcontact/mark_tag', { ...relation, add_tag: ['etnone'] })).errcode).toBe(40068)
  const { unionid } = running.sim.world.users.get(cat.id)!
  expect(await wecom('externalcontact/unionid_to_external_userid', { unionid })).toMatchObject({
    external_userid: relation.external_userid,
  })
  expect((await wecom('externalcontact/unionid_to_external_userid', { unionid: 'o6_nobody' })).errcode).toBe(84061)
})

test('tokens: wrong secret 40001, unknown token 40014, expired 42001, directory token 48002 for customers, 60020 while the address is not trusted', async () => {
  const { wecom: base } = running.sim.urls
  expect((await call(`${base}/cgi-bin/gettoken?corpid=${demoIds.corpId}&corpsecret=no`)).errcode).toBe(40001)
  expect((await call(`${base}/cgi-bin/gettoken?corpid=none&corpsecret=no`)).errcode).toBe(40013)
  expect((await call(`${base}/cgi-bin/user/get?userid=QianHe&access_token=none`)).errcode).toBe(40014)
  const directory = await call(`${base}/cgi-bin/gettoken?corpid=${demoIds.corpId}&corpsecret=${corp().contactsSecret}`)
  expect(
    (await call(`${base}/cgi-bin/user/list?department_id=1&fetch_child=1&access_token=${directory.access_token}`)).errcode,
  ).toBe(0)
  expect(
    (await call(`${base}/cgi-bin/externalcontact/get_follow_user_list?access_token=${directory.access_token}`)).errcode,
  ).toBe(48002)
  running.sim.faults.add({ kind: 'ipRefused', target: 'get_follow_user_list', remaining: 1 })
  expect((await wecom('externalcontact/get_follow_user_list')).errcode).toBe(60020)
  expect((await wecom('externalcontact/get_follow_user_list')).errcode).toBe(0)
  running.sim.faults.add({ kind: 'tokenExpired', remaining: 1 })
  expect((await wecom('externalcontact/get_follow_user_list')).errcode).toBe(42001)
  expect((await wecom('externalcontact/get_follow_user_list')).errcode).toBe(42001) // the token is really gone
  token = await corpToken(running)
  expect((await wecom('externalcontact/get_follow_user_list')).errcode).toBe(0)
})

test('lists refuse a fourth concurrent call with 45033', async () => {
  running.sim.world.settings.listTakesMs = 300
  const answers = await Promise.all(Array.from({ length: 8 }, () => wecom('externalcontact/list_contact_way', {})))
  expect(answers.some(answer => answer.errcode === 45033)).toBe(true)
  expect(answers.some(answer => answer.errcode === 0)).toBe(true)
  running.sim.world.settings.listTakesMs = 5
})

test('staff sign in with a code that works once', async () => {
  const { code } = await running.act<{ code: string }>('staff.code', { simStaff: 'SunYiMu' })
  expect(await wecom(`auth/getuserinfo?code=${code}`)).toMatchObject({ errcode: 0, userid: 'SunYiMu' })
  expect((await wecom(`auth/getuserinfo?code=${code}`)).errcode).toBe(40029)
})

test('a picture is uploaded and used in a welcome; a text over 4000 bytes is refused without using up the code', async () => {
  const form = new FormData()
  form.append('media', new Blob([Buffer.from('89504e470d0a1a0a00', 'hex')], { type: 'image/png' }), 'a.png')
  const uploaded = (await (
    await fetch(`${running.sim.urls.wecom}/cgi-bin/media/upload?type=image&access_token=${token}`, { method: 'POST', body: form })
  ).json()) as { media_id: string; created_at: string }
  expect(uploaded.created_at).toMatch(/^\d{10}$/)
  const { config_id } = await way()
  await running.act('scan', { simUser: (await person('图')).id, code: { kind: 'contactWay', id: config_id } })
  await running.sim.pusher.idle()
  const welcome_code = field(events()[0] ?? '', 'WelcomeCode')
  expect((await wecom('externalcontact/send_welcome_msg', { welcome_code, text: { content: '字'.repeat(1334) } })).errcode).toBe(
    40058,
  )
  const attachments = [
    {
      msgtype: 'miniprogram',
      miniprogram: {
        title: '领券',
        appid: demoIds.miniPrograms.lieye,
        page: 'pages/join/index',
        pic_media_id: uploaded.media_id,
      },
    },
  ]
  expect((await wecom('externalcontact/send_welcome_msg', { welcome_code, attachments })).errcode).toBe(0)
})

test('over the paid scale nobody can be added, and a staff member at the cap is passed over', async () => {
  const { config_id } = await way({ user: ['QianHe', 'SunYiMu'] })
  corp().members.get('QianHe')!.contactsElsewhere = 5000
  for (let index = 0; index < 3; index++) {
    const added = await running.act<{ userid: string }>('scan', {
      simUser: (await person(`满${index}`)).id,
      code: { kind: 'contactWay', id: config_id },
    })
    expect(added.userid).toBe('SunYiMu')
  }
  corp().members.get('QianHe')!.contactsElsewhere = 0
  corp().contactScale = 1
  await expect(
    running.act('scan', { simUser: (await person('溢')).id, code: { kind: 'contactWay', id: config_id } }),
  ).rejects.toThrow('已达上限')
  corp().contactScale = 5000
})
