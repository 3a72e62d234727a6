import { platform } from '@banyan/shared'
import { outsideTransaction, serve } from '../core/index.ts'
import { createApiKey, listApiKeys, revokeApiKey } from './access/api-keys.ts'
import { createOperator, disableOperator, listOperators, updateOperator } from './access/operators.ts'
import { createRole, listRoles, removeRole, updateRole } from './access/roles.ts'
import { changePassword, me, signIn, signOut } from './access/sign-in.ts'
import { listAudit } from './audit/list-audit.ts'
import { listConnections, updateConnection } from './configuration/connections.ts'
import { listLimits, updateLimit } from './configuration/limits.ts'
import { getSetting, updateSetting } from './configuration/settings.ts'
import { exportFileRoute, linkToExport } from './exports/download.ts'
import { cancelExport, exportColumns, getExport, listExports, removeExport } from './exports/exports.ts'
import { cancelImport, getImport, listImports, previewImport, startImport } from './imports/imports.ts'
import { listImportKinds } from './imports/kinds.ts'
import { linkToRejects, listRejects, rejectsFileRoute } from './imports/rejects.ts'
import { uploadRoute } from './imports/upload.ts'
import { dismissDeadLetters, getDeadLetter, listDeadLetters, runDeadLettersAgain } from './operations/dead-letters.ts'
import { listWork } from './operations/running-work.ts'
import { createBrand, createStore, listBrands, listStores, updateBrand, updateStore } from './organisation.ts'

export const routes = serve(platform, {
  'auth.signIn': outsideTransaction(signIn),
  'auth.signOut': signOut,
  'auth.me': me,
  'auth.changePassword': outsideTransaction(changePassword),
  'operators.list': listOperators,
  'operators.create': createOperator,
  'operators.update': updateOperator,
  'operators.disable': disableOperator,
  'roles.list': listRoles,
  'roles.create': createRole,
  'roles.update': updateRole,
  'roles.remove': removeRole,
  'apiKeys.list': listApiKeys,
  'apiKeys.create': createApiKey,
  'apiKeys.revoke': revokeApiKey,
  'brands.list': listBrands,
  'brands.create': createBrand,
  'brands.update': updateBrand,
  'stores.list': listStores,
  'stores.create': createStore,
  'stores.update': updateStore,
  'settings.get': getSetting,
  'settings.update': updateSetting,
  'connections.list': listConnections,
  'connections.update': updateConnection,
  'limits.list': listLimits,
  'limits.update': updateLimit,
  'audit.list': listAudit,
  'imports.kinds': listImportKinds,
  'imports.list': listImports,
  'imports.get': getImport,
  'imports.preview': previewImport,
  'imports.start': startImport,
  'imports.cancel': cancelImport,
  'imports.rejects': listRejects,
  'imports.rejectsLink': linkToRejects,
  'exports.columns': exportColumns,
  'exports.list': listExports,
  'exports.get': getExport,
  'exports.cancel': cancelExport,
  'exports.remove': removeExport,
  'exports.link': linkToExport,
  'deadLetters.list': listDeadLetters,
  'deadLetters.get': getDeadLetter,
  'deadLetters.runAgain': runDeadLettersAgain,
  'deadLetters.dismiss': dismissDeadLetters,
  'work.list': listWork,
})

export const rawRoutes = [uploadRoute, rejectsFileRoute, exportFileRoute]
