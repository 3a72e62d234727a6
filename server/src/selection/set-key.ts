import { createHash } from 'node:crypto'
import { Rule } from '@banyan/shared'
import type { Scope } from './scope.ts'

/** One name for a condition in some brands, however its parts are ordered: what is asked by several is computed and stored once. */
export function setKey(rule: Rule, { brands, zone }: Pick<Scope, 'brands' | 'zone'>): string {
  const ordered = brands && [...brands].sort((a, b) => a - b)
  return createHash('sha256')
    .update(JSON.stringify([sorted(Rule.encode(rule)), ordered, zone]))
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
