import { PlusOutlined } from '@ant-design/icons'
import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { t } from '../i18n.ts'
import { faces } from './operators.ts'
import type { Catalogue, ClientCondition } from './types.ts'

type Entry = { key: string; label: string; group: string; make: () => ClientCondition }

/** Everything a rule can ask, by subject, with a search. */
export function AddCondition({
  catalogue,
  onAdd,
  isFirst,
  canNest,
}: {
  catalogue: Catalogue
  onAdd: (condition: ClientCondition) => void
  isFirst: boolean
  /** Whether a rule about related subjects still fits under the depth limit. */
  canNest: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const entries = Object.entries(faces).flatMap(([kind, face]) =>
    kind === 'related' && !canNest ? [] : (face.entries(catalogue) as Entry[]),
  )
  const found = entries.filter(entry => `${entry.group}${entry.label}`.toLowerCase().includes(text.trim().toLowerCase()))
  const groups = [...new Set(found.map(entry => entry.group))]
  const pick = (entry: Entry | undefined) => {
    if (!entry) return
    onAdd(entry.make())
    setOpen(false)
    setText('')
  }
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={isOpen}
      onOpenChange={setOpen}
      content={
        <div className="by-conditions">
          <Input
            autoFocus
            value={text}
            placeholder={t('找条件：等级、支付、标签…', 'Find: tier, paid, tag…')}
            onChange={event => setText(event.target.value)}
            onPressEnter={() => pick(found[0])}
          />
          <div className="by-conditions-list">
            {groups.map(group => (
              <div key={group}>
                <div className="by-palette-group">{group}</div>
                <div className="by-row by-wrap" style={{ gap: 6 }}>
                  {found
                    .filter(entry => entry.group === group)
                    .map(entry => (
                      <Button key={entry.key} size="small" onClick={() => pick(entry)}>
                        {entry.label}
                      </Button>
                    ))}
                </div>
              </div>
            ))}
            {found.length === 0 && <div className="by-palette-group">{t('没有这样的条件', 'No such condition')}</div>}
          </div>
        </div>
      }
    >
      <Button size="small" type={isFirst ? 'primary' : 'dashed'} icon={<PlusOutlined />}>
        {t('加条件', 'Condition')}
      </Button>
    </Popover>
  )
}
