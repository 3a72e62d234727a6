import { CopyOutlined, RedoOutlined, SnippetsOutlined, UndoOutlined } from '@ant-design/icons'
import { Rule, ruleWords } from '@banyan/shared'
import { App, Button, Tooltip } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { RuleBuilder } from '../selection/rule-builder.tsx'
import { emptyConditions } from '../selection/rule-check.ts'
import { ruleJson } from '../selection/rule-json.ts'
import type { ClientGroup } from '../selection/types.ts'
import { useHistory } from '../selection/use-history.ts'
import { useRuleNames } from '../selection/use-names.ts'
import { PasteRule } from './paste-rule.tsx'
import { Starters } from './starters.tsx'

type Props = {
  rule: ClientGroup
  onChange: (rule: ClientGroup) => void
  catalogue: Output<'selection.catalogue'>
  problems: ReadonlyMap<string, string>
}

/** The rule: edited as a sentence, said as one, undone, copied and pasted. */
export function RulePanel({ rule, onChange, catalogue, problems }: Props) {
  const { message } = App.useApp()
  const [isPasting, setPasting] = useState(false)
  const history = useHistory(rule, onChange)
  const { typeId, name } = catalogue
  const copy = async () => {
    await navigator.clipboard.writeText(ruleJson(rule))
    message.success(t('规则已复制为 JSON', 'Copied as JSON'))
  }
  return (
    <Panel
      title={typeId === null ? t('选出这样的客户', 'People who') : t(`选出这样的${name}`, `${name}: those that`)}
      extra={
        <span className="by-row" style={{ gap: 0 }}>
          <Tool label={t('撤销', 'Undo')} hint="Ctrl Z" icon={<UndoOutlined />} isOff={!history.canUndo} onClick={history.undo} />
          <Tool
            label={t('重做', 'Redo')}
            hint="Ctrl Shift Z"
            icon={<RedoOutlined />}
            isOff={!history.canRedo}
            onClick={history.redo}
          />
          <Tool label={t('复制为 JSON', 'Copy as JSON')} icon={<CopyOutlined />} isOff={rule.rules.length === 0} onClick={copy} />
          <Tool label={t('粘贴 JSON', 'Paste JSON')} icon={<SnippetsOutlined />} onClick={() => setPasting(true)} />
        </span>
      }
    >
      <RuleBuilder rule={rule} onChange={history.set} catalogue={catalogue} problems={problems} />
      {rule.rules.length > 0 && <Summary rule={rule} typeId={typeId} />}
      {rule.rules.length === 0 && typeId === null && <Starters catalogue={catalogue} onPick={history.set} />}
      {isPasting && (
        <PasteRule
          onClose={() => setPasting(false)}
          onPaste={pasted => {
            history.set(pasted)
            setPasting(false)
          }}
        />
      )}
    </Panel>
  )
}

function Tool(props: { label: string; hint?: string; icon: React.ReactNode; isOff?: boolean; onClick: () => void }) {
  return (
    <Tooltip title={props.hint ? `${props.label} · ${props.hint}` : props.label}>
      <Button
        type="text"
        size="small"
        icon={props.icon}
        disabled={props.isOff}
        onClick={props.onClick}
        aria-label={props.label}
      />
    </Tooltip>
  )
}

/** The whole rule in one sentence, in the words that explain and lists use. */
function Summary({ rule, typeId }: { rule: ClientGroup; typeId: number | null }) {
  const names = useRuleNames(rule, typeId)
  const parsed = emptyConditions(rule) === 0 ? Rule.safeParse(rule) : null
  return (
    <p className="by-rule-summary">
      <span className="by-soft by-small">{t('也就是说', 'In words')}</span>
      {parsed?.success ? (
        ruleWords(parsed.data, names)
      ) : (
        <span className="by-faint">
          {t('填完所有条件后，这里用一句话说出来。', 'Said in one sentence once every condition is complete.')}
        </span>
      )}
    </p>
  )
}
