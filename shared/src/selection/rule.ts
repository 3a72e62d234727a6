import { z } from 'zod'
import { type Reader, say, type Words } from '../language.ts'
import type { RuleNames } from './operator.ts'
import { anniversary } from './operators/anniversary.ts'
import { consent } from './operators/consent.ts'
import { date } from './operators/date.ts'
import { flag } from './operators/flag.ts'
import { number } from './operators/number.ts'
import { segment } from './operators/segment.ts'
import { tag } from './operators/tag.ts'
import { text } from './operators/text.ts'
import { tracks } from './operators/tracks.ts'

/** The catalogue of conditions. A new kind: one file here, one in the server, one in the admin. */
export const operators = { text, number, date, anniversary, flag, tag, tracks, segment, consent }
export type OperatorKind = keyof typeof operators
export type ConditionOf<K extends OperatorKind> = z.output<(typeof operators)[K]['shape']>

export const Condition = z.discriminatedUnion('kind', [
  text.shape,
  number.shape,
  date.shape,
  anniversary.shape,
  flag.shape,
  tag.shape,
  tracks.shape,
  segment.shape,
  consent.shape,
])
export type Condition = z.output<typeof Condition>

export const RULE_DEPTH_MAX = 8
export const RULE_CONDITIONS_MAX = 100

/** all: every one of them; any: at least one; none: not one. Of nothing: all and none are everybody, any is nobody. */
export type RuleGroup = { kind: 'all' | 'any' | 'none'; rules: Rule[] }
export type Rule = RuleGroup | Condition
/** As it is sent: instants are text, defaults may be left out. */
export type ClientRule = { kind: 'all' | 'any' | 'none'; rules: ClientRule[] } | z.input<typeof Condition>

const RuleNode: z.ZodType<Rule, ClientRule> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['all', 'any', 'none']), rules: z.array(RuleNode).max(RULE_CONDITIONS_MAX) }),
    ...Condition.options,
  ]),
) as z.ZodType<Rule, ClientRule>

/** A whole rule tree; nested to depth 8, 100 conditions in all. */
export const Rule: z.ZodType<Rule, ClientRule> = RuleNode.refine(rule => depthOf(rule) <= RULE_DEPTH_MAX, {
  message: 'nested deeper than 8',
}).refine(rule => conditionsOf(rule).length <= RULE_CONDITIONS_MAX, { message: 'more than 100 conditions' })

export function isGroup(rule: Rule): rule is RuleGroup {
  return rule.kind === 'all' || rule.kind === 'any' || rule.kind === 'none'
}

/** A condition alone is depth 0, a group of conditions 1. */
export function depthOf(rule: Rule): number {
  return isGroup(rule) ? 1 + Math.max(0, ...rule.rules.map(depthOf)) : 0
}

export function conditionsOf(rule: Rule): Condition[] {
  return isGroup(rule) ? rule.rules.flatMap(conditionsOf) : [rule]
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
