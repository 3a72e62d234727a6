import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { rows, sql, systemCtx, transaction } from '../core/index.ts'
import { identifiersOf, mergeByHand, resolve } from '../identity/index.ts'

/** Static segments at the door: from a file, from other segments, and what a picture of their overlap says. */
const product = useProduct()
const MARK = Math.random().toString(36).slice(2, 8)
let brandId = 0
let otherBrand = 0
let owner: Client
let people: number[] = []
let stranger = 0
const phones: string[] = []

const known = (brand: number, value: string, type = 'email', scope = '') =>
  transaction(() =>
    resolve(systemCtx({ brandId: brand }), { identifiers: [{ type, scope, value }], brandId: brand, source: 'test' }),
  ).then(found => found.personId as number)
const address = (name: string) => `${name}-${MARK}@x.cn`

beforeAll(async () => {
  brandId = (await make.brand()).id
  otherBrand = (await make.brand()).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  people = []
  for (const name of ['ann', 'bob', 'cat', 'dan', 'eve', 'fay']) people.push(await known(brandId, address(name)))
  stranger = await known(otherBrand, address('zoe'))
  for (const [at, personId] of people.entries()) {
    phones.push(`138${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}${at}`)
    await transaction(() =>
      resolve(systemCtx({ brandId }), {
        identifiers: [
          { type: 'email', scope: '', value: address(['ann', 'bob', 'cat', 'dan', 'eve', 'fay'][at] as string) },
          { type: 'phone', scope: '', value: phones[at] as string },
          { type: 'openid', scope: `wx-${MARK}`, value: `o-${MARK}-${personId}` },
        ],
        brandId,
        source: 'test',
      }),
    )
  }
  await product.settle()
})

async function upload(client: Client, body: string): Promise<number> {
  const response = await fetch(`${product.url}/api/imports.upload?kind=segmentMembers&fileName=list.csv`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${client.token}`,
      'Content-Type': 'application/octet-stream',
      'X-Brand-Id': String(brandId),
    },
    body,
  })
  return ((await response.json()) as { data: { importId: number } }).data.importId
}

async function listFrom(body: string, name: string, client = owner) {
  const importId = await upload(client, body)
  const { suggestedMapping } = await client.call('imports.preview', { importId })
  await client.call('imports.start', { importId, mapping: suggestedMapping, options: { name } })
  await product.settle()
  const segment = (await client.call('segments.list', { search: name })).items[0]
  return { importId, segment }
}

const members = async (segmentId: number) =>
  (await owner.call('segments.members', { segmentId, pageSize: 200 })).items.map(one => one.personId).sort((a, b) => a - b)
const of = (...at: number[]) => at.map(one => people[one] as number).sort((a, b) => a - b)
const staticOf = async (name: string, ...at: number[]) => {
  const made = await owner.call('segments.create', { kind: 'static', name: `${name} ${MARK}`, personIds: of(...at) })
  await product.settle()
  return made.id
}

describe('a list from a file', () => {
  test('any identifier names its person; what names nobody is refused with its reason', async () => {
    const { importId, segment } = await listFrom(
      [
        '手机,openid,邮箱,客户 ID',
        `${phones[0]},,,`,
        `,o-${MARK}-${people[1]},,`,
        `,,${address('cat').toUpperCase()},`,
        `,,,${people[3]}`,
        `+86 ${phones[0]},,,`,
        '13900000001,,,',
        `,,,${stranger}`,
        `,,${address('zoe')},`,
        ',,nonsense,',
        ',,, ',
        `,,${address('eve')},`,
      ].join('\n'),
      `名单 ${MARK}`,
    )
    expect(segment).toMatchObject({ kind: 'static', status: 'ready', count: 5, source: { of: 'file' } })
    expect(await members(segment!.id)).toEqual(of(0, 1, 2, 3, 4))
    const { items } = await owner.call('imports.rejects', { importId, pageSize: 100 })
    expect(items.map(one => [one.line, one.code])).toEqual([
      [6, 'segment.listedTwice'],
      [7, 'segment.unknownMember'],
      [8, 'segment.ofOtherBrand'],
      [9, 'segment.ofOtherBrand'],
      [10, 'segment.unknownMember'],
      [11, 'segment.emptyRow'],
    ])
    expect(await rows(sql`SELECT id FROM people WHERE id > ${Math.max(...people, stranger)}`)).toEqual([])
  })

  test('an operator of one brand is not told that another brand knows somebody', async () => {
    const limited = (await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId] })).with({
      'X-Brand-Id': String(brandId),
    })
    const { importId } = await listFrom(`email\n${address('zoe')}\n${address('fay')}\n`, `只见一个品牌 ${MARK}`, limited)
    const { items } = await limited.call('imports.rejects', { importId })
    expect(items.map(one => one.code)).toEqual(['segment.unknownMember'])
  })

  test('duplicates are found across batches, and the list is whole when it is read in pages', async () => {
    const many = Array.from({ length: 6_000 }, (_, at) => `99${String(at).padStart(6, '0')}`)
    const body = ['personId', String(people[0]), ...many, String(people[0]), String(people[1])].join('\n')
    const { importId, segment } = await listFrom(body, `很长 ${MARK}`)
    expect(await members(segment!.id)).toEqual(of(0, 1))
    expect(await owner.call('imports.get', { importId })).toMatchObject({ readRows: 6_003, acceptedRows: 2, rejectedRows: 6_001 })
  })

  test('needs a name, and one that is free', async () => {
    const importId = await upload(owner, `personId\n${people[0]}\n`)
    const start = (name: string) =>
      owner.codeOf('imports.start', { importId, mapping: { personId: 'personId' }, options: { name } })
    expect(await start('  ')).toBe('input.invalid')
    expect(await start(`名单 ${MARK}`)).toBe('segment.nameTaken')
  })

  test('another brand’s segment cannot be filled by naming it in the options', async () => {
    const foreign = await product.owner
      .with({ 'X-Brand-Id': String(otherBrand) })
      .call('segments.create', { kind: 'static', name: `外 ${MARK}`, personIds: [stranger] })
    await product.settle()
    const importId = await upload(owner, `personId\n${people[0]}\n`)
    await owner.call('imports.start', {
      importId,
      mapping: { personId: 'personId' },
      options: { name: `自己的 ${MARK}`, segmentId: foreign.id },
    })
    await product.settle()
    const made = (await owner.call('segments.list', { search: `自己的 ${MARK}` })).items[0]
    expect(made?.id).not.toBe(foreign.id)
    expect(await members(made!.id)).toEqual(of(0))
  })
})

describe('sets', () => {
  let [a, b, c] = [0, 0, 0]
  beforeAll(async () => {
    a = await staticOf('甲', 0, 1, 2, 3)
    b = await staticOf('乙', 2, 3, 4)
    c = await staticOf('丙', 3, 5)
  })
  const combine = async (name: string, input: { inside: number[]; match?: 'all' | 'any'; outside?: number[] }) => {
    const made = await owner.call('segments.combine', { name: `${name} ${MARK}`, ...input })
    await product.settle()
    return members(made.id)
  }

  test('union, intersection and difference are lists of their own', async () => {
    expect(await combine('并', { inside: [a, b, c], match: 'any' })).toEqual(of(0, 1, 2, 3, 4, 5))
    expect(await combine('交', { inside: [a, b] })).toEqual(of(2, 3))
    expect(await combine('差', { inside: [a], outside: [b, c] })).toEqual(of(0, 1))
  })

  test('every part of an overlap is exact, and a part that is saved holds as many', async () => {
    const { segments, parts } = await owner.call('segments.overlap', { segmentIds: [a, b, c] })
    expect(segments.map(one => one.count)).toEqual([4, 3, 2])
    const counted = parts.map(part => [part.inside.map(id => [a, b, c].indexOf(id)), part.count])
    expect(counted).toEqual([
      [[0], 2],
      [[1], 1],
      [[0, 1], 1],
      [[2], 1],
      [[0, 2], 0],
      [[1, 2], 0],
      [[0, 1, 2], 1],
    ])
    for (const [at, part] of parts.entries())
      expect(await combine(`块${at}`, { inside: part.inside, outside: part.outside })).toHaveLength(part.count)
  })

  test('a snapshot of a dynamic segment keeps its instant and never changes', async () => {
    const tag = await owner.call('tags.create', { name: `快照 ${MARK}`, groupName: '试' })
    await owner.call('tags.put', { personIds: of(0, 1), tagId: tag.id, why: '试' })
    const rule = { kind: 'tag' as const, op: 'any' as const, tagIds: [tag.id] }
    const dynamic = await owner.call('segments.create', { kind: 'dynamic', name: `跟着变 ${MARK}`, rule })
    await product.settle()
    const made = await owner.call('segments.create', { kind: 'static', name: `不变 ${MARK}`, fromSegmentId: dynamic.id })
    await product.settle()
    await owner.call('tags.put', { personIds: of(2), tagId: tag.id, why: '试' })
    await product.settle()
    expect(await members(dynamic.id)).toEqual(of(0, 1, 2))
    expect(await members(made.id)).toEqual(of(0, 1))
    const seen = await owner.call('segments.get', { segmentId: made.id })
    expect(seen).toMatchObject({ source: { of: 'segment', segmentId: dynamic.id }, sourceNames: [{ id: dynamic.id }] })
    expect(seen.takenAt).toBe(made.takenAt)
  })

  test('somebody who was merged since is one person in every set', async () => {
    const twin = await known(brandId, address('twin'))
    const left = await staticOf('并前', 0)
    const other = await owner.call('segments.create', { kind: 'static', name: `双 ${MARK}`, personIds: [twin] })
    await product.settle()
    await transaction(() =>
      mergeByHand(systemCtx({ brandId }), {
        personIds: [twin, people[0] as number],
        survivorId: people[0] as number,
        reason: '同一个人',
        matchedTypes: [],
      }),
    )
    await product.settle()
    const { parts } = await owner.call('segments.overlap', { segmentIds: [left, other.id] })
    expect(parts.map(part => part.count)).toEqual([0, 0, 1])
    expect((await identifiersOf(people[0] as number)).length).toBeGreaterThan(1)
  })

  test('segments of another brand are not there, and a person may not compare one with itself', async () => {
    const foreign = (await product.owner.call('segments.list', { search: `外 ${MARK}` })).items[0]!
    expect(await owner.codeOf('segments.overlap', { segmentIds: [a, foreign.id] })).toBe('thing.notFound')
    expect(await owner.codeOf('segments.combine', { name: '偷', inside: [foreign.id] })).toBe('thing.notFound')
    expect(await owner.codeOf('segments.overlap', { segmentIds: [a, a] })).toBe('input.invalid')
  })
})
