import { type ClientInputOf, type Endpoint, type EndpointName, type Endpoints, endpoints } from '@banyan/shared'
import { expect, test } from 'vitest'
import type { Client } from './harness.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'

const product = useProduct()

/**
 * A brand whose names are ASCII, asked in English: whatever is Chinese in an answer then was written by the server. What stays Chinese on
 * purpose is taken out first: the Chinese half of a pair, examples of a message that a Chinese reader gets, headers of Chinese files, and what
 * a new brand begins with.
 */
const HAN = /\p{Script=Han}/u
const PAIRED = new Set(['zh', 'example', 'sample', 'aliases'])

type Rule = ClientInputOf<Endpoints['segments.estimate']>['rule']

test('an English caller gets no Chinese word of ours', async () => {
  const brand = await make.brand({ name: 'Acorn' })
  const store = await make.store(brand.id, { name: 'North' })
  const en = product.owner.with({ 'Accept-Language': 'en-GB,en;q=0.9', 'X-Brand-Id': String(brand.id) })
  const given = { brandId: brand.id, storeId: store.id, ...(await liveThrough(en, brand.id, store.id)) }
  const data = await dataOf(brand.id)

  const answers: [name: string, answer: unknown][] = []
  const inputs: Record<string, unknown>[] = [{}, given, ...variants(given)]
  for (const [name, endpoint] of Object.entries(endpoints) as unknown as [EndpointName, Endpoint][]) {
    if (endpoint.kind !== 'query' || !endpoint.access.includes('operator')) continue
    for (const input of inputs) {
      const answer = await en.call(name, input as never).catch(error => ({ code: error.code, detail: error.detail }))
      answers.push([name, answer])
    }
  }
  answers.push(...(await acts(en, given)))
  const good = new Set(answers.filter(([, answer]) => !(answer as { code?: string } | null)?.code).map(([name]) => name))
  expect([...good].length).toBeGreaterThan(60)
  const chinese = [...new Set(answers.flatMap(([name, answer]) => chineseIn(answer, data).map(found => `${name} ${found}`)))]
  expect(chinese).toEqual([])
}, 120_000)

test('a refusal, and the file of refused rows, speak the language that was asked for', async () => {
  const brand = await make.brand({ name: 'Beech' })
  const refusal = async (language: string) => {
    const headers = {
      'Accept-Language': language,
      'Content-Type': 'application/json',
      Authorization: `Bearer ${product.owner.token}`,
    }
    const answer = await fetch(`${product.url}/api/coupons.why`, { method: 'POST', headers, body: '{"code":"999999"}' })
    return ((await answer.json()) as { error: { message: string } }).error.message
  }
  expect([await refusal('zh-CN'), await refusal('en')]).toEqual(['没有这个券码，请核对', 'No coupon has this code'])

  const importId = await imported(brand.id)
  const fileIn = async (language: string) => {
    const asked = product.owner.with({ 'Accept-Language': language, 'X-Brand-Id': String(brand.id) })
    const { url } = await asked.call('imports.rejectsLink', { importId })
    return (await fetch(`${product.url}${new URL(url).pathname}${new URL(url).search}`)).text()
  }
  expect(await fileIn('zh-CN')).toMatch(/行号,原因[\s\S]*必须是不为 0 的整数/)
  const english = await fileIn('en')
  expect(english).toMatch(/line,reason[\s\S]*must be a whole number/)
  expect(english).not.toMatch(HAN)
})

/** A member who joined, bought, used a coupon, gave something back and was tagged; a twin to merge with; a file with bad rows. */
async function liveThrough(en: Client, brandId: number, storeId: number) {
  const client = await make.signedInPerson(product, brandId, 'Ann Lee')
  const { member } = await client.call('members.join', { consents: [{ purpose: 'privacy', isGranted: true }] })
  const personId = member.personId
  const batch = await make.couponBatch(product, brandId, { name: 'Ten off', thresholdFen: 5000 })
  const { id: couponId } = await client.call('coupons.claim', { batchId: batch.id })
  const used = await client.call('coupons.qr', { couponId })
  const other = await make.couponBatch(product, brandId, {
    name: 'A fifth off',
    value: { kind: 'percentage', percentOff: 20, capFen: 900 },
  })
  const coupon = await client.call('coupons.claim', { batchId: other.id })
  const { code } = await client.call('coupons.qr', { couponId: coupon.id })
  await en.call('points.adjust', { personId, brandId, points: 300, reason: 'goodwill' })
  const line = { sku: 'A1', name: 'Soap', unitPriceFen: 9000 }
  await en.call('orders.record', { storeId, personId, lines: [{ ...line, quantity: 2 }] } as never)
  const { order } = await en.call('orders.record', {
    storeId,
    personId,
    couponCode: used.code,
    pointsSpent: 50,
    lines: [{ ...line, quantity: 1 }],
  } as never)
  await en.call('orders.refund', { orderId: order.id, reason: 'too small' })
  const tag = await en.call('tags.create', { name: 'VIP', groupName: 'Kind' })
  await en.call('tags.put', { tagId: tag.id, personIds: [personId], why: 'buys often' })
  const twin = await make.signedInPerson(product, brandId, 'Ann L.')
  const { member: second } = await twin.call('members.join', {
    consents: [
      { purpose: 'marketing', isGranted: false },
      { purpose: 'privacy', isGranted: true },
    ],
  })
  const { mergeIds } = await en.call('identity.merge', {
    personIds: [personId, second.personId],
    survivorId: personId,
    reason: 'same face',
  })
  const third = await make.member(product, brandId)
  const importId = await imported(brandId)
  await product.settle()
  const rule = ruleOf(tag.id)
  const segment = await en.call('segments.create', { kind: 'dynamic', name: 'Regulars', rule })
  await product.settle()
  const connections = await en.call('connections.list', {})
  return {
    personId,
    otherId: third.personId,
    mergeId: mergeIds[0] ?? 0,
    memberId: member.id,
    batchId: batch.id,
    couponId: coupon.id,
    code,
    orderId: order.id,
    tagId: tag.id,
    importId,
    segmentId: segment.id,
    rule,
    connectionId: connections[0]?.id ?? 0,
    connectionIds: connections.map(one => one.id),
    orderAmountFen: 100,
    q: code,
    limit: 50,
  }
}

type Given = Awaited<ReturnType<typeof liveThrough>> & { brandId: number; storeId: number }

/** One condition of every kind, so that explaining the rule says every sentence. */
function ruleOf(tagId: number): Rule {
  const rolling = { type: 'rolling' as const, last: 90, unit: 'days' as const }
  return {
    kind: 'all',
    rules: [
      { kind: 'text', field: 'gender', is: { op: 'isNot', values: ['female', 'male', 'unknown', 'x'] } },
      { kind: 'text', field: 'city', is: { op: 'isNotSet' } },
      { kind: 'number', field: 'paidFen', is: { op: 'between', from: 0, to: 9_000_000 } },
      { kind: 'number', field: 'points', is: { op: '>=', value: 1 } },
      { kind: 'date', field: 'lastPaidAt', is: { op: 'within', window: { type: 'calendarDays', days: 9, includesToday: true } } },
      { kind: 'date', field: 'tierEndsAt', is: { op: 'notAhead', next: 3, unit: 'weeks' } },
      { kind: 'anniversary', field: 'birthday', is: { op: 'inDays', fromDays: -1, toDays: 7 } },
      { kind: 'anniversary', field: 'joinedAt', is: { op: 'months', months: [1, 11] } },
      { kind: 'flag', field: 'isMember', isTrue: false },
      { kind: 'tag', op: 'all', tagIds: [tagId] },
      { kind: 'consent', purpose: 'marketing', isGranted: true },
      {
        kind: 'any',
        rules: [
          { kind: 'tracks', name: 'order_paid', window: rolling, measure: { of: 'count' }, is: { op: '>=', value: 2 } },
          {
            kind: 'tracks',
            name: 'order_paid',
            filters: [{ property: 'channel', is: { op: 'is', values: ['store'] } }],
            window: { type: 'absolute', from: '2026-01-01T00:00:00.000Z', to: null },
            measure: { of: 'sum', property: 'amountFen' },
            is: { op: '>', value: 100 },
          },
        ],
      },
    ],
  }
}

async function imported(brandId: number): Promise<number> {
  const csv = [
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,Store',
    'B1,S1,Soap,1,2026-11-01,2.5,',
    'B2,S1,Soap,none,2026-11-01,2.5,',
    'B3,S1,Soap,1,someday,2.5,',
    'B4,S1,Soap,1,2026-11-01,2.5,Nowhere',
    'B5,S1,Soap,1,2026-11-01',
  ].join('\n')
  const headers = { Authorization: `Bearer ${product.owner.token}`, 'X-Brand-Id': String(brandId), 'Content-Type': 'text/csv' }
  const uploaded = await fetch(`${product.url}/api/imports.upload?kind=orders&fileName=b.csv&brandId=${brandId}`, {
    method: 'POST',
    headers,
    body: csv,
  })
  const { importId } = ((await uploaded.json()) as { data: { importId: number } }).data
  const client = product.owner.with({ 'X-Brand-Id': String(brandId) })
  const { suggestedMapping } = await client.call('imports.preview', { importId })
  await client.call('imports.start', { importId, mapping: suggestedMapping, options: { brandId } })
  await product.settle()
  const { total } = await client.call('imports.rejects', { importId })
  expect(total).toBe(4)
  return importId
}

/** The same endpoint asks for other things by the same word: an id of each kind, each connection, each view of a report. */
function variants(given: Given): Record<string, unknown>[] {
  const days = { from: '2026-11-01', to: '2026-11-22' }
  return [
    ...[given.personId, given.orderId, given.segmentId, given.batchId].map(id => ({ ...given, id })),
    ...given.connectionIds.map(connectionId => ({ connectionId })),
    ...['code', 'channel', 'store', 'staff', 'day'].map(by => ({ by, ...days })),
    { ...days },
    { q: 'Ann' },
    { notice: 'pointsChanged' },
  ]
}

/** What answers in words though it is a command, and what refuses with reasons. */
async function acts(en: Client, { personId, otherId, mergeId, importId, brandId, rule }: Given): Promise<[string, unknown][]> {
  const tried: [EndpointName, unknown][] = [
    ['identity.merge', { personIds: [personId, otherId], isDryRun: true }],
    ['identity.unmerge', { mergeId, isDryRun: true }],
    ['imports.start', { importId, mapping: { nothing: 'x' } }],
    ['points.adjust', { personId, brandId, points: -1_000_000, reason: 'all' }],
    ['segments.create', { kind: 'dynamic', name: 'Regulars', rule }],
    ['couponBatches.create', { brandId }],
    ['livecodes.previewWelcome', { welcome: { text: '{{ name', card: { title: 'x', page: '/bad' } }, remark: '{% no' }],
  ]
  const answers: [string, unknown][] = []
  for (const [name, input] of tried)
    answers.push([name, await en.call(name, input as never).catch(error => ({ code: error.code, detail: error.detail }))])
  return answers
}

/** Chinese that is data: the pretend platforms' own names, and what every new brand begins with (tiers, consent texts, an address). */
async function dataOf(brandId: number): Promise<string[]> {
  const zh = product.owner.with({ 'X-Brand-Id': String(brandId) })
  const seeds = [
    product.simulator.connections,
    await zh.call('tiers.list', { brandId } as never),
    await zh.call('consent.texts', { brandId } as never),
    await zh.call('auth.me', {}),
    await zh.call('contacts.corpTags', {}).catch(() => []),
  ]
  const brands = (await zh.call('brands.list', {})).items.map(one => one.name)
  const words = JSON.stringify([seeds, brands]).match(/[^"\\]*\p{Script=Han}[^"\\]*/gu) ?? []
  return [...new Set([...words, '上海'])].sort((a, b) => b.length - a.length)
}

function chineseIn(value: unknown, data: readonly string[], path = ''): string[] {
  if (typeof value === 'string') {
    const rest = HAN.test(value) ? data.reduce((text, word) => text.replaceAll(word, ''), value) : ''
    return HAN.test(rest) ? [`${path}: ${value.slice(0, 120)}`] : []
  }
  if (Array.isArray(value)) return value.flatMap(one => chineseIn(one, data, `${path}[]`))
  if (value && typeof value === 'object') {
    // What a rule compares with; its words stand beside it.
    const isNamed = 'zh' in value && 'en' in value
    return Object.entries(value).flatMap(([key, one]) =>
      PAIRED.has(key) || (key === 'value' && isNamed) ? [] : chineseIn(one, data, `${path}.${key}`),
    )
  }
  return []
}
