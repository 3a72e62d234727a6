import { z } from 'zod'
import { type Reader, say, type Words } from '../language.ts'
import type { RuleNames } from './operator.ts'
import { anniversary } from './operators/anniversary.ts'
import { consent } from './operators/consent.ts'
import { date } from './operators/date.ts'
import { flag } from './operators/flag.ts'
import { list } from './operators/list.ts'
import { location } from './operators/location.ts'
import { number } from './operators/number.ts'
import { type ClientRelatedCondition, type RelatedCondition, related, relatedShape } from './operators/related.ts'
import { segment } from './operators/segment.ts'
import { sequence } from './operators/sequence.ts'
import { tag } from './operators/tag.ts'
import { text } from './operators/text.ts'
import { tracks } from './operators/tracks.ts'

/** The catalogue of conditions. A new kind: one file here, one in the server, one in the admin. */
const plain = { text, number, date, anniversary, flag, list, location, tag, tracks, sequence, segment, consent }
export const operators = {
  ...plain,
  get related() {
    return related
  },
}
export type OperatorKind = keyof typeof operators
export type ConditionOf<K extends OperatorKind> = K extends keyof typeof plain
  ? z.output<(typeof plain)[K]['shape']>
  : RelatedCondition

const PlainCondition = z.discriminatedUnion('kind', [
  text.shape,
  number.shape,
  date.shape,
  anniversary.shape,
  flag.shape,
  list.shape,
  location.shape,
  tag.shape,
  tracks.shape,
  sequence.shape,
  segment.shape,
  consent.shape,
])
export type Condition = z.output<typeof PlainCondition> | RelatedCondition
export type ClientCondition = z.input<typeof PlainCondition> | ClientRelatedCondition

export const RULE_DEPTH_MAX = 8
export const RULE_CONDITIONS_MAX = 100
/** Groups count too: one that is empty asks nothing, and still has to be read. */
export const RULE_PARTS_MAX = 400

/** all: every one of them; any: at least one; none: not one. Of nothing: all and none are everybody, any is nobody. */
export type RuleGroup = { kind: 'all' | 'any' | 'none'; rules: Rule[] }
export type Rule = RuleGroup | Condition
/** As it is sent: instants are text, defaults may be left out. */
export type ClientRule = { kind: 'all' | 'any' | 'none'; rules: ClientRule[] } | ClientCondition

/** A rule without the limits on the whole. */
export const RuleNode: z.ZodType<Rule, ClientRule> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['all', 'any', 'none']), rules: z.array(RuleNode).max(RULE_CONDITIONS_MAX) }),
    ...PlainCondition.options,
    relatedShape,
  ]),
) as z.ZodType<Rule, ClientRule>

/** A whole rule tree; nested to depth 8, 100 conditions in all, 400 with the groups. */
export const Rule: z.ZodType<Rule, ClientRule> = RuleNode.refine(rule => depthOf(rule) <= RULE_DEPTH_MAX, {
  message: 'nested deeper than 8',
})
  .refine(rule => allConditionsOf(rule).length <= RULE_CONDITIONS_MAX, { message: 'more than 100 conditions' })
  .refine(rule => partCountOf(rule) <= RULE_PARTS_MAX, { message: 'more than 400 groups and conditions' })

export function isGroup(rule: Rule): rule is RuleGroup {
  return rule.kind === 'all' || rule.kind === 'any' || rule.kind === 'none'
}

/** A condition alone is depth 0, a group of conditions 1; a rule about related subjects counts from where it stands. */
export function depthOf(rule: Rule): number {
  if (isGroup(rule)) return 1 + Math.max(0, ...rule.rules.map(depthOf))
  return rule.kind === 'related' ? 1 + depthOf(rule.rule) : 0
}

/** The conditions about the subject itself; those about related ones stay inside theirs. */
export function conditionsOf(rule: Rule): Condition[] {
  return isGroup(rule) ? rule.rules.flatMap(conditionsOf) : [rule]
}

/** Every condition, those about related subjects too. */
export function allConditionsOf(rule: Rule): Condition[] {
  return conditionsOf(rule).flatMap(condition =>
    condition.kind === 'related' ? [condition, ...allConditionsOf(condition.rule)] : [condition],
  )
}

/** Groups and conditions, wherever they stand. */
export function partCountOf(rule: Rule): number {
  if (isGroup(rule)) return rule.rules.reduce((sum, part) => sum + partCountOf(part), 1)
  return rule.kind === 'related' ? 1 + partCountOf(rule.rule) : 1
}

const GROUP: Record<RuleGroup['kind'], Words> = {
  all: ['同时满足', 'All of'],
  any: ['满足任意一项', 'Any of'],
  none: ['都不满足', 'None of'],
}

export function groupWords(reader: Reader, kind: RuleGroup['kind']): string {
  return say(reader, ...GROUP[kind])
}

/** A condition as a sentence: "过去 90 天内支付订单至少 2 次", "Paid an order in the last 90 days at least 2 times". */
export function sentenceOf(condition: Condition, names: RuleNames): string {
  const { sentence } = operators[condition.kind] as { sentence: (condition: Condition, names: RuleNames) => string }
  return sentence(condition, names)
}

/** A whole rule in one line, for summaries. */
export function ruleWords(rule: Rule, names: RuleNames): string {
  if (!isGroup(rule)) return sentenceOf(rule, names)
  const parts = rule.rules.map(part =>
    isGroup(part) && part.rules.length > 1 ? `(${ruleWords(part, names)})` : ruleWords(part, names),
  )
  if (parts.length === 0) return rule.kind === 'any' ? say(names, '没有人', 'nobody') : say(names, '所有人', 'everybody')
  if (rule.kind === 'all') return parts.join(say(names, '，且', ' and '))
  const any = parts.join(say(names, '，或', ' or '))
  return rule.kind === 'any' ? any : say(names, `不满足（${any}）`, `not (${any})`)
}
