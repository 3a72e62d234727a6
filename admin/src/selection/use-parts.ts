import { useCall } from '../api/hooks.ts'
import { useRested } from '../app/palette.tsx'
import { emptyConditions } from './rule-check.ts'
import type { ClientGroup } from './types.ts'

/** A rule is asked about when it has rested this long: an answer is there within 300 ms of the last change. */
const REST_MS = 120

/** How many a rule holds now, fast; an unfinished rule is not asked about. Asked twice for one rule, it is one call. */
export function useEstimate(rule: ClientGroup, typeId: number | null) {
  const asked = JSON.parse(useRested(JSON.stringify(rule), REST_MS)) as ClientGroup
  return useCall(
    'segments.estimate',
    { rule: asked, ...(typeId ? { typeId } : {}) },
    { enabled: asked.rules.length > 0 && emptyConditions(asked) === 0, keepPrevious: true, retry: false },
  )
}

/** What each part of a group holds by itself, while the answer is of the group as it stands. */
export function useParts(rule: ClientGroup, typeId: number | null): { parts: number[]; population: number } | undefined {
  const { data, isPlaceholderData } = useEstimate(rule, typeId)
  const isWhole = emptyConditions(rule) === 0 && data?.parts.length === rule.rules.length && !isPlaceholderData
  return isWhole && data ? { parts: data.parts, population: data.population } : undefined
}
