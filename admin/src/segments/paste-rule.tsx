import { Alert, Input, Modal } from 'antd'
import { useState } from 'react'
import { t } from '../i18n.ts'
import { pastedRule } from '../selection/rule-json.ts'
import type { ClientGroup } from '../selection/types.ts'

/** A rule from somewhere else: checked by the contract before it takes the place of what is there. */
export function PasteRule({ onPaste, onClose }: { onPaste: (rule: ClientGroup) => void; onClose: () => void }) {
  const [text, setText] = useState('')
  const { rule, problems } = pastedRule(text)
  return (
    <Modal
      open
      title={t('粘贴规则', 'Paste a rule')}
      okText={t('换成这条规则', 'Use this rule')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: rule === null }}
      onOk={() => rule && onPaste(rule)}
      onCancel={onClose}
    >
      <div className="by-stack-s">
        <Input.TextArea
          autoFocus
          rows={12}
          className="by-mono"
          value={text}
          placeholder='{ "kind": "all", "rules": [ … ] }'
          onChange={event => setText(event.target.value)}
          aria-label={t('规则 JSON', 'The rule as JSON')}
        />
        {text.trim() !== '' && problems.length > 0 && (
          <Alert
            type="error"
            showIcon
            title={t('这段规则还不能用', 'This rule cannot be used yet')}
            description={
              <ul style={{ margin: 0, paddingLeft: 16 }}>
                {problems.map(({ path, reason }) => (
                  <li key={path + reason}>
                    <code>{path}</code> {reason}
                  </li>
                ))}
              </ul>
            }
          />
        )}
        <span className="by-small by-soft">
          {t('现在的条件会被替换，可以撤销。', 'It takes the place of the present conditions; you can undo that.')}
        </span>
      </div>
    </Modal>
  )
}
