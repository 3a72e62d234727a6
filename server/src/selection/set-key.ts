import { createHash } from 'node:crypto'
import { type Condition, type ConditionOf, isTextCompare, Rule } from '@banyan/shared'
import type { Scope } from './scope.ts'

/** One name for a condition in some brands, however its parts are ordered: what is asked by several is computed and stored once. */
export function setKey(rule: Rule, scope: Scope, of: 'set' | 'values' = 'set'): string {
  // Neither the instant nor who is asked about is part of what a condition means.
  const {
    now: _now,
    candidates: _candidates,
    aliases: _aliases,
    ranges: _ranges,
    stores: _stores,
    kinds: _kinds,
    related: _related,
    brands,
    ...rest
  } = scope
  const around = { ...rest, brands: brands && [...brands].sort((a, b) => a - b) }
  return createHash('sha256')
    .update(JSON.stringify([of, sorted(Rule.encode(rule)), sorted(around)]))
    .digest('base64url')
    .slice(0, 22)
}

export type Measured = ConditionOf<'tracks'>

/** The aggregate of a condition, without what it is compared with; null where it is not a number of a subject by itself. */
export function shapeOf(condition: Condition): Measured | null {
  if (condition.kind !== 'tracks' || isTextCompare(condition.is) || condition.since) return null
  return { ...condition, is: { op: '=', value: 0 } }
}

export function valuesKey(shape: Rule, scope: Scope): string {
  return setKey(shape, scope, 'values')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}
