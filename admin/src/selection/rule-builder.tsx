import './rule.css'
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { AddCondition } from './add-condition.tsx'
import { Word } from './compare.tsx'
import { faces } from './operators.ts'
import type { Catalogue, ClientCondition, ClientGroup, ClientRule, OperatorFace, OperatorKind } from './types.ts'
import { isGroup } from './types.ts'

type Props = {
  rule: ClientGroup
  onChange: (rule: ClientGroup) => void
  catalogue: Catalogue
  /** How many each part of the root holds by itself. */
  parts?: number[]
  depth?: number
  onRemove?: () => void
}

const words = (): readonly (readonly [ClientGroup['kind'], string])[] => [
  ['all', t('同时满足', 'All of')],
  ['any', t('满足任意一项', 'Any of')],
  ['none', t('都不满足', 'None of')],
]

/** A sentence one edits; groups nest by indent and a bar of their own colour. */
export function RuleBuilder({ rule, onChange, catalogue, parts, depth = 0, onRemove }: Props) {
  const setAt = (index: number, next: ClientRule | null) =>
    onChange({
      ...rule,
      rules: next ? rule.rules.map((one, at) => (at === index ? next : one)) : rule.rules.filter((_, at) => at !== index),
    })
  const add = (next: ClientRule) => onChange({ ...rule, rules: [...rule.rules, next] })
  return (
    <div className={`by-rule-group depth-${depth % 4}`}>
      <div className="by-rule-head">
        <Word value={rule.kind} options={words()} onChange={kind => onChange({ ...rule, kind })} />
        <span className="by-soft by-small">{t('以下条件', 'these conditions')}</span>
        <span className="by-grow" />
        {onRemove && (
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            onClick={onRemove}
            aria-label={t('删除这一组', 'Remove the group')}
          />
        )}
      </div>
      <div className="by-rule-items">
        {rule.rules.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no id; all state is in the rule itself
          <div key={index} className="by-rule-item">
            {isGroup(one) ? (
              <RuleBuilder
                rule={one}
                onChange={next => setAt(index, next)}
                catalogue={catalogue}
                depth={depth + 1}
                onRemove={() => setAt(index, null)}
              />
            ) : (
              <div className="by-rule-line">
                <ConditionWords condition={one} onChange={next => setAt(index, next)} catalogue={catalogue} />
                <span className="by-grow" />
                <Button
                  size="small"
                  type="text"
                  className="by-faint"
                  icon={<DeleteOutlined />}
                  onClick={() => setAt(index, null)}
                  aria-label={t('删除这个条件', 'Remove the condition')}
                />
              </div>
            )}
            {parts?.[index] !== undefined && (
              <span className="by-rule-part by-small by-soft by-num">
                {t(`单独看 ${number(parts[index])} 人`, `${number(parts[index])} by itself`)}
              </span>
            )}
          </div>
        ))}
      </div>
      <div className="by-rule-foot">
        <AddCondition catalogue={catalogue} onAdd={add} isFirst={rule.rules.length === 0} />
        {depth < 7 && (
          <Dropdown
            trigger={['click']}
            menu={{ items: words().map(([kind, label]) => ({ key: kind, label, onClick: () => add({ kind, rules: [] }) })) }}
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

function ConditionWords({
  condition,
  onChange,
  catalogue,
}: {
  condition: ClientCondition
  onChange: (condition: ClientCondition) => void
  catalogue: Catalogue
}) {
  // The catalogue of faces is complete by type; only the tie between kind and value is lost on indexing.
  const { Sentence } = faces[condition.kind] as unknown as OperatorFace<OperatorKind>
  return <Sentence value={condition as never} onChange={onChange as never} catalogue={catalogue} />
}
