import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Sequelize } from 'sequelize'
import { StoreError } from './store-error.ts'

/**
 * The embedded relational store: `libsql` (synchronous, prebuilt) behind Sequelize's sqlite dialect, which expects the callback API of
 * `sqlite3`. Sequelize opens a connection for every transaction and concurrent writers then fail with SQLITE_BUSY, so here there is
 * one writer, used by one transaction or one statement after another, and one reader beside it.
 */
export type SqliteRunResult = { lastID: number; changes: number }

type LibsqlStatement = {
  reader: boolean
  run(params: unknown): { changes: number; lastInsertRowid: number }
  all(params: unknown): Record<string, unknown>[]
}
type LibsqlDatabase = {
  inTransaction: boolean
  prepare(sql: string): LibsqlStatement
  exec(sql: string): void
  close(): void
}

const STATEMENTS_MAX = 400
/** Longer statements are almost always one-off lists of literals: keeping them would only push out the useful ones. */
const CACHED_SQL_MAX = 20_000
const WRITER_WAIT_MS = 30_000
const DDL = /^\s*(create|alter|drop|reindex|vacuum)\b/i
const TABLE_INFO = /^PRAGMA table_info\(/

/** Every connection's cached statements are dropped when any of them changes the schema. */
let schemaVersion = 0

/** One connection with the part of sqlite3's API that Sequelize calls, and the synchronous calls that our own SQL uses. */
export class SqliteConnection {
  uuid: string | undefined
  readonly filename: string
  private readonly db: LibsqlDatabase
  private readonly statements = new Map<string, LibsqlStatement>()
  private readonly tableInfo = new Map<string, Record<string, unknown>[]>()
  private seenSchemaVersion = schemaVersion

  constructor(filename: string, isReader: boolean) {
    this.filename = filename
    this.db = openLibsql(filename)
    this.db.prepare('PRAGMA journal_mode = WAL').all([])
    for (const pragma of [
      'synchronous = NORMAL',
      'foreign_keys = ON',
      'case_sensitive_like = ON',
      'cache_size = -32000',
      'temp_store = MEMORY',
      `query_only = ${isReader ? 'ON' : 'OFF'}`,
    ]) {
      this.db.exec(`PRAGMA ${pragma}`)
    }
  }

  get inTransaction(): boolean {
    return this.db.inTransaction
  }

  runSync(sql: string, params?: unknown): SqliteRunResult {
    const { changes, lastInsertRowid } = this.use(sql, statement => statement.run(boundOf(params)))
    this.noticeSchemaChange(sql)
    return { changes, lastID: Number(lastInsertRowid) }
  }

  allSync(sql: string, params?: unknown): Record<string, unknown>[] {
    const rows = this.use(sql, statement => {
      if (statement.reader) return statement.all(boundOf(params))
      statement.run(boundOf(params))
      return []
    })
    for (const row of rows)
      for (const key in row) if (row[key] instanceof ArrayBuffer) row[key] = Buffer.from(row[key] as ArrayBuffer)
    this.noticeSchemaChange(sql)
    return rows
  }

  /** sqlite3: `this` of the callback carries lastID and changes. */
  run(sql: string, params: unknown, done?: (this: object, error: unknown) => void): this {
    return this.answer(
      () => this.runSync(sql, params),
      (result, error) => done?.call(result ? Object.assign(new Statement(), result) : new Statement(), error),
    )
  }

  all(sql: string, params: unknown, done?: (this: object, error: unknown, rows?: unknown[]) => void): this {
    if (typeof params === 'function') return this.all(sql, [], params as typeof done)
    return this.answer(
      () => (TABLE_INFO.test(sql) ? this.describe(sql) : this.allSync(sql, params)),
      (rows, error) => done?.call(new Statement(), error, rows ?? undefined),
    )
  }

  exec(sql: string, done?: (error: unknown) => void): this {
    const work = () => {
      this.db.exec(sql)
      this.noticeSchemaChange(sql)
    }
    return this.answer(work, (_, error) => done?.(error))
  }

  serialize(callback: () => void): void {
    callback()
  }

  close(done?: (error: unknown) => void): void {
    this.statements.clear()
    this.db.close()
    done?.(null)
  }

  private answer<T>(work: () => T, done: (result: T | null, error: unknown) => void): this {
    let result: T | null = null
    let failure: unknown = null
    try {
      result = work()
    } catch (error) {
      failure = error
    }
    done(result, failure)
    return this
  }

  /** Sequelize asks for the column types before every select; the answer changes only with the schema. */
  private describe(sql: string): Record<string, unknown>[] {
    this.forgetStaleStatements()
    const known = this.tableInfo.get(sql)
    if (known) return known
    const rows = this.allSync(sql)
    if (rows.length > 0) this.tableInfo.set(sql, rows)
    return rows
  }

  private use<T>(sql: string, work: (statement: LibsqlStatement) => T): T {
    this.forgetStaleStatements()
    let statement = this.statements.get(sql)
    // Taken out while it runs: a statement that failed half-way is never used again.
    if (statement) this.statements.delete(sql)
    else statement = this.db.prepare(sql)
    const result = work(statement)
    if (sql.length <= CACHED_SQL_MAX && !DDL.test(sql)) {
      this.statements.set(sql, statement)
      if (this.statements.size > STATEMENTS_MAX) this.statements.delete(this.statements.keys().next().value as string)
    }
    return result
  }

  private forgetStaleStatements(): void {
    if (this.seenSchemaVersion === schemaVersion) return
    this.statements.clear()
    this.tableInfo.clear()
    this.seenSchemaVersion = schemaVersion
  }

  private noticeSchemaChange(sql: string): void {
    if (DDL.test(sql)) schemaVersion += 1
  }
}

/** Sequelize recognises an insert's result by this class name. */
class Statement {}

/** What libsql can bind: it takes every number for a float (text columns would hold "5.0") and aborts the process on a boolean. */
export function bindable(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value
    case 'boolean':
      return value ? 1n : 0n
    case 'undefined':
      return null
    case 'object':
      return value instanceof Date ? sqliteTime(value) : value
    default:
      return value
  }
}

/** The text form in which Sequelize keeps an instant in SQLite. */
export function sqliteTime(at: Date): string {
  return `${at.toISOString().slice(0, 23).replace('T', ' ')} +00:00`
}

function boundOf(params: unknown): unknown {
  if (params === undefined || params === null) return []
  if (Array.isArray(params)) return params.map(bindable)
  // Named parameters: sqlite3 names them `$1`, libsql wants `1`.
  return Object.fromEntries(Object.entries(params as object).map(([key, value]) => [key.replace(/^\$/, ''), bindable(value)]))
}

function openLibsql(filename: string): LibsqlDatabase {
  mkdirSync(dirname(filename), { recursive: true })
  let Libsql: new (path: string, options: object) => LibsqlDatabase
  try {
    Libsql = createRequire(import.meta.url)('libsql')
  } catch (cause) {
    throw new StoreError(
      'database.missingDriver',
      'the embedded database needs the optional package "libsql"; install it, or set DATABASE_URL=mysql://...',
      cause,
    )
  }
  return new Libsql(filename, { timeout: 5 })
}

/** For Sequelize's `dialectModule`; it never opens a connection itself, see useOneWriter. */
export const sqliteDialectModule = { OPEN_READWRITE: 2, OPEN_CREATE: 4, Database: SqliteConnection }

type ManagerLike = {
  getConnection(options?: { type?: string; lock?: unknown }): Promise<unknown>
  releaseConnection(connection: unknown): void
  destroyConnection?(connection: unknown): Promise<void>
  close(): Promise<void>
}

/** Replaces Sequelize's connections by one writer and one reader. Selects outside a transaction read beside a running one. */
export function useOneWriter(sequelize: Sequelize, filename: string, beforeOpen: () => void): void {
  const manager = (sequelize as unknown as { connectionManager: ManagerLike }).connectionManager
  const queue = new TurnQueue(WRITER_WAIT_MS)
  let writer: SqliteConnection | null = null
  let reader: SqliteConnection | null = null

  manager.getConnection = async options => {
    // The writer opens first: it creates the file and turns on WAL.
    if (!writer) beforeOpen()
    writer ??= new SqliteConnection(filename, false)
    reader ??= new SqliteConnection(filename, true)
    if (options?.type === 'SELECT') return reader
    await queue.enter()
    return writer
  }
  manager.releaseConnection = connection => {
    if (connection !== writer || !writer) return
    if (writer.inTransaction) writer.runSync('ROLLBACK')
    queue.leave()
  }
  manager.destroyConnection = async connection => manager.releaseConnection(connection)
  manager.close = async () => {
    await queue.enter()
    reader?.close()
    writer?.close()
    reader = null
    writer = null
    queue.leave()
  }
}

/** First come, first served. A turn that never comes is a deadlock in our own code, and is said so instead of hanging for ever. */
class TurnQueue {
  private isTaken = false
  private readonly waiting: (() => void)[] = []
  private readonly waitMs: number

  constructor(waitMs: number) {
    this.waitMs = waitMs
  }

  enter(): Promise<void> {
    if (!this.isTaken) {
      this.isTaken = true
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(turn), 1)
        reject(new StoreError('database.busy', `the embedded database's writer was not free for ${this.waitMs / 1000} s`))
      }, this.waitMs)
      this.waiting.push(turn)
    })
  }

  leave(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.isTaken = false
  }
}
