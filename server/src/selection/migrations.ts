import { clickhouseMigration, id, instant, longText, migration, ref, text, work, workIndex } from '../core/index.ts'

export const migrations = [
  migration('selection-001', async m => {
    // Facts on their way to ClickHouse, written in the transaction that made them true. The row's id is their version.
    await m.create(
      'fact_batches',
      { id: id(), payload: longText(), createdAt: instant(), ...work() },
      { index: [workIndex, ['status', 'createdAt']] },
    )
    // The latest value of every fact, so that ClickHouse can be rebuilt. Written only by the worker.
    await m.create(
      'facts',
      { brandId: ref(), name: text(60), personId: ref(), value: text(400, { null: true }), version: ref() },
      { unique: [['brandId', 'name', 'personId']], index: [['personId']] },
    )
  }),
]

export const clickhouseMigrations = [
  clickhouseMigration('selection-001', [
    // brand_id 0: a fact of the person in every brand. Instants are milliseconds in `number`; is_set 0 takes the fact away.
    `CREATE TABLE IF NOT EXISTS facts (brand_id UInt32, name LowCardinality(String), person_id UInt32, is_set UInt8, number Float64, text String, version UInt64)
      ENGINE = ReplacingMergeTree(version) ORDER BY (brand_id, name, person_id)`,
    // home -> the person it answers to now; itself again after an un-merge.
    'CREATE TABLE IF NOT EXISTS person_aliases (home_id UInt32, person_id UInt32, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY home_id',
    'CREATE TABLE IF NOT EXISTS tagged (tag_id UInt32, brand_id UInt32, person_id UInt32, is_on UInt8, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY (tag_id, person_id)',
    `CREATE TABLE IF NOT EXISTS segment_members (segment_id UInt32, person_id UInt32, is_in UInt8, version UInt64, at DateTime64(3, 'UTC'))
      ENGINE = ReplacingMergeTree(version) ORDER BY (segment_id, person_id)`,
  ]),
]
