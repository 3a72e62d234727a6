import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { eventually, player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { dayIn, rows, setClock, sql } from '../core/index.ts'

/** Live codes at the door: the real gateways against the simulator, on real stores. */
const product = useProduct({ isWorking: true })

let play: ReturnType<typeof player>
let operator: Client
let storeId = 0
let staffIds: Record<string, number> = {}
const today = dayIn(new Date())

beforeAll(async () => {
  play = player(product)
  const brand = await make.brand({ name: '枥野' })
  storeId = (await make.store(brand.id, { name: '静里店' })).id
  await make.connections(product.simulator, { first: brand.id })
  operator = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  await operator.call('staff.sync', {})
  const members = await eventually(async () => {
    const { items } = await operator.call('staff.list', { hasStore: false })
    return items.length >= 4 ? items : null
  })
  for (const one of members) await operator.call('staff.update', { staffId: one.id, storeId })
  staffIds = Object.fromEntries(members.map(one => [one.userId, one.id]))
})

afterEach(async () => {
  setClock(null)
  await play.act('faults.clear')
})

type Code = Awaited<ReturnType<typeof newCode>>

async function newCode(values: Partial<Parameters<typeof operator.call<'livecodes.create'>>[1]> = {}) {
  return operator.call('livecodes.create', {
    kind: 'wecom',
    name: '收银台台卡',
    channel: '台卡',
    storeId,
    staffIds: [staffIds.QianHe!],
    welcome: { text: '{{ name }}，欢迎来到{{ store }}，我是{{ staff }}' },
    ...values,
  })
}

async function wayOf(code: Code): Promise<{ id: string; users: string[] }> {
  const corp = product.simulator.sim.world.corps.get(demoIds.corpId)!
  const way = [...corp.contactWays.values()].find(one => one.state === code.scene)!
  return { id: way.config_id, users: way.user }
}

async function scan(code: Code, name: string, hasUnionid = true): Promise<string> {
  const simUser = await play.addPerson(name, null, hasUnionid)
  await play.act('scan', { simUser, code: { kind: 'contactWay', id: (await wayOf(code)).id } })
  return simUser
}

async function personNamed(name: string) {
  const [row] = await rows<{ id: number }>(sql`SELECT id FROM people WHERE name = ${name}`)
  return row?.id
}

describe('a WeCom code', () => {
  test('is made on the platform, has a picture and a poster, and a QR that is fit for print', async () => {
    const code = await newCode()
    expect(code).toMatchObject({ status: 'active', currentStaffIds: [staffIds.QianHe], alarms: [] })
    expect((await wayOf(code)).users).toEqual(['QianHe'])
    const picture = await fetch(`${product.url}${code.qrImageUrl}`)
    expect(picture.headers.get('content-type')).toBe('image/png')
    const poster = await operator.call('livecodes.poster', { id: code.id })
    expect(poster).toMatchObject({ target: 'landing', content: code.landingUrl })
    expect(poster.svg).toContain('收银台台卡')
  })

  test('greets within a second, tags and remarks the customer, and is his first and last channel', async () => {
    const tag = await operator.call('tags.create', { name: '到店客', groupName: '来源' } as never)
    const [group] = await operator.call('contacts.corpTags', {})
    const code = await newCode({ remark: '{{ name }}-静里', tagIds: [tag.id], wecomTagIds: [group!.tags[0]!.id] })
    const startedMs = Date.now()
    const simUser = await scan(code, '林小满')
    const welcome = await eventually(async () =>
      (await play.chat(simUser)).find(message => String(message.text).includes('欢迎')),
    )
    expect(Date.now() - startedMs).toBeLessThan(5_000) // generous: the bench measures, this only proves it is not waiting for the slow path
    expect(welcome.text).toBe('林小满，欢迎来到静里店，我是钱禾')

    const personId = await eventually(() => personNamed('林小满'))
    const [relation] = await eventually(async () => {
      const { items: found } = await operator.call('contacts.of', { personId })
      return found[0]?.remark === '林小满-静里' ? found : null
    })
    expect(relation).toMatchObject({
      staffName: '钱禾',
      storeName: '静里店',
      isActive: true,
      state: code.scene,
      addWayName: '扫描二维码',
    })
    expect(relation!.tags.map(one => one.id)).toContain(group!.tags[0]!.id)
    // His page calls the way he came by the code's name, never by its scene.
    const profile = await operator.call('profiles.get', { personId })
    expect(profile.contacts[0]?.channelName).toBe(code.name)
    await eventually(
      async () => (await rows(sql`SELECT 1 FROM person_tags WHERE person_id = ${personId} AND tag_id = ${tag.id}`)).length > 0,
    )
    const [attribution] = await eventually(async () => {
      const found = await operator.call('livecodes.attributionOf', { personId })
      return found.length > 0 ? found : null
    })
    expect(attribution).toMatchObject({ first: { codeId: code.id, channel: '台卡' }, last: { codeId: code.id } })
    expect((await operator.call('livecodes.get', { id: code.id })).counts).toMatchObject({ adds: 1, scans: 1 })
    // what rules and the timeline read
    await eventually(
      async () => (await rows(sql`SELECT 1 FROM facts WHERE person_id = ${personId} AND name = 'firstCode'`)).length > 0,
    )
    expect(
      await rows(sql`SELECT name FROM facts WHERE person_id = ${personId} AND name IN ('isFriend', 'lastCode') ORDER BY name`),
    ).toEqual([{ name: 'isFriend' }, { name: 'lastCode' }])
    await eventually(async () =>
      (await operator.call('tracks.timeline', { personId })).items.some(one => one.name === 'contact_added'),
    )

    const { client: clerk } = await play.staff('QianHe')
    const order = { personId, storeId, lines: [{ sku: 'A', name: '面霜', quantity: 1, unitPriceFen: 12_800, discountFen: 0 }] }
    await clerk.call('orders.record', order as never)
    await clerk.call('orders.record', order as never)
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.orders > 0)
    await new Promise(resolve => setTimeout(resolve, 300))
    // the first order only
    expect((await operator.call('livecodes.get', { id: code.id })).counts).toMatchObject({ orders: 1, amountFen: 12_800 })
  })

  test('a duplicated callback greets once and counts once', async () => {
    const code = await newCode()
    await play.act('faults.add', { kind: 'duplicate', target: 'add_external_contact' })
    const simUser = await scan(code, '周重复')
    await eventually(() => personNamed('周重复'))
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.adds > 0)
    await new Promise(resolve => setTimeout(resolve, 500))
    expect((await play.chat(simUser)).filter(message => String(message.text).includes('欢迎'))).toHaveLength(1)
    expect((await operator.call('livecodes.get', { id: code.id })).counts.adds).toBe(1)
  })

  test('half, then full: one relation, one welcome, one add', async () => {
    const code = await newCode()
    await play.act('faults.add', { kind: 'halfThenFull', target: 'add_external_contact' })
    const simUser = await scan(code, '许半全')
    const personId = await eventually(() => personNamed('许半全'))
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.adds > 0)
    await new Promise(resolve => setTimeout(resolve, 800))
    expect((await operator.call('contacts.of', { personId })).total).toBe(1)
    expect((await operator.call('livecodes.get', { id: code.id })).counts.adds).toBe(1)
    expect((await play.chat(simUser)).filter(message => String(message.text).includes('欢迎'))).toHaveLength(1)
  })

  test('the welcome arrives although the token has died and the platform is busy', async () => {
    const code = await newCode()
    await play.act('faults.add', { kind: 'tokenExpired', target: 'send_welcome_msg', remaining: 1 })
    await play.act('faults.add', { kind: 'busy', target: 'send_welcome_msg', remaining: 2 })
    const simUser = await scan(code, '沈令牌')
    await eventually(async () => (await play.chat(simUser)).find(message => String(message.text).includes('欢迎')))
  })

  test('changing the staff keeps the printed picture, and one at his cap is skipped for the backup', async () => {
    const code = await newCode({ backupStaffIds: [staffIds.SunYiMu!] })
    const before = await wayOf(code)
    const changed = await operator.call('livecodes.update', { id: code.id, staffIds: [staffIds.ZhaoYueXi!] })
    expect(changed.qrImageUrl).toBe(code.qrImageUrl)
    expect(changed.channel).toBe('台卡')
    expect(await wayOf(code)).toEqual({ id: before.id, users: ['ZhaoYueXi'] })

    await operator.call('staff.update', { staffId: staffIds.ZhaoYueXi!, isOnDuty: false })
    await eventually(async () => (await wayOf(code)).users.join() === 'SunYiMu')
    const onBackup = await operator.call('livecodes.get', { id: code.id })
    expect(onBackup.isOnBackup).toBe(true)
    expect(onBackup.alarms.map(alarm => alarm.code)).toContain('onBackup')
    expect(onBackup.staff.find(one => one.id === staffIds.ZhaoYueXi)?.whyNotUsable).toBe('休息中')
    await operator.call('staff.update', { staffId: staffIds.ZhaoYueXi!, isOnDuty: true })
    await eventually(async () => (await wayOf(code)).users.join() === 'ZhaoYueXi')
  })

  test('the daily cap turns the code to the backup after the last allowed customer', async () => {
    const { addedToday } = (await operator.call('staff.list', { ids: [staffIds.LiTangTang!] })).items[0]!
    await operator.call('staff.update', { staffId: staffIds.LiTangTang!, dailyAddCap: addedToday + 1 })
    const code = await newCode({ staffIds: [staffIds.LiTangTang!], backupStaffIds: [staffIds.SunYiMu!] })
    expect((await wayOf(code)).users).toEqual(['LiTangTang'])
    await scan(code, '顾满额')
    await eventually(async () => (await wayOf(code)).users.join() === 'SunYiMu')
    await operator.call('staff.update', { staffId: staffIds.LiTangTang!, dailyAddCap: 0 })
  })

  test('a platform that refuses leaves a code that says why and can be asked for again', async () => {
    await play.act('faults.add', { kind: 'ipRefused', target: 'add_contact_way' })
    const code = await newCode()
    expect(code.status).toBe('failed')
    expect(code.failure).toContain('60020')
    expect(code.alarms.map(alarm => alarm.code)).toContain('failed')
    await play.act('faults.clear')
    expect(await operator.call('livecodes.retry', { id: code.id })).toMatchObject({ status: 'active', failure: null })
  })

  test('stopping removes the way, so that nobody is added; starting makes it again', async () => {
    const code = await newCode()
    await operator.call('livecodes.disable', { ids: [code.id] })
    const corp = product.simulator.sim.world.corps.get(demoIds.corpId)!
    expect([...corp.contactWays.values()].some(way => way.state === code.scene)).toBe(false)
    expect(await (await fetch(`${product.url}/q/${code.scene}`)).status).toBe(410)
    await operator.call('livecodes.enable', { ids: [code.id] })
    expect((await operator.call('livecodes.get', { id: code.id })).status).toBe('active')
    expect((await wayOf(code)).users).toEqual(['QianHe'])
  })

  test('a removal by the customer is a loss of the code', async () => {
    const code = await newCode()
    const simUser = await scan(code, '陆流失')
    const personId = await eventually(() => personNamed('陆流失'))
    await eventually(async () => (await operator.call('contacts.of', { personId })).total > 0)
    await play.act('deleteStaff', { simUser, userid: 'QianHe' })
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.losses === 1)
    expect((await operator.call('contacts.of', { personId })).items[0]).toMatchObject({ isActive: false, removedBy: 'person' })
  })
})

describe('wrong input is refused with its code and field', () => {
  test.each([
    ['a broken template', { welcome: { text: '{{ name' } }, 'livecode.badWelcome'],
    ['a text over the platform limit', { welcome: { text: '好'.repeat(1400) } }, 'livecode.badWelcome'],
    ['a card title over 64 bytes', { welcome: { card: { title: '一'.repeat(22) } } }, 'livecode.badWelcome'],
    ['nobody to receive', { staffIds: [] }, 'livecode.noStaff'],
    ['an end before the beginning', { validFrom: '2026-12-02T00:00:00Z', validTo: '2026-12-01T00:00:00Z' }, 'livecode.badPeriod'],
    ['a picture that does not exist', { welcome: { imageId: 999_999 } }, 'livecode.imageMissing'],
    ['a store that does not exist', { storeId: 999_999 }, 'thing.notFound'],
    ['staff who do not exist', { staffIds: [999_999] }, 'thing.notFound'],
  ])('%s', async (_, values, code) => {
    const before = (await rows(sql`SELECT id FROM live_codes`)).length
    expect(
      await operator.codeOf('livecodes.create', { kind: 'wecom', name: '错', staffIds: [staffIds.QianHe!], ...values } as never),
    ).toBe(code)
    expect((await rows(sql`SELECT id FROM live_codes`)).length).toBe(before)
  })

  test('a file that is no picture is refused whatever it is called', async () => {
    const upload = (body: Buffer) =>
      fetch(`${product.url}/api/livecodes.uploadImage`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${product.owner.token}`, 'Content-Type': 'image/png' },
        body: new Uint8Array(body),
      })
    expect(((await (await upload(Buffer.from('<svg onload=alert(1)>'))).json()) as { error: { code: string } }).error.code).toBe(
      'livecode.badImage',
    )
    const stored = (await (await upload(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]))).json()) as {
      data: { imageId: number; url: string }
    }
    for (const path of [stored.data.url, `/api/livecodes.image?id=${stored.data.imageId}`]) {
      expect((await fetch(`${product.url}${path}`)).headers.get('content-type')).toBe('image/jpeg')
    }
    expect((await fetch(`${product.url}/api/livecodes.image?id=x`)).status).toBe(404)
    const anonymous = await fetch(`${product.url}/api/livecodes.uploadImage`, { method: 'POST', body: 'x' })
    expect(anonymous.status).toBe(401)
  })
})

describe('the other kinds are live codes too', () => {
  test('a mini-program code counts the scan and the join', async () => {
    const code = await newCode({ kind: 'miniProgram', staffIds: [], name: '包裹卡', channel: '包裹' })
    expect(code).toMatchObject({ status: 'active', kind: 'miniProgram' })
    expect(await product.anonymous.call('livecodes.open', { scene: code.scene })).toMatchObject({
      codeId: code.id,
      storeName: '静里店',
    })
    const simUser = await play.addPerson('温小程', '13911112222')
    const { client } = await play.signIn(simUser, demoIds.miniPrograms.lieye, code.scene)
    await client.call('members.join', { consents: [{ purpose: 'privacy', isGranted: true }], liveCodeScene: code.scene })
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.joins === 1)
    expect((await operator.call('livecodes.get', { id: code.id })).counts).toMatchObject({ scans: 1, joins: 1 })
  })

  test('a code of the official account counts who follows and who leaves', async () => {
    const code = await newCode({ kind: 'officialAccount', staffIds: [], name: '公众号菜单', channel: '公众号' })
    expect((await fetch(`${product.url}${code.qrImageUrl}`)).status).toBe(200)
    const simUser = await play.addPerson('岳公众', '13911113333')
    const codes = (await play.act('codes.list')) as { kind: string; id: string; state: string }[]
    const one = codes.find(item => item.state === code.scene)!
    await play.act('scan', { simUser, code: { kind: one.kind, id: one.id } })
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.adds === 1)
    await play.act('unfollow', { simUser, appId: demoIds.officialAccounts.lieye })
    await eventually(async () => (await operator.call('livecodes.get', { id: code.id })).counts.losses === 1)
  })
})

test('the landing page counts a scan once per visitor and shows the platform picture', async () => {
  const code = await newCode({ name: '地推海报' })
  const visit = (agent: string) => fetch(`${product.url}/q/${code.scene}`, { headers: { 'User-Agent': agent } })
  expect(await (await visit('a')).text()).toContain(code.qrImageUrl)
  await visit('a')
  await visit('b')
  expect((await operator.call('livecodes.get', { id: code.id })).counts.scans).toBe(2)
  expect((await fetch(`${product.url}/q/nothing`)).status).toBe(404)
})

test('one report in five views, with cost per join', async () => {
  const code = await newCode({ kind: 'miniProgram', staffIds: [], name: '朋友圈广告', channel: '广告', costFen: 118_000 })
  const counts = async () => (await operator.call('livecodes.get', { id: code.id })).counts
  for (const [at, name] of ['甲一', '乙二'].entries()) {
    const simUser = await play.addPerson(name)
    const { client } = await play.signIn(simUser, demoIds.miniPrograms.lieye, code.scene)
    // A person reads before he joins; by then his scan is known.
    await eventually(async () => (await counts()).scans === at + 1)
    await client.call('members.join', { consents: [{ purpose: 'privacy', isGranted: true }] })
  }
  await eventually(async () => (await counts()).joins === 2)
  const period = { from: today, to: today }
  const byCode = await operator.call('livecodes.report', { by: 'code', ...period, codeId: code.id })
  expect(byCode.rows).toMatchObject([
    { key: String(code.id), label: '朋友圈广告', scans: 2, joins: 2, costFen: 118_000, costPerJoinFen: 59_000 },
  ])
  expect(byCode.totals).toMatchObject({ joins: 2, costPerJoinFen: 59_000 })
  expect(byCode.previous.joins).toBe(0)
  const byChannel = await operator.call('livecodes.report', { by: 'channel', ...period })
  expect(byChannel.rows.find(row => row.key === '广告')).toMatchObject({ joins: 2, costFen: 118_000 })
  for (const by of ['store', 'staff', 'day'] as const) {
    const report = await operator.call('livecodes.report', { by, ...period, codeId: code.id })
    expect(report.totals.joins).toBe(2)
  }
})

test('a batch makes one code per staff member, goes on by itself, and prints on one sheet', async () => {
  const batch = await operator.call('livecodes.createMany', {
    by: 'staff',
    kind: 'wecom',
    name: '工牌',
    channel: '工牌',
    staffIds: [],
    targetIds: [staffIds.QianHe!, staffIds.SunYiMu!],
  })
  expect(batch).toMatchObject({ status: 'running', total: 2 })
  const done = await eventually(async () => {
    const now = await operator.call('livecodes.batch', { batchId: batch.id })
    return now.status === 'done' ? now : null
  })
  expect(done).toMatchObject({ done: 2, failed: 0 })
  const { items } = await operator.call('livecodes.list', { batchId: batch.id })
  expect(items.map(code => code.name).sort()).toEqual(['工牌 孙一木', '工牌 钱禾'])
  const sheet = await operator.call('livecodes.printSheet', { batchId: batch.id })
  expect(sheet.count).toBe(2)
  expect(sheet.html.match(/<figure>/g)).toHaveLength(2)
})

test('an operator of another brand sees none of it', async () => {
  const other = await make.brand()
  const stranger = await make.signedInOperator(product, { permissions: ['livecodes.*'], brandIds: [other.id] })
  const code = await newCode()
  expect((await stranger.call('livecodes.list', {})).items).toEqual([])
  expect(await stranger.codeOf('livecodes.get', { id: code.id })).toBe('thing.notFound')
  expect(await stranger.codeOf('livecodes.disable', { ids: [code.id] })).toBe('access.outOfScope')
})
