import {
  allConditionsOf,
  conditionsOf,
  depthOf,
  inSegmentWords,
  isGroup,
  RULE_CONDITIONS_MAX,
  RULE_DEPTH_MAX,
  RULE_PARTS_MAX,
  type Rule,
} from '@banyan/shared'
import { type Ctx, notFound, refused } from '../core/index.ts'
import {
  complaintOf,
  readsOf,
  relatedKind,
  type Scope,
  type SubjectKind,
  type SubjectKinds,
  subjectFact,
  subjectKinds,
  tagsNamed,
  unknownTagIn,
} from '../selection/index.ts'
import { tagsById } from '../tags/index.ts'
import { trackPlan } from '../tracking/index.ts'
import { ruleOfRow, type SegmentRow, usable } from './segment.ts'

export type Resolved = {
  /** Every dynamic segment replaced by its rule; static ones stay. */
  rule: Rule
  /** Of what it asks: a subject type, 0 for people; and the types that it may lead to. */
  typeId: number
  kinds: SubjectKinds
  reads: string[]
  refersTo: number[]
  /** Every segment whose rule is in it, those that they refer to as well. */
  standsOn: number[]
  /** Nodes that stand for a segment, for explanations. */
  labels: Map<Rule, string>
}

/** The scope for what a resolved rule asks about. */
export function asking(scope: Scope, { typeId, kinds }: Pick<Resolved, 'typeId' | 'kinds'>): Scope {
  return { ...scope, kinds, ...(typeId === 0 ? {} : { typeId }) }
}

/** Rules of referred segments may nest, so the whole may be deeper than what one person may write. */
const WHOLE_DEPTH_MAX = RULE_DEPTH_MAX * 3
const WHOLE_CONDITIONS_MAX = RULE_CONDITIONS_MAX * 2
/** Looked at while the tree grows: segments of segments of segments multiply. */
const WHOLE_PARTS_MAX = RULE_PARTS_MAX * 2

/**
 * The rule as it is computed. Checks that everything it names exists within the caller's brands and that segments do not refer to each
 * other in a circle. `ownId` is the segment whose rule it is. Throws selection.* refusals.
 */
export async function resolveRule(ctx: Ctx, rule: Rule, ownId: number | null = null, typeId = 0): Promise<Resolved> {
  const labels = new Map<Rule, string>()
  const kinds = await subjectKinds(ctx)
  const kind = kinds.get(typeId)
  if (!kind) throw notFound('subjectType', typeId)
  await mustExist(ctx, rule, kind, kinds)
  const found = new Map<number, SegmentRow | undefined>()
  const whole = await inline({ ctx, kinds, labels, found, partCount: 0 }, rule, kind, ownId === null ? [] : [ownId])
  if (allConditionsOf(whole).length > WHOLE_CONDITIONS_MAX || depthOf(whole) > WHOLE_DEPTH_MAX)
    throw refused('selection.tooLarge', { field: 'rule', path: 'rule' })
  return {
    rule: whole,
    typeId,
    kinds,
    reads: [
      ...new Set([
        ...(typeId === 0 ? [] : [`fact:${subjectFact(typeId, 'exists')}`]),
        ...conditionsOf(whole).flatMap(condition => readsOf(condition, kind, kinds)),
      ]),
    ],
    refersTo: [
      ...new Set(allConditionsOf(rule).flatMap(condition => (condition.kind === 'segment' ? [condition.segmentId] : []))),
    ],
    standsOn: [...found.keys()],
    labels,
  }
}

type Inlining = {
  ctx: Ctx
  kinds: SubjectKinds
  labels: Map<Rule, string>
  found: Map<number, SegmentRow | undefined>
  partCount: number
}

/** `inside`: the segments that we are in. `at`: where in the rule that was asked. */
async function inline(of: Inlining, rule: Rule, kind: SubjectKind, inside: readonly number[], at = 'rule'): Promise<Rule> {
  of.partCount += 1
  if (of.partCount > WHOLE_PARTS_MAX) throw refused('selection.tooLarge', { field: 'rule', path: at })
  if (isGroup(rule)) {
    const rules: Rule[] = []
    for (const [n, part] of rule.rules.entries()) rules.push(await inline(of, part, kind, inside, `${at}.rules.${n}`))
    return { kind: rule.kind, rules }
  }
  if (rule.kind === 'related') {
    const other = relatedKind(of.kinds, kind, rule.path)
    return other ? { ...rule, rule: await inline(of, rule.rule, other, inside, `${at}.rule`) } : rule
  }
  if (rule.kind !== 'segment') return rule
  if (inside.includes(rule.segmentId)) throw refused('selection.cycle', { field: 'rule', path: at, segmentId: rule.segmentId })
  const found = await segmentIn(of, rule.segmentId)
  if (!found || Number(found.type_id) !== kind.typeId)
    throw refused('selection.unknownSegment', { field: 'rule', path: at, segmentId: rule.segmentId })
  const label = inSegmentWords(of.ctx, found.name, rule.isIn)
  const inner = found.kind === 'static' ? null : ruleOfRow(found)
  const node: Rule = inner
    ? { kind: rule.isIn ? 'all' : 'none', rules: [await inline(of, inner, kind, [...inside, rule.segmentId], at)] }
    : { ...rule }
  of.labels.set(node, label)
  return node
}

/** Asked once, however often the tree names it. */
async function segmentIn(of: Inlining, segmentId: number): Promise<SegmentRow | undefined> {
  if (!of.found.has(segmentId)) of.found.set(segmentId, (await usable(of.ctx, [segmentId]))[0])
  return of.found.get(segmentId)
}

/** A saved segment as a rule: its own, or its stored list. */
export async function resolveSegment(ctx: Ctx, segment: SegmentRow): Promise<Resolved> {
  const typeId = Number(segment.type_id)
  const rule = segment.kind === 'static' ? null : ruleOfRow(segment)
  if (rule) return resolveRule(ctx, rule, segment.id, typeId)
  const list: Rule = { kind: 'segment', segmentId: segment.id, isIn: true }
  return {
    rule: list,
    typeId,
    kinds: await subjectKinds(ctx),
    reads: [`segment:${segment.id}`],
    refersTo: [],
    standsOn: [],
    labels: new Map([[list, inSegmentWords(ctx, segment.name, true)]]),
  }
}

async function mustExist(ctx: Ctx, rule: Rule, kind: SubjectKind, kinds: SubjectKinds): Promise<void> {
  const complaint = complaintOf(rule, kind, { tracks: await trackPlan(), kinds })
  if (complaint) throw refused(complaint.code, { field: 'rule', path: complaint.path, name: complaint.name })
  const known = await tagsById(ctx, tagsNamed(rule))
  const unknown = unknownTagIn(rule, new Set(known.map(tag => tag.id)))
  if (unknown) throw refused('selection.unknownTag', { field: 'rule', ...unknown })
}
