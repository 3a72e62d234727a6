import { createConnection } from 'mysql2/promise'
import { createClient } from 'redis'

/** Where the second pass of the integration tests finds its stores. */
export const testDatabaseUrl = process.env.TEST_DATABASE_URL || 'mysql://root@127.0.0.1:3306'
export const testRedisUrl = process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379'
export const runId = process.env.BANYAN_TEST_RUN ?? 'x'

const PREFIX = 'banyan_test_'

/** A database of its own for one test file. Returns its address. */
export async function makeDatabase(name: string): Promise<string> {
  const url = new URL(testDatabaseUrl)
  url.pathname = ''
  const connection = await createConnection(url.href)
  const database = `${PREFIX}${runId}_${name}`
  await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  await connection.end()
  url.pathname = `/${database}`
  return url.href
}

/** Drops what this run made, and what runs that crashed more than three hours ago left behind. */
export async function dropDatabases(): Promise<void> {
  const url = new URL(testDatabaseUrl)
  url.pathname = ''
  const connection = await createConnection(url.href)
  const [found] = await connection.query('SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE ?', [
    `${PREFIX.replaceAll('_', '\\_')}%`,
  ])
  for (const { name } of found as { name: string }[]) {
    if (isOurs(name.slice(PREFIX.length))) await connection.query(`DROP DATABASE IF EXISTS \`${name}\``)
  }
  await connection.end()
}

export const keyPrefix = (name: string) => `banyan-test:${runId}:${name}:`

export async function dropKeys(): Promise<void> {
  const client = createClient({ url: testRedisUrl })
  await client.connect()
  for await (const keys of client.scanIterator({ MATCH: `banyan-test:${runId}:*`, COUNT: 1000 }))
    if (keys.length > 0) await client.unlink(keys)
  await client.close()
}

function isOurs(rest: string): boolean {
  if (rest.startsWith(`${runId}_`)) return true
  const startedAt = Number.parseInt(rest.slice(0, 6), 36) * 1000
  return Number.isFinite(startedAt) && Date.now() - startedAt > 3 * 3600_000
}
