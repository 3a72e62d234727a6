/**
 * 圈选: one rule tree, one compiler, and the facts that rules read. Later modules write their facts down with `putFacts`; segments, tags and
 * reports ask who a rule selects. Every answer is exact at the instant of its scope.
 */
import { selection } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { selectionCatalogue } from './catalogue.ts'

export { carriers } from './carriers.ts'
export { type Choice, fieldChoices } from './choices.ts'
export { factsChanged } from './facts-changed.ts'
export { clickhouseMigrations, migrations } from './migrations.ts'
export { readsOf } from './operators.ts'
export { putFacts, putTagFacts } from './put-facts.ts'
export { rebuildFacts as rebuild } from './rebuild.ts'
export { type Scope, scopeOf } from './scope.ts'
export {
  countPeople,
  differenceTo,
  explainPerson,
  IDS_AT_ONCE,
  isTimeDependent,
  nextChangeOfRule,
  selectAmong,
  selectPeople,
  storeEverybody,
} from './select-people.ts'
export { jobs, workers } from './store-facts.ts'
export { mirrorPeople, subscribers } from './subscribers.ts'

export const routes = serve(selection, { 'selection.catalogue': selectionCatalogue })
