import { type Condition, Rule, sentenceOf } from '@banyan/shared'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { type ClientRule, isGroup } from '../selection/types.ts'
import '../selection/rule.css'

/** The rule as sentences, in the words of the contract: the same that explain uses. */
export function RuleText({ rule }: { rule: ClientRule }) {
  const catalogue = useCall('selection.catalogue', {}, { staleTime: 300_000 })
  const tags = useCall('tags.list', { pageSize: 200 }, { staleTime: 60_000 })
  const segments = useCall('segments.list', { pageSize: 200 }, { staleTime: 60_000 })
  const names = {
    tag: (id: number) => tags.data?.items.find(tag => tag.id === id)?.name ?? `#${id}`,
    segment: (id: number) => segments.data?.items.find(one => one.id === id)?.name ?? `#${id}`,
    track: (name: string) => catalogue.data?.tracks.find(one => one.name === name)?.zh ?? name,
    property: (track: string, key: string) =>
      catalogue.data?.tracks.find(one => one.name === track)?.properties.find(one => one.key === key)?.zh ?? key,
  }
  return <Lines rule={rule} names={names} depth={0} />
}

function Lines({ rule, names, depth }: { rule: ClientRule; names: Parameters<typeof sentenceOf>[1]; depth: number }) {
  if (!isGroup(rule)) {
    const parsed = Rule.safeParse(rule)
    return <div>{parsed.success ? sentenceOf(parsed.data as Condition, names) : rule.kind}</div>
  }
  const word = { all: t('同时满足', 'All of'), any: t('满足任意一项', 'Any of'), none: t('都不满足', 'None of') }[rule.kind]
  return (
    <div className={`by-rule-group depth-${depth % 4}`}>
      <div className="by-small by-soft">{word}</div>
      <div className="by-stack-s" style={{ paddingTop: 4 }}>
        {rule.rules.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is shown whole and never reorders
          <Lines key={index} rule={one} names={names} depth={depth + 1} />
        ))}
      </div>
    </div>
  )
}
