import { type ClientRule, isGroup } from './types.ts'

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
  if (rule.kind === 'list') return isEmpty(rule.is) ? 1 : 0
  if (rule.kind === 'tracks')
    return isEmpty(rule.is) || hasEmptyFilter(rule.filters) || hasEmptyFilter(rule.since?.filters) ? 1 : 0
  if (rule.kind === 'sequence') return rule.steps.some(step => hasEmptyFilter(step.filters)) ? 1 : 0
  // Having any at all is a whole condition: what they must be like may be left open.
  if (rule.kind === 'related') return emptyConditions(rule.rule)
  return 0
}

function hasEmptyFilter(filters: { is: object }[] | undefined): boolean {
  return (filters ?? []).some(filter => isEmpty(filter.is))
}

function isEmpty(is: object): boolean {
  if ('values' in is) return (is.values as unknown[]).length === 0
  return 'value' in is && is.value === ''
}
