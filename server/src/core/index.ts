/** What every module may use: config, clock, ctx, errors, http, database, stores, events, work, secrets. Knows no business. */

export type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize'
export { col, fn, literal, Model, Op } from 'sequelize'
export type { Carrier } from './carrier.ts'
export * from './clock.ts'
export * from './config.ts'
export * from './ctx.ts'
export * from './each.ts'
export * from './errors.ts'
export { type AppParts, closeServer, createApp, listen } from './http/app.ts'
export * from './http/chain.ts'
export * from './http/serve.ts'
export type { StaticSite } from './http/static.ts'
export * from './language.ts'
export * from './log.ts'
export * from './metrics.ts'
export { migrations } from './migrations.ts'
export type { ModuleParts } from './module-parts.ts'
export * from './outbound.ts'
export * from './secrets.ts'
export * from './sort.ts'
export * from './stores/clickhouse.ts'
export * from './stores/clickhouse-cluster.ts'
export { big, bool, id, instant, int, json, longText, real, ref, snake, table, text } from './stores/columns.ts'
export {
  afterCommit,
  closeDatabase,
  dialect,
  findIn,
  inTransaction,
  isDatabaseAway,
  isDeadlock,
  isDuplicate,
  locked,
  mustBeInTransaction,
  outsideTransaction as withoutTransaction,
  pingDatabase,
  savepoint,
  sequelize,
  takeOnce,
  transaction,
} from './stores/database.ts'
export * from './stores/migrate.ts'
export * from './stores/redis.ts'
export { RowSum } from './stores/row-sum.ts'
export * from './stores/sql.ts'
export * from './work/dead-letters.ts'
export * from './work/events.ts'
export * from './work/schedule.ts'
export * from './work/tasks.ts'
export * from './work/worker.ts'
