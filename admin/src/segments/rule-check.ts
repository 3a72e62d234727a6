import { type ClientRule, isGroup } from '../selection/types.ts'

/** How many conditions still lack what they ask for; the estimate waits for them. An empty group inside is one of them. */
export function emptyConditions(rule: ClientRule, isRoot = true): number {
  if (isGroup(rule)) {
    if (rule.rules.length === 0) return isRoot ? 0 : 1
    return rule.rules.reduce((sum, one) => sum + emptyConditions(one, false), 0)
  }
  if (rule.kind === 'tag') return rule.tagIds.length === 0 ? 1 : 0
  if (rule.kind === 'segment') return rule.segmentId > 0 ? 0 : 1
  if (rule.kind === 'anniversary') return rule.is.op === 'months' && rule.is.months.length === 0 ? 1 : 0
  if (rule.kind === 'text') return isEmpty(rule.is) ? 1 : 0
  if (rule.kind === 'tracks') return isEmpty(rule.is) || (rule.filters ?? []).some(filter => isEmpty(filter.is)) ? 1 : 0
  return 0
}

function isEmpty(is: object): boolean {
  if ('values' in is) return (is.values as unknown[]).length === 0
  return 'value' in is && is.value === ''
}
