import { expect, test } from 'vitest'
import { rebuildClickhouse } from '../src/app/product.ts'
import { clickhouse, RowSum } from '../src/core/index.ts'
import { useProduct } from './harness.ts'
import { make } from './make.ts'

/** What `npm run clickhouse:rebuild` does: ClickHouse is made anew from the truth, however full or empty it was, and every row is counted. */
const product = useProduct()

/** Number and hash of what each table says, whichever row of it says so. */
const SAID = {
  tracks:
    'SELECT concat(toString(person_id), name, message_key, toString(batch_id), toString(numbers), toString(texts)) AS k FROM tracks',
  facts: `SELECT concat(toString(brand_id), name, ':', toString(person_id), ':', toString(argMax(number, version)), argMax(text, version)) AS k
    FROM facts_all GROUP BY brand_id, name, person_id HAVING argMax(is_set, version) = 1`,
  person_aliases: "SELECT concat(toString(home_id), ':', toString(person_id)) AS k FROM person_aliases FINAL",
  subject_relations:
    "SELECT concat(toString(relation_id), ':', toString(from_id), ':', toString(to_id), relation) AS k FROM subject_relations FINAL WHERE is_on = 1",
  segment_members: `SELECT concat(toString(segment_id), ':', toString(person_id)) AS k FROM segment_members
    GROUP BY segment_id, person_id HAVING argMax(is_in, version) = 1`,
}

async function said(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  for (const [table, sql] of Object.entries(SAID))
    all[table] = (await clickhouse.query<{ count: number; hash: string }>(`SELECT ${RowSum.sql('k')} FROM (${sql})`))[0]
  return all
}

test('twice in a row, after everything was lost, and after rows came in that nobody has archived', async () => {
  const brand = await make.brand()
  const owner = product.owner.with({ 'X-Brand-Id': String(brand.id) })
  const members = [
    await make.member(product, brand.id),
    await make.member(product, brand.id),
    await make.member(product, brand.id),
  ]
  const [ann, bob] = members.map(one => one.personId) as [number, number]
  const tag = await owner.call('tags.create', { name: '重建' } as never)
  await owner.call('tags.put', { tagId: tag.id, personIds: [ann] })
  for (const [at, { client }] of members.entries())
    for (const messageId of ['x', 'x', `y${at}`])
      await client.call('tracks.collect', {
        tracks: [{ name: 'page_view', occurredAt: new Date().toISOString(), messageId, properties: { page: 'home' } }],
      })
  const type = await owner.call('subjectTypes.create', {
    key: 'rebuildcar',
    zh: '车辆',
    attributes: [{ key: 'plate', zh: '车牌', kind: 'text', isUnique: true }],
    relations: [{ key: 'owner', zh: '车主', to: 'person' }],
    reach: { mode: 'first', steps: [{ by: 'relation', relation: 'owner' }] },
    titleAttribute: 'plate',
  } as never)
  await owner.call('subjects.put', {
    typeId: type.id,
    subjects: [{ values: { plate: '沪A1' }, relations: [{ relation: 'owner', personId: bob }] }],
  } as never)
  await owner.call('segments.create', {
    kind: 'dynamic',
    name: '有标签',
    rule: { kind: 'tag', op: 'any', tagIds: [tag.id] },
  } as never)
  await product.settle()
  await owner.call('identity.merge', { personIds: [ann, bob], survivorId: ann })
  await product.settle()

  const before = await said()
  for (const table of Object.keys(SAID)) expect(Number((before[table] as { count: number }).count), table).toBeGreaterThan(0)
  const quiet = () => undefined
  await rebuildClickhouse(quiet)
  expect(await said()).toEqual(before)
  await clickhouse.insert('tracks', [
    {
      brand_id: brand.id,
      name: 'page_view',
      person_id: ann,
      occurred_at: new Date().toISOString(),
      received_at: new Date().toISOString(),
      message_key: 'stray',
      batch_id: 0,
      numbers: {},
      texts: {},
    },
  ])
  await rebuildClickhouse(quiet)
  expect(await said()).toEqual(before)
  for (const table of ['tracks', 'facts_settled', 'facts_recent', 'person_aliases', 'subject_relations', 'segment_members'])
    await clickhouse.command(`TRUNCATE TABLE ${table}`)
  await rebuildClickhouse(quiet)
  expect(await said()).toEqual(before)
}, 120_000)

test('a difference is an error, whether rows are missing or others', () => {
  const sum = new RowSum()
  for (const key of ['a', 'b']) sum.add(key)
  const { count, hash } = { count: 2, hash: (sum as unknown as { sum: bigint }).sum.toString() }
  sum.mustEqual('tracks', { count, hash })
  for (const stored of [{ count: 1, hash }, { count, hash: '7' }, undefined])
    expect(() => sum.mustEqual('tracks', stored)).toThrow(/tracks: ClickHouse has .* the truth has 2/)
})
