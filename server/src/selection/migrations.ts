import { clickhouseMigration, id, instant, int, longText, migration, ref, text, work, workIndex } from '../core/index.ts'

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
  migration('selection-004-sets', async m => {
    // Conditions that were computed for long answers. `seen` until they have come often enough to be stored.
    await m.create(
      'asked_conditions',
      {
        id: id(),
        setKey: text(22, { unique: true }),
        /** Brands, zone and what else a condition is asked within, without its instant. */
        scope: longText(),
        rule: longText(),
        askedCount: int(),
        askedAt: instant(),
        ...work(),
      },
      { index: [workIndex, ['askedAt']] },
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
  clickhouseMigration('selection-002', [
    // One row each, read without merging: a part of the table holds all facts of some names. A tag is a fact named `tag:3`.
    `CREATE TABLE IF NOT EXISTS facts_settled (brand_id UInt32, name LowCardinality(String), person_id UInt32 CODEC(Delta, LZ4), is_set UInt8, number Float64,
      text LowCardinality(String), version UInt64 CODEC(Delta, LZ4))
      ENGINE = ReplacingMergeTree(version) PARTITION BY cityHash64(brand_id, name) % 64 ORDER BY (brand_id, name, person_id)`,
    // What changed since; it outweighs a settled fact until settle-facts.ts has moved it there.
    `CREATE TABLE IF NOT EXISTS facts_recent (brand_id UInt32, name LowCardinality(String), person_id UInt32, is_set UInt8, number Float64,
      text LowCardinality(String), version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY (brand_id, name, person_id)`,
    'CREATE VIEW IF NOT EXISTS facts_all AS SELECT * FROM facts_settled UNION ALL SELECT * FROM facts_recent',
    // Up to which version facts were settled, and when.
    `CREATE TABLE IF NOT EXISTS facts_settlings (version UInt64, at DateTime64(3, 'UTC')) ENGINE = MergeTree ORDER BY version`,
    'INSERT INTO facts_settled SELECT brand_id, name, person_id, is_set, number, text, version FROM facts FINAL',
    `INSERT INTO facts_settled SELECT brand_id, concat('tag:', toString(tag_id)), person_id, is_on, 1, '', version FROM tagged FINAL`,
    'TRUNCATE TABLE IF EXISTS facts',
    'TRUNCATE TABLE IF EXISTS tagged',
  ]),
  clickhouseMigration('selection-003', [
    // Who may have changed in what, for three days: what stored sets are kept up to date from.
    `CREATE TABLE IF NOT EXISTS changed (read LowCardinality(String), brand_id UInt32, person_id UInt32, at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = MergeTree PARTITION BY toDate(at) ORDER BY (read, at) TTL toDateTime(at) + INTERVAL 3 DAY SETTINGS ttl_only_drop_parts = 1`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS changed_by_facts TO changed (read String, brand_id UInt32, person_id UInt32) AS
      SELECT if(startsWith(name, 'tag:'), toString(name), concat('fact:', name)) AS read, brand_id, person_id FROM facts_recent`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS changed_by_tracks TO changed (read String, brand_id UInt32, person_id UInt32) AS
      SELECT concat('track:', name) AS read, brand_id, person_id FROM tracks`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS changed_by_aliases TO changed (read String, brand_id UInt32, person_id UInt32) AS
      SELECT '*' AS read, toUInt32(0) AS brand_id, arrayJoin([home_id, person_id]) AS person_id FROM person_aliases`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS changed_by_segments TO changed (read String, brand_id UInt32, person_id UInt32) AS
      SELECT concat('segment:', toString(segment_id)) AS read, toUInt32(0) AS brand_id, person_id FROM segment_members`,
    // A stored set never changes: a new generation or a new revision takes its place. Cut into ranges of 2^20 ids.
    `CREATE TABLE IF NOT EXISTS stored_sets (key String, generation UInt64, part UInt16, members AggregateFunction(groupBitmap, UInt32), written DateTime DEFAULT now())
      ENGINE = MergeTree ORDER BY (key, generation, part) SETTINGS index_granularity_bytes = 1048576`,
    // Those who may have changed since the generation, and which of them are inside now.
    `CREATE TABLE IF NOT EXISTS stored_set_changes (key String, revision UInt64, changed AggregateFunction(groupBitmap, UInt32),
      inside AggregateFunction(groupBitmap, UInt32), written DateTime DEFAULT now())
      ENGINE = MergeTree ORDER BY (key, revision) SETTINGS index_granularity_bytes = 1048576`,
    // The latest row of a key says which generation and revision to read. It holds all that was written up to up_to, and is true at the instant \`at\`.
    `CREATE TABLE IF NOT EXISTS stored_set_states (key String, generation UInt64, revision UInt64, parts UInt16, people UInt32, changes UInt32,
      up_to DateTime64(3, 'UTC'), at DateTime64(3, 'UTC'), written DateTime64(6) DEFAULT now64(6))
      ENGINE = ReplacingMergeTree(written) ORDER BY key`,
  ]),
  clickhouseMigration('selection-004', [
    // What things have to do with people and with each other, by the relation's own id: it may lead to somebody else after a merge. to_id 0: to nobody any more.
    `CREATE TABLE IF NOT EXISTS subject_relations (relation_id UInt64, brand_id UInt32, type_id UInt32, relation LowCardinality(String), role LowCardinality(String),
      from_id UInt32, to_id UInt32, is_on UInt8, version UInt64, INDEX by_from from_id TYPE bloom_filter GRANULARITY 4, INDEX by_to to_id TYPE bloom_filter GRANULARITY 4)
      ENGINE = ReplacingMergeTree(version) ORDER BY (type_id, relation, relation_id)`,
  ]),
  clickhouseMigration('selection-005-values', [
    // One number per subject for an aggregate that is asked with different limits; kept as stored sets are.
    `CREATE TABLE IF NOT EXISTS stored_values (key String, generation UInt64, person_id UInt32 CODEC(Delta, LZ4), value Float64, written DateTime DEFAULT now())
      ENGINE = MergeTree ORDER BY (key, generation, person_id)`,
    `CREATE TABLE IF NOT EXISTS stored_value_changes (key String, revision UInt64, person_id UInt32, is_there UInt8, value Float64, written DateTime DEFAULT now())
      ENGINE = MergeTree ORDER BY (key, revision, person_id)`,
  ]),
  clickhouseMigration('selection-006', [
    // Small marks and blocks, for questions about some people; see tracking-002.
    'DROP TABLE IF EXISTS facts_coarse',
    'DROP TABLE IF EXISTS facts_fine',
    `CREATE TABLE IF NOT EXISTS facts_fine (brand_id UInt32, name LowCardinality(String), person_id UInt32 CODEC(Delta, LZ4), is_set UInt8, number Float64,
      text LowCardinality(String), version UInt64 CODEC(Delta, LZ4))
      ENGINE = ReplacingMergeTree(version) PARTITION BY cityHash64(brand_id, name) % 64 ORDER BY (brand_id, name, person_id)
      SETTINGS index_granularity = 1024, min_compress_block_size = 16384`,
    'INSERT INTO facts_fine SELECT * FROM facts_settled SETTINGS max_partitions_per_insert_block = 0',
    'RENAME TABLE facts_settled TO facts_coarse, facts_fine TO facts_settled',
    'DROP TABLE IF EXISTS facts_coarse',
    `CREATE MATERIALIZED VIEW IF NOT EXISTS changed_by_tracks TO changed (read String, brand_id UInt32, person_id UInt32) AS
      SELECT concat('track:', name) AS read, brand_id, person_id FROM tracks`,
  ]),
]
