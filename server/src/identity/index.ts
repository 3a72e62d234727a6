/**
 * OneID: many identifiers, one person. Whoever meets a person calls `resolve`; everybody else keeps the id he gets and follows
 * merges through `canonicalIds` and the events below.
 */

export { allCarriers, carryRows, carryRowsBack, rowsCarrier, setCarriers } from './carriers.ts'
export { personCreated, personMerged, personMetBrand, personUnmerged, personUpdated } from './events.ts'
export { type FoundBy, findPeople, listPeople, peopleMeant, personByIdentifier, personOfPhone } from './find-people.ts'
export { isOfOthers, withoutGuessing } from './from-outside.ts'
export { groupBy } from './group-by.ts'
export { keyOf as identifierKey } from './identifier.ts'
export { seedIdentifierTypes as seed } from './identifier-types.ts'
export { type NamedIdentifier, peopleByIdentifiers } from './known-people.ts'
export { createBlocked } from './manage-types.ts'
export { mergeByHand } from './merge-by-hand.ts'
export { migrations } from './migrations.ts'
export { masked, normalise } from './normalise.ts'
export { carriers } from './own-carrier.ts'
export {
  brandsOf,
  briefOf,
  briefsOf,
  canonicalId,
  canonicalIds,
  countPeople,
  type HeldIdentifier,
  holdersOf,
  homesOf,
  identifiersOf,
  identifiersOfMany,
  inScope,
  inStores,
  keysOf,
  mustSeePerson,
  openidOf,
  openidsOf,
  peopleAfter,
  personName,
  personNames,
  phoneOf,
  visiblePeople,
} from './people.ts'
export { updateProfile } from './person-actions.ts'
export { decisionsOf, identifierViews } from './person-graph.ts'
export { type PersonStore, peopleOfStores, type StoreChange, setPersonStores, storesOfPeople } from './person-stores.ts'
export type { Profile } from './profile-fields.ts'
export { resolve } from './resolve.ts'
export { type ResolveCall, type Resolved, resolveMany, type Unresolved } from './resolve-many.ts'
export { countOpenReviews, openReviewIdsOf } from './reviews.ts'
export { routes } from './routes.ts'
export { unmerge } from './unmerge.ts'
export { nameless } from './words.ts'
