import {
  conditionsOf,
  depthOf,
  inSegmentWords,
  isGroup,
  isTextCompare,
  RULE_CONDITIONS_MAX,
  RULE_DEPTH_MAX,
  type Rule,
} from '@banyan/shared'
import { type Ctx, refused } from '../core/index.ts'
import { readsOf } from '../selection/index.ts'
import { tagsById } from '../tags/index.ts'
import { trackPlan } from '../tracking/index.ts'
import { ruleOfRow, type SegmentRow, usable } from './segment.ts'

export type Resolved = {
  /** Every dynamic segment replaced by its rule; static ones stay. */
  rule: Rule
  reads: string[]
  refersTo: number[]
  /** Nodes that stand for a segment, for explanations. */
  labels: Map<Rule, string>
}

/** Rules of referred segments may nest, so the whole may be deeper than what one person may write. */
const WHOLE_DEPTH_MAX = RULE_DEPTH_MAX * 3
const WHOLE_CONDITIONS_MAX = RULE_CONDITIONS_MAX * 2

/**
 * The rule as it is computed. Checks that everything it names exists within the caller's brands and that segments do not refer to each
 * other in a circle. `ownId` is the segment whose rule it is. Throws selection.* refusals.
 */
export async function resolveRule(ctx: Ctx, rule: Rule, ownId: number | null = null): Promise<Resolved> {
  const labels = new Map<Rule, string>()
  const whole = await inline(ctx, rule, ownId === null ? [] : [ownId], labels)
  const conditions = conditionsOf(whole)
  if (conditions.length > WHOLE_CONDITIONS_MAX || depthOf(whole) > WHOLE_DEPTH_MAX)
    throw refused('selection.tooLarge', { field: 'rule' })
  await mustExist(ctx, rule)
  return {
    rule: whole,
    reads: [...new Set(conditions.flatMap(readsOf))],
    refersTo: [...new Set(conditionsOf(rule).flatMap(condition => (condition.kind === 'segment' ? [condition.segmentId] : [])))],
    labels,
  }
}

async function inline(ctx: Ctx, rule: Rule, path: readonly number[], labels: Map<Rule, string>): Promise<Rule> {
  if (isGroup(rule)) {
    const rules: Rule[] = []
    for (const part of rule.rules) rules.push(await inline(ctx, part, path, labels))
    return { kind: rule.kind, rules }
  }
  if (rule.kind !== 'segment') return rule
  if (path.includes(rule.segmentId)) throw refused('selection.cycle', { field: 'rule', segmentId: rule.segmentId })
  const [found] = await usable(ctx, [rule.segmentId])
  if (!found) throw refused('selection.unknownSegment', { field: 'rule', segmentId: rule.segmentId })
  const label = inSegmentWords(ctx, found.name, rule.isIn)
  const inner = found.kind === 'static' ? null : ruleOfRow(found)
  const node: Rule = inner
    ? { kind: rule.isIn ? 'all' : 'none', rules: [await inline(ctx, inner, [...path, rule.segmentId], labels)] }
    : { ...rule }
  labels.set(node, label)
  return node
}

/** A saved segment as a rule: its own, or its stored list. */
export async function resolveSegment(ctx: Ctx, segment: SegmentRow): Promise<Resolved> {
  const rule = segment.kind === 'static' ? null : ruleOfRow(segment)
  if (rule) return resolveRule(ctx, rule, segment.id)
  const list: Rule = { kind: 'segment', segmentId: segment.id, isIn: true }
  return {
    rule: list,
    reads: readsOf(list as never),
    refersTo: [],
    labels: new Map([[list, inSegmentWords(ctx, segment.name, true)]]),
  }
}

async function mustExist(ctx: Ctx, rule: Rule): Promise<void> {
  const plan = await trackPlan()
  const tagIds = new Set<number>()
  for (const condition of conditionsOf(rule)) {
    if (condition.kind === 'tag') for (const tagId of condition.tagIds) tagIds.add(tagId)
    if (condition.kind !== 'tracks') continue
    if (!plan.has(condition.name)) throw refused('selection.unknownTrack', { field: 'rule', name: condition.name })
    if (isTextCompare(condition.is) && condition.measure.of !== 'first' && condition.measure.of !== 'last')
      throw refused('selection.textMeasure', { field: 'rule' })
  }
  const known = new Set((await tagsById(ctx, [...tagIds])).map(tag => tag.id))
  const unknown = [...tagIds].find(tagId => !known.has(tagId))
  if (unknown !== undefined) throw refused('selection.unknownTag', { field: 'rule', tagId: unknown })
}
