import type { TagComputation } from '@banyan/shared'

export type ComputationKind = TagComputation['of']
export const COMPUTATIONS: readonly ComputationKind[] = [
  'count',
  'sum',
  'daysSince',
  'favourite',
  'last',
  'first',
  'rfm',
  'daysSinceField',
]

/** A computation of another kind that keeps what both have. */
export function newComputation(of: ComputationKind, before?: TagComputation): TagComputation {
  const on = {
    name: before && 'name' in before ? before.name : '',
    filters: before && 'filters' in before ? before.filters : [],
  }
  const property = { property: before && 'property' in before ? before.property : '' }
  const days = { days: before && 'days' in before ? before.days : 90 }
  switch (of) {
    case 'daysSince':
      return { of, ...on }
    case 'daysSinceField':
      return { of, field: '' }
    case 'count':
      return { of, ...on, ...days }
    case 'first':
    case 'last':
      return { of, ...on, ...property }
    case 'sum':
    case 'favourite':
      return { of, ...on, ...property, ...days }
    case 'rfm':
      return { of, ...on, ...property, days: before && 'days' in before ? before.days : 365 }
  }
}

export function isWhole(computation: TagComputation): boolean {
  if (computation.of === 'daysSinceField') return computation.field !== ''
  return computation.name !== '' && (!('property' in computation) || computation.property !== '')
}

/** Which properties a computation can be of. */
export function fitsKind(of: ComputationKind, kind: 'number' | 'text' | 'flag'): boolean {
  if (of === 'sum' || of === 'rfm') return kind === 'number'
  return of === 'favourite' ? kind === 'text' : true
}
