import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { eventually, player } from '../../test/play.ts'
import { demoIds } from '../app/demo.ts'
import { rows, sql } from '../core/index.ts'
import { ContactRelation } from './contact-relation.ts'

/** Relations at the door: callbacks that come, lie, overtake each other or never come. */
const product = useProduct({ isWorking: true })
const { corpId } = demoIds

let play: ReturnType<typeof player>
let operator: Client
let qianHe = 0
let clerk: Client

beforeAll(async () => {
  play = player(product)
  const brand = await make.brand({ name: '枥野' })
  const store = await make.store(brand.id, { name: '静里店' })
  await make.connections(product.simulator, { first: brand.id })
  operator = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  await operator.call('staff.sync', {})
  const members = await eventually(async () => {
    const { items } = await operator.call('staff.list', { hasStore: false })
    return items.length >= 4 ? items : null
  })
  for (const one of members) await operator.call('staff.update', { staffId: one.id, storeId: store.id })
  qianHe = members.find(one => one.userId === 'QianHe')!.id
  clerk = (await play.staff('QianHe')).client
})

afterEach(async () => {
  await play.act('faults.clear')
})

let way = ''

async function befriend(name: string): Promise<string> {
  if (!way) {
    const made = await operator.call('livecodes.create', { kind: 'wecom', name: '码', staffIds: [qianHe] })
    way = [...product.simulator.sim.world.corps.get(corpId)!.contactWays.values()].find(
      one => one.state === made.scene,
    )!.config_id
  }
  const simUser = await play.addPerson(name)
  await play.act('scan', { simUser, code: { kind: 'contactWay', id: way } })
  return simUser
}

type Relation = {
  id: number
  person_id: number
  removed_at: Date | null
  removed_by: string | null
  remark: string
  source: string
}

async function relationsNamed(name: string): Promise<Relation[]> {
  return rows<Relation>(
    sql`SELECT id, person_id, removed_at, removed_by, remark, source FROM contact_relations WHERE name = ${name} ORDER BY id`,
  )
}

const relationNamed = (name: string) => eventually(async () => (await relationsNamed(name))[0])

async function reconcile() {
  const { syncIds } = await operator.call('contacts.reconcile', {})
  return eventually(async () => {
    const sync = (await operator.call('contacts.syncs', {})).find(one => one.id === syncIds[0])
    return sync && sync.status !== 'running' ? sync : null
  })
}

describe('callbacks', () => {
  test('a removal by staff ends the relation, a return makes the same one active again', async () => {
    const simUser = await befriend('林去来')
    await relationNamed('林去来')
    await new Promise(resolve => setTimeout(resolve, 1_100)) // the platform's clock has seconds only
    await play.act('staff.remove', { simStaff: 'QianHe', simUser })
    await eventually(async () => (await relationsNamed('林去来'))[0]?.removed_by === 'staff')
    await new Promise(resolve => setTimeout(resolve, 1_100))
    await play.act('scan', { simUser, code: { kind: 'contactWay', id: way } })
    await eventually(async () => (await relationsNamed('林去来'))[0]?.removed_at === null)
    expect(await relationsNamed('林去来')).toHaveLength(1)
  })

  test('a remark edited in WeCom is read again', async () => {
    const simUser = await befriend('周备注')
    await relationNamed('周备注')
    await play.act('staff.edit', { simStaff: 'QianHe', simUser, remark: '周备注 油皮' })
    await eventually(async () => (await relationsNamed('周备注'))[0]?.remark === '周备注 油皮')
  })

  test('a busy platform delays, and loses nobody', async () => {
    await play.act('faults.add', { kind: 'busy', target: 'externalcontact/get', remaining: 6 })
    await befriend('许繁忙')
    await relationNamed('许繁忙')
  })
})

describe('the reconcile', () => {
  test('finds those whose callbacks were lost, and counts the staff member right', async () => {
    await play.act('faults.add', { kind: 'drop', target: 'add_external_contact' })
    for (const name of ['失一', '失二', '失三']) await befriend(name)
    await play.act('faults.clear')
    expect(await relationsNamed('失一')).toEqual([])
    const before = await operator.call('staff.list', { ids: [qianHe] })
    const sync = await reconcile()
    expect(sync).toMatchObject({ status: 'done', foundCount: 3, lostCount: 0 })
    for (const name of ['失一', '失二', '失三'])
      expect((await relationsNamed(name))[0]).toMatchObject({ source: 'reconcile', removed_at: null })
    const after = await operator.call('staff.list', { ids: [qianHe] })
    expect(after.items[0]!.contactCount).toBe(before.items[0]!.contactCount + 3)
    // late, but credited to the code that had brought them
    await eventually(async () => (await operator.call('livecodes.list', {})).items[0]!.counts.adds >= 3)
  })

  test('finds removals whose callbacks were lost, and a second run finds nothing', async () => {
    const simUser = await befriend('失联')
    await relationNamed('失联')
    await new Promise(resolve => setTimeout(resolve, 1_100))
    await play.act('faults.add', { kind: 'drop', target: 'del_external_contact' })
    await play.act('staff.remove', { simStaff: 'QianHe', simUser })
    await play.act('faults.clear')
    expect(await reconcile()).toMatchObject({ status: 'done', lostCount: 1 })
    expect((await relationsNamed('失联'))[0]).toMatchObject({ removed_by: 'unknown' })
    expect(await reconcile()).toMatchObject({ foundCount: 0, lostCount: 0, changedCount: 0 })
  })

  test('a list that cannot be read whole removes nobody', async () => {
    const [before] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM contact_relations WHERE removed_at IS NULL`)
    await play.act('faults.add', { kind: 'ipRefused', target: 'batch/get_by_user' })
    const { syncIds } = await operator.call('contacts.reconcile', {})
    await eventually(
      async () => (await operator.call('contacts.syncs', {})).find(one => one.id === syncIds[0])?.status === 'failed',
    )
    const [after] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM contact_relations WHERE removed_at IS NULL`)
    expect(after).toEqual(before)
  })
})

describe('the sidebar', () => {
  test('opens the person of a chat, also of one whose callback was lost; a stranger opens nobody', async () => {
    await play.act('faults.add', { kind: 'drop', target: 'add_external_contact' })
    const simUser = await befriend('沈侧边')
    await play.act('faults.clear')
    const { externalUserId } = await play.act('staff.contact', { simContact: simUser })
    const opened = await clerk.call('contacts.open', { externalUserId })
    expect(opened.isNew).toBe(true)
    expect(await clerk.call('contacts.open', { externalUserId })).toEqual({ personId: opened.personId, isNew: false })
    // His id on the platform is masked here as everywhere: in clear it is given one at a time, and audited.
    expect(JSON.stringify(await clerk.call('contacts.of', { personId: opened.personId }))).not.toContain(externalUserId)
    const stranger = await play.act('staff.contact', { simContact: await play.addPerson('顾陌生') })
    expect(await clerk.codeOf('contacts.open', { externalUserId: stranger.externalUserId })).toBe('contacts.unknownCustomer')
  })

  test('a staff member changes his own remark, on WeCom too; of another he cannot', async () => {
    const simUser = await befriend('陆改名')
    const { person_id: personId } = await relationNamed('陆改名')
    expect(await clerk.call('contacts.remark', { personId, remark: '陆姐 VIP' })).toMatchObject({ remark: '陆姐 VIP' })
    const { externalUserId } = await play.act('staff.contact', { simContact: simUser })
    const relation = [...product.simulator.sim.world.corps.get(corpId)!.relations.values()].find(
      one => one.externalUserid === externalUserId,
    )
    expect(relation?.remark).toBe('陆姐 VIP')
    const { client: other } = await play.staff('SunYiMu')
    expect(await other.codeOf('contacts.remark', { personId, remark: 'x' })).toBe('contacts.notFriends')
    expect(await clerk.codeOf('contacts.remark', { personId, remark: '一'.repeat(21) })).toBe('input.invalid')
  })

  test('his page can be signed, and only ours', async () => {
    const url = `${product.url}/m/#/sidebar/index`
    const config = await clerk.call('staff.jsConfig', { url })
    expect(config).toMatchObject({ corpId, agentId: String(demoIds.agentId) })
    expect(config.config.signature).toMatch(/^[0-9a-f]{40}$/)
    expect(await clerk.codeOf('staff.jsConfig', { url: 'https://evil.example/' })).toBe('input.invalid')
  })
})

test('who knows a person comes in pages, the present ones first, however many they are; his timeline has them all', async () => {
  await befriend('众人识')
  const { person_id: personId } = await relationNamed('众人识')
  const [known, parted] = [520, 30]
  const day = 86_400_000
  await ContactRelation.bulkCreate(
    Array.from({ length: known + parted }, (_, at) => ({
      corpId,
      userId: `Many${at}`,
      externalUserId: 'wm-many',
      personId: Number(personId),
      staffId: at % 2 === 0 ? qianHe : null,
      // who parted was added last
      addedAt: new Date(Date.now() - day * 30 + at * 1_000),
      removedAt: at < known ? null : new Date(Date.now() - day * 10 + at * 1_000),
      source: 'callback' as const,
      createdAt: new Date(),
    })),
  )
  const seen = []
  for (let page = 1; page <= 6; page++) {
    const { items, total } = await operator.call('contacts.of', { personId: Number(personId), page, pageSize: 100 })
    expect(total).toBe(1 + known + parted)
    seen.push(...items)
  }
  expect(new Set(seen.map(one => one.id)).size).toBe(1 + known + parted)
  expect(seen.map(one => one.isActive)).toEqual([...Array(1 + known).fill(true), ...Array(parted).fill(false)])
  expect(seen[0]).toMatchObject({ staffName: '钱禾' })

  const profile = await operator.call('profiles.get', { personId: Number(personId) })
  expect(profile.contactsTotal).toBe(1 + (known + parted) / 2)
  expect(profile.contacts).toHaveLength(50)

  const told: { id: string; at: string }[] = []
  for (let hasMore = true; hasMore; ) {
    const last = told.at(-1)
    const page = await operator.call('profiles.timeline', {
      personId: Number(personId),
      limit: 50,
      kinds: ['contact'],
      ...(last ? { before: last.at, beforeId: last.id } : {}),
    })
    told.push(...page.items)
    hasMore = page.hasMore
  }
  expect(new Set(told.map(one => one.id)).size).toBe(told.length)
  expect(told).toHaveLength(1 + known + parted * 2)
})

test('the scale is metered: bought, used, and the day it is full', async () => {
  await operator.call('contacts.setScale', { corpId, boughtCount: 5000, groupOnlyCount: 860 })
  const [scale] = await operator.call('contacts.scale', {})
  expect(scale).toMatchObject({ corpId, boughtCount: 5000, groupOnlyCount: 860 })
  expect(scale!.usedCount).toBe(860 + scale!.friendCount)
  expect(scale!.friendCount).toBeGreaterThan(0)
  await operator.call('contacts.setScale', { corpId, boughtCount: 1 })
  expect((await operator.call('contacts.scale', {}))[0]).toMatchObject({ status: 'full', remainingCount: 0 })
  expect((await operator.call('livecodes.list', {})).items.flatMap(code => code.alarms.map(alarm => alarm.code))).toContain(
    'scaleFull',
  )
})

test('a member who left can neither sign in nor be given customers', async () => {
  const corp = product.simulator.sim.world.corps.get(corpId)!
  const { code } = await play.act('staff.code', { simStaff: 'LiTangTang' })
  corp.members.get('LiTangTang')!.hasLeft = true
  await operator.call('staff.sync', {})
  const left = await eventually(async () => (await operator.call('staff.list', { status: 'left' })).items[0])
  expect(left).toMatchObject({ userId: 'LiTangTang', isUsable: false, whyNotUsable: '已离职' })
  expect(await product.anonymous.codeOf('staffAuth.signIn', { code, corpId })).toBe('staff.left')
  expect(await product.anonymous.codeOf('staffAuth.signIn', { code: 'made-up', corpId })).toBe('wecom.codeInvalid')
})
