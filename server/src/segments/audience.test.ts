import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { giveConsents } from '../consent/index.ts'
import { addDays, now, systemCtx, transaction } from '../core/index.ts'
import { resolve } from '../identity/index.ts'
import { putFacts } from '../selection/index.ts'
import { mainlandPhone } from './export-audience.ts'

/** Packs for ad platforms, and the sample beside the estimate. */
const product = useProduct()
let brandId = 0
let owner: Client
let segmentId = 0
let buyers = 0
const people: number[] = []
const phones: string[] = []
const hashed = (phone: string, way: 'sha256' | 'md5') => createHash(way).update(phone).digest('hex')

beforeAll(async () => {
  brandId = (await make.brand()).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  // 0-3 agreed and have phones; 4 agreed without a phone; 5 refused; 6 never said; 7 agreed with a foreign phone.
  for (let at = 0; at < 8; at++) {
    const phone = at === 7 ? '+4915112345678' : `137${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}${at}`
    phones.push(phone)
    const { personId } = await transaction(() =>
      resolve(systemCtx({ brandId }), {
        identifiers: [
          ...(at === 4 ? [] : [{ type: 'phone', scope: '', value: phone }]),
          { type: 'email', scope: '', value: `aud${at}-${phones[0]}@x.cn` },
        ],
        brandId,
        source: 'test',
      }),
    )
    people.push(personId as number)
    if (at !== 6)
      await transaction(() =>
        giveConsents(systemCtx({ brandId }), {
          personId: personId as number,
          brandId,
          answers: [{ purpose: 'marketing', channel: 'any', isGranted: at !== 5 }],
          source: 'test',
        }),
      )
  }
  await transaction(() =>
    putFacts(systemCtx({ brandId }), brandId, [
      { personId: people[2]!, facts: { lastPaidAt: addDays(now(), -10), paidFen: 100 } },
      { personId: people[3]!, facts: { lastPaidAt: addDays(now(), -40), paidFen: 900_00 } },
    ]),
  )
  await product.settle()
  const create = async (name: string, rule: object) =>
    (await owner.call('segments.create', { kind: 'dynamic', name, rule } as never)).id
  segmentId = await create('投放', { kind: 'all', rules: [] })
  buyers = await create('大买家', { kind: 'number', field: 'paidFen', is: { op: '>=', value: 500_00 } })
  await product.settle()
})

async function pack(input: Record<string, unknown>, client = owner) {
  const started = await client.call('segments.exportAudience', { segmentId, ...input } as never)
  await product.settle()
  const done = await client.call('exports.get', { exportId: started.id })
  expect(done.error).toBe('')
  const { url } = await client.call('exports.link', { exportId: started.id })
  const text = Buffer.from(await (await fetch(url)).arrayBuffer()).toString('utf8')
  const leftOut = Object.fromEntries(done.leftOut.map(one => [one.reason, one.count]))
  return { done, text, values: text.split('\r\n').slice(0, -1), leftOut }
}

describe('an audience pack', () => {
  test('holds the hashed phones of those who agreed, one per line and nothing else; the others are counted by their reason', async () => {
    const { values, leftOut, done, text } = await pack({ identifier: 'phoneSha256' })
    expect(values.sort()).toEqual(
      phones
        .slice(0, 4)
        .map(phone => hashed(phone, 'sha256'))
        .sort(),
    )
    expect(text).not.toContain('\uFEFF')
    expect(leftOut).toEqual({ 没有大陆手机号: 2, 拒绝了营销: 1, 没有同意营销: 1 })
    expect(done).toMatchObject({ writtenRows: 4, isRevealed: false })
    const md5 = await pack({ identifier: 'phoneMd5' }, owner.with({ 'Accept-Language': 'en' }))
    expect(md5.values).toContain(hashed(phones[0]!, 'md5'))
    expect(md5.leftOut).toMatchObject({ 'Has refused marketing': 1 })
  })

  test('leaves out another segment, and who bought lately', async () => {
    const without = await pack({ identifier: 'phoneMd5', excludeSegmentIds: [buyers], excludeBoughtDays: 30 })
    expect(without.values.sort()).toEqual([hashed(phones[0]!, 'md5'), hashed(phones[1]!, 'md5')].sort())
    expect(without.leftOut).toMatchObject({ 在要排除的人群里: 1, '最近 30 天买过': 1 })
    const longer = await pack({ identifier: 'phoneMd5', excludeBoughtDays: 60 })
    expect(longer.leftOut).toMatchObject({ '最近 60 天买过': 2 })
  })

  test('a seed is a sample of its size, the same every time', async () => {
    const first = await pack({ identifier: 'phoneMd5', sizeMax: 2 })
    expect(first.values).toHaveLength(2)
    const counted = Object.values(first.leftOut).reduce((sum, one) => sum + one, 0)
    expect(counted + first.values.length).toBe(8)
    expect((await pack({ identifier: 'phoneMd5', sizeMax: 2 })).values).toEqual(first.values)
  })

  test('the latest ad clicks of one platform may be a pack, too', async () => {
    await transaction(() =>
      putFacts(systemCtx({ brandId }), brandId, [
        { personId: people[0]!, facts: { lastClickId: 'wx0abc', lastAdPlatform: 'tencent' } },
        { personId: people[1]!, facts: { lastClickId: 'E.1', lastAdPlatform: 'oceanengine' } },
        { personId: people[5]!, facts: { lastClickId: 'wx0no', lastAdPlatform: 'tencent' } },
      ]),
    )
    await product.settle()
    expect((await pack({ identifier: 'clickId', adPlatform: 'tencent' })).values).toEqual(['wx0abc'])
    expect((await pack({ identifier: 'clickId' })).values.sort()).toEqual(['E.1', 'wx0abc'])
  })

  test('openids are those of the account that was chosen: the same person has another one under each', async () => {
    const [first, second, official] = ['wx-pack-first', 'wx-pack-second', 'wx-pack-official']
    const other = (await make.brand()).id
    for (const [type, externalId, ofBrand] of [
      ['miniProgram', first, brandId],
      ['miniProgram', second, brandId],
      ['officialAccount', official, null],
      ['miniProgram', 'wx-pack-other', other],
    ] as const)
      await product.owner.call('connections.update', { type, externalId, brandId: ofBrand, name: `账号 ${externalId}` })
    for (const [at, scope, value] of [
      [0, first, 'o-first-0'],
      [0, second, 'o-second-0'],
      [1, second, 'o-second-1'],
      [2, official, 'o-official-2'],
      [5, second, 'o-second-refused'],
    ] as const)
      await transaction(() =>
        resolve(systemCtx({ brandId }), {
          identifiers: [
            { type: 'email', scope: '', value: `aud${at}-${phones[0]}@x.cn` },
            { type: 'openid', scope, value },
          ],
          brandId,
          source: 'test',
        }),
      )
    await product.settle()
    expect(await owner.call('segments.audienceAccounts', { segmentId })).toEqual([
      { appId: first, name: `账号 ${first}`, type: 'miniProgram' },
      { appId: second, name: `账号 ${second}`, type: 'miniProgram' },
      { appId: official, name: `账号 ${official}`, type: 'officialAccount' },
    ])
    const byDefault = await pack({ identifier: 'openid' })
    expect(byDefault.values).toEqual(['o-first-0'])
    expect(byDefault.leftOut).toMatchObject({ '没有这个账号的 OpenID': 5 })
    const chosen = await pack({ identifier: 'openid', appId: second })
    expect(chosen.values.sort()).toEqual(['o-second-0', 'o-second-1'])
    expect(chosen.done.title).toContain(`账号 ${second}`)
    expect((await pack({ identifier: 'openid', appId: official })).values).toEqual(['o-official-2'])
    expect(await owner.codeOf('segments.exportAudience', { segmentId, identifier: 'openid', appId: 'wx-pack-other' })).toBe(
      'connection.ofOtherBrand',
    )
    const stranger = await make.signedInOperator(product, { permissions: ['segments.*'], brandIds: [other] })
    expect(await stranger.codeOf('segments.audienceAccounts', { segmentId })).toBe('thing.notFound')
  })

  test('openids stand in clear: for roles that may see them; a segment of another brand is not there', async () => {
    const plain = (await make.signedInOperator(product, { permissions: ['segments.*', 'exports.*'], brandIds: [brandId] })).with({
      'X-Brand-Id': String(brandId),
    })
    expect(await plain.codeOf('segments.exportAudience', { segmentId, identifier: 'openid' })).toBe('export.mayNotReveal')
    const members = await make.signedInOperator(product, { permissions: ['segments.export', 'exports.*'], brandIds: [brandId] })
    expect(await members.codeOf('segments.exportAudience', { segmentId, identifier: 'phoneMd5' })).toBe('access.denied')
    const other = await make.signedInOperator(product, { permissions: ['segments.*'], brandIds: [(await make.brand()).id] })
    expect(await other.codeOf('segments.exportAudience', { segmentId, identifier: 'phoneMd5' })).toBe('thing.notFound')
    const hidden = await product.owner.codeOf('segments.exportAudience', {
      segmentId,
      identifier: 'phoneMd5',
      excludeSegmentIds: [999_999],
    })
    expect(hidden).toBe('thing.notFound')
  })

  test.each([
    ['+8613800138001', '13800138001'],
    ['13800138001', '13800138001'],
    ['8613800138001', '13800138001'],
    ['+85291234567', null],
    ['+4915112345678', null],
    ['12345678901', null],
  ])('the phone %s is hashed as %s', (value, digits) => {
    expect(mainlandPhone(value)).toBe(digits)
  })
})

describe('a sample beside the estimate', () => {
  const rule = { kind: 'number' as const, field: 'paidFen', is: { op: '>=' as const, value: 1 } }

  test('shows some whom the rule selects, masked, and the same ones again', async () => {
    const everybody = { kind: 'all' as const, rules: [] }
    const { items } = await owner.call('segments.sample', { rule: everybody, count: 5 })
    expect(items).toHaveLength(5)
    for (const { personId, phoneMasked } of items) {
      expect(people).toContain(personId)
      if (phoneMasked) expect(phoneMasked).toContain('*')
    }
    expect((await owner.call('segments.sample', { rule: everybody, count: 5 })).items).toEqual(items)
    const few = await owner.call('segments.sample', { rule, count: 5 })
    expect(few.items.map(one => one.personId).sort()).toEqual([people[2], people[3]].sort())
    const other = await make.signedInOperator(product, { permissions: ['*'], brandIds: [(await make.brand()).id] })
    expect((await other.call('segments.sample', { rule: everybody })).items).toEqual([])
  })
})
