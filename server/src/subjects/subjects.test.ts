import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { eventually } from '../../test/play.ts'

/** Things at the door: types as data, subjects by their unique values, relations, and who is reached. */
const product = useProduct({ isWorking: true })
let operator: Client
let other: Client

beforeAll(async () => {
  const [ours, theirs] = [await make.brand({ name: '骁屿' }), await make.brand()]
  operator = product.owner.with({ 'X-Brand-Id': String(ours.id) })
  other = await make.signedInOperator(product, { permissions: ['*'], brandIds: [theirs.id] })
})

const boat = {
  key: 'boat',
  zh: '船',
  attributes: [
    { key: 'hull', zh: '船号', kind: 'text' as const, isUnique: true, isRequired: true },
    { key: 'length', zh: '长度', kind: 'number' as const },
    { key: 'builtOn', zh: '下水', kind: 'date' as const },
    { key: 'colours', zh: '颜色', kind: 'list' as const, choices: [{ value: 'red', zh: '红' }] },
    { key: 'berth', zh: '泊位', kind: 'location' as const },
    { key: 'phone', zh: '电话', kind: 'phone' as const },
  ],
  relations: [
    { key: 'owner', zh: '船主', en: 'Owner', to: 'person' },
    { key: 'crew', zh: '船员', to: 'person', isMany: true, roles: ['船长', '水手'] },
    { key: 'tender', zh: '母船', to: 'boat' },
  ],
  reach: {
    mode: 'first' as const,
    steps: [
      { by: 'relation' as const, relation: 'owner' },
      { by: 'relation' as const, relation: 'crew', role: '船长' },
      { by: 'attribute' as const, attribute: 'phone' },
    ],
  },
  titleAttribute: 'hull',
}

async function fleet(key: string) {
  return operator.call('subjectTypes.create', {
    ...boat,
    key,
    relations: boat.relations.map(one => ({ ...one, to: one.to === 'boat' ? key : one.to })),
  })
}

describe('types', () => {
  test('a definition that does not hang together is refused with its path', async () => {
    const wrong = [
      [{ ...boat, key: 'w1', titleAttribute: 'berth' }, 'titleAttribute'],
      [{ ...boat, key: 'w2', relations: [] }, 'reach.steps.0'],
      [{ ...boat, key: 'w3', attributes: [...boat.attributes, boat.attributes[0]!] }, 'attributes.hull'],
      [{ ...boat, key: 'w4', relations: [...boat.relations.slice(0, 2), { key: 'x', zh: '甲', to: 'nothing' }] }, 'relations.x'],
    ] as const
    for (const [draft, field] of wrong) {
      const error = await operator.call('subjectTypes.create', draft as never).catch(error => error)
      expect([error.code, error.detail?.field]).toEqual(['subjectType.badShape', field])
    }
  })

  test('changing a type keeps its data; what is in use cannot go', async () => {
    const type = await fleet('ferry')
    const { id: typeId, key: _key, brandId: _brand, subjectCount: _n, createdAt: _c, updatedAt: _u, ...shape } = type
    await operator.call('subjects.put', { typeId, subjects: [{ values: { hull: 'F1', length: 12 } }] })

    const other = shape.attributes.map(one => (one.key === 'length' ? { ...one, kind: 'text' as const } : one))
    await expect(operator.call('subjectTypes.update', { typeId, ...shape, attributes: other })).rejects.toMatchObject({
      code: 'subjectType.kindFixed',
    })
    await operator.call('subjectTypes.update', {
      typeId,
      ...shape,
      attributes: shape.attributes.filter(one => one.key !== 'length'),
    })
    const back = await operator.call('subjectTypes.update', { typeId, ...shape })
    expect(back.attributes.some(one => one.key === 'length')).toBe(true)
    const { items } = await operator.call('subjects.list', { typeId })
    expect(items[0]?.values).toMatchObject({ hull: 'F1', length: 12 })
    await expect(operator.call('subjectTypes.remove', { typeId })).rejects.toMatchObject({ code: 'subjectType.notEmpty' })
  })

  test('an attribute that a segment asks for cannot go, and the segment is named; nor can the type', async () => {
    const type = await fleet('tanker')
    const { id: typeId, key: _key, brandId: _brand, subjectCount: _n, createdAt: _c, updatedAt: _u, ...shape } = type
    const segment = await operator.call('segments.create', {
      kind: 'dynamic',
      typeId,
      name: '长船',
      rule: { kind: 'none', rules: [{ kind: 'number', field: 'length', is: { op: '<', value: 100 } }] },
    })
    const place = { place: 'segment', id: segment.id, name: '长船' }
    const without = shape.attributes.filter(one => one.key !== 'length')
    const error = await operator.call('subjectTypes.update', { typeId, ...shape, attributes: without }).catch(error => error)
    expect([error.code, error.detail]).toEqual(['subjectType.inUse', { field: 'attributes.length', uses: [place] }])
    expect(await operator.call('subjectTypes.uses', { typeId, attribute: 'hull' })).toMatchObject([{ place: 'title' }])
    await expect(operator.call('subjectTypes.remove', { typeId })).rejects.toMatchObject({ code: 'subjectType.inUse' })
    await operator.call('segments.remove', { segmentId: segment.id })
    await operator.call('subjectTypes.update', { typeId, ...shape, attributes: without })
    await operator.call('subjectTypes.remove', { typeId })
  })

  test('another brand sees neither types nor subjects', async () => {
    const type = await fleet('secretboat')
    const [put] = await operator.call('subjects.put', { typeId: type.id, subjects: [{ values: { hull: 'S1' } }] })
    expect((await other.call('subjectTypes.list', {})).some(one => one.id === type.id)).toBe(false)
    await expect(other.call('subjects.get', { subjectId: put!.subjectId! })).rejects.toMatchObject({ code: 'thing.notFound' })
    await expect(other.call('subjects.list', { typeId: type.id })).rejects.toMatchObject({ code: 'thing.notFound' })
    expect(await other.call('subjects.remove', { subjectIds: [put!.subjectId!] })).toEqual({ count: 0 })
  })
})

describe('subjects', () => {
  test('a unique value finds the subject again; the bad ones are refused alone', async () => {
    const { id: typeId } = await fleet('sloop')
    const answers = await operator.call('subjects.put', {
      typeId,
      subjects: [
        { values: { hull: 'A', length: 5 } },
        { values: { length: 5 } },
        { values: { hull: 'B', builtOn: '2026-02-30' } },
        { values: { hull: 'C', colours: ['red', 'blue'] } },
        { values: { hull: 'D', sails: 3 } },
        { values: { hull: ' A ', length: 6 } },
      ],
    })
    expect(answers.map(one => one.refusal && [one.refusal.code, one.refusal.field])).toEqual([
      null,
      ['subject.missingValue', 'hull'],
      ['subject.badValue', 'builtOn'],
      ['subject.badValue', 'colours'],
      ['subject.unknownAttribute', 'sails'],
      null,
    ])
    expect(answers[5]?.subjectId).toBe(answers[0]?.subjectId)
    const { items, total } = await operator.call('subjects.list', { typeId, search: 'a' })
    expect([total, items[0]?.values.length]).toEqual([1, 6])

    // A value of another subject is refused; a value that was given up is free.
    const [b] = await operator.call('subjects.put', { typeId, subjects: [{ values: { hull: 'B' } }] })
    const [taken] = await operator.call('subjects.put', {
      typeId,
      subjects: [{ subjectId: b!.subjectId!, values: { hull: 'A' } }],
    })
    expect(taken?.refusal).toEqual({ code: 'subject.valueTaken', field: 'hull' })
    await operator.call('subjects.put', { typeId, subjects: [{ subjectId: answers[0]!.subjectId!, values: { hull: 'A2' } }] })
    const [freed] = await operator.call('subjects.put', { typeId, subjects: [{ values: { hull: 'A' } }] })
    expect(freed?.isNew).toBe(true)
  })

  test('phones are kept secret and found whole', async () => {
    const { id: typeId } = await fleet('yawl')
    await operator.call('subjects.put', { typeId, subjects: [{ values: { hull: 'Y', phone: '138 1234 9999' } }] })
    const { items } = await operator.call('subjects.list', { typeId, search: '+86-13812349999' })
    expect(items.map(one => one.values.phone)).toEqual(['138****9999'])
  })
})

describe('relations and reach', () => {
  test('the owner is reached, else the skipper, else the phone on file; one relation of one at a time', async () => {
    const { id: typeId } = await fleet('ketch')
    const [put] = await operator.call('subjects.put', {
      typeId,
      subjects: [
        {
          values: { hull: 'K', phone: '13812340000' },
          relations: [{ relation: 'crew', role: '船长', phone: '13812340001', name: '老周' }],
        },
      ],
    })
    const subjectId = put!.subjectId!
    const reach = async () => (await operator.call('subjects.reach', { subjectIds: [subjectId] }))[0]!.contacts
    expect(await reach()).toMatchObject([{ name: '老周', via: '船员 · 船长', phoneMasked: '138****0001' }])

    await operator.call('subjects.relate', { fromId: subjectId, relation: 'owner', phone: '13812340002', name: '船东甲' })
    const { relations } = await operator.call('subjects.relate', {
      fromId: subjectId,
      relation: 'owner',
      phone: '13812340003',
      name: '船东乙',
    })
    expect(relations.filter(one => one.relation === 'owner').map(one => [one.toName, one.until === null])).toEqual([
      ['船东乙', true],
      ['船东甲', false],
    ])
    expect(await reach()).toMatchObject([{ name: '船东乙', via: '船主' }])
    const inEnglish = operator.with({ 'Accept-Language': 'en' })
    const [said] = await inEnglish.call('subjects.reach', { subjectIds: [subjectId] })
    expect(said?.contacts).toMatchObject([{ via: 'Owner' }])

    for (const one of relations.filter(one => one.until === null))
      await operator.call('subjects.unrelate', { relationId: one.id })
    expect(await reach()).toMatchObject([{ personId: null, phoneMasked: '138****0000', via: '电话' }])
    await operator.call('subjects.put', { typeId, subjects: [{ subjectId, values: { phone: null } }] })
    const [nobody] = await operator.call('subjects.reach', { subjectIds: [subjectId] })
    expect(nobody).toEqual({ subjectId, contacts: [], why: 'noContact' })

    const [refused] = await operator.call('subjects.put', {
      typeId,
      subjects: [{ values: { hull: 'K' }, relations: [{ relation: 'crew', role: '厨师', phone: '13812340004' }] }],
    })
    expect(refused?.refusal).toEqual({ code: 'subject.unknownRelation', field: 'crew' })
  })

  test('a merge takes the things along, an un-merge gives them back', async () => {
    const { id: typeId } = await fleet('barge')
    const [put] = await operator.call('subjects.put', {
      typeId,
      subjects: [{ values: { hull: 'B' }, relations: [{ relation: 'owner', phone: '13812341111' }] }],
    })
    const [{ personId } = { personId: 0 }] = (await operator.call('subjects.reach', { subjectIds: [put!.subjectId!] }))[0]!
      .contacts as { personId: number }[]
    const survivor = await operator.call('identity.resolve', {
      identifiers: [{ type: 'email', value: 'skipper@example.com' }],
      source: 'test',
    })
    const { mergeIds } = await operator.call('identity.merge', {
      personIds: [personId, survivor.personId],
      survivorId: survivor.personId,
    })
    expect((await operator.call('subjects.ofPerson', { personId: survivor.personId })).map(one => one.title)).toEqual(['B'])
    await operator.call('identity.unmerge', { mergeId: mergeIds[0]! })
    expect(await operator.call('subjects.ofPerson', { personId: survivor.personId })).toEqual([])
    expect((await operator.call('subjects.ofPerson', { personId })).map(one => one.title)).toEqual(['B'])
  })
})

describe('packs', () => {
  test('each loads in one click, with its sample and the counts it promises', async () => {
    for (const { key, sampleCount } of await operator.call('subjectTypes.templates', {})) {
      const { types } = await operator.call('subjectTypes.load', { template: key, withSample: true })
      await eventually(async () => {
        const now = await operator.call('subjectTypes.list', {})
        return types.every(type => now.find(one => one.id === type.id)?.subjectCount === sampleCount)
      }, 60_000)
    }
    expect((await operator.call('subjectTypes.templates', {})).every(one => one.isLoaded)).toBe(true)
  }, 120_000)
})
