import { createHash } from 'node:crypto'
import { Rule } from '@banyan/shared'
import type { Scope } from './scope.ts'

/** One name for a condition in some brands, however its parts are ordered: what is asked by several is computed and stored once. */
export function setKey(rule: Rule, scope: Scope): string {
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
    .update(JSON.stringify([sorted(Rule.encode(rule)), sorted(around)]))
    .digest('base64url')
    .slice(0, 22)
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
