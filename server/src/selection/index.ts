/**
 * 圈选: one rule tree, one compiler, and the facts that rules read. Later modules write their facts down with `putFacts`; segments, tags and
 * reports ask who a rule selects. Every answer is exact at the instant of its scope.
 */
import { selection } from '@banyan/shared'
import { serve } from '../core/index.ts'
import { selectionCatalogue } from './catalogue.ts'
import { subscribers as subjectSubscribers } from './mirror-subjects.ts'
import { subscribers as peopleSubscribers } from './subscribers.ts'

export { asOf } from './as-of.ts'
export { noteAsked } from './asked-conditions.ts'
export { carriers } from './carriers.ts'
export { hasCaughtUp } from './caught-up.ts'
export { complaintOf, tagsNamed, unknownTagIn } from './check-rule.ts'
export { type Choice, choicesOf, fieldChoices, nameOfValue } from './choices.ts'
export { concernedBy } from './concerned.ts'
export { type Estimated, estimatePeople, populationSize } from './estimate-people.ts'
export { factsChanged } from './facts-changed.ts'
export { fewOf } from './few-people.ts'
export { inIds } from './id-list.ts'
export { jobs, workers } from './jobs.ts'
export { type Computed, measurePeople, type QuintileCuts, quintileCuts, readsOfComputation } from './measure-people.ts'
export { clickhouseMigrations, migrations } from './migrations.ts'
export { movedPeople } from './moved-since.ts'
export { readsOf } from './operators.ts'
export { countPlaces, type PlaceCounts, type Placed, type Places, placePeople } from './place-people.ts'
export { AGES, type FactProfile, type FactShares, profileFacts, profileNames } from './profile-facts.ts'
export { putFacts, putStoreFacts, putTagFacts } from './put-facts.ts'
export { type FactValue, factsOf } from './read-facts.ts'
export { rebuildSelection as rebuild } from './rebuild.ts'
export { ruleNames } from './rule-names.ts'
export { mustFit, type StandsOn, watchRules } from './rule-watch.ts'
export { EVERYBODY } from './rule-writer.ts'
export { samplePeople } from './sample-people.ts'
export { ofStoresSql, type Scope, scopeOf, storeFact } from './scope.ts'
export {
  type Counted,
  countPeople,
  explainPerson,
  IDS_AT_ONCE,
  isTimeDependent,
  nextChangesOfRules,
  selectAmong,
  selectByMany,
  selectPeople,
} from './select-people.ts'
export { type Measured, shapeOf as aggregateOf } from './set-key.ts'
export { type Asked, differencesTo, storeEverybody } from './stored-members.ts'
export { buildSet, buildValues, dropOldSets, forgetStoredSets, freshSets, storableIn } from './stored-sets.ts'
export {
  declareTagFields,
  fieldIn,
  type KindField,
  kindOf,
  PEOPLE,
  readsPattern,
  relatedKind,
  type SubjectKind,
  type SubjectKinds,
  subjectFact,
  subjectKinds,
  type TagField,
} from './subject-kind.ts'
export { mirrorPeople } from './subscribers.ts'

export const routes = serve(selection, { 'selection.catalogue': selectionCatalogue })
export const subscribers = [...peopleSubscribers, ...subjectSubscribers]
