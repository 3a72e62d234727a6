import { type Condition, groupWords, Rule, sentenceOf } from '@banyan/shared'
import { useCall } from '../api/hooks.ts'
import { currentLocale } from '../i18n.ts'
import { fieldLabel } from '../selection/groups.ts'
import { type ClientRule, isGroup } from '../selection/types.ts'
import '../selection/rule.css'

/** The rule as sentences, in the words of the contract: the same that explain uses. */
export function RuleText({ rule }: { rule: ClientRule }) {
  const catalogue = useCall('selection.catalogue', {}, { staleTime: 300_000 })
  const tags = useCall('tags.list', { pageSize: 200 }, { staleTime: 60_000 })
  const segments = useCall('segments.list', { pageSize: 200 }, { staleTime: 60_000 })
  const catalogued = (name: string) => catalogue.data?.tracks.find(one => one.name === name)
  const names = {
    language: currentLocale(),
    tag: (id: number) => tags.data?.items.find(tag => tag.id === id)?.name ?? `#${id}`,
    segment: (id: number) => segments.data?.items.find(one => one.id === id)?.name ?? `#${id}`,
    track: (name: string) => fieldLabel(catalogued(name)) ?? name,
    property: (track: string, key: string) => fieldLabel(catalogued(track)?.properties.find(one => one.key === key)) ?? key,
  }
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
