import {
  big,
  bool,
  clickhouseMigration,
  id,
  instant,
  int,
  json,
  longText,
  migration,
  ref,
  sql,
  text,
  work,
  workIndex,
} from '../core/index.ts'

export const migrations = [
  migration('tracking-001', async m => {
    // The durable inbox, the archive and the replay: one row per request, its tracks compressed.
    await m.create(
      'track_batches',
      { id: id(), brandId: ref({ null: true }), trackCount: int(), payload: longText(), receivedAt: instant(), ...work() },
      { index: [workIndex] },
    )
    // Message ids of the last 7 days: a repeat is stored once.
    await m.create(
      'track_messages',
      { messageKey: text(22, { unique: true }), batchId: ref(), receivedAt: instant() },
      { index: [['receivedAt']] },
    )
    await m.create(
      'track_plan',
      {
        id: id(),
        name: text(60, { unique: true }),
        zh: text(30),
        properties: json(),
        isBuiltIn: bool({ default: false }),
        isOnTimeline: bool({ default: true }),
        updatedAt: instant(),
      },
      {},
    )
    await m.create(
      'track_quarantine',
      {
        id: id(),
        brandId: ref({ null: true }),
        personId: ref({ null: true }),
        name: text(60),
        reason: text(20),
        field: text(60, { null: true }),
        payload: longText(),
        receivedAt: instant(),
      },
      { index: [['receivedAt'], ['name', 'receivedAt'], ['personId']] },
    )
  }),
  migration('tracking-002', async m => {
    await m.addColumn('track_plan', 'owner', text(60, { default: '' }))
    await m.addColumn('track_plan', 'description', text(500, { default: '' }))
    // Null: about people.
    await m.addColumn('track_plan', 'subjectTypeId', ref({ null: true }))
    await m.addColumn('track_plan', 'isFromClients', bool({ default: false }))
    await m.addColumn('track_plan', 'version', int({ default: 1 }))
    await m.run(sql`UPDATE track_plan SET is_from_clients = 1 WHERE name IN ('page_view', 'mini_opened')`)
    await m.create(
      'track_plan_versions',
      { id: id(), name: text(60), version: int(), plan: json(), operatorName: text(64, { default: '' }), createdAt: instant() },
      { unique: [['name', 'version']] },
    )
    await m.create(
      'client_keys',
      {
        id: id(),
        brandId: ref(),
        name: text(60),
        prefix: text(16),
        keyHash: text(64, { unique: true }),
        appId: text(64, { default: '' }),
        createdAt: instant(),
        lastUsedAt: instant({ null: true }),
        revokedAt: instant({ null: true }),
      },
      { index: [['brandId']] },
    )
    // Who sent it decides what is checked again; a message is held once, however often it comes.
    await m.addColumn('track_quarantine', 'source', text(10, { default: 'person' }))
    await m.addColumn('track_quarantine', 'identifiers', longText({ null: true }))
    await m.addColumn('track_quarantine', 'messageKey', text(22, { null: true }))
    await m.addIndex('track_quarantine', ['messageKey'], { unique: true })
    await m.addIndex('track_quarantine', ['reason', 'id'])
    await m.create('track_replays', {
      id: id(),
      fromAt: instant(),
      toAt: instant(),
      /** The last batch that was compared. */
      afterId: ref({ default: 0 }),
      status: text(10),
      /** 1 while it runs: only one does. */
      runningKey: int({ null: true, unique: true }),
      checkedCount: big({ default: 0 }),
      restoredCount: big({ default: 0 }),
      operatorName: text(64, { default: '' }),
      createdAt: instant(),
      finishedAt: instant({ null: true }),
    })
    await m.addIndex('track_batches', ['receivedAt'])
  }),
]

export const clickhouseMigrations = [
  clickhouseMigration('tracking-001', [
    // person_id is the home: a merge is applied when reading. 0 is "no brand".
    `CREATE TABLE IF NOT EXISTS tracks (
      brand_id UInt32, name LowCardinality(String), person_id UInt32,
      occurred_at DateTime64(3, 'UTC'), received_at DateTime64(3, 'UTC'), message_key String, batch_id UInt64,
      numbers Map(LowCardinality(String), Float64), texts Map(LowCardinality(String), String),
      INDEX by_person person_id TYPE bloom_filter GRANULARITY 4,
      INDEX by_batch batch_id TYPE minmax GRANULARITY 4
    ) ENGINE = MergeTree PARTITION BY toYYYYMM(occurred_at) ORDER BY (brand_id, name, person_id, occurred_at)`,
  ]),
  clickhouseMigration('tracking-002', [
    // A question about some people reads a little of the table for each of them: small marks and blocks read a quarter of it. Made beside and put in its place at
    // once; the view that notes who changed (selection-006 makes it again) must not follow the old table.
    'DROP VIEW IF EXISTS changed_by_tracks',
    'DROP TABLE IF EXISTS tracks_coarse',
    'DROP TABLE IF EXISTS tracks_fine',
    `CREATE TABLE IF NOT EXISTS tracks_fine (
      brand_id UInt32, name LowCardinality(String), person_id UInt32 CODEC(Delta, LZ4),
      occurred_at DateTime64(3, 'UTC'), received_at DateTime64(3, 'UTC') CODEC(Delta, LZ4), message_key String, batch_id UInt64 CODEC(Delta, LZ4),
      numbers Map(LowCardinality(String), Float64), texts Map(LowCardinality(String), String),
      INDEX by_batch batch_id TYPE minmax GRANULARITY 32
    ) ENGINE = MergeTree PARTITION BY toYYYYMM(occurred_at) ORDER BY (brand_id, name, person_id, occurred_at)
      SETTINGS index_granularity = 1024, min_compress_block_size = 16384`,
    'INSERT INTO tracks_fine SELECT * FROM tracks SETTINGS max_partitions_per_insert_block = 0',
    'RENAME TABLE tracks TO tracks_coarse, tracks_fine TO tracks',
    'DROP TABLE IF EXISTS tracks_coarse',
  ]),
]
