import { expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { systemCtx, transaction } from '../core/index.ts'
import { resolveMany } from '../identity/index.ts'

const product = useProduct()

test('members are found by name and by phone, things by title; both are sorted by when they entered', async () => {
  const brand = await make.brand()
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const person = async (name: string, phone: string) =>
    (await owner.call('identity.resolve', { identifiers: [{ type: 'phone', value: phone }], profile: { name }, source: 'test' }))
      .personId
  const [ann, bob] = [await person('安然', '13800001111'), await person('薄荷', '13800002222')]
  const people = await owner.call('segments.create', { kind: 'static', name: '两个人', personIds: [ann, bob] })
  await product.settle()
  const found = async (segmentId: number, search: string) =>
    (await owner.call('segments.members', { segmentId, search })).items.map(one => one.name)
  expect(await found(people.id, '安')).toEqual(['安然'])
  expect(await found(people.id, '13800002222')).toEqual(['薄荷'])
  expect(await owner.call('segments.members', { segmentId: people.id, search: '没有这个人' })).toEqual({ items: [], total: 0 })
  const sorted = async (sort: string) =>
    (await owner.call('segments.members', { segmentId: people.id, sort })).items.map(one => one.personId)
  expect(await sorted('personId')).toEqual([ann, bob])
  expect(await sorted('-personId')).toEqual([bob, ann])
  expect(await sorted('-enteredAt')).toHaveLength(2)
  expect(await owner.codeOf('segments.members', { segmentId: people.id, sort: 'phone' })).toBe('input.invalid')

  const type = await owner.call('subjectTypes.create', {
    key: 'car',
    zh: '车辆',
    attributes: [{ key: 'plate', zh: '车牌', kind: 'text', isUnique: true }],
    relations: [],
    reach: { mode: 'first', steps: [] },
    titleAttribute: 'plate',
  })
  await owner.call('subjects.put', {
    typeId: type.id,
    subjects: ['沪A1', '沪B2'].map(plate => ({ values: { plate } })),
  })
  await product.settle()
  const cars = await owner.call('segments.create', {
    kind: 'dynamic',
    typeId: type.id,
    name: '沪牌',
    rule: { kind: 'text', field: 'plate', is: { op: 'startsWith', value: '沪' } },
  })
  await product.settle()
  expect(await found(cars.id, 'b2')).toEqual(['沪B2'])
  expect(await found(cars.id, '安')).toEqual([])

  const listed = async (typeId: number | null) => (await owner.call('segments.list', { typeId })).items.map(segment => segment.id)
  expect(await listed(type.id)).toEqual([cars.id])
  expect(await listed(null)).not.toContain(cars.id)
  expect(await listed(null)).toContain(people.id)
})

test('a word that fits more than ten thousand finds every member whom it fits', { timeout: 180_000 }, async () => {
  const brand = await make.brand()
  const ctx = systemCtx({ brandId: brand.id })
  const people: number[] = []
  for (let from = 0; from < 10_200; from += 1_700) {
    const some = Array.from({ length: 1_700 }, (_, n) => ({
      identifiers: [{ type: 'thirdParty', scope: 'many', value: `many-${from + n}` }],
      profile: { name: `众人${from + n}` },
      brandId: brand.id,
      source: 'test',
    }))
    for (const one of await transaction(() => resolveMany(ctx, some))) if (one.personId !== null) people.push(one.personId)
  }
  // Those seen last are found first: the member is one of the earliest.
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const segment = await owner.call('segments.create', { kind: 'static', name: '最早的', personIds: people.slice(0, 3) })
  await product.settle()
  const found = await owner.call('segments.members', { segmentId: segment.id, search: '众人' })
  expect(found.items.map(one => one.personId)).toEqual(people.slice(0, 3))
  expect((await owner.call('people.list', { search: '众人', pageSize: 5, page: 2_040 })).total).toBe(10_200)
})
