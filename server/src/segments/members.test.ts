import { expect, test } from 'vitest'
import { useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'

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
})
