import { allConditionsOf, type Rule } from '@banyan/shared'
import { type Ctx, refused } from '../core/index.ts'
import { asking, type Resolved, resolveRule } from '../segments/index.ts'
import { isTimeDependent, type Scope, scopeOf } from '../selection/index.ts'
import { readsThroughTags } from '../tags/index.ts'

const OWN_FACTS = ['fact:lifecycleStage', 'fact:lifecycleSince']

/** Rules as they are computed, with what they read and stand on. */
export type Checked = {
  rules: Rule[]
  scope: Scope
  reads: string[]
  standsOn: string[]
  isTimeDependent: boolean
}

/** Is a stage among what is read, directly or by way of tags? */
export async function readsStages(reads: readonly string[]): Promise<boolean> {
  const all = await readsThroughTags(reads)
  return OWN_FACTS.some(fact => all.has(fact))
}

/** Throws lifecycle.nameTaken. */
export function mustDiffer(names: readonly string[]): void {
  const taken = names.find((name, at) => names.indexOf(name) !== at)
  if (taken !== undefined) throw refused('lifecycle.nameTaken', { field: 'name', name: taken })
}

/** Checks that every rule asks something, that all it names is there, and that none asks for the stages themselves. Throws selection.*, lifecycle.emptyRule, lifecycle.cycle. */
export async function checkRules(ctx: Ctx, rules: readonly Rule[]): Promise<Checked> {
  const resolved: Resolved[] = []
  for (const [at, rule] of rules.entries()) {
    if (allConditionsOf(rule).length === 0) throw refused('lifecycle.emptyRule', { field: 'rule', at })
    const one = await resolveRule(ctx, rule)
    if (await readsStages(one.reads)) throw refused('lifecycle.cycle', { field: 'rule', at })
    resolved.push(one)
  }
  const reads = [...new Set(resolved.flatMap(one => one.reads))]
  const segments = resolved.flatMap(one => one.standsOn).map(id => `segment:${id}`)
  const tags = [...(await readsThroughTags(reads))].filter(read => read.startsWith('tag:'))
  const [first] = resolved
  const scope = first ? asking(scopeOf(ctx), first) : scopeOf(ctx)
  return {
    rules: resolved.map(one => one.rule),
    scope,
    reads,
    standsOn: [...new Set([...segments, ...tags])],
    isTimeDependent: resolved.some(one => isTimeDependent(one.rule, scope)),
  }
}
