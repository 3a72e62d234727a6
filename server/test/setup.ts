import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/**
 * Runs before the imports of every test file: settings are read once, so each file gets a data folder, a database, a key
 * space and ports of its own here. Nothing of the developer's own environment leaks in.
 */
for (const name of ['DATABASE_URL', 'REDIS_URL', 'CLICKHOUSE_URL', 'CLICKHOUSE_CLUSTER', 'PUBLIC_URL', 'SIMULATOR'])
  delete process.env[name]

const dataDir = mkdtempSync(join(tmpdir(), 'banyan-test-'))
process.env.NODE_ENV = 'test'
process.env.DATA_DIR = dataDir
process.env.APP_KEY = Buffer.alloc(32, 7).toString('base64')
process.env.LOG_LEVEL ??= 'fatal'
process.env.SIMULATOR = '1'
// Four ports in a row that two running processes do not share, below the range the system hands out itself.
const firstPort = 10_000 + (process.pid % 5_500) * 4
process.env.SIMULATOR_PORT = String(firstPort)
process.env.PORT = String(firstPort + 3)

if (process.env.BANYAN_TEST_STORES === 'servers') {
  const { keyPrefix, makeDatabase, testRedisUrl } = await import('./servers.ts')
  const name = `${process.pid}${Math.floor(performance.timeOrigin % 100_000)}`
  process.env.DATABASE_URL = await makeDatabase(name)
  process.env.REDIS_URL = testRedisUrl
  process.env.REDIS_PREFIX = keyPrefix(name)
}

// The cluster form of every statement, on two shards that are one chDB.
if (process.env.BANYAN_TEST_CLICKHOUSE === 'shards') {
  const { startClickhouse } = await import('./chdb-shards.ts')
  const shards = await startClickhouse(join(dataDir, 'shards'), '--shards')
  process.env.CLICKHOUSE_URL = shards.url
  process.env.CLICKHOUSE_CLUSTER = 'banyan'
  afterAll(shards.stop)
}

afterAll(() => {
  // chDB may still hold files for a moment; what stays lies in the system's temporary folder.
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 2 }))
})
