import { beforeAll, describe, expect, test } from 'vitest'
import { type CallError, type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'

/** A rule that cannot be asked is refused by its code and by where in the tree it is wrong, at every door that takes rules. */
const product = useProduct()
let owner: Client
let segments: { inner: number; outer: number; typeId: number }

const city = (more: object = {}) => ({ kind: 'text', field: 'city', is: { op: 'is', values: ['上海'] }, ...more })
const paid = (more: object = {}) => ({
  kind: 'tracks',
  name: 'order_paid',
  window: { type: 'none' },
  measure: { of: 'count' },
  is: { op: '>=', value: 1 },
  ...more,
})
const among = (...rules: object[]) => ({ kind: 'all', rules: [city(), { kind: 'any', rules: [city(), ...rules] }] })

beforeAll(async () => {
  const brand = await make.brand()
  await make.member(product, brand.id)
  await product.settle()
  owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const create = async (name: string, rule: object) =>
    (await owner.call('segments.create', { kind: 'dynamic', name, rule } as never)).id
  const inner = await create('里', city())
  const type = await owner.call('subjectTypes.create', {
    key: 'badcar',
    zh: '车辆',
    attributes: [{ key: 'plate', zh: '车牌', kind: 'text', isUnique: true }],
    relations: [{ key: 'owner', zh: '车主', to: 'person' }],
    reach: { mode: 'first', steps: [{ by: 'relation', relation: 'owner' }] },
    titleAttribute: 'plate',
  } as never)
  segments = { inner, outer: await create('外', { kind: 'segment', segmentId: inner, isIn: false }), typeId: type.id }
})

const refusalOf = (rule: unknown): Promise<CallError> =>
  owner.call('segments.count', { rule } as never).then(
    () => {
      throw new Error(`was answered: ${JSON.stringify(rule).slice(0, 200)}`)
    },
    error => error as CallError,
  )

describe('what does not exist or does not fit', () => {
  const car = (rule: object) => ({
    kind: 'related',
    path: { typeId: 0, relation: 'owner', end: 'in' },
    test: { op: 'any' },
    rule,
  })
  test.each<[string, object, string, string]>([
    ['a field', among(city({ field: 'colour' })), 'selection.unknownField', 'rule.rules.1.rules.1'],
    ['a number compared as text', among(city({ field: 'points' })), 'selection.wrongKind', 'rule.rules.1.rules.1'],
    [
      'a text as a day',
      { kind: 'anniversary', field: 'city', is: { op: 'inDays', fromDays: 0, toDays: 1 } },
      'selection.wrongKind',
      'rule',
    ],
    ['a track', among(paid({ name: 'order_dreamt' })), 'selection.unknownTrack', 'rule.rules.1.rules.1'],
    [
      'the property of a measure',
      among(paid({ measure: { of: 'sum', property: 'weight' } })),
      'selection.unknownField',
      'rule.rules.1.rules.1.measure',
    ],
    [
      'the sum of a text',
      among(paid({ measure: { of: 'sum', property: 'orderNo' } })),
      'selection.wrongKind',
      'rule.rules.1.rules.1.measure',
    ],
    [
      'the first text as a number',
      paid({ measure: { of: 'first', property: 'orderNo' } }),
      'selection.wrongKind',
      'rule.measure',
    ],
    [
      'the last number as a text',
      paid({ measure: { of: 'last', property: 'amountFen' }, is: { op: 'is', values: ['1'] } }),
      'selection.wrongKind',
      'rule.measure',
    ],
    ['a count as a text', among(paid({ is: { op: 'is', values: ['1'] } })), 'selection.textMeasure', 'rule.rules.1.rules.1'],
    [
      'the property of a filter',
      paid({
        filters: [
          { property: 'orderNo', is: { op: 'isSet' } },
          { property: 'nothing', is: { op: 'isSet' } },
        ],
      }),
      'selection.unknownField',
      'rule.filters.1',
    ],
    [
      'a text property filtered as a number',
      paid({ filters: [{ property: 'orderNo', is: { op: '=', value: 1 } }] }),
      'selection.wrongKind',
      'rule.filters.0',
    ],
    [
      'a step of a sequence',
      {
        kind: 'sequence',
        steps: [{ name: 'order_paid' }, { name: 'nothing_at_all' }],
        within: null,
        last: 'did',
        window: { type: 'none' },
      },
      'selection.unknownTrack',
      'rule.steps.1',
    ],
    [
      'what a window begins after',
      paid({ since: { pick: 'first', name: 'nothing_at_all' } }),
      'selection.unknownTrack',
      'rule.since',
    ],
    ['a tag', among({ kind: 'tag', op: 'any', tagIds: [999_999] }), 'selection.unknownTag', 'rule.rules.1.rules.1'],
    ['a segment', among({ kind: 'segment', segmentId: 999_999, isIn: true }), 'selection.unknownSegment', 'rule.rules.1.rules.1'],
    [
      'a relation',
      among({ ...car(city()), path: { typeId: 1, relation: 'nobody', end: 'in' } }),
      'selection.unknownRelation',
      'rule.rules.1.rules.1',
    ],
  ])('%s', async (_, rule, code, path) => {
    expect((await refusalOf(rule)).detail).toMatchObject({ field: 'rule', path })
    expect((await refusalOf(rule)).code).toBe(code)
    // The same when it is saved, as a segment or as the rule of a tag.
    await expect(owner.call('segments.create', { kind: 'dynamic', name: '坏', rule } as never)).rejects.toMatchObject({
      code,
      detail: { path },
    })
    if (code !== 'selection.unknownSegment')
      await expect(owner.call('tags.create', { name: '坏', kind: 'rule', rule } as never)).rejects.toMatchObject({ code })
  })

  test('inside a rule about things, by the way there', async () => {
    const { typeId } = segments
    const path = { typeId, relation: 'owner', end: 'in' }
    const related = (rule: object) => among({ kind: 'related', path, test: { op: 'any' }, rule })
    const plate = { kind: 'text', field: 'plate', is: { op: 'isSet' } }
    expect((await owner.call('segments.count', { rule: related(plate) } as never)).count).toBe(0)
    const wrong = await refusalOf(related({ kind: 'all', rules: [plate, { ...plate, field: 'city' }] }))
    expect([wrong.code, wrong.detail?.path]).toEqual(['selection.unknownField', 'rule.rules.1.rules.1.rule.rules.1'])
    const tagged = await refusalOf(related({ kind: 'tag', op: 'any', tagIds: [999_999] }))
    expect([tagged.code, tagged.detail?.path]).toEqual(['selection.unknownTag', 'rule.rules.1.rules.1.rule'])
  })

  test('a segment that would stand on itself, by the condition that leads back', async () => {
    const rule = among({ kind: 'segment', segmentId: segments.outer, isIn: true })
    await expect(owner.call('segments.update', { segmentId: segments.inner, rule } as never)).rejects.toMatchObject({
      code: 'selection.cycle',
      detail: { path: 'rule.rules.1.rules.1' },
    })
  })
})

describe('what is too much, or is no rule', () => {
  const deep = (levels: number): object => (levels === 0 ? city() : { kind: 'all', rules: [deep(levels - 1)] })
  const many = (count: number) => Array.from({ length: count }, () => city())
  test.each<[string, unknown, string]>([
    ['nine levels', deep(9), 'rule'],
    [
      '101 conditions',
      {
        kind: 'any',
        rules: [
          { kind: 'all', rules: many(50) },
          { kind: 'all', rules: many(51) },
        ],
      },
      'rule',
    ],
    ['101 in one group', { kind: 'any', rules: many(101) }, 'rule'],
    ['501 values', among(city({ is: { op: 'is', values: Array.from({ length: 501 }, (_, n) => `${n}`) } })), 'rule'],
    ['a value of 301 characters', among(city({ is: { op: 'contains', value: 'x'.repeat(301) } })), 'rule'],
    ['an operator that there is not', among(city({ is: { op: 'sounds like', value: 'x' } })), 'rule'],
    [
      'a text where a number stands',
      among({ kind: 'number', field: 'points', is: { op: '>', value: '1; DROP TABLE tracks' } }),
      'rule',
    ],
    ['a window without end', paid({ window: { type: 'rolling', last: 1e9, unit: 'months' } }), 'rule'],
    ['no number', paid({ is: { op: '>', value: null } }), 'rule'],
    ['a track’s name with a quote', paid({ name: "order_paid' OR 1" }), 'rule'],
    ['no rule at all', 'everybody', 'rule'],
  ])('%s', async (_, rule, field) => {
    const refusal = await refusalOf(rule)
    expect(refusal.code).toBe('input.invalid')
    // The first thing that is wrong, from the rule down.
    expect(String(refusal.detail?.field)).toMatch(new RegExp(`^${field}(\\.|$)`))
  })
})

describe('hostile strings', () => {
  const EVIL = [
    "' OR 1 = 1 --",
    "\\'; DROP TABLE tracks; --",
    '{p0:String}',
    '$1 ${process.exit()} `id`',
    '\u0000\u2028\ud83d\udc80',
    '%_\\%',
    '🌳'.repeat(100),
  ]
  test.each(EVIL)(
    'in every value are values: %j',
    async evil => {
      const texts = [
        { op: 'is', values: [evil] },
        { op: 'isNot', values: [evil] },
        { op: 'contains', value: evil },
        { op: 'doesNotContain', value: evil },
        { op: 'startsWith', value: evil },
      ]
      const rules: object[] = [
        ...texts.map(is => city({ is })),
        ...texts.map(is => paid({ filters: [{ property: 'orderNo', is }] })),
        paid({ measure: { of: 'first', property: 'orderNo' }, is: texts[0] }),
        { kind: 'text', field: 'tier', is: texts[0] },
      ]
      // One person is there, of whom no text is known: who is nothing of the kind is everybody, and nobody is.
      for (const rule of rules) {
        const isNegative = /"kind":"text".*"(isNot|doesNotContain)"/.test(JSON.stringify(rule))
        expect(await owner.call('segments.count', { rule } as never), JSON.stringify(rule)).toMatchObject({
          count: isNegative ? 1 : 0,
          population: 1,
        })
      }
    },
    60_000,
  )

  test('are found as what they are', async () => {
    const values = EVIL.filter(one => !one.includes('\u0000'))
    await owner.call('subjects.put', { typeId: segments.typeId, subjects: values.map(plate => ({ values: { plate } })) } as never)
    await product.settle()
    for (const evil of values)
      for (const is of [
        { op: 'is', values: [evil] },
        { op: 'startsWith', value: evil },
        { op: 'contains', value: evil },
      ]) {
        const rule = { kind: 'text', field: 'plate', is }
        expect((await owner.call('segments.count', { rule, typeId: segments.typeId } as never)).count, JSON.stringify(is)).toBe(1)
      }
  }, 60_000)
})
