import type { InputOf } from '@banyan/shared'
import { identity } from '@banyan/shared'
import { type Ctx, mustSeeBrand, outsideTransaction, refused, serve } from '../core/index.ts'
import { isOfOthers } from './from-outside.ts'
import { createBlocked, createType, listBlocked, listTypes, removeBlocked, updateType } from './manage-types.ts'
import { mergeOrPreview, unmergeOrPreview } from './merge-by-hand.ts'
import { getPerson, revealPerson, updatePerson } from './person-actions.ts'
import { personGraph } from './person-graph.ts'
import { resolve } from './resolve.ts'
import { getReview, listReviews, mergeReview, rejectReview } from './reviews.ts'

export const routes = serve(identity, {
  'identity.resolve': outsideTransaction(resolveForCaller),
  'identity.graph': personGraph,
  'identity.merge': mergeOrPreview,
  'identity.unmerge': unmergeOrPreview,
  'identityTypes.list': listTypes,
  'identityTypes.create': createType,
  'identityTypes.update': updateType,
  'blockedValues.list': listBlocked,
  'blockedValues.create': createBlocked,
  'blockedValues.remove': removeBlocked,
  'reviews.list': listReviews,
  'reviews.get': getReview,
  'reviews.merge': mergeReview,
  'reviews.reject': rejectReview,
  'people.get': getPerson,
  'people.update': updatePerson,
  'people.reveal': revealPerson,
})

/** From outside a brand may be named, but only one of the caller's. */
async function resolveForCaller(ctx: Ctx, input: InputOf<(typeof identity)['identity.resolve']>) {
  if (input.brandId !== undefined) mustSeeBrand(ctx, input.brandId)
  if (isOfOthers(ctx, input.identifiers)) throw refused('access.outOfScope', { field: 'identifiers' })
  return resolve(ctx, {
    identifiers: input.identifiers,
    source: input.source,
    ...(input.profile ? { profile: input.profile } : {}),
    ...(input.brandId === undefined ? {} : { brandId: input.brandId }),
    ...(input.occurredAt ? { occurredAt: input.occurredAt } : {}),
  })
}
