import { InputNumber } from 'antd'
import { t } from '../i18n.ts'
import { InstantInput } from '../parts/fields.tsx'
import { Word } from './compare.tsx'
import type { ClientConditionOf } from './types.ts'

export type Window = ClientConditionOf<'tracks'>['window']
type Unit = Extract<Window, { type: 'rolling' }>['unit']
type Period = Extract<Window, { type: 'calendar' }>['period']

export const units = (): readonly (readonly [Unit, string])[] => [
  ['minutes', t('分钟', 'minutes')],
  ['hours', t('小时', 'hours')],
  ['days', t('天', 'days')],
  ['weeks', t('周', 'weeks')],
  ['months', t('个月', 'months')],
]
const periods = (): readonly (readonly [Period, string])[] => [
  ['today', t('今天', 'today')],
  ['yesterday', t('昨天', 'yesterday')],
  ['thisWeek', t('本周', 'this week')],
  ['lastWeek', t('上周', 'last week')],
  ['thisMonth', t('本月', 'this month')],
  ['lastMonth', t('上月', 'last month')],
  ['thisYear', t('今年', 'this year')],
]
const types = (): readonly (readonly [Window['type'], string])[] => [
  ['rolling', t('过去', 'in the last')],
  ['calendar', t('自然周期', 'calendar period')],
  ['calendarDays', t('最近几个自然日', 'whole days')],
  ['absolute', t('固定时间', 'between dates')],
  ['none', t('有史以来', 'ever')],
]

/** "过去 90 天内", each part a word one can change. */
export function WindowWords({ value, onChange }: { value: Window; onChange: (value: Window) => void }) {
  const setType = (type: Window['type']) => {
    if (type === 'rolling') onChange({ type, last: 90, unit: 'days' })
    else if (type === 'calendar') onChange({ type, period: 'thisMonth' })
    else if (type === 'calendarDays') onChange({ type, days: 30, includesToday: true })
    else if (type === 'absolute') onChange({ type, from: null, to: null })
    else onChange({ type })
  }
  return (
    <>
      <Word value={value.type} options={types()} onChange={setType} />
      {value.type === 'rolling' && (
        <>
          <Count value={value.last} max={100_000} onChange={last => onChange({ ...value, last })} />
          <Word value={value.unit} options={units()} onChange={unit => onChange({ ...value, unit })} />
          <span>{t('内', '')}</span>
        </>
      )}
      {value.type === 'calendar' && (
        <Word value={value.period} options={periods()} onChange={period => onChange({ ...value, period })} />
      )}
      {value.type === 'calendarDays' && (
        <>
          <Count value={value.days} max={3_660} onChange={days => onChange({ ...value, days })} />
          <span>{t('天', 'days')}</span>
          <Word
            value={value.includesToday ? 'yes' : 'no'}
            options={[
              ['yes', t('含今天', 'with today')],
              ['no', t('不含今天', 'without today')],
            ]}
            onChange={answer => onChange({ ...value, includesToday: answer === 'yes' })}
          />
        </>
      )}
      {value.type === 'absolute' && (
        <>
          <InstantInput value={value.from} onChange={from => onChange({ ...value, from })} placeholder={t('不限', 'Open')} />
          <span className="by-soft">{t('至', 'to')}</span>
          <InstantInput value={value.to} onChange={to => onChange({ ...value, to })} placeholder={t('不限', 'Open')} />
        </>
      )}
    </>
  )
}

export function Count({
  value,
  onChange,
  max,
  min = 1,
}: {
  value: number
  onChange: (value: number) => void
  max: number
  min?: number
}) {
  return (
    <InputNumber
      size="small"
      variant="filled"
      min={min}
      max={max}
      precision={0}
      style={{ width: 66 }}
      value={value}
      onChange={next => onChange(Number(next ?? min))}
      aria-label={t('数量', 'Number')}
    />
  )
}
