/** What every module may use: config, clock, ctx, errors, http, database, stores, events, work, secrets. Knows no business. */
export * from './clock.ts'
export * from './config.ts'
export * from './ctx.ts'
export * from './errors.ts'
export * from './log.ts'
export * from './metrics.ts'
export * from './outbound.ts'
export * from './secrets.ts'
export * from './http/serve.ts'
export * from './http/chain.ts'
export { closeServer, createApp, listen, type AppParts } from './http/app.ts'
export type { StaticSite } from './http/static.ts'
export { Model, Op, col, fn, literal } from 'sequelize'
export type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize'
export { bool, big, id, instant, int, json, longText, real, ref, snake, table, text } from './stores/columns.ts'
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
export * from './stores/sql.ts'
export * from './stores/migrate.ts'
export * from './stores/redis.ts'
export * from './stores/clickhouse.ts'
export * from './work/worker.ts'
export * from './work/events.ts'
export * from './work/tasks.ts'
export * from './work/schedule.ts'
export * from './work/dead-letters.ts'
export type { Carrier } from './carrier.ts'
export type { ModuleParts } from './module-parts.ts'
export { migrations } from './migrations.ts'
