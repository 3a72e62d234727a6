import { describe, expect, test } from 'vitest'
import { clusterOf, forCluster } from './clickhouse-cluster.ts'

const cluster = { name: 'c1', database: 'banyan' }
const ON = "ON CLUSTER 'c1'"

describe('a statement on a cluster', () => {
  test.each([
    [
      'CREATE TABLE IF NOT EXISTS a (id UInt32, INDEX x id TYPE minmax) ENGINE = ReplacingMergeTree(v) PARTITION BY id % 4 ORDER BY (kind, id) SETTINGS index_granularity = 1',
      [
        `CREATE TABLE IF NOT EXISTS a_local ${ON} (id UInt32, INDEX x id TYPE minmax) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', v) PARTITION BY id % 4 ORDER BY (kind, id) SETTINGS index_granularity = 1`,
        `CREATE TABLE IF NOT EXISTS a ${ON} AS a_local ENGINE = Distributed('c1', 'banyan', 'a_local', cityHash64(id))`,
      ],
    ],
    [
      'CREATE TABLE IF NOT EXISTS b (person_id UInt32) ENGINE = MergeTree ORDER BY person_id',
      [
        `CREATE TABLE IF NOT EXISTS b_local ${ON} (person_id UInt32) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}') ORDER BY person_id`,
        `CREATE TABLE IF NOT EXISTS b ${ON} AS b_local ENGINE = Distributed('c1', 'banyan', 'b_local', person_id)`,
      ],
    ],
    [
      'ALTER TABLE a ADD COLUMN b UInt8',
      [`ALTER TABLE a_local ${ON} ADD COLUMN b UInt8`, `ALTER TABLE a ${ON} ADD COLUMN b UInt8`],
    ],
    ['ALTER TABLE a MODIFY TTL at + INTERVAL 1 DAY', [`ALTER TABLE a_local ${ON} MODIFY TTL at + INTERVAL 1 DAY`]],
    [
      'RENAME TABLE a TO b, c TO a',
      [`RENAME TABLE a_local TO b_local, c_local TO a_local ${ON}`, `DROP TABLE IF EXISTS c ${ON}`],
    ],
    ['DROP TABLE IF EXISTS a', [`DROP TABLE IF EXISTS a ${ON}`, `DROP TABLE IF EXISTS a_local ${ON}`]],
    ['DROP VIEW IF EXISTS v', [`DROP VIEW IF EXISTS v ${ON}`]],
    ['CREATE VIEW IF NOT EXISTS v AS SELECT * FROM a', [`CREATE VIEW IF NOT EXISTS v ${ON} AS SELECT * FROM a`]],
    [
      'CREATE MATERIALIZED VIEW IF NOT EXISTS v TO b (x String) AS SELECT x FROM a',
      [`CREATE MATERIALIZED VIEW IF NOT EXISTS v ${ON} TO b_local (x String) AS SELECT x FROM a_local`],
    ],
    ['TRUNCATE TABLE IF EXISTS a', [`TRUNCATE TABLE IF EXISTS a_local ${ON}`]],
    ['DELETE FROM a WHERE id IN (SELECT id FROM b)', [`DELETE FROM a_local ${ON} WHERE id IN (SELECT id FROM b)`]],
    ['OPTIMIZE TABLE a FINAL', [`OPTIMIZE TABLE a_local ${ON} FINAL`]],
    ['KILL QUERY WHERE 1 ASYNC', [`KILL QUERY ${ON} WHERE 1 ASYNC`]],
    ['/* build:7 */ INSERT INTO a SELECT * FROM b', ['/* build:7 */ INSERT INTO a SELECT * FROM b']],
  ])('%s', (statement, said) => {
    expect(forCluster(statement, cluster)).toEqual(said)
    expect(forCluster(statement, null)).toEqual([statement])
  })

  test('in a form that is not known is refused, never made on one node only', () => {
    for (const statement of [
      'CREATE TABLE a (id UInt32) ENGINE = MergeTree ORDER BY id',
      'CREATE TABLE IF NOT EXISTS a (id UInt32) ENGINE = Log',
      'CREATE DICTIONARY d (id UInt32) PRIMARY KEY id',
      'EXCHANGE TABLES a AND b',
      'CREATE TABLE IF NOT EXISTS a (colour String) ENGINE = MergeTree ORDER BY colour',
    ])
      expect(() => forCluster(statement, cluster), statement).toThrow()
  })
})

test('the cluster is named by the settings, its database by the address', () => {
  expect(clusterOf('http://u:p@ch:8123/banyan', 'c1')).toEqual({ name: 'c1', database: 'banyan' })
  expect(clusterOf('http://ch:8123', 'c1')).toEqual({ name: 'c1', database: 'default' })
  expect(clusterOf('http://ch:8123/banyan', null)).toBeNull()
  expect(() => clusterOf('http://ch:8123/banyan', "c1' SYNC --")).toThrow('config.invalid')
})
