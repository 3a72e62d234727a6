import { isGroup, type Rule, type Window } from '@banyan/shared'
import { rangeOf } from './window-range.ts'

/**
 * The rule as it would have been asked at a past instant: what came later is cut off. Tracks keep their time for ever, so the answer is exact; facts, tags and
 * consents have no past, and neither has a window that begins with whatever was latest: null.
 */
export function asOf(rule: Rule, at: Date, zone: string): Rule | null {
  if (isGroup(rule)) {
    const rules = rule.rules.map(part => asOf(part, at, zone))
    return rules.includes(null) ? null : { kind: rule.kind, rules: rules as Rule[] }
  }
  if (rule.kind === 'tracks') return rule.since ? null : { ...rule, window: cutAt(rule.window, at, zone) }
  return rule.kind === 'sequence' ? { ...rule, window: cutAt(rule.window, at, zone) } : null
}

function cutAt(window: Window, at: Date, zone: string): Window {
  const { from, to } = rangeOf(window, at, zone)
  return { type: 'absolute', from, to: to && to < at ? to : at }
}
