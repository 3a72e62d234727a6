import type { TagKind, TagSchedule } from '@banyan/shared'
import { Radio, Select } from 'antd'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'

type Props = { kind: TagKind; value: TagSchedule; onChange: (value: TagSchedule) => void }

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: `${String(hour).padStart(2, '0')}:00` }))

/** When a rule's or a computed tag is brought up to date. */
export function SchedulePanel({ kind, value, onChange }: Props) {
  const hour = value.when === 'daily' ? value.hour : 0
  const pick = (
    <Select
      size="small"
      value={hour}
      options={HOURS}
      onChange={next => onChange({ when: 'daily', hour: next })}
      aria-label={t('几点', 'Hour')}
    />
  )
  return (
    <Panel title={t('什么时候更新', 'When it is brought up to date')}>
      {kind === 'computed' ? (
        <div className="by-row by-wrap">
          {t('有新行为的人马上更新；全部的人每天', 'At once for whoever does something; everybody daily at')} {pick}{' '}
          {t('重算一遍', '')}
        </div>
      ) : (
        <Radio.Group
          value={value.when}
          onChange={event => onChange(event.target.value === 'daily' ? { when: 'daily', hour: 3 } : { when: 'atOnce' })}
        >
          <div className="by-stack-s">
            <Radio value="atOnce">{t('一有变化就更新', 'At once when something changes')}</Radio>
            <span className="by-row">
              <Radio value="daily">{t('每天', 'Daily at')}</Radio> {value.when === 'daily' && pick}
            </span>
          </div>
        </Radio.Group>
      )}
    </Panel>
  )
}
