import { Rule } from '@banyan/shared'
import { groupedRule } from './rule-tree.ts'
import type { ClientGroup, ClientRule } from './types.ts'

export type Pasted = { rule: ClientGroup; problems: [] } | { rule: null; problems: { path: string; reason: string }[] }

const PROBLEMS_MAX = 8

export const ruleJson = (rule: ClientRule): string => JSON.stringify(rule, null, 2)

/** A rule from text: what the contract takes, or every reason why it does not, with the path of each. */
export function pastedRule(text: string): Pasted {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    return { rule: null, problems: [{ path: 'rule', reason: error instanceof Error ? error.message : String(error) }] }
  }
  const parsed = Rule.safeParse(given)
  if (parsed.success) return { rule: groupedRule(given as ClientRule), problems: [] }
  const problems = parsed.error.issues.flatMap(issue => flat(issue)).slice(0, PROBLEMS_MAX)
  return { rule: null, problems }
}

type Issue = { path: PropertyKey[]; message: string; errors?: Issue[][] }

/** Of a choice between shapes, the complaint of the shape that came furthest says most. */
function flat(issue: Issue, within: PropertyKey[] = []): { path: string; reason: string }[] {
  const path = [...within, ...issue.path]
  const closest = (issue.errors ?? []).toSorted((a, b) => deepest(b) - deepest(a))[0]
  if (closest?.length) return closest.flatMap(one => flat(one, path))
  return [{ path: ['rule', ...path].join('.'), reason: issue.message }]
}

const deepest = (issues: Issue[]): number => Math.max(0, ...issues.map(issue => issue.path.length)) - issues.length / 100
