/**
 * Who may do what, where, and what happened: brands and stores, operators, roles, sessions, API keys, audit, settings,
 * connections to the platforms, their limits, imports, dead letters. Knows nothing of people or members.
 */
export { audit, flushAudit, recordAudit } from './audit/audit.ts'
export { masked } from './audit/mask.ts'
export { access, brandScope, session } from './access/links.ts'
export { identify } from './access/identify.ts'
export { endSessionsOf, forgetSessions, openSession } from './access/sessions.ts'
export { createFirstOperator, roleIdOf } from './access/seed-roles.ts'
export { createOperator } from './access/operators.ts'
export { idempotency } from './idempotency.ts'
export {
  allBrands,
  brandOfId,
  createBrand,
  createStore,
  storeOfId,
  storesByIds,
  storesOf,
  type BrandFacts,
  type StoreFacts,
} from './organisation.ts'
export { connectionById, connectionOf, connectionsOf, findConnection, updateConnection, type ActiveConnection } from './configuration/connections.ts'
export { declareSetting, settingOf, updateSetting } from './configuration/settings.ts'
export { limitOf } from './configuration/limits.ts'
export type { LimitKey } from './configuration/known-limits.ts'
export { importKind, type ImportKind, type ImportRow, type Reject } from './imports/kinds.ts'
export { workSource, type RunningWorkFacts } from './operations/running-work.ts'
export { migrations } from './migrations.ts'
export { jobs } from './jobs.ts'
export { rawRoutes, routes } from './routes.ts'
export { carriers } from './carriers.ts'
export { seed } from './seed.ts'
export { workers } from './workers.ts'
