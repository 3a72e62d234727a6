import { clickhouse, migrateClickhouse } from '../core/index.ts'
import { clickhouseMigrations as trackingMigrations } from '../tracking/index.ts'
import { clickhouseMigrations } from './migrations.ts'
import { ALIASES, NOW, TAGS, VEHICLE, world } from './second-opinion-fixtures.ts'
import { tagFact } from './tag-fact.ts'

/** For tests: the small world in the tables that rules read. */
export async function fillWorld(): Promise<void> {
  await migrateClickhouse([...trackingMigrations, ...clickhouseMigrations])
  const old = world.facts.map(fact => ({
    brand_id: fact.brand,
    name: fact.name,
    person_id: fact.person,
    is_set: 1,
    number: 77,
    text: 'old',
    version: 1,
  }))
  // Every fact was something else before, and some were taken away again: only the latest version counts.
  await clickhouse.insert('facts_settled', [
    ...old,
    { brand_id: 1, name: 'points', person_id: 39, is_set: 1, number: 100, text: '', version: 1 },
  ])
  // Half of them are settled by now, half are recent.
  const isRecent = (person: number) => person % 2 === 0
  const latest = (people: (person: number) => boolean) =>
    world.facts
      .filter(fact => people(fact.person))
      .map(({ brand, person, name, value }) => ({
        brand_id: brand,
        name,
        person_id: person,
        is_set: 1,
        number: typeof value === 'number' ? value : 0,
        text: typeof value === 'string' ? value : '',
        version: 2,
      }))
  await clickhouse.insert(
    'facts_settled',
    latest(person => !isRecent(person)),
  )
  await clickhouse.insert('facts_recent', latest(isRecent))
  if (!world.facts.some(fact => fact.person === 39 && fact.name === 'points' && fact.brand === 1))
    await clickhouse.insert('facts_recent', [
      { brand_id: 1, name: 'points', person_id: 39, is_set: 0, number: 0, text: '', version: 2 },
    ])
  await clickhouse.insert('person_aliases', [
    ...Object.entries(ALIASES).map(([home, to]) => ({ home_id: Number(home), person_id: to, version: 5 })),
    { home_id: 35, person_id: 6, version: 5 },
    { home_id: 35, person_id: 35, version: 6 },
  ])
  const tagRow = (tag: number, person_id: number, isOn: boolean, version: number) => ({
    brand_id: TAGS[tag],
    name: tagFact(tag),
    person_id,
    is_set: isOn ? 1 : 0,
    number: 1,
    text: '',
    version,
  })
  await clickhouse.insert('facts_settled', [
    ...world.tags.filter(one => !isRecent(one.person)).map(({ tag, person }) => tagRow(tag, person, true, 1)),
    tagRow(1, 38, true, 1),
  ])
  await clickhouse.insert('facts_recent', [
    ...world.tags.filter(one => isRecent(one.person)).map(({ tag, person }) => tagRow(tag, person, true, 1)),
    tagRow(
      1,
      38,
      world.tags.some(one => one.tag === 1 && one.person === 38),
      2,
    ),
  ])
  const relation = (isOn: boolean, version: number) => (one: (typeof world.relations)[number]) => ({
    relation_id: one.id,
    brand_id: one.brand,
    type_id: VEHICLE,
    relation: one.relation,
    role: one.role,
    from_id: one.from,
    to_id: one.to,
    is_on: isOn ? 1 : 0,
    version,
  })
  // Those that ended were on before.
  await clickhouse.insert('subject_relations', world.relations.map(relation(true, 1)))
  await clickhouse.insert('subject_relations', world.relations.filter(one => !one.isOn).map(relation(false, 2)))
  await clickhouse.insert(
    'segment_members',
    world.static9.map(person => ({ segment_id: 9, person_id: person, is_in: 1, version: 1, at: NOW.toISOString() })),
  )
  await clickhouse.insert(
    'tracks',
    world.tracks.map(({ brand, home, name, at, key, numbers, texts }) => ({
      brand_id: brand,
      name,
      person_id: home,
      occurred_at: new Date(at).toISOString(),
      received_at: NOW.toISOString(),
      message_key: key,
      batch_id: 1,
      numbers,
      texts,
    })),
  )
}
