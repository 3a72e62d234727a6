import { describe, expect, test } from 'vitest'
import { systemCtx, transaction } from '../src/core/index.ts'
import { resolve } from '../src/identity/index.ts'
import { clientOf, useProduct } from './harness.ts'
import { make } from './make.ts'

/** The product as somebody sees it who wants to know more of people than he may. */
const product = useProduct()
const randomPhone = () => `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`

async function person(brandId: number, phone = randomPhone()): Promise<number> {
  const found = await transaction(() =>
    resolve(systemCtx({ brandId }), { identifiers: [{ type: 'phone', scope: '', value: phone }], brandId, source: 'test' }),
  )
  return found.personId
}

describe('what another brand knows', () => {
  test('of a person of both is not told by asking for it in a list', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    const shared = await make.member(product, theirs.id)
    await transaction(async () => {
      const found = await resolve(systemCtx({ brandId: ours.id }), {
        identifiers: [{ type: 'memberNumber', scope: String(theirs.id), value: await numberOf(shared.client) }],
        brandId: ours.id,
        source: 'test',
      })
      expect(found.personId).toBe(shared.personId)
    })
    const them = product.owner.with({ 'X-Brand-Id': String(theirs.id) })
    const tag = await them.call('tags.create', { name: '机密', groupName: '' } as never)
    await them.call('tags.put', { tagId: tag.id, personIds: [shared.personId], why: '' })
    const { tierId } = (await them.call('members.of', { personId: shared.personId }))[0]!.member!
    await product.settle()

    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [ours.id] })
    const list = async (filter: object) => (await limited.call('people.list', filter as never)).items.map(one => one.id)
    expect(await list({})).toContain(shared.personId)
    expect(await limited.codeOf('people.list', { tagId: tag.id })).toBe('thing.notFound')
    expect(await list({ tierId })).toEqual([])
    expect(await list({ isMember: true })).toEqual([])
    expect(await list({ isMember: false })).toContain(shared.personId)
  })

  test('is not made one’s own by counting through its member numbers', async () => {
    const [ours, theirs] = [await make.brand(), await make.brand()]
    const { client, personId } = await make.member(product, theirs.id)
    const identifiers = [{ type: 'memberNumber', scope: String(theirs.id), value: await numberOf(client) }]
    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [ours.id] })
    expect(await limited.codeOf('identity.resolve', { identifiers, source: 'x' })).toBe('access.outOfScope')
    const { secret } = await product.owner.call('apiKeys.create', {
      name: 'erp',
      scopes: ['tracks.collect', 'people.get'],
      brandIds: [ours.id],
      storeId: null,
    })
    const key = clientOf(product.url, null, { 'X-Api-Key': secret })
    const track = { name: 'page_view', occurredAt: new Date().toISOString(), messageId: 'm', properties: { page: 'x' } }
    const told = await key.call('tracks.collect', { tracks: [{ ...track, identifiers }] })
    expect(told.quarantined.map(one => one.reason)).toEqual(['noPerson'])
    expect(await limited.codeOf('people.get', { personId })).toBe('thing.notFound')
    expect(await key.codeOf('people.get', { personId })).toBe('thing.notFound')
  })
})

async function numberOf(client: Awaited<ReturnType<typeof make.member>>['client']): Promise<string> {
  return (await client.call('members.me', {})).member!.memberNo
}

describe('a masked phone', () => {
  test('is not found out by trying the digits that are hidden', async () => {
    const brand = await make.brand()
    const personId = await person(brand.id, '13977771234')
    const [one, another] = [
      await make.signedInOperator(product, { permissions: ['*'], brandIds: [brand.id] }),
      await make.signedInOperator(product, { permissions: ['*'], brandIds: [brand.id] }),
    ]
    expect((await one.call('people.find', { q: '13977771234' })).items.map(found => found.id)).toEqual([personId])
    const guess = (n: number) => `139${String(n).padStart(4, '0')}1234`
    const ways = [
      (phone: string) => one.codeOf('people.find', { q: phone }),
      (phone: string) => one.codeOf('people.list', { search: phone }),
      (phone: string) => one.codeOf('members.scan', { code: phone }),
      (phone: string) => one.codeOf('desk.find', { q: phone }),
      (phone: string) =>
        one.codeOf('orders.quote', { phone, lines: [{ name: '袜子', sku: 's', quantity: 1, unitPriceFen: 100 }] }),
    ]
    for (let n = 0; n < 60; n += 1) for (const way of ways) await way(guess(n * 5 + ways.indexOf(way)))
    for (const way of ways) {
      expect(await way('13977771234')).toBe('rate.limited')
      expect(await way(guess(9999))).toBe('rate.limited')
    }
    const type = await product.owner.call('subjectTypes.create', {
      key: 'guessed',
      zh: '线索',
      attributes: [{ key: 'phone', zh: '电话', kind: 'phone' }],
      relations: [],
      reach: { mode: 'first', steps: [] },
      titleAttribute: null,
    } as never)
    expect(await one.codeOf('subjects.list', { typeId: type.id, search: '13977771234' })).toBe('rate.limited')
    expect(await one.codeOf('people.find', { q: '林' })).toBe('ok')
    expect((await another.call('people.find', { q: '13977771234' })).items).toHaveLength(1)
  })
})

describe('staff', () => {
  test('whom nobody has given a store yet are not taken by who sees one brand', async () => {
    const brand = await make.brand()
    const store = await make.store(brand.id)
    await make.connections(product.simulator, { first: brand.id })
    await product.owner.with({ 'X-Brand-Id': String(brand.id) }).call('staff.sync', {})
    await product.settle()
    const free = (await product.owner.call('staff.list', { hasStore: false })).items
    expect(free.length).toBeGreaterThan(0)
    const limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brand.id] })
    expect((await limited.call('staff.list', { hasStore: false })).items).toEqual([])
    expect(await limited.codeOf('staff.update', { staffId: free[0]!.id, storeId: store.id })).toBe('thing.notFound')
    expect(await product.owner.codeOf('staff.update', { staffId: free[0]!.id, storeId: store.id })).toBe('ok')
    expect(await limited.codeOf('staff.update', { staffId: free[0]!.id, dailyAddCap: 5 })).toBe('ok')
  })
})

describe('a consumer', () => {
  test('has no picture that tells him who looks at it', async () => {
    const brand = await make.brand()
    const { client } = await make.member(product, brand.id)
    for (const avatar of [
      'https://evil.example/pixel.gif',
      'https://x.qlogo.cn@evil.example/a',
      'javascript:alert(1)',
      '//evil.example/a',
    ])
      expect([avatar, await client.codeOf('members.updateProfile', { avatar })]).toEqual([avatar, 'input.invalid'])
    expect(await client.codeOf('members.updateProfile', { avatar: 'https://thirdwx.qlogo.cn/mmopen/vi_32/a/132' })).toBe('ok')
    expect(await client.codeOf('members.updateProfile', { avatar: null })).toBe('ok')
  })
})
