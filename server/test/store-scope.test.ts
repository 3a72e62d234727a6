import { type ClientRule, type Endpoint, type EndpointName, endpoints } from '@banyan/shared'
import { beforeAll, describe, expect, test } from 'vitest'
import { demoIds } from '../src/app/demo.ts'
import { rows, sql, systemCtx, transaction } from '../src/core/index.ts'
import { identifiersOf, mergeByHand, resolve, unmerge } from '../src/identity/index.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'
import { templatesOf } from './play.ts'

/** The product as an operator of one store sees it: his store's people, and of the others not even that they are there. */
const product = useProduct()
const word = () => Math.random().toString(36).slice(2, 10)
const MARK = word()

type Somebody = {
  client: Client
  personId: number
  memberId: number
  name: string
  phone: string
  memberNo: string
  couponId: number
  couponCode: string
  orderId: number
  orderNo: string
}

let brandId = 0
let [ownStore, otherStore] = [0, 0]
let owner: Client
let limited: Client
let ann: Somebody
let bob: Somebody
const ids = { segment: 0, tag: 0, campaign: 0, batch: 0, review: 0, template: 0 }

/** Joined at a store, holds a coupon, has a tag, bought something there. */
async function somebody(name: string, storeId: number, batchId: number, tagId: number): Promise<Somebody> {
  const client = await make.signedInPerson(product, brandId)
  const { member } = await client.call('members.join', { storeId, consents: [{ purpose: 'privacy', isGranted: true }] })
  const { personId } = member
  const phone = `1${storeId === ownStore ? 38 : 77}${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
  await owner.call('people.update', { personId, profile: { name, city: `${name}城` } })
  const coupon = await client.call('coupons.claim', { batchId })
  const { code } = await client.call('coupons.qr', { couponId: coupon.id })
  await owner.call('tags.put', { personIds: [personId], tagId, why: '试' })
  const orderNo = `NO-${word()}`
  const { order } = await owner.call('orders.record', {
    storeId,
    personId,
    orderNo,
    lines: [{ name: '面霜', sku: 'm1', quantity: 1, unitPriceFen: 10_000 }],
  })
  return {
    client,
    personId,
    memberId: member.id,
    name,
    phone,
    memberNo: member.memberNo,
    couponId: coupon.id,
    couponCode: code,
    orderId: order.id,
    orderNo,
  }
}

beforeAll(async () => {
  const brand = await make.brand()
  brandId = brand.id
  ownStore = (await make.store(brandId)).id
  otherStore = (await make.store(brandId)).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId], storeIds: [ownStore] })
  const batch = await make.couponBatch(product, brandId)
  const tag = await owner.call('tags.create', { name: `试 ${MARK}`, groupName: '试' })
  Object.assign(ids, { batch: batch.id, tag: tag.id })
  ann = await somebody(`安在店${MARK}`, ownStore, batch.id, tag.id)
  bob = await somebody(`博外店${MARK}`, otherStore, batch.id, tag.id)
  // one phone, two unionids: a review between the two, which neither side of it alone may tell of
  for (const [one, unionid] of [
    [ann, 'a'],
    [bob, 'b'],
  ] as const) {
    const [held] = await rows<{ value: string }>(
      sql`SELECT scope AS value FROM identifiers WHERE person_id = ${one.personId} AND type = 'openid' LIMIT 1`,
    )
    const openid = await openidOf(one.personId)
    const found = await resolve(systemCtx({ brandId }), {
      identifiers: [
        { type: 'openid', scope: held!.value, value: openid },
        { type: 'unionid', scope: 'op', value: `${unionid}-${MARK}` },
        {
          type: 'phone',
          scope: '',
          value: `17${String(Number.parseInt(MARK.slice(0, 6), 36))
            .padStart(9, '3')
            .slice(0, 9)}`,
        },
      ],
      brandId,
      source: 'test',
    })
    if (found.reviewId) ids.review = found.reviewId
  }
  await product.settle()
  const rule: ClientRule = { kind: 'tag', op: 'any', tagIds: [tag.id] }
  ids.segment = (await owner.call('segments.create', { kind: 'dynamic', name: `全品牌 ${MARK}`, rule })).id
  await product.settle()
})

async function peopleOf(client: Client, segmentId: number): Promise<number[]> {
  return (await client.call('segments.members', { segmentId })).items.map(one => one.personId).sort((a, b) => a - b)
}

/** Somebody who is known by his e-mail and bought at a store. */
async function newBuyer(label: string, storeId: number): Promise<number> {
  const personId = await newPerson(label)
  await buy(personId, storeId)
  return personId
}

async function newPerson(label: string): Promise<number> {
  const identifiers = [{ type: 'email', scope: '', value: `${label}-${MARK}@x.cn` }]
  return (await resolve(systemCtx({ brandId }), { identifiers, brandId, source: 'test' })).personId!
}

const buy = (personId: number, storeId: number) =>
  owner.call('orders.record', { storeId, personId, lines: [{ name: '小样', sku: 'x', quantity: 1, unitPriceFen: 100 }] })

/** An offer's template of the brand's mini program. */
async function offerTemplate(): Promise<number> {
  const connection = (await owner.call('connections.list', {})).find(one => one.externalId === demoIds.miniPrograms.lieye)!
  const activity = templatesOf(connection.config).find(one => one.templateId.startsWith('LYsubActivity'))!
  const { templateId, title, fields } = activity
  const made = { channel: 'subscribe', connectionId: connection.id, templateId, title, fields, purpose: 'marketing' } as const
  return (await owner.call('messageTemplates.create', made)).id
}

async function openidOf(personId: number): Promise<string> {
  return (await identifiersOf(personId, 'openid'))[0]!.value
}

/** Everything by which Bob may be asked for, by the name of the field. */
const hints = (): Record<string, unknown[]> => ({
  personId: [bob.personId],
  personIds: [[bob.personId]],
  memberId: [bob.memberId],
  orderId: [bob.orderId],
  couponId: [bob.couponId],
  code: [bob.couponCode, bob.memberNo],
  q: [bob.name, bob.memberNo, bob.couponCode, bob.orderNo, `#${bob.personId}`],
  search: [bob.name, bob.memberNo, bob.couponCode, bob.orderNo, `#${bob.personId}`],
  segmentId: [ids.segment],
  campaignId: [ids.campaign],
  templateId: [ids.template],
  batchId: [ids.batch],
  tagId: [ids.tag],
  reviewId: [ids.review],
  storeId: [otherStore],
  brandId: [brandId],
  rule: [{ kind: 'tag', op: 'any', tagIds: [ids.tag] }],
  lines: [[{ name: '面霜', sku: 'm1', quantity: 1, unitPriceFen: 10_000 }]],
  status: ['open'],
  from: ['2026-01-01'],
  to: ['2026-01-31'],
  id: [bob.personId],
})

type Shape = Record<string, { safeParse(value: unknown): { success: boolean } }>

/** What is required, and with it each hint that the endpoint takes. */
function inputsOf(endpoint: Endpoint): Record<string, unknown>[] {
  const shape = (endpoint.input as unknown as { shape?: Shape }).shape
  if (!shape) {
    const known = hints()
    return [
      { personId: bob.personId, segmentId: ids.segment },
      { personId: bob.personId, rule: known.rule?.[0] },
    ]
  }
  const known = Object.entries(hints()).filter(([key]) => key in shape)
  const required = Object.fromEntries(
    known.filter(([key]) => !shape[key]?.safeParse(undefined).success).map(([key, values]) => [key, values[0]]),
  )
  return [required, ...known.flatMap(([key, values]) => values.map(value => ({ ...required, [key]: value })))]
}

/** Whether an answer tells of Bob: his names and numbers anywhere, or his id where a person stands. */
function tellsOfBob(answer: unknown): boolean {
  const text = JSON.stringify(answer) ?? ''
  const marks = [bob.name, `${bob.name}城`, bob.memberNo, bob.couponCode, bob.orderNo]
  return marks.some(mark => text.includes(mark)) || namesPerson(answer, bob.personId)
}

function namesPerson(value: unknown, personId: number): boolean {
  if (Array.isArray(value)) return value.some(one => namesPerson(one, personId))
  if (value === null || typeof value !== 'object') return false
  return Object.entries(value).some(([key, inner]) => {
    if (/person_?ids?$/i.test(key) || /neverLinkedTo|survivorId/.test(key)) return [inner].flat().includes(personId)
    if (/^(person|people|candidates)$/.test(key))
      return [inner].flat().some(one => (one as { id?: number } | null)?.id === personId) || namesPerson(inner, personId)
    return namesPerson(inner, personId)
  })
}

const queries = (Object.entries(endpoints) as unknown as [EndpointName, Endpoint][]).filter(
  ([, endpoint]) => endpoint.kind === 'query' && endpoint.access.includes('operator'),
)

/** The endpoints that tell this caller of Bob, and those that broke. */
async function sweep(client: Client): Promise<{ telling: string[]; broken: string[] }> {
  const [telling, broken] = [new Set<string>(), new Set<string>()]
  for (const [name, endpoint] of queries) {
    for (const input of inputsOf(endpoint)) {
      const answer = await client.call(name, input as never).catch(error => error as { code: string; detail?: unknown })
      if ((answer as { code?: string }).code === 'server.failed') broken.add(`${name} ${JSON.stringify(input)}`)
      if (tellsOfBob(answer instanceof Error ? ((answer as { detail?: unknown }).detail ?? null) : answer)) telling.add(name)
    }
  }
  return { telling: [...telling], broken: [...broken] }
}

describe('an operator of one store', () => {
  test('is told nothing of another store’s people by any query, however they are asked for', async () => {
    const seen = await sweep(limited)
    expect(seen).toEqual({ telling: [], broken: [] })
    // The same questions do tell of him when the whole brand is one's own: the sweep can see.
    const all = await sweep(owner)
    expect(all.broken).toEqual([])
    for (const name of [
      'people.list',
      'people.find',
      'people.get',
      'profiles.get',
      'profiles.timeline',
      'identity.graph',
      'members.list',
      'members.of',
      'members.scan',
      'coupons.list',
      'coupons.of',
      'coupons.why',
      'coupons.check',
      'orders.list',
      'orders.get',
      'reviews.list',
      'reviews.get',
      'segments.members',
      'segments.isIn',
      'desk.find',
      'selection.catalogue',
    ])
      expect(all.telling, name).toContain(name)
  }, 240_000)

  test('is answered for another store’s person as for one who is not there', async () => {
    const nobodyId = 99_999_999
    for (const name of [
      'people.get',
      'profiles.get',
      'profiles.timeline',
      'identity.graph',
      'members.of',
      'points.of',
      'coupons.of',
      'contacts.of',
      'consent.of',
      'tags.of',
      'messages.of',
      'tracks.timeline',
      'livecodes.attributionOf',
    ] as const)
      expect([name, await limited.codeOf(name, { personId: bob.personId } as never)]).toEqual([
        name,
        await limited.codeOf(name, { personId: nobodyId } as never),
      ])
    expect(await limited.codeOf('coupons.check', { code: bob.couponCode })).toBe(
      await limited.codeOf('coupons.check', { code: '000000000000' }),
    )
    expect(await limited.codeOf('members.scan', { code: bob.memberNo })).toBe('member.codeUnknown')
  })

  test('changes nothing of another store’s person', async () => {
    const lines = [{ name: '面霜', sku: 'm1', quantity: 1, unitPriceFen: 100 }]
    const codes = {
      update: await limited.codeOf('people.update', { personId: bob.personId, profile: { city: '苏州' } }),
      points: await limited.codeOf('points.adjust', { personId: bob.personId, points: 5, reason: '试' }),
      grant: await limited.codeOf('coupons.grant', { batchId: ids.batch, personId: bob.personId }),
      void: await limited.codeOf('coupons.void', { couponId: bob.couponId, reason: '试' }),
      order: await limited.codeOf('orders.record', { storeId: ownStore, personId: bob.personId, lines }),
      refund: await limited.codeOf('orders.refund', { orderId: bob.orderId, reason: '试' }),
      merge: await limited.codeOf('identity.merge', { personIds: [ann.personId, bob.personId], isDryRun: true }),
      review: await limited.codeOf('reviews.merge', { reviewId: ids.review }),
    }
    for (const [name, code] of Object.entries(codes)) expect([name, code]).toEqual([name, 'thing.notFound'])
    expect(await limited.call('tags.take', { personIds: [bob.personId], tagId: ids.tag })).toEqual({
      count: 0,
      unknownIds: [bob.personId],
    })
  })

  test('sees his own store’s people whole, and every number counts them only', async () => {
    expect((await limited.call('people.list', {})).items.map(one => one.id)).toEqual([ann.personId])
    expect((await limited.call('members.list', {})).total).toBe(1)
    expect((await limited.call('coupons.list', {})).total).toBe(1)
    expect((await limited.call('orders.list', {})).total).toBe(1)
    expect((await limited.call('tags.list', {})).items.find(one => one.id === ids.tag)?.peopleCount).toBe(1)
    expect((await limited.call('profiles.get', { personId: ann.personId })).person.name).toBe(ann.name)
    expect((await limited.call('segments.list', {})).items.find(one => one.id === ids.segment)?.count).toBe(1)
    expect((await owner.call('segments.list', {})).items.find(one => one.id === ids.segment)?.count).toBe(2)
    const everybody: ClientRule = { kind: 'none', rules: [] }
    expect(await limited.call('segments.estimate', { rule: everybody })).toMatchObject({ count: 1, population: 1 })
    // a negation is the complement within his people, not within the brand's
    const notTagged: ClientRule = { kind: 'none', rules: [{ kind: 'tag', op: 'any', tagIds: [ids.tag] }] }
    expect((await limited.call('segments.estimate', { rule: notTagged })).count).toBe(0)
    const { totals, today } = await limited.call('overview.get', {})
    expect(totals).toMatchObject({ people: 1, members: 1 })
    expect(today.find(one => one.key === 'amountFen')?.value).toBe(10_000)
    expect(today.find(one => one.key === 'joins')?.value).toBe(1)
    expect((await owner.call('overview.get', {})).totals).toMatchObject({ people: 2, members: 2 })
  })

  test('uses the brand’s segments, changes only his own, and his hold his people whoever asks', async () => {
    expect(await limited.codeOf('segments.update', { segmentId: ids.segment, name: '改名' })).toBe('access.outOfScope')
    expect(await limited.codeOf('segments.remove', { segmentId: ids.segment })).toBe('access.outOfScope')
    const rule: ClientRule = { kind: 'tag', op: 'any', tagIds: [ids.tag] }
    const made = await limited.call('segments.create', { kind: 'dynamic', name: `本店 ${MARK}`, rule })
    await product.settle()
    const members = async (client: Client) =>
      (await client.call('segments.members', { segmentId: made.id })).items.map(one => one.personId)
    expect(await members(owner)).toEqual([ann.personId])
    expect((await owner.call('segments.get', { segmentId: made.id })).count).toBe(1)
    expect(await limited.codeOf('segments.update', { segmentId: made.id, name: `本店二 ${MARK}` })).toBe('ok')
    // Bob buys at this store, too: he is one of its people from then on, also for the segment
    const bought = await owner.call('orders.record', {
      storeId: ownStore,
      personId: bob.personId,
      lines: [{ name: '小样', sku: 'x', quantity: 1, unitPriceFen: 100 }],
    })
    await product.settle()
    expect(await members(limited)).toEqual([ann.personId, bob.personId].sort((a, b) => a - b))
    expect((await limited.call('people.list', {})).total).toBe(2)
    expect(bought.order.storeId).toBe(ownStore)
  })

  test('sends to his people only, and of others’ sends sees nothing', async () => {
    const template = await offerTemplate()
    const draft = {
      templateId: template,
      trigger: 'once',
      segmentId: ids.segment,
      content: { values: { thing1: '到店有礼', time2: '2026-11-28 10:00', thing3: '到店即享' }, page: 'pages/coupons/centre' },
    } as const
    const [his, theirs] = [
      await limited.call('campaigns.create', { ...draft, name: `本店 ${MARK}` }),
      await owner.call('campaigns.create', { ...draft, name: `全品牌 ${MARK}` }),
    ]
    const both = await peopleOf(owner, ids.segment)
    const mine = await peopleOf(limited, ids.segment)
    const carl = await newBuyer('fay', otherStore)
    await owner.call('tags.put', { personIds: [carl], tagId: ids.tag, why: '试' })
    await product.settle()
    expect((await limited.call('campaigns.reach', { segmentId: ids.segment, templateId: template })).audience).toBe(mine.length)
    await limited.call('campaigns.send', { campaignId: his.id })
    await owner.call('campaigns.send', { campaignId: theirs.id })
    await product.settle()
    const sentTo = async (client: Client, campaignId: number) =>
      (await client.call('campaigns.recipients', { campaignId })).items.map(one => one.personId).sort((a, b) => a - b)
    expect(await sentTo(limited, his.id)).toEqual(mine)
    expect(await sentTo(owner, his.id)).toEqual(mine)
    expect(await sentTo(owner, theirs.id)).toEqual([...both, carl].sort((a, b) => a - b))
    expect((await limited.call('campaigns.list', {})).items.map(one => one.id)).toEqual([his.id])
    for (const name of ['campaigns.get', 'campaigns.report', 'campaigns.recipients', 'campaigns.undo'] as const)
      expect([name, await limited.codeOf(name, { campaignId: theirs.id } as never)]).toEqual([name, 'thing.notFound'])
  })
})

describe('whose people are whose', () => {
  const storesOf = async (personId: number) =>
    (
      await rows<{ store_id: number }>(
        sql`SELECT DISTINCT store_id FROM person_stores WHERE person_id = ${personId} ORDER BY store_id`,
      )
    ).map(row => Number(row.store_id))
  const populationOf = async (client: Client) =>
    (await client.call('segments.estimate', { rule: { kind: 'none', rules: [] } })).population

  test('a merge carries the stores, and its undoing gives each their own again', async () => {
    const [carl, dora] = [await newPerson('carl'), await newPerson('dora')]
    await buy(carl, ownStore)
    await buy(dora, otherStore)
    await product.settle()
    const before = await populationOf(limited)
    const ctx = systemCtx({ brandId })
    const merged = await transaction(() =>
      mergeByHand(ctx, { personIds: [carl, dora], survivorId: dora, reason: '试', matchedTypes: [] }),
    )
    await product.settle()
    expect(await storesOf(dora)).toEqual([ownStore, otherStore])
    expect(await limited.codeOf('people.get', { personId: dora })).toBe('ok')
    expect(await populationOf(limited)).toBe(before)
    const [merge] = await rows<{ id: number }>(sql`SELECT id FROM merges WHERE from_id = ${carl} ORDER BY id DESC LIMIT 1`)
    expect(merged).toBeTruthy()
    await transaction(() => unmerge(ctx, { mergeId: merge!.id, reason: '试' }))
    await product.settle()
    expect([await storesOf(carl), await storesOf(dora)]).toEqual([[ownStore], [otherStore]])
    expect(await limited.codeOf('people.get', { personId: dora })).toBe('thing.notFound')
    expect(await limited.codeOf('people.get', { personId: carl })).toBe('ok')
    expect(await populationOf(limited)).toBe(before)
  })

  test('an operator of stores of one brand sees no other brand', async () => {
    const other = await make.brand()
    const wide = await make.signedInOperator(product, { permissions: ['*'], storeIds: [ownStore] })
    expect((await wide.call('brands.list', {})).items.map(one => one.id)).toEqual([brandId])
    expect(await wide.with({ 'X-Brand-Id': String(other.id) }).codeOf('people.list', {})).toBe('access.outOfScope')
  })
})

describe('accounts and roles', () => {
  test('an operator of one brand sees the accounts, roles and keys of that brand, and no other’s', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    const permissions = ['operators.*', 'roles.*', 'apiKeys.*', 'stores.list']
    const us = await make.signedInOperator(product, { permissions, brandIds: [ours.id] })
    const them = await make.signedInOperator(product, { permissions, brandIds: [theirs.id] })
    await product.owner.call('apiKeys.create', { name: `他们的 ${MARK}`, scopes: ['stores.list'], brandIds: [theirs.id] })
    await them.call('roles.create', { name: `他们的角色 ${MARK}`, permissions: ['stores.list'] })
    const mine = await us.call('roles.create', { name: `我们的角色 ${MARK}`, permissions: ['stores.list'] })

    const meOf = async (client: Client) => (await client.call('auth.me', {})).operator.id
    expect((await us.call('operators.list', { pageSize: 100 })).items.map(one => one.id)).toEqual([await meOf(us)])
    expect((await us.call('apiKeys.list', {})).items).toEqual([])
    const names = (await us.call('roles.list', {})).map(role => role.name)
    expect(names).toContain(`我们的角色 ${MARK}`)
    expect(names).not.toContain(`他们的角色 ${MARK}`)
    expect(await them.codeOf('roles.update', { roleId: mine.id, name: 'x' })).toBe('thing.notFound')
    expect((await product.owner.call('roles.list', {})).map(role => role.name)).toContain(`他们的角色 ${MARK}`)
  })

  test('what concerns a whole brand is not for an operator of one store, whatever his role says', async () => {
    const { permissions } = await limited.call('auth.me', {})
    for (const name of [
      'audit.list',
      'limits.list',
      'deadLetters.list',
      'connections.list',
      'pointRules.get',
      'imports.list',
      'tracks.quarantine',
    ] as const) {
      expect([name, await limited.codeOf(name, {} as never)]).toEqual([name, 'access.denied'])
      expect(permissions).not.toContain(name)
    }
    expect(permissions).toContain('people.list')
  })
})
