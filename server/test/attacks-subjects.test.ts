import { beforeAll, describe, expect, test } from 'vitest'
import { systemCtx } from '../src/core/index.ts'
import { resolve } from '../src/identity/index.ts'
import { type Client, useProduct } from './harness.ts'
import { make } from './make.ts'

/** Things and rules as somebody uses them who wants to learn of people, or to change what is not his. */
const product = useProduct()
const word = () => Math.random().toString(36).slice(2, 10)
const MARK = word()
const UNKNOWN = ['input.invalid', 'selection.unknownField', 'selection.unknownRelation']
const phoneOf = () => `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`

let brandId = 0
let [ownStore, otherStore] = [0, 0]
let owner: Client
let limited: Client
let [typeId, ann, bob] = [0, 0, 0]
const phones = { ann: phoneOf(), bob: phoneOf() }

const shape = {
  zh: '车',
  attributes: [
    { key: 'plate', zh: '车牌', kind: 'text', isUnique: true },
    { key: 'colour', zh: '颜色', kind: 'text' },
    { key: 'contact', zh: '联系电话', kind: 'phone' },
  ],
  relations: [{ key: 'driver', zh: '驾驶人', to: 'person', isMany: true }],
  reach: { steps: [{ by: 'relation', relation: 'driver' }], mode: 'all' },
  titleAttribute: 'plate',
} as const

async function buyer(name: string, phone: string, storeId: number): Promise<number> {
  const { personId } = await resolve(systemCtx({ brandId }), {
    identifiers: [{ type: 'phone', scope: '', value: phone }],
    profile: { name },
    brandId,
    source: 'test',
  })
  const lines = [{ name: '小样', sku: 'x', quantity: 1, unitPriceFen: 100 }]
  await owner.call('orders.record', { storeId, personId: personId as number, lines })
  return personId as number
}

/** A thing of the brand that leads to these people. */
async function thing(plate: string, people: number[], client = owner): Promise<number> {
  const relations = people.map(personId => ({ relation: 'driver', personId }))
  const [answer] = await client.call('subjects.put', { typeId, subjects: [{ values: { plate, colour: '红' }, relations }] })
  return answer!.subjectId as number
}

beforeAll(async () => {
  brandId = (await make.brand()).id
  ownStore = (await make.store(brandId)).id
  otherStore = (await make.store(brandId)).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  limited = await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId], storeIds: [ownStore] })
  typeId = (await owner.call('subjectTypes.create', { key: `car${MARK}`, ...shape } as never)).id
  ann = await buyer(`安${MARK}`, phones.ann, ownStore)
  bob = await buyer(`博${MARK}`, phones.bob, otherStore)
  await product.settle()
})

describe('things of another store', () => {
  test('who is reached for a thing names nobody whom the caller may not see', async () => {
    const shared = await thing(`S-${word()}`, [ann, bob])
    const all = await owner.call('subjects.reach', { subjectIds: [shared] })
    expect(all[0]!.contacts.map(one => one.personId)).toEqual([ann, bob])
    const mine = await limited.call('subjects.reach', { subjectIds: [shared] })
    expect(mine[0]!.contacts.map(one => one.personId)).toEqual([ann])
    expect(JSON.stringify(mine)).not.toContain(`博${MARK}`)
  })

  test('are neither changed nor taken over, by id or by what they are known by', async () => {
    const plate = `T-${word()}`
    const theirs = await thing(plate, [bob])
    const relations = [{ relation: 'driver', personId: ann }]
    const [byId] = await limited.call('subjects.put', {
      typeId,
      subjects: [{ subjectId: theirs, values: { colour: '黑' }, relations }],
    })
    expect(byId).toMatchObject({ subjectId: null, refusal: { code: 'thing.notFound' } })
    const [byValue] = await limited.call('subjects.put', { typeId, subjects: [{ values: { plate, colour: '黑' }, relations }] })
    expect(byValue).toMatchObject({ subjectId: null, refusal: { code: 'subject.valueTaken', field: 'plate' } })
    expect(await limited.codeOf('subjects.get', { subjectId: theirs })).toBe('thing.notFound')
    expect(await limited.codeOf('subjects.relate', { fromId: theirs, relation: 'driver', personId: ann })).toBe('thing.notFound')
    expect(await limited.call('subjects.remove', { subjectIds: [theirs] })).toEqual({ count: 0 })
    expect((await owner.call('subjects.get', { subjectId: theirs })).values.colour).toBe('红')
  })

  test('a phone on a relation does not tell whose it is', async () => {
    const mine = await thing(`P-${word()}`, [ann])
    for (const phone of [phones.bob, phoneOf()]) {
      const answer = await limited.call('subjects.relate', { fromId: mine, relation: 'driver', phone, name: '改名' })
      const [newest, ...earlier] = answer.relations
      expect(newest).toMatchObject({ toId: null, isHidden: true, toName: '其他品牌或门店', toType: 'person', role: '' })
      expect(earlier.at(-1)).toMatchObject({ toId: ann, isHidden: false })
      expect(JSON.stringify(answer)).not.toContain(`博${MARK}`)
      expect(JSON.stringify(await limited.call('subjects.reach', { subjectIds: [mine] }))).not.toContain(`博${MARK}`)
    }
    expect(await limited.codeOf('subjects.relate', { fromId: mine, relation: 'driver', personId: bob })).toBe(
      'subject.unknownRelation',
    )
  })

  test('that a thing of his leads to is shown as being there, without its title', async () => {
    const yard = await owner.call('subjectTypes.create', {
      ...shape,
      key: `yard${MARK}`,
      relations: [...shape.relations, { key: 'holds', zh: '停放', to: `car${MARK}`, isMany: true }],
    } as never)
    const [own, theirs] = [await thing(`O-${word()}`, [ann]), await thing(`H-${word()}`, [bob])]
    const relations = [
      { relation: 'driver', personId: ann },
      ...[own, theirs].map(subjectId => ({ relation: 'holds', subjectId })),
    ]
    const [made] = await owner.call('subjects.put', {
      typeId: yard.id,
      subjects: [{ values: { plate: `Y-${word()}` }, relations }],
    })
    const subjectId = made!.subjectId as number
    const held = async (client: Client) =>
      (await client.call('subjects.get', { subjectId })).relations.filter(one => one.relation === 'holds')
    expect((await held(owner)).map(one => one.toId).sort()).toEqual([own, theirs].sort())
    const [hidden, shown] = (await held(limited)).sort((a, b) => Number(b.isHidden) - Number(a.isHidden))
    expect(shown).toMatchObject({ toId: own, isHidden: false })
    expect(hidden).toMatchObject({ relationName: '停放', toId: null, toName: '其他品牌或门店', isHidden: true })
    expect(JSON.stringify(await limited.call('subjects.get', { subjectId }))).not.toContain('H-')
  })

  test('are not counted, listed, estimated or explained', async () => {
    await thing(`C-${word()}`, [bob])
    const own = await thing(`C-${word()}`, [ann])
    await product.settle()
    const seen = (await limited.call('subjects.list', { typeId, pageSize: 100 })).items.map(one => one.id)
    expect(seen).toContain(own)
    expect((await limited.call('subjectTypes.list', {})).find(one => one.id === typeId)?.subjectCount).toBe(seen.length)
    const everything = { kind: 'none', rules: [] } as const
    const found = await limited.call('segments.estimate', { rule: everything, typeId } as never)
    expect(found.count).toBe(seen.length)
    const red = { kind: 'text', field: 'colour', is: { op: 'is', values: ['红'] } }
    const related = { kind: 'related', path: { typeId, relation: 'driver', end: 'in' }, rule: red, test: { op: 'any' } }
    expect((await owner.call('segments.estimate', { rule: related } as never)).count).toBeGreaterThan(1)
    expect((await limited.call('segments.estimate', { rule: related } as never)).count).toBe(1)
    const name = {
      kind: 'related',
      path: { typeId, relation: 'driver', end: 'out' },
      rule: { kind: 'all', rules: [] },
      test: { op: 'count', is: { op: '>=', value: 2 } },
    }
    // a thing of his that also leads to somebody else’s: of him nothing counts
    await thing(`C-${word()}`, [ann, bob])
    await product.settle()
    expect((await limited.call('segments.estimate', { rule: name, typeId } as never)).count).toBe(0)
    const whole = await owner.call('segments.create', {
      kind: 'dynamic',
      name: `车 ${word()}`,
      rule: everything,
      typeId,
    } as never)
    await product.settle()
    const members = await limited.call('segments.members', { segmentId: whole.id })
    const visible = (await limited.call('subjects.list', { typeId, pageSize: 100 })).items.map(one => one.id).sort()
    expect(members.items.map(one => one.personId).sort()).toEqual(visible)
    const everyId = (await owner.call('subjects.list', { typeId, pageSize: 100 })).items.map(one => one.id)
    const isIn = await limited.call('segments.isIn', { segmentId: whole.id, personIds: everyId })
    expect(isIn.personIds.sort()).toEqual(visible)
  })
})

describe('another brand', () => {
  test('names somebody of ours by his phone: he stays nobody of theirs, is called as before, and shows no name', async () => {
    const theirs = await make.brand()
    const them = await make.signedInOperator(product, { permissions: ['*'], brandIds: [theirs.id] })
    const own = await them.call('subjectTypes.create', { key: `boat${MARK}`, ...shape } as never)
    const [made] = await them.call('subjects.put', { typeId: own.id, subjects: [{ values: { plate: `P-${word()}` } }] })
    const fromId = made!.subjectId as number
    const answer = await them.call('subjects.relate', { fromId, relation: 'driver', phone: phones.ann, name: '冒名' })
    expect(answer.relations).toMatchObject([{ toId: null, toName: '其他品牌或门店', isHidden: true }])
    expect(JSON.stringify(answer)).not.toContain(`安${MARK}`)
    expect(await them.codeOf('people.get', { personId: ann })).toBe('thing.notFound')
    expect((await owner.call('people.get', { personId: ann })).name).toBe(`安${MARK}`)

    // Who is of both brands is shown by name, and a phone that nobody has makes a customer of theirs.
    await them.call('identity.resolve', { identifiers: [{ type: 'phone', value: phones.ann }], source: 'test' })
    const again = await them.call('subjects.relate', { fromId, relation: 'driver', phone: phoneOf(), name: '新客' })
    expect(again.relations.map(one => one.toName)).toEqual(['新客', `安${MARK}`])
  })

  test('its things, types and people are not there', async () => {
    const theirs = await make.brand()
    const them = await make.signedInOperator(product, { permissions: ['*'], brandIds: [theirs.id] })
    const plate = `B-${word()}`
    const ours = await thing(plate, [ann])
    const own = await them.call('subjectTypes.create', { key: `car${MARK}`, ...shape } as never)
    for (const one of [typeId, own.id]) {
      const input = { typeId: one, subjects: [{ subjectId: ours, values: { colour: '黑' } }] }
      const answer = await them.call('subjects.put', input).catch(error => error)
      expect(answer.code ?? answer[0].refusal.code).toBe('thing.notFound')
    }
    const relation = [{ relation: 'driver', personId: ann }]
    const [made] = await them.call('subjects.put', { typeId: own.id, subjects: [{ values: { plate }, relations: relation }] })
    expect(made).toMatchObject({ isNew: true, refusal: { code: 'subject.unknownRelation' } })
    expect((await them.call('subjects.get', { subjectId: made!.subjectId as number })).relations).toEqual([])
    expect(await them.call('subjects.reach', { subjectIds: [ours] })).toEqual([])
    for (const code of [
      await them.codeOf('subjects.get', { subjectId: ours }),
      await them.codeOf('subjects.ofPerson', { personId: ann }),
      await them.codeOf('subjects.list', { typeId, personId: ann }),
      await them.codeOf('selection.catalogue', { typeId }),
      await them.codeOf('subjectTypes.uses', { typeId }),
      await them.codeOf('segments.estimate', { rule: { kind: 'none', rules: [] }, typeId } as never),
      await them.codeOf('segments.explain', { rule: { kind: 'none', rules: [] }, personId: ours, typeId: own.id } as never),
    ])
      expect(code).toBe('thing.notFound')
    const rule = {
      kind: 'related',
      path: { typeId, relation: 'driver', end: 'in' },
      rule: { kind: 'all', rules: [] },
      test: { op: 'any' },
    }
    expect(await them.codeOf('segments.estimate', { rule } as never)).not.toBe('ok')
  })

  test('of a type of the whole group only what is one’s own is counted', async () => {
    const group = await product.owner.call('subjectTypes.create', { key: `grp${MARK}`, ...shape } as never)
    await owner.call('subjects.put', { typeId: group.id, subjects: [{ values: { plate: 'G1' } }] })
    const [one, two] = [await make.brand(), await make.brand()]
    const them = await make.signedInOperator(product, { permissions: ['*'], brandIds: [one.id, two.id] })
    expect((await them.call('subjectTypes.list', {})).find(type => type.id === group.id)?.subjectCount).toBe(0)
    expect(await them.codeOf('subjectTypes.update', { typeId: group.id, ...shape } as never)).toBe('access.outOfScope')
  })
})

describe('hostile values', () => {
  test('names that every object has are attributes like others', async () => {
    const keys = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf']
    const kinds = ['phone', 'text', 'number', 'choice', 'boolean']
    const made = await owner.codeOf('subjectTypes.create', {
      key: `proto${MARK}`,
      zh: '原型',
      attributes: keys.map((key, at) => ({
        key,
        zh: key.slice(0, 20),
        kind: kinds[at],
        isRequired: at === 1,
        isUnique: at === 1,
      })),
    } as never)
    expect(made).toBe('ok')
    const type = (await owner.call('subjectTypes.list', {})).find(one => one.key === `proto${MARK}`)!
    const put = (values: object) =>
      owner.call('subjects.put', { typeId: type.id, subjects: [{ values }] } as never).then(list => list[0]!)
    expect((await put({})).refusal).toMatchObject({ code: 'subject.missingValue', field: 'toString' })
    const { subjectId, refusal } = await put({ toString: 'x' })
    expect(refusal).toBeNull()
    expect((await owner.call('subjects.get', { subjectId: subjectId as number })).values).toEqual({ toString: 'x' })
    await product.settle()
    const proto = JSON.parse(`{"typeId":${type.id},"subjects":[{"values":{"__proto__":"x","toString":"y"}}]}`)
    expect(await owner.codeOf('subjects.put', proto)).not.toBe('server.failed')
  })

  test('one unique value put many times at once is one thing, however it is spelled', async () => {
    const plate = `race-${word()}`
    const put = (value: string) => owner.call('subjects.put', { typeId, subjects: [{ values: { plate: value } }] }).catch(e => e)
    const answers = await Promise.all(Array.from({ length: 6 }, () => put(plate)))
    const ids = answers.map(answer => answer[0]?.subjectId ?? answer.code)
    expect(new Set(ids).size, JSON.stringify(ids)).toBe(1)
    const spelled = await put(plate.toUpperCase())
    expect(spelled.code ?? 'ok').not.toBe('server.failed')
    const at = await Promise.all([put('é'), put('e'), put('e '), put('E')])
    for (const one of at) expect(one.code ?? 'ok').toBe('ok')
  })

  test('what a rule names is data, wherever it stands', async () => {
    const evil = "x') OR 1=1 --{a:String} ${1} \\' \u0000"
    const path = { typeId, relation: 'driver', end: 'in' }
    const inner = { kind: 'text', field: 'colour', is: { op: 'is', values: [evil] } }
    const anything = { kind: 'all', rules: [] }
    const where = [{ property: evil, is: { op: 'is', values: [evil] } }]
    const rules: [rule: unknown, codes: string[], type?: number][] = [
      [{ kind: 'related', path: { ...path, role: evil.slice(0, 20) }, rule: anything, test: { op: 'any' } }, ['ok']],
      [{ kind: 'related', path: { ...path, relation: evil }, rule: anything, test: { op: 'any' } }, ['input.invalid']],
      [{ kind: 'related', path, rule: inner, test: { op: 'any' } }, ['ok']],
      [{ kind: 'related', path: { ...path, relation: 'toString' }, rule: anything, test: { op: 'any' } }, UNKNOWN],
      [{ kind: 'text', field: evil, is: { op: 'is', values: ['x'] } }, UNKNOWN],
      [{ kind: 'text', field: 'constructor', is: { op: 'is', values: ['x'] } }, UNKNOWN],
      [{ kind: 'text', field: 'city', is: { op: 'contains', value: evil } }, ['ok']],
      [{ kind: 'tracks', track: 'page_view', where }, UNKNOWN],
      [inner, ['ok'], typeId],
    ]
    for (const [rule, codes, type] of rules)
      expect(codes, JSON.stringify(rule)).toContain(await owner.codeOf('segments.estimate', { rule, typeId: type } as never))
    expect((await owner.call('segments.estimate', { rule: inner, typeId } as never)).count).toBe(0)
  })

  test('rules of hostile size are refused, or answered in time', async () => {
    const path = (end: string) => ({ typeId, relation: 'driver', end })
    const nest = (depth: number, isPerson: boolean): unknown =>
      depth === 0
        ? { kind: 'all', rules: [] }
        : { kind: 'related', path: path(isPerson ? 'in' : 'out'), rule: nest(depth - 1, !isPerson), test: { op: 'any' } }
    const wide = (count: number) => ({
      kind: 'any',
      rules: Array.from({ length: count }, (_, n) => ({
        kind: 'text',
        field: 'city',
        is: { op: 'is', values: Array.from({ length: 500 }, (_, v) => `城${n}-${v}`) },
      })),
    })
    for (const [rule, code] of [
      [nest(3, true), 'ok'],
      [nest(9, true), 'input.invalid'],
      [nest(60, true), 'input.invalid'],
      [wide(99), 'ok'],
      [wide(101), 'input.invalid'],
    ])
      expect(await owner.codeOf('segments.estimate', { rule } as never), JSON.stringify(rule).slice(0, 200)).toBe(code)
  }, 120_000)
})
