import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * Tests stand beside what they test. One that uses the harness (a real server on real stores) is an integration test and
 * runs twice: on the embedded stores, and on MariaDB/MySQL + Redis. `*.browser.test.ts` need Chromium and the built faces.
 * The audience engine's run a third time on two shards of ClickHouse.
 *   npx vitest run --project integration-embedded server/src/coupons
 */
process.env.UV_THREADPOOL_SIZE ??= '16' // chDB's lanes; workers inherit it
process.env.BANYAN_TEST_RUN ??= `${Math.floor(Date.now() / 1000).toString(36)}${process.pid.toString(36)}`

const tests = ['scripts', 'shared/src', 'server/src', 'server/test', 'admin/src', 'miniprogram/src'].flatMap(testsIn)
const browser = tests.filter(path => path.includes('.browser.test.'))
const integration = tests.filter(path => !browser.includes(path) && usesStores(path))
const unit = tests.filter(path => !browser.includes(path) && !integration.includes(path))

const onStores = { setupFiles: ['server/test/setup.ts'], globalSetup: ['server/test/global-setup.ts'] }
const servers = { BANYAN_TEST_STORES: 'servers' }
/** The audience engine once more, on the cluster form of its tables: two shards. Fewer random rules, since each asks both. */
const engine = ['selection', 'segments', 'tags', 'tracking', 'subjects'].map(name => `server/src/${name}/`)
const onShards = tests.filter(path => !browser.includes(path) && engine.some(folder => path.startsWith(folder)))
const shards = { BANYAN_TEST_CLICKHOUSE: 'shards', LAW_CASES: '400', LAW_RUNS: '4' }

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    projects: [
      { extends: true, test: { name: 'unit', include: unit, setupFiles: ['server/test/setup.ts'] } },
      { extends: true, test: { name: 'integration-embedded', include: integration, ...onStores } },
      { extends: true, test: { name: 'integration-servers', include: integration, ...onStores, env: servers } },
      { extends: true, test: { name: 'shards', include: onShards, ...onStores, env: shards } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: browser,
          ...onStores,
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser-servers',
          include: browser,
          ...onStores,
          env: servers,
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
})

function testsIn(folder: string): string[] {
  try {
    return readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.test\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map(name => `${folder}/${name.split('\\').join('/')}`)
  } catch {
    return []
  }
}

function usesStores(path: string): boolean {
  return (
    path.startsWith('server/test/') || /test\/(harness|make|stores)/.test(readFileSync(join(import.meta.dirname, path), 'utf8'))
  )
}
