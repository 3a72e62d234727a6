import { readFile } from 'node:fs/promises'
import type { ClientInputOf, ClientRule, Endpoints } from '@banyan/shared'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, useProduct } from '../../test/harness.ts'
import { make } from '../../test/make.ts'
import { dayIn, now, row, sql, systemCtx, transaction } from '../core/index.ts'
import { putFacts } from '../selection/index.ts'

/** The stages at the door: of one's own brand and stores, masked, in lists and files. */
const product = useProduct()
let brandId = 0
let [ownStore, otherStore] = [0, 0]
let owner: Client
let limited: Client
let [ann, bob] = [0, 0]

const month = () => dayIn(now()).slice(0, 7)
type Put = ClientInputOf<Endpoints['lifecycle.put']>
const rule = (value: number): Put['stages'][number]['rule'] => ({ kind: 'number', field: 'paidFen', is: { op: '>=', value } })
const stage = (name: string, value: number) => ({ name, color: '#1F7A4D', rule: rule(value) })
const rest = { name: '其他', color: '#66736C' }

async function memberOf(storeId: number): Promise<number> {
  const client = await make.signedInPerson(product, brandId)
  const { member } = await client.call('members.join', { storeId, consents: [{ purpose: 'privacy', isGranted: true }] })
  return member.personId
}

beforeAll(async () => {
  brandId = (await make.brand()).id
  ownStore = (await make.store(brandId)).id
  otherStore = (await make.store(brandId)).id
  owner = product.owner.with({ 'X-Brand-Id': String(brandId) })
  limited = (await make.signedInOperator(product, { permissions: ['*'], brandIds: [brandId], storeIds: [ownStore] })).with({
    'X-Brand-Id': String(brandId),
  })
  ann = await memberOf(ownStore)
  bob = await memberOf(otherStore)
  await transaction(() =>
    putFacts(
      systemCtx({ brandId }),
      brandId,
      [ann, bob].map(personId => ({ personId, facts: { paidFen: 500 } })),
    ),
  )
  await product.settle()
  await owner.call('lifecycle.put', { stages: [stage('高', 1000), stage('中', 100)], rest })
  await product.settle()
}, 120_000)

const idOf = async (name: string) => (await owner.call('lifecycle.get', {})).stages.find(one => one.name === name)!.id

describe('the stages of a brand', () => {
  test('are another brand’s nowhere: not to see, not to filter by, not to keep', async () => {
    const other = await make.brand()
    const stranger = (await make.signedInOperator(product, { permissions: ['*'], brandIds: [other.id] })).with({
      'X-Brand-Id': String(other.id),
    })
    const stageId = await idOf('中')
    expect(await stranger.call('lifecycle.get', {})).toMatchObject({ isSetUp: false, stages: [] })
    expect(await stranger.codeOf('lifecycle.matrix', {})).toBe('lifecycle.notSetUp')
    expect(await stranger.codeOf('lifecycle.people', { month: month(), from: stageId, to: stageId })).toBe('lifecycle.notSetUp')
    expect(await stranger.codeOf('people.list', { stageId })).toBe('thing.notFound')
    expect(await stranger.codeOf('lifecycle.put', { stages: [{ ...stage('抢', 1), id: stageId }], rest })).toBe('thing.notFound')
    expect(await stranger.codeOf('lifecycle.preview', { stages: [{ ...stage('抢', 1), id: stageId }], rest })).toBe(
      'thing.notFound',
    )
    expect(await stranger.with({ 'X-Brand-Id': String(brandId) }).codeOf('lifecycle.get', {})).toBe('access.outOfScope')
    // Of no brand in particular there are no stages.
    expect(await product.owner.codeOf('lifecycle.get', {})).toBe('input.invalid')
  })

  test('show an operator of one store his people only, and are not his to change', async () => {
    const stageId = await idOf('中')
    const cell = { month: month(), from: stageId, to: stageId }
    expect((await owner.call('lifecycle.people', cell)).items.map(one => one.personId)).toEqual([ann, bob].sort((a, b) => a - b))
    expect(await limited.call('lifecycle.people', cell)).toMatchObject({ total: 1, items: [{ personId: ann }] })
    expect((await limited.call('lifecycle.get', {})).stages.map(one => one.count)).toEqual([0, 1, 0])
    expect((await owner.call('lifecycle.get', {})).stages.map(one => one.count)).toEqual([0, 2, 0])
    expect((await limited.call('lifecycle.matrix', {})).cells).toEqual([{ from: stageId, to: stageId, count: 1 }])
    expect(await limited.call('lifecycle.trend', { days: 30 })).toMatchObject({ isWithheld: true, days: [] })
    expect((await limited.call('people.list', { stageId })).items.map(one => one.id)).toEqual([ann])
    for (const name of ['lifecycle.put', 'lifecycle.preview'] as const)
      expect(await limited.codeOf(name, { stages: [stage('高', 1)], rest })).toBe('access.outOfScope')
    expect(await limited.codeOf('lifecycle.refresh', {})).toBe('access.outOfScope')
    expect(await limited.codeOf('lifecycle.cancelBuild', {})).toBe('access.outOfScope')
  })

  test('stand in the list of people, on the person’s page and in his timeline; phones stay masked', async () => {
    const stageId = await idOf('中')
    const { items } = await owner.call('people.list', { stageId })
    expect(items.find(one => one.id === ann)?.stages).toMatchObject([{ brandId, stageId, name: '中', color: '#1F7A4D' }])
    expect((await owner.call('profiles.get', { personId: ann })).stages).toMatchObject([{ stageId, name: '中' }])
    const timeline = await owner.call('profiles.timeline', { personId: ann, kinds: ['stage'] })
    expect(timeline.items.map(one => one.title)).toEqual(['进入「中」阶段'])
    const [first] = (await owner.call('lifecycle.people', { month: month(), from: stageId, to: stageId })).items
    expect(first?.phoneMasked ?? '').not.toMatch(/\d{8}/)
  })

  test('can be asked for in a segment, by name in the catalogue, and by how long', async () => {
    const stageId = await idOf('中')
    const catalogue = await owner.call('selection.catalogue', {})
    const field = catalogue.fields.find(one => one.key === 'lifecycleStage')
    expect(field?.choices?.find(one => one.value === String(stageId))).toMatchObject({ zh: '中', count: 2 })
    const isIn: ClientRule = { kind: 'text', field: 'lifecycleStage', is: { op: 'is', values: [String(stageId)] } }
    expect(await owner.call('segments.estimate', { rule: isIn })).toMatchObject({ count: 2 })
    const days = (last: number) => ({ type: 'rolling', last, unit: 'days' }) as const
    const since = (op: 'within' | 'notWithin'): ClientRule => ({
      kind: 'all',
      rules: [isIn, { kind: 'date', field: 'lifecycleSince', is: { op, window: days(7) } }],
    })
    expect(await owner.call('segments.estimate', { rule: since('within') })).toMatchObject({ count: 2 })
    expect(await owner.call('segments.estimate', { rule: since('notWithin') })).toMatchObject({ count: 0 })
  })

  test('refuse what is too much or not there', async () => {
    const many = Array.from({ length: 21 }, (_, at) => stage(`阶段${at}`, at + 1))
    expect(await owner.codeOf('lifecycle.put', { stages: many, rest })).toBe('input.invalid')
    expect(await owner.codeOf('lifecycle.put', { stages: [], rest })).toBe('input.invalid')
    expect(await owner.codeOf('lifecycle.put', { stages: [stage('', 1)], rest })).toBe('input.invalid')
    expect(await owner.codeOf('lifecycle.put', { stages: [{ ...stage('色', 1), color: 'red' }], rest })).toBe('input.invalid')
    expect(await owner.codeOf('lifecycle.matrix', { month: '2020-13' })).toBe('input.invalid')
    expect(await owner.codeOf('lifecycle.matrix', { month: '2020-12' })).toBe('lifecycle.noSuchMonth')
    expect(await owner.codeOf('lifecycle.put', { stages: [stage('属性', 1)], rest, recallMonths: 3 })).toBe(
      'lifecycle.cannotRecall',
    )
    // Twenty are not too much, for one query either.
    const most = await owner.call('lifecycle.preview', { stages: many.slice(0, 20), rest })
    expect(most).toMatchObject({ population: 2, movedCount: 2 })
    expect(most.counts).toHaveLength(21)
  })

  test('go out as a file of a cell, with masks', async () => {
    const stageId = await idOf('中')
    const started = await limited.call('lifecycle.export', { month: month(), from: stageId, to: stageId })
    await product.settle()
    const file = await row<{ file_path: string; state: string }>(
      sql`SELECT file_path, state FROM exports WHERE id = ${started.id}`,
    )
    expect(file?.state).toBe('finished')
    const text = await readFile(file!.file_path, 'utf8')
    expect(text.trim().split('\n')).toHaveLength(2)
    expect(text).toContain(String(ann))
    expect(text).not.toMatch(/1\d{10}/)
    const reader = (await make.signedInOperator(product, { permissions: ['lifecycle.get'], brandIds: [brandId] })).with({
      'X-Brand-Id': String(brandId),
    })
    expect(await reader.codeOf('lifecycle.export', { month: month(), from: stageId, to: stageId })).toBe('access.denied')
    expect(await reader.codeOf('lifecycle.people', { month: month(), from: stageId, to: stageId })).toBe('access.denied')
  })
})
