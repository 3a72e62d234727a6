import { DeleteOutlined, DownOutlined, PlusOutlined, RightOutlined } from '@ant-design/icons'
import { LIFECYCLE_STAGES_MAX, Rule, ruleWords } from '@banyan/shared'
import { Button, ColorPicker, Input } from 'antd'
import { useState } from 'react'
import { t } from '../i18n.ts'
import { useIsPhone } from '../parts/use-narrow.ts'
import { useReorder } from '../parts/use-reorder.tsx'
import { RuleBuilder } from '../selection/rule-builder.tsx'
import { emptyConditions } from '../selection/rule-check.ts'
import type { Catalogue, ClientGroup } from '../selection/types.ts'
import { useRuleNames } from '../selection/use-names.ts'
import { blankStage, COLORS, type Draft, type StageDraft } from './draft.ts'

type Props = { draft: Draft; onChange: (draft: Draft) => void; catalogue: Catalogue }

/** The stages in their order, each a line that opens to its rule; the rest stands last and is never moved. */
export function StageDrafts({ draft, onChange, catalogue }: Props) {
  const { stages, rest } = draft
  const [open, setOpen] = useState<string | null>(null)
  const set = (next: StageDraft[]) => onChange({ ...draft, stages: next })
  const order = useReorder(stages, set)
  const add = () => {
    const fresh = blankStage(stages)
    set([...stages, fresh])
    setOpen(fresh.key)
  }
  return (
    <div className="by-stack-s">
      <ul className="by-stage-drafts">
        {stages.map((stage, index) => (
          <li key={stage.key} {...order.line(index)} style={{ borderLeftColor: stage.color }}>
            <Line
              stage={stage}
              handle={order.handle(index)}
              isOpen={open === stage.key}
              onOpen={() => setOpen(open === stage.key ? null : stage.key)}
              onChange={patch => set(stages.map(one => (one.key === stage.key ? { ...one, ...patch } : one)))}
              onRemove={() => set(stages.filter(one => one.key !== stage.key))}
              catalogue={catalogue}
            />
          </li>
        ))}
        <li style={{ borderLeftColor: rest.color }}>
          <div className="by-stage-draft-head">
            <Color value={rest.color} onChange={color => onChange({ ...draft, rest: { ...rest, color } })} />
            <Input
              value={rest.name}
              maxLength={60}
              onChange={event => onChange({ ...draft, rest: { ...rest, name: event.target.value } })}
              aria-label={t('最后一个阶段的名称', 'Name of the last stage')}
            />
            <span className="by-small by-soft">{t('前面都不符合的人', 'Whoever fits none of these')}</span>
          </div>
        </li>
      </ul>
      {stages.length < LIFECYCLE_STAGES_MAX && (
        <div>
          <Button icon={<PlusOutlined />} onClick={add}>
            {t('加一个阶段', 'Add a stage')}
          </Button>
        </div>
      )}
    </div>
  )
}

type LineProps = {
  stage: StageDraft
  handle: React.ReactNode
  isOpen: boolean
  onOpen: () => void
  onChange: (patch: Partial<StageDraft>) => void
  onRemove: () => void
  catalogue: Catalogue
}

function Line({ stage, handle, isOpen, onOpen, onChange, onRemove, catalogue }: LineProps) {
  const isPhone = useIsPhone()
  const name = stage.name || t('未命名', 'Unnamed')
  const verb = isOpen ? t('收起规则', 'Close') : t('编辑规则', 'Edit the rule')
  return (
    <>
      <div className="by-stage-draft-head">
        {handle}
        <Color value={stage.color} onChange={color => onChange({ color })} />
        <Input
          value={stage.name}
          maxLength={60}
          placeholder={t('阶段名称', 'Name of the stage')}
          onChange={event => onChange({ name: event.target.value })}
          aria-label={t('阶段名称', 'Name of the stage')}
        />
        <Button
          size="small"
          type="text"
          icon={isOpen ? <DownOutlined /> : <RightOutlined />}
          onClick={onOpen}
          aria-expanded={isOpen}
          aria-label={verb}
        >
          {!isPhone && verb}
        </Button>
        <Button
          size="small"
          type="text"
          danger
          icon={<DeleteOutlined />}
          onClick={onRemove}
          aria-label={t(`去掉「${name}」`, `Take away “${name}”`)}
        />
      </div>
      {isOpen ? (
        <div className="by-stage-draft-body">
          <RuleBuilder rule={stage.rule} onChange={rule => onChange({ rule })} catalogue={catalogue} />
        </div>
      ) : (
        <div className="by-stage-draft-words by-small by-soft">
          <Words rule={stage.rule} />
        </div>
      )}
    </>
  )
}

/** The whole rule in one sentence. */
function Words({ rule }: { rule: ClientGroup }) {
  const names = useRuleNames(rule, null)
  if (rule.rules.length === 0) return <>{t('还没有条件', 'No condition yet')}</>
  const parsed = emptyConditions(rule) === 0 ? Rule.safeParse(rule) : null
  return <>{parsed?.success ? ruleWords(parsed.data, names) : t('有条件没有填完', 'A condition is not complete')}</>
}

function Color({ value, onChange }: { value: string; onChange: (color: string) => void }) {
  return (
    <ColorPicker
      size="small"
      value={value}
      disabledAlpha
      presets={[{ label: t('常用', 'Usual'), colors: COLORS }]}
      onChangeComplete={color => onChange(color.toHexString().slice(0, 7))}
    />
  )
}
