import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { clickhouseDdl, openClickhouse } from '../core/index.ts'
import { catalog } from './catalog.ts'

/** The schema of every module in the form of a cluster, read by ClickHouse's own parser. */
const folder = mkdtempSync(join(tmpdir(), 'banyan-ddl-'))
const store = openClickhouse({ url: null, dataDir: folder })
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const statements = clickhouseDdl(catalog.clickhouseMigrations, { name: 'banyan', database: 'scrm' })
const CREATED = /^CREATE TABLE IF NOT EXISTS (\w+) ON CLUSTER 'banyan' /
const DISTRIBUTED = / AS (\w+) ENGINE = Distributed\('banyan', 'scrm', '(\w+)', (.+)\)$/
const tables = statements.flatMap(one => CREATED.exec(one)?.[1] ?? [])

describe('on a cluster', () => {
  test('every statement is one that ClickHouse reads, and DDL is said on every node', async () => {
    expect(statements.length).toBeGreaterThan(50)
    for (const statement of statements) {
      await store.query(`EXPLAIN AST ${statement}`)
      if (!/^\s*INSERT /.test(statement)) expect(statement).toContain("ON CLUSTER 'banyan'")
    }
    await expect(store.query('EXPLAIN AST CREATE TABLE IF NOT EXISTS a ON CLUSTER (id UInt8)')).rejects.toThrow()
  })

  test('a table is replicated on each shard, and distributed over them by its subject', () => {
    const keys = Object.fromEntries(
      statements.flatMap(one => {
        const table = CREATED.exec(one)?.[1]
        const [, like, local, key] = DISTRIBUTED.exec(one) ?? []
        if (table && like) expect([like, local]).toEqual([`${table}_local`, `${table}_local`])
        return table && key ? [[table, key]] : []
      }),
    )
    expect(keys).toEqual({
      banyan_migrations: 'cityHash64(name)',
      tracks: 'person_id',
      tracks_fine: 'person_id',
      facts: 'person_id',
      facts_settled: 'person_id',
      facts_recent: 'person_id',
      facts_fine: 'person_id',
      facts_settlings: 'version',
      person_aliases: 'home_id',
      tagged: 'person_id',
      segment_members: 'person_id',
      subject_relations: 'relation_id',
      changed: 'person_id',
      stored_sets: 'cityHash64(key)',
      stored_set_changes: 'cityHash64(key)',
      stored_set_states: 'cityHash64(key)',
      stored_values: 'person_id',
      stored_value_changes: 'person_id',
      lifecycle_stays: 'person_id',
    })
    for (const table of Object.keys(keys)) expect(tables).toContain(`${table}_local`)
    expect(tables).toHaveLength(2 * Object.keys(keys).length)
  })

  test('rows of which one is kept are on one shard: what places them is part of what orders them', () => {
    for (const local of statements.filter(one => /ENGINE = Replicated\w*Replacing/.test(one))) {
      const name = CREATED.exec(local)?.[1]?.replace(/_local$/, '')
      const made = statements.find(one => one.startsWith(`CREATE TABLE IF NOT EXISTS ${name} ON`))
      const column = (DISTRIBUTED.exec(made ?? '')?.[3] ?? '').replace(/^cityHash64\((\w+)\)$/, '$1')
      expect(/ORDER BY (\([^)]*\)|\w+)/.exec(local)?.[1], name).toMatch(new RegExp(`\\b${column}\\b`))
    }
  })

  test('a replica’s path survives renaming, and views write beside the rows that they follow', () => {
    for (const one of statements.filter(text => text.includes('Replicated')))
      expect(one).toContain("('/clickhouse/tables/{uuid}/{shard}', '{replica}'")
    const views = statements.filter(one => one.includes('MATERIALIZED'))
    expect(views.length).toBeGreaterThan(3)
    for (const view of views) expect(view).toMatch(/ TO \w+_local [\s\S]* FROM \w+_local$/)
    // Nothing else reads a shard's own rows: it would see a part of them.
    for (const one of statements.filter(text => /^\s*(INSERT|CREATE VIEW)/.test(text))) expect(one).not.toMatch(/_local\b/)
  })
})

test('on one machine the schema is as it stands in the migrations', async () => {
  const plain = clickhouseDdl(catalog.clickhouseMigrations, null)
  expect(plain.slice(1)).toEqual(catalog.clickhouseMigrations.flatMap(one => one.sql))
  for (const statement of plain) await store.query(`EXPLAIN AST ${statement}`)
})
