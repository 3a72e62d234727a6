import { type Condition, groupWords, Rule, sentenceOf } from '@banyan/shared'
import { type ClientRule, isGroup } from '../selection/types.ts'
import { useRuleNames } from '../selection/use-names.ts'
import '../selection/rule.css'

/** The rule as sentences, in the words of the contract: the same that explain uses. */
export function RuleText({ rule, typeId }: { rule: ClientRule; typeId: number | null }) {
  const names = useRuleNames(rule, typeId)
  return <Lines rule={rule} names={names} depth={0} />
}

function Lines({ rule, names, depth }: { rule: ClientRule; names: Parameters<typeof sentenceOf>[1]; depth: number }) {
  if (!isGroup(rule)) {
    const parsed = Rule.safeParse(rule)
    return <div>{parsed.success ? sentenceOf(parsed.data as Condition, names) : rule.kind}</div>
  }
  return (
    <div className={`by-rule-group depth-${depth % 4}`}>
      <div className="by-small by-soft">{groupWords(names, rule.kind)}</div>
      <div className="by-stack-s" style={{ paddingTop: 4 }}>
        {rule.rules.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is shown whole and never reorders
          <Lines key={index} rule={one} names={names} depth={depth + 1} />
        ))}
      </div>
    </div>
  )
}
