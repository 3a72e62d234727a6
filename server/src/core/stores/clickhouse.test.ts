import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Clickhouse, clickhouseMigration, migrateClickhouse, openClickhouse } from './clickhouse.ts'

/** One contract: chDB in the process, and over HTTP: a server when TEST_CLICKHOUSE_URL names one, else chDB behind HTTP. */
const folder = mkdtempSync(join(tmpdir(), 'banyan-clickhouse-'))
let server: ChildProcess | undefined
const serverUrl = process.env.TEST_CLICKHOUSE_URL ?? (await startServer())

contract('chDB', () => openClickhouse({ url: null, dataDir: folder }))
contract('HTTP', () => openClickhouse({ url: serverUrl, dataDir: folder }))

afterAll(() => {
  server?.kill()
  rmSync(folder, { recursive: true, force: true })
})

async function startServer(): Promise<string> {
  const script = join(import.meta.dirname, '../../../test/chdb-server.ts')
  server = fork(script, [join(folder, 'server')], { execArgv: ['--import', 'tsx'] })
  const { port } = await new Promise<{ port: number }>((resolve, reject) => {
    server?.once('message', resolve as never)
    server?.once('exit', code => reject(new Error(`the server ended with code ${code}`)))
  })
  return `http://127.0.0.1:${port}`
}

function contract(name: string, open: () => Clickhouse) {
  describe(name, () => {
    const store = open()
    afterAll(async () => {
      await store.command('DROP TABLE IF EXISTS contract_things').catch(() => undefined)
      await store.close()
    })
    const things = clickhouseMigration('contract-001', [
      'CREATE TABLE IF NOT EXISTS contract_things (id UInt64, name String, at DateTime64(3), amount Nullable(Int64)) ENGINE = MergeTree ORDER BY id',
      'ALTER TABLE contract_things ADD COLUMN IF NOT EXISTS tags Array(UInt32)',
    ])

    test('migrations run once', async () => {
      expect(await migrateClickhouse([things], store)).toEqual(['contract-001'])
      expect(await migrateClickhouse([things], store)).toEqual([])
    })

    test('a value may be longer than an address', async () => {
      const long = 'abcdefgh'.repeat(250_000)
      const [answer] = await store.query<{ n: number }>('SELECT length({long:String}) AS n', { long })
      expect(answer?.n).toBe(2_000_000)
    })

    test('rows come back as they went in, found by bound values', async () => {
      const name = `it's "quoted" \\ {id:UInt8} 榕树\n`
      await store.insert('contract_things', [
        { id: 1, name, at: '2026-01-02T03:04:05.678Z', amount: 9_007_199_254_740_991, tags: [1, 2] },
        { id: 2, name: 'b', at: '2026-01-02T03:04:05.679Z', amount: null, tags: [] },
      ])
      const found = await store.query(
        'SELECT id, name, toUnixTimestamp64Milli(at) AS at, amount, tags FROM contract_things WHERE name = {name:String} AND id IN {ids:Array(UInt64)} AND at < {at:DateTime64(3)}',
        {
          name,
          ids: [1, 2],
          at: new Date('2026-01-02T03:04:05.679Z'),
        },
      )
      expect(found).toEqual([
        { id: 1, name, at: Date.parse('2026-01-02T03:04:05.678Z'), amount: 9_007_199_254_740_991, tags: [1, 2] },
      ])
    })

    test('a mistake is a typed error and leaves the lane usable', async () => {
      await expect(store.query('SELECT nothing_like_this FROM contract_things')).rejects.toMatchObject({
        type: 'UNKNOWN_IDENTIFIER',
      })
      await expect(store.insert('contract_things', [{ id: 'not a number' }])).rejects.toThrow()
      expect(await store.query('SELECT count() AS n FROM contract_things')).toEqual([{ n: 2 }])
    })

    test('a long build does not hold up a read', async () => {
      const began = Date.now()
      const build = store
        .query('SELECT sum(sipHash64(number)) AS s FROM numbers(30000000)', {}, { lane: 'build' })
        .then(() => Date.now() - began)
      await store.query('SELECT 1 AS one')
      const readMs = Date.now() - began
      expect(readMs).toBeLessThan(await build)
    })

    test('a marked query is ended from elsewhere, and its lane goes on', async () => {
      const began = Date.now()
      const long = store.query(
        '/* build:7 */ SELECT sum(sipHash64(number, 1)) AS s FROM numbers(20000000000)',
        {},
        { lane: 'build' },
      )
      const ended = long.then(
        () => 'finished',
        (error: { type?: string }) => error.type,
      )
      await new Promise(resolve => setTimeout(resolve, 300))
      await store.cancel('build:70')
      await store.cancel('build:7')
      expect(await ended).toBe('QUERY_WAS_CANCELLED')
      expect(Date.now() - began).toBeLessThan(60_000)
      expect(await store.query('SELECT 1 AS one', {}, { lane: 'build' })).toEqual([{ one: 1 }])
      await expect(store.cancel("x' OR 1")).rejects.toMatchObject({ code: 'clickhouse.badMark' })
    }, 90_000)

    test('a query beyond its lane’s memory fails instead of taking the machine', async () => {
      await expect(
        store.query('SELECT groupArray(number) AS a FROM numbers(2000000000)', {}, { lane: 'insert' }),
      ).rejects.toMatchObject({ type: 'MEMORY_LIMIT_EXCEEDED' })
    }, 60_000)

    test('every lane has its limits, and what does not fit spills to disk', async () => {
      for (const lane of ['build', 'read', 'insert'] as const) {
        const limits = Object.fromEntries(
          (
            await store.query<{ name: string; value: string }>(
              "SELECT name, value FROM system.settings WHERE name IN ('max_memory_usage', 'max_bytes_before_external_group_by', 'max_bytes_before_external_sort', 'max_execution_time')",
              {},
              { lane },
            )
          ).map(row => [row.name, Number(row.value)]),
        )
        expect(limits.max_memory_usage).toBeGreaterThan(0)
        expect(limits.max_memory_usage).toBeLessThanOrEqual(4_000_000_000)
        expect(limits.max_execution_time).toBeGreaterThan(0)
        for (const spill of ['max_bytes_before_external_group_by', 'max_bytes_before_external_sort'])
          expect(limits[spill]).toBe(Math.floor((limits.max_memory_usage as number) / 2))
      }
      const spilled = async () =>
        (
          await store.query<{ n: number }>(
            "SELECT toUInt64(sum(value)) AS n FROM system.events WHERE event = 'ExternalAggregationWritePart'",
          )
        )[0]?.n ?? 0
      const before = await spilled()
      const [answer] = await store.query<{ n: number }>(
        'SELECT count() AS n FROM (SELECT number % 1000000 AS k, sum(number) FROM numbers(2000000) GROUP BY k) SETTINGS max_bytes_before_external_group_by = 8000000',
      )
      expect(answer?.n).toBe(1_000_000)
      expect(await spilled()).toBeGreaterThan(before)
    }, 60_000)

    test('many callers share a lane', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => store.query<{ n: number }>('SELECT {i:UInt32} AS n', { i })),
      )
      expect(answers.map(rows => rows[0]?.n)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    })
  })
}
