import { PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { t } from '../i18n.ts'
import { AddCondition } from './add-condition.tsx'
import { useBuilder, usePath } from './builder-context.ts'
import { Word } from './compare.tsx'
import { RuleItem } from './rule-item.tsx'
import { depthAt } from './rule-tree.ts'
import type { Catalogue, ClientGroup, ClientRule } from './types.ts'
import { useParts } from './use-parts.ts'

const groupKinds = (): readonly (readonly [ClientGroup['kind'], string])[] => [
  ['all', t('同时满足', 'All of')],
  ['any', t('满足任意一项', 'Any of')],
  ['none', t('都不满足', 'None of')],
]

/** Conditions that belong together; groups nest by indent and a bar of their own colour. */
export function RuleGroup({
  rule,
  onChange,
  catalogue,
}: {
  rule: ClientGroup
  onChange: (rule: ClientGroup) => void
  catalogue: Catalogue
}) {
  const path = usePath()
  const { move, dragged } = useBuilder()
  const parts = useParts(rule, catalogue.typeId)
  const depth = depthAt(path)
  const set = (index: number, next: ClientRule[]) => onChange({ ...rule, rules: rule.rules.toSpliced(index, 1, ...next) })
  const add = (next: ClientRule) => onChange({ ...rule, rules: [...rule.rules, next] })
  const takes = dragged !== null && dragged.typeId === catalogue.typeId
  return (
    <div className={`by-rule-group depth-${(depth - 1) % 4}`}>
      <div className="by-rule-head">
        <Word value={rule.kind} options={groupKinds()} onChange={kind => onChange({ ...rule, kind })} />
        <span className="by-soft by-small">{t('以下条件', 'these conditions')}</span>
      </div>
      <div className="by-rule-items">
        {rule.rules.map((one, index) => (
          <RuleItem
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no id; all state is in the rule itself
            key={index}
            rule={one}
            index={index}
            siblings={rule.rules.length}
            catalogue={catalogue}
            share={parts && { count: parts.parts[index] ?? 0, population: parts.population }}
            onReplace={next => set(index, next)}
          />
        ))}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a place to drop; the menu moves the same by keyboard */}
      <div
        className="by-rule-foot"
        onDragOver={event => takes && event.preventDefault()}
        onDrop={event => {
          if (!takes) return
          event.preventDefault()
          event.stopPropagation()
          move(dragged.path, { group: path, index: rule.rules.length })
        }}
      >
        <AddCondition
          catalogue={catalogue}
          onAdd={add}
          isFirst={rule.rules.length === 0 && depth === 1}
          canNest={depth + 2 <= catalogue.depthMax}
        />
        {depth < catalogue.depthMax && (
          <Dropdown
            trigger={['click']}
            menu={{ items: groupKinds().map(([kind, label]) => ({ key: kind, label, onClick: () => add({ kind, rules: [] }) })) }}
          >
            <Button size="small" type="text" icon={<PlusOutlined />}>
              {t('条件组', 'Group')}
            </Button>
          </Dropdown>
        )}
      </div>
    </div>
  )
}
