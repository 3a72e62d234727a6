import { CallError, fieldErrorsOf, sentenceOf } from '../api/errors.ts'
import { ownerOf } from './rule-tree.ts'
import type { ClientGroup } from './types.ts'

/** What the server refused, at the conditions it named; empty when it named none of this rule. */
export function problemsOf(error: unknown, rule: ClientGroup): Map<string, string> {
  if (!(error instanceof CallError)) return new Map()
  const path = error.detail?.path
  const named = typeof path === 'string' ? { [path]: sentenceOf(error) } : fieldErrorsOf(error)
  return new Map(
    Object.entries(named).flatMap(([field, reason]) =>
      field === 'rule' || field.startsWith('rule.') ? [[ownerOf(rule, field), reason] as const] : [],
    ),
  )
}
