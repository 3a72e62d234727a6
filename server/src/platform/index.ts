/**
 * Who may do what, where, and what happened: brands and stores, operators, roles, sessions, API keys, audit, settings,
 * connections to the platforms, their limits, imports and exports, dead letters. Knows nothing of people or members.
 */

export { mustSeeEverything } from './access/beyond-own.ts'
export { identify } from './access/identify.ts'
export { access, brandScope, session } from './access/links.ts'
export { createOperator } from './access/operators.ts'
export { rate } from './access/rate.ts'
export { createFirstOperator, roleIdOf } from './access/seed-roles.ts'
export { endSessionsOf, forgetSessions, openSession } from './access/sessions.ts'
export { mustBeWithin } from './access/within.ts'
export { audit, flushAudit, recordAudit } from './audit/audit.ts'
export { masked } from './audit/mask.ts'
export { carriers } from './carriers.ts'
export {
  type ActiveConnection,
  connectionById,
  connectionOf,
  connectionsOf,
  findConnection,
  updateConnection,
} from './configuration/connections.ts'
export type { LimitKey } from './configuration/known-limits.ts'
export { limitOf } from './configuration/limits.ts'
export { declareSetting, settingOf, updateSetting } from './configuration/settings.ts'
export { startExport } from './exports/exports.ts'
export { type Cell, type ExportField, type ExportKind, type ExportRow, exportKind } from './exports/kinds.ts'
export { gather } from './gather.ts'
export { idempotency } from './idempotency.ts'
export { previewImport, startImport } from './imports/imports.ts'
export { type ImportKind, type ImportRow, importKind, type Reject } from './imports/kinds.ts'
export { takeUpload } from './imports/upload.ts'
export { jobs } from './jobs.ts'
export { migrations } from './migrations.ts'
export { type RunningWorkFacts, workSource } from './operations/running-work.ts'
export {
  allBrands,
  type BrandFacts,
  brandOfId,
  createBrand,
  createStore,
  markAsDemo,
  type StoreFacts,
  storeOfId,
  storesByIds,
  storesOf,
} from './organisation.ts'
export { rawRoutes, routes } from './routes.ts'
export { seed } from './seed.ts'
export { workers } from './workers.ts'
