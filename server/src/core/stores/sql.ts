import mysql2 from 'mysql2'
import { refused } from '../errors.ts'
import { snake } from './columns.ts'
import { dialect, withConnection } from './database.ts'
import { type SqliteConnection, sqliteTime } from './sqlite.ts'

/** A piece of SQL with its values beside it. Made only by the `sql` tag, so a value can never become SQL. */
export class Sql {
  readonly text: string
  readonly params: readonly unknown[]

  constructor(text: string, params: readonly unknown[]) {
    this.text = text
    this.params = params
  }
}

/** An `IN` list of nothing, in words that SQLite, MariaDB and MySQL all read. */
const EMPTY_LIST = 'SELECT 1 FROM (SELECT 1 AS x) AS none_at_all WHERE 1 = 0'

/**
 * sql`SELECT id FROM coupons WHERE status = ${status} AND id IN ${ids}`: values are bound, an array becomes a list, another piece of
 * SQL is put in as it is. Write what SQLite, MariaDB 10.6 and MySQL 8 all understand.
 */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  let text = strings[0] ?? ''
  const params: unknown[] = []
  values.forEach((value, at) => {
    const after = strings[at + 1] ?? ''
    if (value instanceof Sql) {
      text += value.text
      params.push(...value.params)
    } else if (Array.isArray(value)) {
      const list = value.length === 0 ? EMPTY_LIST : value.map(() => '?').join(', ')
      const hasBrackets = /\(\s*$/.test(text) && /^\s*\)/.test(after)
      text += hasBrackets ? list : `(${list})`
      params.push(...value)
    } else {
      text += '?'
      params.push(value)
    }
    text += after
  })
  return new Sql(text, params)
}

/** A table's or column's name that is chosen at run time; letters, digits and _ only. */
sql.id = (name: string): Sql => {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`not a name: ${name}`)
  return new Sql(`\`${name}\``, [])
}
/** SQL that our own code wrote; never from outside. */
sql.raw = (text: string): Sql => new Sql(text, [])
sql.join = (parts: readonly Sql[], separator = ', '): Sql =>
  new Sql(
    parts.map(part => part.text).join(separator),
    parts.flatMap(part => part.params),
  )
/** All parts with AND; true when there is none. */
sql.and = (parts: readonly Sql[]): Sql =>
  parts.length === 0
    ? sql.raw('1 = 1')
    : sql.join(
        parts.map(part => new Sql(`(${part.text})`, part.params)),
        ' AND ',
      )

type MysqlResult = { affectedRows: number; insertId: number; warningStatus: number }
type MysqlConnection = { query(text: string, params: unknown[], done: (error: unknown, result: unknown) => void): void }

/** Where a list by time goes on: before an instant, and with `below` also with what is of that very instant and has a smaller id. */
export type Cursor = { before: Date; below?: string | null }

/** The rows behind a cursor of a list that is ordered by `at` and then `id`, both descending. */
export function behind(at: Sql, id: Sql, { before, below }: Cursor): Sql {
  return below ? sql`(${at} < ${before} OR (${at} = ${before} AND ${id} < ${Number(below)}))` : sql`${at} < ${before}`
}

/** The rows of a select, columns named as written in it. Instants come as Date, booleans as 0 or 1, JSON as text. */
export async function rows<T extends object>(query: Sql): Promise<T[]> {
  const isRead = /^\s*(select|with)\b/i.test(query.text) && !/\bfor update\b/i.test(query.text)
  return withConnection(isRead, async connection => {
    if (dialect === 'mysql') return (await queryMysql(connection as MysqlConnection, query.text, query.params)) as T[]
    const text = query.text.replace(/\bfor update(\s+skip locked|\s+nowait)?/gi, '')
    return (connection as SqliteConnection).allSync(text, query.params).map(withDates) as T[]
  })
}

/** The first row, or null. */
export async function row<T extends object>(query: Sql): Promise<T | null> {
  return (await rows<T>(query))[0] ?? null
}

/** Changes rows; answers how many it matched. */
export async function run(query: Sql): Promise<number> {
  return withConnection(false, async connection => {
    if (dialect === 'sqlite') return (connection as SqliteConnection).runSync(query.text, query.params).changes
    return ((await queryMysql(connection as MysqlConnection, query.text, query.params)) as unknown as MysqlResult).affectedRows
  })
}

/** Compare-and-set: exactly one row must change, else the refusal is thrown. */
export async function changeOne(update: Sql, refusalCode: string, detail?: Record<string, unknown>): Promise<void> {
  if ((await run(update)) !== 1) throw refused(refusalCode, detail)
}

export type Row = Record<string, unknown>
/** With `newerBy` a row is only written over by one whose number in that column is as high or higher: order of arrival does not matter. */
export type OnDuplicate = 'error' | 'ignore' | { update: readonly string[]; newerBy?: string }

const ROWS_PER_INSERT_MAX = 500
const VARIABLES_MAX = 30_000
/** Well under the smallest common max_allowed_packet (16 MB), escapes and all. */
const CHARACTERS_PER_INSERT_MAX = 2_000_000

/**
 * Inserts many rows with few statements. Keys are attribute names or column names; every row has the keys of the first, and what is
 * left out takes the database's default. Objects and arrays are written as JSON. Write rows in id order: that avoids deadlocks.
 * Answers how many rows were new ('error', 'ignore'); with `update` only that it worked, since the databases count differently.
 */
export async function bulkInsert(
  table: string,
  list: readonly Row[],
  options: { onDuplicate?: OnDuplicate } = {},
): Promise<number> {
  const keys = Object.keys(list[0] ?? {})
  if (list.length === 0) return 0
  let inserted = 0
  let writing: Promise<Inserted> | null = null
  for (const part of partsOf(list, keys, rowsPerInsert(keys))) {
    // Written out while the database takes in the one before, and sent only when that has succeeded.
    const write = insertPart(table, keys, part.params, part.count, options.onDuplicate ?? 'error')
    if (writing) inserted += (await writing).count
    writing = write()
    writing.catch(() => undefined) // whoever awaits it next hears of it
  }
  return inserted + ((await writing)?.count ?? 0)
}

/** Inserts rows, leaving alone those whose unique key is taken. Answers how many were new. */
export function insertIgnore(table: string, rowOrRows: Row | readonly Row[]): Promise<number> {
  return bulkInsert(table, Array.isArray(rowOrRows) ? rowOrRows : [rowOrRows as Row], { onDuplicate: 'ignore' })
}

/** Inserts rows; where the unique key is taken, writes the named columns (default: all given) into the row that is there. */
export async function upsert(table: string, rowOrRows: Row | readonly Row[], update?: readonly string[]): Promise<void> {
  const list = Array.isArray(rowOrRows) ? (rowOrRows as readonly Row[]) : [rowOrRows as Row]
  await bulkInsert(table, list, { onDuplicate: { update: update ?? Object.keys(list[0] ?? {}) } })
}

/** Inserts one row; answers its new id. */
export async function insertOne(table: string, values: Row): Promise<number> {
  const keys = Object.keys(values)
  const write = insertPart(
    table,
    keys,
    keys.map(key => storable(values[key])),
    1,
    'error',
  )
  return (await write()).lastId
}

/**
 * Inserts rows with few statements; answers their new ids, in the order of the rows. A statement whose number of rows is known gets ids one after another,
 * on SQLite (one writer) as on MySQL and MariaDB in every lock mode; between them lies what the server says (more than 1 where several servers write).
 */
export async function insertMany(table: string, list: readonly Row[]): Promise<number[]> {
  const keys = Object.keys(list[0] ?? {})
  if (list.length === 0) return []
  const ids: number[] = []
  const step = await idStep()
  for (const { params, count } of partsOf(list, keys, rowsPerInsert(keys))) {
    const { lastId } = await insertPart(table, keys, params, count, 'error')()
    // MySQL tells the first id of a statement, SQLite the last.
    const first = dialect === 'mysql' ? lastId : lastId - count + 1
    for (let at = 0; at < count; at += 1) ids.push(first + at * step)
  }
  return ids
}

let knownStep: number | null = null

async function idStep(): Promise<number> {
  if (dialect === 'sqlite') return 1
  knownStep ??= Number((await row<{ step: number }>(sql`SELECT @@auto_increment_increment AS step`))?.step ?? 1)
  return knownStep
}

const rowsPerInsert = (keys: readonly string[]): number =>
  Math.max(1, Math.min(ROWS_PER_INSERT_MAX, Math.floor(VARIABLES_MAX / keys.length)))

function* partsOf(
  list: readonly Row[],
  keys: readonly string[],
  perInsert: number,
): Generator<{ params: unknown[]; count: number }> {
  let params: unknown[] = []
  let count = 0
  let characters = 0
  for (const values of list) {
    for (const key of keys) {
      const value = storable(values[key])
      if (typeof value === 'string') characters += value.length
      else if (Buffer.isBuffer(value)) characters += value.length * 2
      params.push(value)
    }
    count += 1
    if (count < perInsert && characters < CHARACTERS_PER_INSERT_MAX) continue
    yield { params, count }
    params = []
    count = 0
    characters = 0
  }
  if (count > 0) yield { params, count }
}

type Inserted = { count: number; lastId: number }

/** Makes the statement; the answer sends it. */
function insertPart(
  table: string,
  keys: readonly string[],
  params: unknown[],
  count: number,
  onDuplicate: OnDuplicate,
): () => Promise<Inserted> {
  const columns = keys.map(key => sql.id(snake(key)).text)
  const one = `(${keys.map(() => '?').join(',')})`
  const values = new Array(count).fill(one).join(',')
  const into = `${sql.id(table).text} (${columns.join(',')}) VALUES ${values}`
  if (dialect === 'sqlite') {
    const text = `INSERT INTO ${into}${sqliteConflict(table, onDuplicate)}`
    return () =>
      withConnection(false, connection => {
        const result = (connection as SqliteConnection).runSync(text, params)
        return { count: result.changes, lastId: result.lastID }
      })
  }
  const isIgnored = onDuplicate === 'ignore'
  const tail = typeof onDuplicate === 'object' ? mysqlUpdate(onDuplicate) : ''
  const text = mysql2.format(
    `INSERT ${isIgnored ? 'IGNORE ' : ''}INTO ${into}${tail}`,
    params.map(mysqlValue) as (string | number | Buffer | null)[],
  )
  return () =>
    withConnection(false, async connection => {
      const result = (await queryMysql(connection as MysqlConnection, text, [])) as unknown as MysqlResult
      if (isIgnored && result.warningStatus > 0) await refuseOtherWarnings(connection as MysqlConnection)
      return { count: result.affectedRows, lastId: result.insertId }
    })
}

/** INSERT IGNORE also turns a text that is too long, or a missing value, into a warning; those are errors to us. */
async function refuseOtherWarnings(connection: MysqlConnection): Promise<void> {
  const warnings = (await queryMysql(connection, 'SHOW WARNINGS', [])) as { Code: number; Message: string }[]
  const other = warnings.find(warning => warning.Code !== 1062)
  if (other) throw Object.assign(new Error(other.Message), { code: `ER_${other.Code}` })
}

function sqliteConflict(table: string, onDuplicate: OnDuplicate): string {
  if (onDuplicate === 'error') return ''
  if (onDuplicate === 'ignore') return ' ON CONFLICT DO NOTHING'
  const { update, newerBy } = onDuplicate
  const newer = newerBy ? ` WHERE excluded.${column(newerBy)} >= ${sql.id(table).text}.${column(newerBy)}` : ''
  return ` ON CONFLICT DO UPDATE SET ${update.map(key => `${column(key)} = excluded.${column(key)}`).join(', ')}${newer}`
}

function mysqlUpdate({ update, newerBy }: { update: readonly string[]; newerBy?: string }): string {
  if (!newerBy) return ` ON DUPLICATE KEY UPDATE ${update.map(key => `${column(key)} = VALUES(${column(key)})`).join(', ')}`
  // Assigned from left to right, so the number that decides comes last.
  const others = [...update.filter(key => key !== newerBy), newerBy]
  const isNewer = `VALUES(${column(newerBy)}) >= ${column(newerBy)}`
  return ` ON DUPLICATE KEY UPDATE ${others.map(key => `${column(key)} = IF(${isNewer}, VALUES(${column(key)}), ${column(key)})`).join(', ')}`
}

const column = (key: string): string => sql.id(snake(key)).text

/** A value as a column keeps it. */
function storable(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || value instanceof Date || Buffer.isBuffer(value)) return value
  return JSON.stringify(value)
}

function queryMysql(connection: MysqlConnection, text: string, params: readonly unknown[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query(text, params.map(mysqlValue), (error, result) => (error ? reject(error) : resolve(result as Row[])))
  })
}

function mysqlValue(value: unknown): unknown {
  if (value === undefined) return null
  if (value instanceof Date) return sqliteTime(value).slice(0, 23)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value !== null && typeof value === 'object' && !Buffer.isBuffer(value)) return JSON.stringify(value)
  return value
}

const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+00:00$/

function withDates(found: Row): Row {
  for (const key in found) {
    const value = found[key]
    if (typeof value === 'string' && value.length === 30 && INSTANT.test(value))
      found[key] = new Date(value.replace(' ', 'T').replace(' +00:00', 'Z'))
  }
  return found
}
