import { z } from 'zod'
import { Id } from '../../kernel.ts'
import { say } from '../../language.ts'
import { AttributeKey } from '../../subjects/attributes.ts'
import { NumberCompare, numberCompareWords } from '../compare.ts'
import type { RuleOperator } from '../operator.ts'
import { type ClientRule, isGroup, type Rule, RuleNode, ruleWords } from '../rule.ts'

/**
 * Subjects that a relation joins. `typeId` is the type that defines it: with end `out` the rule asks of what the relation leads to (a vehicle's owner), with `in` of the things
 * that lead here (a person's vehicles).
 */
export const RelationPath = z.object({
  typeId: Id,
  relation: AttributeKey,
  end: z.enum(['out', 'in']),
  role: z.string().max(20).optional(),
})
export type RelationPath = z.output<typeof RelationPath>

/** any: at least one; none: not one; every: all of at least one. `count` compares how many; of nothing it is 0. */
export const RelatedTest = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['any', 'none', 'every']) }),
  z.object({ op: z.literal('count'), is: NumberCompare }),
])
export type RelatedTest = z.output<typeof RelatedTest>

/** Written out, because a rule holds it and it holds a rule. */
export interface RelatedCondition {
  kind: 'related'
  path: RelationPath
  test: RelatedTest
  /** What is asked of the others; negation in it is over each of them. */
  rule: Rule
}
export interface ClientRelatedCondition {
  kind: 'related'
  path: RelationPath
  test: RelatedTest
  rule: ClientRule
}

export const relatedShape = z.object({
  kind: z.literal('related'),
  path: RelationPath,
  test: RelatedTest,
  rule: z.lazy((): z.ZodType => RuleNode),
})

export const related: RuleOperator<z.ZodType<RelatedCondition, ClientRelatedCondition>> = {
  zh: '关联主体',
  shape: relatedShape as unknown as z.ZodType<RelatedCondition, ClientRelatedCondition>,
  sentence: ({ path, test, rule }, names) => {
    const known = names.related?.(path)
    const what = [known ? say(names, known.zh, known.en || known.zh) : path.relation, path.role].filter(Boolean).join(' · ')
    const isAnything = isGroup(rule) && rule.rules.length === 0
    const inner = isAnything
      ? ''
      : say(names, `（${ruleWords(rule, known?.names ?? names)}）`, ` (${ruleWords(rule, known?.names ?? names)})`)
    if (test.op === 'count')
      return say(
        names,
        `${what}${inner}的数量${numberCompareWords(names, test.is)}`,
        `Number of ${what}${inner} ${numberCompareWords(names, test.is)}`,
      )
    return {
      any: say(names, `有${what}${inner}`, `Has ${what}${inner}`),
      none: say(names, `没有${what}${inner}`, `Has no ${what}${inner}`),
      every: say(names, `每个${what}都${inner}`, `Every ${what}${inner}`),
    }[test.op]
  },
}
