import { DataTypes, type InitOptions, type Model, type ModelAttributeColumnOptions, type ModelStatic } from 'sequelize'
import { assert } from '../errors.ts'
import { dialect, sequelize } from './database.ts'

/**
 * Columns are written once and serve twice: as attributes of a model (`Coupon.init({ ... }, table('coupons'))`) and in a migration
 * (`m.create('coupons', { ... })`). All are NOT NULL unless `{ null: true }`.
 */
export type ColumnOptions = { null?: boolean; default?: unknown; unique?: boolean }
export type Column = ModelAttributeColumnOptions<Model> & { ddl: { sqlite: string; mysql: string } }

/** Dense whole number given by the database: the primary key. */
export function id(): Column {
  return {
    type: dialect === 'sqlite' ? DataTypes.INTEGER : DataTypes.BIGINT,
    primaryKey: true,
    autoIncrement: true,
    allowNull: false,
    ddl: { sqlite: 'INTEGER PRIMARY KEY AUTOINCREMENT', mysql: 'BIGINT NOT NULL PRIMARY KEY AUTO_INCREMENT' },
  }
}

/** The id of another row, of this module or an earlier one. Modules are joined by ids, not by foreign keys. */
export const ref = (options: ColumnOptions = {}): Column => column(DataTypes.BIGINT, 'BIGINT', 'BIGINT', options)
export const int = (options: ColumnOptions = {}): Column => column(DataTypes.INTEGER, 'INTEGER', 'INT', options)
/** Whole numbers up to 2^53: fen, points, milliseconds. */
export const big = (options: ColumnOptions = {}): Column => column(DataTypes.BIGINT, 'BIGINT', 'BIGINT', options)
export const real = (options: ColumnOptions = {}): Column => column(DataTypes.DOUBLE, 'DOUBLE PRECISION', 'DOUBLE', options)
/** Text of at most `n` characters, compared by its bytes: ids are case-sensitive. */
export const text = (n: number, options: ColumnOptions = {}): Column =>
  column(DataTypes.STRING(n), `VARCHAR(${n})`, `VARCHAR(${n})`, options)
export const longText = (options: ColumnOptions = {}): Column => column(DataTypes.TEXT('long'), 'TEXT', 'LONGTEXT', options)
/** UTC, to the millisecond; a Date in code. */
export const instant = (options: ColumnOptions = {}): Column => column(DataTypes.DATE(3), 'DATETIME', 'DATETIME(3)', options)

/** true or false in models; 0 or 1 in raw SQL. */
export function bool(options: ColumnOptions = {}): Column {
  return {
    ...column(DataTypes.BOOLEAN, 'TINYINT(1)', 'TINYINT(1)', options),
    get(this: Model, key?: string) {
      const value = this.getDataValue(key as never) as unknown
      return value === null || value === undefined ? value : Boolean(value)
    },
  } as Column
}

/** Any JSON value, kept as text: SQLite, MariaDB and MySQL then agree. Models see the value, raw SQL sees the text. */
export function json<T = unknown>(options: Omit<ColumnOptions, 'default'> & { default?: T } = {}): Column {
  const stored = 'default' in options ? { ...options, default: JSON.stringify(options.default) } : options
  return {
    ...column(DataTypes.TEXT('long'), 'TEXT', 'LONGTEXT', stored),
    get(this: Model, key?: string) {
      const value = this.getDataValue(key as never) as unknown
      return typeof value === 'string' ? JSON.parse(value) : value
    },
    set(this: Model, value: unknown, key?: string) {
      this.setDataValue(key as never, (value === null || value === undefined ? value : JSON.stringify(value)) as never)
    },
  } as Column
}

/** Second argument of a model's `init`. Columns are snake_case, times are declared as columns where wanted. */
export function table<M extends Model>(name: string, options: { indexes?: InitOptions<M>['indexes'] } = {}): InitOptions<M> {
  return { sequelize, tableName: name, modelName: name, underscored: true, timestamps: false, ...options }
}

/** `claimedAt` -> `claimed_at`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

export function tableNameOf(model: ModelStatic<Model>): string {
  return String(model.getTableName())
}

function column(type: ModelAttributeColumnOptions['type'], sqlite: string, mysql: string, options: ColumnOptions): Column {
  const nullable = options.null ? '' : ' NOT NULL'
  const unique = options.unique ? ' UNIQUE' : ''
  const isSet = 'default' in options && options.default !== undefined
  const attribute: Column = {
    type,
    allowNull: options.null ?? false,
    ddl: {
      sqlite: `${sqlite}${nullable}${isSet ? ` DEFAULT ${literalOf(options.default)}` : ''}${unique}`,
      // MySQL takes a default for text only as an expression in brackets.
      mysql: `${mysql}${nullable}${isSet ? ` DEFAULT ${mysql === 'LONGTEXT' ? `(${literalOf(options.default)})` : literalOf(options.default)}` : ''}${unique}`,
    },
  }
  if (isSet) attribute.defaultValue = options.default
  // A row just created reads like one loaded: what was left out is null, never undefined.
  else if (options.null) attribute.defaultValue = null
  return attribute
}

function literalOf(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  assert(!String(value).includes('\\'), 'a default with a backslash reads differently in the two dialects')
  return `'${String(value).replaceAll("'", "''")}'`
}
