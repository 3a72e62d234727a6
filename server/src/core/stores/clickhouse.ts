import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { now } from '../clock.ts'
import { config } from '../config.ts'
import { log } from '../log.ts'
import { CLUSTER_SETTINGS, type Cluster, clusterOf, forCluster } from './clickhouse-cluster.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { StoreError } from './store-error.ts'

/**
 * The columnar store: a ClickHouse server at CLICKHOUSE_URL, or chDB in the process under DATA_DIR: one client, one SQL.
 * Work is kept apart in lanes, so that a long build never holds up a page: `build` for segment builds and reports, `read` for what a
 * person waits for, `insert` for writes, `control` for ending others' queries. A connection runs one query at a time, each lane has its own connections.
 */
export type Lane = 'build' | 'read' | 'insert' | 'control'
export type ClickhouseParams = Record<string, unknown>

export type Clickhouse = {
  /** Rows as objects; 64-bit whole numbers come as numbers. Params are bound: `{id:UInt64}` in the SQL, `{ id: 7 }` here; a Date wants DateTime64(3). */
  query<T extends object>(sql: string, params?: ClickhouseParams, options?: { lane?: Lane }): Promise<T[]>
  insert(table: string, rows: readonly object[]): Promise<void>
  /** DDL and INSERT ... SELECT; answers when it is done. */
  command(sql: string, params?: ClickhouseParams, options?: { lane?: Lane }): Promise<void>
  /** Ends the queries whose text carries the comment `/* mark *\/`, wherever they run; answers before they have stopped. */
  cancel(mark: string): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}

const GIGABYTE = 1_000_000_000
/** At most a third of the machine for one build, and never more than 4 GB. */
const buildMemory = Math.min(4 * GIGABYTE, Math.floor(totalmem() / 3))

/** Connections, and the limits of each query: memory in bytes before it fails, before it spills to disk, and seconds. */
const LANES: Record<Lane, { connections: number; memory: number; seconds: number; threads: number }> = {
  build: { connections: 2, memory: buildMemory, seconds: 900, threads: Math.max(1, Math.ceil(availableParallelism() / 2)) },
  read: { connections: 3, memory: Math.floor(buildMemory / 2), seconds: 30, threads: availableParallelism() },
  insert: { connections: 2, memory: Math.floor(buildMemory / 2), seconds: 120, threads: 1 },
  control: { connections: 1, memory: 100_000_000, seconds: 30, threads: 1 },
}
/** More callers than this waiting for one lane: refuse at once instead of answering minutes late. */
const WAITING_MAX = 2_000

/** Where the store is; on a cluster every statement is said in its form. */
export type ClickhousePlace = { url: string | null; dataDir: string; cluster?: Cluster | null }

export function openClickhouse(from: ClickhousePlace): Clickhouse {
  const cluster = from.cluster ?? null
  const lanes = new Map<Lane, LanePool>()
  const poolOf = (lane: Lane): LanePool => {
    let pool = lanes.get(lane)
    if (!pool) lanes.set(lane, (pool = new LanePool(lane, from)))
    return pool
  }
  const query: Clickhouse['query'] = (sql, params, options) =>
    poolOf(options?.lane ?? 'read').use(async client => {
      const result = await client.query({ query: sql, query_params: bound(params), format: 'JSONEachRow' })
      return (await result.json()) as never
    })
  return {
    query,
    insert: async (table, rows) => {
      if (rows.length === 0) return
      await poolOf('insert').use(client => client.insert({ table, values: rows as object[], format: 'JSONEachRow' }))
    },
    command: async (sql, params, options) => {
      for (const query of forCluster(sql, cluster))
        await poolOf(options?.lane ?? 'insert').use(client => client.command({ query, query_params: bound(params) }))
    },
    cancel: async mark => {
      if (!/^[\w:]+$/.test(mark)) throw new StoreError('clickhouse.badMark', 'a mark is letters, digits and colons')
      // Written in two pieces, so that the query does not find itself. The synchronous form waits for ever.
      for (const query of forCluster(`KILL QUERY WHERE position(query, concat('/* ', '${mark} */')) > 0 ASYNC`, cluster))
        await poolOf('control').use(client => client.command({ query }))
    },
    ping: async () => {
      await query('SELECT 1 AS one')
    },
    close: async () => {
      await Promise.all([...lanes.values()].map(pool => pool.close()))
      lanes.clear()
    },
  }
}

/** The process's ClickHouse; it opens on first use. */
export const clickhouse: Clickhouse = openClickhouse({
  url: config.clickhouseUrl,
  dataDir: config.dataDir,
  cluster: clusterOf(config.clickhouseUrl, config.clickhouseCluster),
})

/** Dates as text with their milliseconds: the two connections write them differently, and chDB's drops the fraction. */
function bound(params: ClickhouseParams | undefined): ClickhouseParams {
  const written = (value: unknown): unknown => {
    if (value instanceof Date) return value.toISOString().slice(0, 23).replace('T', ' ')
    return Array.isArray(value) ? value.map(written) : value
  }
  return Object.fromEntries(Object.entries(params ?? {}).map(([key, value]) => [key, written(value)]))
}

class LanePool {
  private readonly idle: ClickHouseClient[] = []
  private readonly waiting: ((client: ClickHouseClient) => void)[] = []
  private readonly all: ClickHouseClient[] = []
  private opening = 0
  private readonly lane: Lane
  private readonly from: ClickhousePlace

  constructor(lane: Lane, from: ClickhousePlace) {
    this.lane = lane
    this.from = from
  }

  async use<T>(work: (client: ClickHouseClient) => Promise<T>): Promise<T> {
    const client = await this.acquire()
    try {
      return await work(client)
    } catch (error) {
      throw readable(error)
    } finally {
      const next = this.waiting.shift()
      if (next) next(client)
      else this.idle.push(client)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(client => client.close()))
  }

  private async acquire(): Promise<ClickHouseClient> {
    const free = this.idle.pop()
    if (free) return free
    if (this.all.length + this.opening < LANES[this.lane].connections) {
      this.opening += 1
      try {
        const client = this.from.url
          ? openServer(this.from.url, this.lane, this.from.cluster)
          : await openChdb(this.from.dataDir, this.lane)
        this.all.push(client)
        return client
      } finally {
        this.opening -= 1
      }
    }
    if (this.waiting.length >= WAITING_MAX)
      throw new StoreError('clickhouse.busy', `${WAITING_MAX} queries are waiting in the ${this.lane} lane`)
    return new Promise(resolve => this.waiting.push(resolve))
  }
}

function settingsOf(lane: Lane): Record<string, string | number> {
  const { memory, seconds, threads } = LANES[lane]
  return {
    max_memory_usage: String(memory),
    max_bytes_before_external_group_by: String(Math.floor(memory / 2)),
    max_bytes_before_external_sort: String(Math.floor(memory / 2)),
    max_execution_time: seconds,
    max_threads: threads,
    session_timezone: 'UTC',
    output_format_json_quote_64bit_integers: 0,
    date_time_input_format: 'best_effort',
    // A missing value in a join or a scalar is NULL, never an invented 0.
    join_use_nulls: 1,
    // A column that an alias shadows stays reachable, as in other databases.
    prefer_column_name_to_alias: 1,
    // A partition holds all rows of its keys: those of one that is merged need not be merged again to be read.
    do_not_merge_across_partitions_select_final: 1,
    mutations_sync: '2',
    alter_sync: '2',
  }
}

function openServer(url: string, lane: Lane, cluster: Cluster | null | undefined): ClickHouseClient {
  return createClient({
    url,
    max_open_connections: 1,
    request_timeout: (LANES[lane].seconds + 10) * 1000,
    compression: { request: lane === 'insert', response: false },
    clickhouse_settings: { ...settingsOf(lane), ...(cluster ? CLUSTER_SETTINGS : {}) },
    keep_alive: { enabled: true },
    // Long lists of ids do not fit into an address.
    use_multipart_params_auto: true,
    // Whoever asked gets the error and logs it in our own form.
    log: { level: ClickHouseLogLevel.OFF },
  })
}

async function openChdb(dataDir: string, lane: Lane): Promise<ClickHouseClient> {
  lockDataDir(dataDir)
  let createChdbConnection: (options: { path: string }) => unknown
  try {
    // A name in a variable: bundlers and type checks must not require an optional package.
    const name = 'chdb/connection'
    createChdbConnection = (await import(name)).createChdbConnection
  } catch (cause) {
    throw new StoreError(
      'clickhouse.missingDriver',
      'the embedded ClickHouse needs the optional package "chdb" (Linux with glibc, or macOS); install it, or set CLICKHOUSE_URL=http://host:8123/database',
      cause,
    )
  }
  warnOfSmallThreadPool()
  const client = createClient({ connection: createChdbConnection({ path: join(dataDir, 'clickhouse') }) } as never)
  // Once per connection instead of before every query: the session keeps them.
  const settings = Object.entries(settingsOf(lane)).map(
    ([key, value]) => `SET ${key} = ${typeof value === 'number' ? value : `'${value}'`}`,
  )
  for (const statement of settings) await client.command({ query: statement })
  return client
}

let hasWarned = false

function warnOfSmallThreadPool(): void {
  const size = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
  if (size >= 12 || hasWarned) return
  hasWarned = true
  log.warn({ size }, 'UV_THREADPOOL_SIZE is below 12: long ClickHouse queries will hold up files and name look-ups')
}

/** ClickHouse's message without its stack of C++ frames; a server that is gone gets its own code. */
function readable(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? ''
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE'].includes(code))
    return new StoreError('clickhouse.away', 'ClickHouse cannot be reached', error)
  return error
}

/** It cannot be reached, or has too much to do: the same question may be answered later. */
export function isClickhouseAway(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'clickhouse.away' || error.code === 'clickhouse.busy')
}

export type ClickhouseMigration = { name: string; sql: string[] }

/** A step forward of the ClickHouse schema; each statement must be repeatable (`IF NOT EXISTS`). */
export function clickhouseMigration(name: string, sql: string[]): ClickhouseMigration {
  return { name, sql }
}

const MIGRATIONS =
  'CREATE TABLE IF NOT EXISTS banyan_migrations (name String, ran_at DateTime64(3)) ENGINE = MergeTree ORDER BY name'

/** Runs what has not run yet; answers the names. Safe to repeat and to run from two processes at once, because every statement is. */
export async function migrateClickhouse(list: readonly ClickhouseMigration[], store: Clickhouse = clickhouse): Promise<string[]> {
  await store.command(MIGRATIONS)
  const done = new Set((await store.query<{ name: string }>('SELECT DISTINCT name FROM banyan_migrations')).map(row => row.name))
  const ran: string[] = []
  for (const item of list) {
    if (done.has(item.name)) continue
    for (const statement of item.sql) await store.command(statement)
    await store.insert('banyan_migrations', [{ name: item.name, ran_at: now().toISOString() }])
    ran.push(item.name)
  }
  return ran
}

/** Every statement that makes an empty store, as this cluster is told it; for people who want to read it before, and for the test that parses it. */
export function clickhouseDdl(list: readonly ClickhouseMigration[], cluster: Cluster | null): string[] {
  return [MIGRATIONS, ...list.flatMap(item => item.sql)].flatMap(statement => forCluster(statement, cluster))
}
