import { createHash } from 'node:crypto'
import { now } from '../clock.ts'
import { assert } from '../errors.ts'
import { log } from '../log.ts'
import { type Column, snake } from './columns.ts'
import { dialect, transaction, withConnection } from './database.ts'
import { insertOne, row, rows, run, type Sql, sql } from './sql.ts'
import { StoreError } from './store-error.ts'

export type Migration = { name: string; up(m: Migrator): Promise<void> }
export type TableKeys = { unique?: string[][]; index?: string[][] }

/** A step forward of the schema. Its name is kept for ever: never rename or edit one that has been released. */
export function migration(name: string, up: (m: Migrator) => Promise<void>): Migration {
  return { name, up }
}

/** What a migration may do. Every step may be repeated: MySQL commits each statement by itself, so a migration can stop half-way. */
export class Migrator {
  readonly dialect = dialect

  async create(table: string, columns: Record<string, Column>, keys: TableKeys = {}): Promise<void> {
    const lines = Object.entries(columns).map(([name, column]) => `\`${snake(name)}\` ${column.ddl[dialect]}`)
    if (dialect === 'mysql') {
      for (const { name, columns: list, isUnique } of keysOf(table, keys))
        lines.push(`${isUnique ? 'UNIQUE ' : ''}KEY \`${name}\` (${quoted(list)})`)
      await run(
        sql.raw(
          `CREATE TABLE IF NOT EXISTS \`${table}\` (${lines.join(', ')}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC`,
        ),
      )
      return
    }
    await run(sql.raw(`CREATE TABLE IF NOT EXISTS \`${table}\` (${lines.join(', ')})`))
    for (const key of keysOf(table, keys)) await this.createKey(table, key)
  }

  async addColumn(table: string, name: string, column: Column): Promise<void> {
    if ((await this.columnsOf(table)).includes(snake(name))) return
    await run(sql.raw(`ALTER TABLE \`${table}\` ADD COLUMN \`${snake(name)}\` ${column.ddl[dialect]}`))
  }

  /** Its indexes of its own go with it; one that it shares with other columns must be dropped before. */
  async dropColumn(table: string, name: string): Promise<void> {
    if (!(await this.columnsOf(table)).includes(snake(name))) return
    if (dialect === 'mysql') {
      await run(sql.raw(`ALTER TABLE \`${table}\` DROP COLUMN \`${snake(name)}\``))
      return
    }
    // SQLite drops no unique column: the table is made anew without it, its rows move, and ids go on where they were.
    const made = await rows<{ type: string; sql: string }>(
      sql`SELECT type, sql FROM sqlite_master WHERE tbl_name = ${table} AND sql IS NOT NULL`,
    )
    const old = made.find(one => one.type === 'table')?.sql ?? ''
    const line = `\`${snake(name)}\` [^,]+`
    const without = old.replace(new RegExp(`${line}, |, ${line}(?=\\)$)`), '')
    assert(without !== old, `the column ${name} of ${table} was not found where it was made`)
    const last = await row<{ seq: number }>(sql`SELECT seq FROM sqlite_sequence WHERE name = ${table}`)
    const kept = quoted((await this.columnsOf(table)).filter(one => one !== snake(name)))
    const anew = `${table}_anew`
    await run(sql.raw(without.replace(table, anew)))
    await run(sql.raw(`INSERT INTO \`${anew}\` (${kept}) SELECT ${kept} FROM \`${table}\``))
    await run(sql.raw(`DROP TABLE \`${table}\``))
    await run(sql.raw(`ALTER TABLE \`${anew}\` RENAME TO \`${table}\``))
    for (const index of made) if (index.type === 'index') await run(sql.raw(index.sql))
    if (last) {
      await run(sql`DELETE FROM sqlite_sequence WHERE name = ${table}`)
      await run(sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${last.seq})`)
    }
  }

  async addIndex(table: string, columns: string[], options: { unique?: boolean } = {}): Promise<void> {
    const [key] = keysOf(table, options.unique ? { unique: [columns] } : { index: [columns] })
    if (key) await this.createKey(table, key)
  }

  /** Any other statement; write it so that it may run twice. */
  async run(statement: string | Sql): Promise<number> {
    return run(typeof statement === 'string' ? sql.raw(statement) : statement)
  }

  private async createKey(table: string, { name, columns, isUnique }: Key): Promise<void> {
    if (dialect === 'mysql') {
      const found = await rows(
        sql`SELECT index_name AS n FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ${table} AND index_name = ${name} LIMIT 1`,
      )
      if (found.length > 0) return
    }
    await run(
      sql.raw(
        `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ${dialect === 'sqlite' ? 'IF NOT EXISTS ' : ''}\`${name}\` ON \`${table}\` (${quoted(columns)})`,
      ),
    )
  }

  private async columnsOf(table: string): Promise<string[]> {
    if (dialect === 'sqlite')
      return (await rows<{ name: string }>(sql.raw(`PRAGMA table_info(\`${table}\`)`))).map(column => column.name)
    return (
      await rows<{ n: string }>(
        sql`SELECT column_name AS n FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ${table}`,
      )
    ).map(column => column.n)
  }
}

type Key = { name: string; columns: string[]; isUnique: boolean }

function keysOf(table: string, keys: TableKeys): Key[] {
  const named = (columns: string[], isUnique: boolean): Key => {
    const list = columns.map(snake)
    const full = `${isUnique ? 'uq' : 'ix'}_${table}_${list.join('_')}`
    return {
      name: full.length <= 60 ? full : `${full.slice(0, 50)}_${createHash('sha256').update(full).digest('hex').slice(0, 8)}`,
      columns: list,
      isUnique,
    }
  }
  return [
    ...(keys.unique ?? []).map(columns => named(columns, true)),
    ...(keys.index ?? []).map(columns => named(columns, false)),
  ]
}

function quoted(columns: string[]): string {
  return columns.map(name => `\`${name}\``).join(', ')
}

const LOCK_SECONDS = 120

/**
 * Runs what has not run yet, in the list's order; answers the names of what it ran. Two processes may start at once: the second
 * waits for the first and finds nothing left to do.
 */
export async function runMigrations(list: readonly Migration[]): Promise<string[]> {
  const names = list.map(item => item.name)
  assert(
    new Set(names).size === names.length,
    `two migrations have one name: ${names.find((name, at) => names.indexOf(name) !== at)}`,
  )
  return dialect === 'sqlite' ? runPending(list) : withMysqlLock(() => runPending(list))
}

async function runPending(list: readonly Migration[]): Promise<string[]> {
  await run(
    sql.raw(
      `CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(120) NOT NULL PRIMARY KEY, ran_at ${dialect === 'sqlite' ? 'DATETIME' : 'DATETIME(3)'} NOT NULL)`,
    ),
  )
  const done = new Set((await rows<{ name: string }>(sql`SELECT name FROM migrations`)).map(found => found.name))
  const ran: string[] = []
  for (const item of list) {
    if (done.has(item.name)) continue
    const step = async () => {
      // Asked again inside: on SQLite two callers in one process take turns here.
      if (await row(sql`SELECT name FROM migrations WHERE name = ${item.name}`)) return false
      await item.up(new Migrator())
      await insertOne('migrations', { name: item.name, ranAt: now() })
      return true
    }
    // SQLite takes the whole migration back when it fails; MySQL commits every DDL statement by itself, hence the repeatable steps.
    const hasRun = await (dialect === 'sqlite' ? transaction(step) : step())
    if (!hasRun) continue
    log.debug({ migration: item.name }, 'migrated')
    ran.push(item.name)
  }
  return ran
}

type MysqlConnection = {
  query(text: string, params: unknown[], done: (error: unknown, result: { held: number | null }[]) => void): void
}

async function withMysqlLock<T>(work: () => Promise<T>): Promise<T> {
  return withConnection(false, async connection => {
    const ask = (text: string, params: unknown[]) =>
      new Promise<number | null>((resolve, reject) =>
        (connection as MysqlConnection).query(text, params, (error, result) =>
          error ? reject(error) : resolve(result[0]?.held ?? null),
        ),
      )
    // The lock's name is the server's, not the database's: it carries the database's name.
    const got = await ask(`SELECT GET_LOCK(CONCAT('banyan:', LEFT(DATABASE(), 50)), ?) AS held`, [LOCK_SECONDS])
    if (got !== 1) throw new StoreError('database.migrating', `another process has been migrating for ${LOCK_SECONDS} s`)
    try {
      return await work()
    } finally {
      await ask(`SELECT RELEASE_LOCK(CONCAT('banyan:', LEFT(DATABASE(), 50))) AS held`, [])
    }
  })
}
