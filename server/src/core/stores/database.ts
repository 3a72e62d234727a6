import { AsyncLocalStorage } from 'node:async_hooks'
import { join } from 'node:path'
import mysql2 from 'mysql2'
import {
  type Attributes,
  type CreationAttributes,
  type Model,
  type ModelStatic,
  Sequelize,
  type Transaction,
  type WhereOptions,
} from 'sequelize'
import { config } from '../config.ts'
import { brandScope, type Ctx } from '../ctx.ts'
import { assert, notFound } from '../errors.ts'
import { log } from '../log.ts'
import { lockDataDir, unlockDataDir } from './data-dir-lock.ts'
import { sqliteDialectModule, useOneWriter } from './sqlite.ts'

/** The relational store: SQLite under DATA_DIR, or MySQL 8 / MariaDB 10.6+ at DATABASE_URL. Connections open on first use. */
export const dialect: 'sqlite' | 'mysql' = config.databaseUrl ? 'mysql' : 'sqlite'

type Ambient = { transaction: Transaction; hooks: (() => unknown)[]; failure: unknown }
const ambient = new AsyncLocalStorage<Ambient | null>()

// Every query of Sequelize asks here for the transaction it belongs to. `set` has nothing to do: transaction() below is the only one who opens them.
Sequelize.useCLS({
  bind: <T>(work: T) => work,
  run: (work: (context: object) => unknown) => work({}),
  get: (key: string) => (key === 'transaction' ? ambient.getStore()?.transaction : undefined),
  set: () => undefined,
} as unknown as Parameters<typeof Sequelize.useCLS>[0])

export const sequelize: Sequelize = config.databaseUrl ? openMysql(config.databaseUrl) : openSqlite()

function openSqlite(): Sequelize {
  const filename = join(config.dataDir, 'banyan.db')
  const opened = new Sequelize({
    dialect: 'sqlite',
    dialectModule: sqliteDialectModule,
    storage: filename,
    logging: false,
    transactionType: 'IMMEDIATE' as Transaction.TYPES,
    retry: { max: 1 },
  })
  useOneWriter(opened, filename, () => lockDataDir(config.dataDir))
  return opened
}

function openMysql(url: string): Sequelize {
  const opened = new Sequelize(url, {
    dialect: 'mysql',
    dialectModule: mysql2,
    logging: false,
    timezone: '+00:00',
    pool: { max: config.databasePool, min: 0, idle: 30_000, acquire: 20_000 },
    define: { charset: 'utf8mb4', collate: 'utf8mb4_bin' },
    // FOUND_ROWS: an update's count is the rows it matched, as on SQLite, also when nothing in them changed.
    dialectOptions: {
      charset: 'utf8mb4_bin',
      connectTimeout: 10_000,
      decimalNumbers: true,
      flags: ['FOUND_ROWS'],
      enableKeepAlive: true,
    },
    retry: { max: 1 },
  })
  // Every command opens a transaction, and Sequelize's own way to these two words costs more than the database's.
  const ways = opened.getQueryInterface() as unknown as Record<string, (of: { connection: unknown }) => Promise<void>>
  ways['startTransaction'] = of => promiseQuery(of.connection, 'START TRANSACTION')
  ways['commitTransaction'] = of => promiseQuery(of.connection, 'COMMIT')
  opened.addHook('afterConnect', async connection => {
    await promiseQuery(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await promiseQuery(
      connection,
      "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO', SESSION innodb_lock_wait_timeout = 20",
    )
  })
  return opened
}

type CallbackConnection = { query(sql: string, done: (error: unknown, result: unknown) => void): void }

function promiseQuery(connection: unknown, text: string): Promise<void> {
  return new Promise((resolve, reject) =>
    (connection as CallbackConnection).query(text, error => (error ? reject(error) : resolve())),
  )
}

/**
 * Runs `work` in a transaction; inside one already, joins it. When joined work fails, the whole transaction fails, also if somebody
 * catches the error: half of an action is never committed (use savepoint for work that may fail by itself). A deadlock is thrown
 * (see isDeadlock); the caller that opened the transaction may run everything again from the top.
 */
export async function transaction<T>(work: () => Promise<T>): Promise<T> {
  const current = ambient.getStore()
  if (current) {
    try {
      return await work()
    } catch (error) {
      current.failure ??= error
      throw error
    }
  }
  const opened: Ambient = { transaction: await sequelize.transaction(), hooks: [], failure: null }
  let result: T
  try {
    result = await ambient.run(opened, work)
    if (opened.failure !== null) throw opened.failure
  } catch (error) {
    await opened.transaction.rollback().catch(cause => log.warn({ err: cause }, 'rollback failed; the connection is dropped'))
    throw error
  }
  await opened.transaction.commit()
  await ambient.run(null, () => runHooks(opened.hooks))
  return result
}

/** Work inside a transaction that may fail by itself: its writes are taken back, the rest of the transaction goes on. */
export async function savepoint<T>(work: () => Promise<T>): Promise<T> {
  const outer = mustBeInTransaction()
  const inner: Ambient = { transaction: outer.transaction, hooks: [], failure: null }
  const name = `sp_${Math.random().toString(36).slice(2, 10)}`
  const say = (text: string) => sequelize.query(`${text} ${name}`, { transaction: outer.transaction })
  await say('SAVEPOINT')
  try {
    const result = await ambient.run(inner, work)
    if (inner.failure !== null) throw inner.failure
    await say('RELEASE SAVEPOINT')
    outer.hooks.push(...inner.hooks)
    return result
  } catch (error) {
    // After a deadlock, or with the connection gone, the database has already dropped the whole transaction, savepoints included.
    if (isDeadlock(error) || isDatabaseAway(error)) outer.failure ??= error
    else await say('ROLLBACK TO SAVEPOINT')
    throw error
  }
}

/** Runs after the commit, outside the transaction; at once when there is none. A failure is logged: the commit stands. */
export function afterCommit(hook: () => unknown): void {
  const current = ambient.getStore()
  if (current) current.hooks.push(hook)
  else void runHooks([hook])
}

export function inTransaction(): boolean {
  return Boolean(ambient.getStore())
}

/** Runs `work` as if no transaction were open, for example to record a refusal that must survive the rollback. */
export function outsideTransaction<T>(work: () => Promise<T>): Promise<T> {
  return ambient.run(null, work)
}

export function mustBeInTransaction(): Ambient {
  const current = ambient.getStore()
  assert(current, 'this must run inside a transaction')
  return current
}

async function runHooks(hooks: (() => unknown)[]): Promise<void> {
  for (const hook of hooks) {
    try {
      await hook()
    } catch (error) {
      log.error({ err: error }, 'work after a commit failed')
    }
  }
}

/** The current transaction's connection, or one of the pool for the length of `work`. For core's own SQL (see sql.ts). */
export async function withConnection<T>(isRead: boolean, work: (connection: unknown) => T | Promise<T>): Promise<T> {
  const current = ambient.getStore()
  if (current) {
    const { connection, finished } = current.transaction as unknown as { connection: unknown; finished?: string }
    assert(!finished, 'a query was sent after its transaction had ended; something was not awaited')
    try {
      return await work(connection)
    } catch (error) {
      // The database has already dropped the transaction: what came after would be committed on its own.
      if (isDeadlock(error)) current.failure ??= error
      throw error
    }
  }
  const manager = (
    sequelize as unknown as {
      connectionManager: { getConnection(options: object): Promise<unknown>; releaseConnection(connection: unknown): void }
    }
  ).connectionManager
  const connection = await manager.getConnection(isRead ? { type: 'SELECT' } : {})
  try {
    return await work(connection)
  } finally {
    manager.releaseConnection(connection)
  }
}

/** The database gave up one of two transactions that waited for each other; running it again is safe and likely to succeed. */
export function isDeadlock(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ER_LOCK_DEADLOCK' || code === 'ER_LOCK_WAIT_TIMEOUT' || code === 'ER_CHECKREAD' || code === 'SQLITE_BUSY'
}

/** A unique key refused the row. */
export function isDuplicate(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** The database cannot be reached (as opposed to: it answered with an error). */
export function isDatabaseAway(error: unknown): boolean {
  const name = (error as { name?: string })?.name ?? ''
  return (
    /^Sequelize(Connection|HostNot|AccessDenied|InvalidConnection)/.test(name) ||
    AWAY.has(codeOf(error)) ||
    // a connection that was lost earlier in the same request; the driver gives this no code
    /when connection is in closed state/.test((error as { message?: string })?.message ?? '')
  )
}

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CONNECTION_KILLED',
  'ER_SERVER_SHUTDOWN',
  'database.busy',
])

function codeOf(error: unknown): string {
  const e = error as { code?: string; parent?: { code?: string }; original?: { code?: string } } | null
  return e?.parent?.code ?? e?.original?.code ?? e?.code ?? ''
}

/** One row by id within the caller's brands; a row without a brand is the group's, for who sees all of it. Throws thing.notFound. */
export async function findIn<M extends Model>(ctx: Ctx, model: ModelStatic<M>, id: number): Promise<M> {
  const brands = 'brandId' in model.rawAttributes ? brandScope(ctx) : null
  const row = await model.findOne({ where: { id } as unknown as WhereOptions<Attributes<M>> })
  const brandId = (row as { brandId?: number | null } | null)?.brandId ?? null
  if (!row || (brands && (brandId === null || !brands.includes(brandId)))) throw notFound(nounOf(model), id)
  return row
}

/** Inserts a row; when its unique key is taken, reads the one that is there. The second value says which happened. */
export async function takeOnce<M extends Model>(
  model: ModelStatic<M>,
  unique: Partial<Attributes<M>>,
  defaults: Partial<CreationAttributes<M>> = {},
): Promise<[row: M, isNew: boolean]> {
  try {
    return [await model.create({ ...unique, ...defaults } as unknown as CreationAttributes<M>), true]
  } catch (error) {
    if (!isDuplicate(error)) throw error
    const row = await model.findOne({ where: unique as WhereOptions<Attributes<M>> })
    if (!row) throw error
    return [row, false]
  }
}

/** The row, locked until the transaction ends; null when there is none. */
export async function locked<M extends Model>(model: ModelStatic<M>, where: WhereOptions<Attributes<M>>): Promise<M | null> {
  const { transaction: current } = mustBeInTransaction()
  return model.findOne({ where, lock: current.LOCK.UPDATE })
}

export async function pingDatabase(): Promise<void> {
  await sequelize.query('SELECT 1', { type: 'SELECT' as never })
}

export async function closeDatabase(): Promise<void> {
  await sequelize.close()
  if (dialect === 'sqlite') unlockDataDir(config.dataDir)
}

/** `coupon_batches` -> `couponBatch`, as error details name it. */
function nounOf(model: ModelStatic<Model>): string {
  return model.name
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|ss|x)es$/, '$1')
    .replace(/s$/, '')
}
