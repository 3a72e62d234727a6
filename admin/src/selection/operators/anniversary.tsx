import { Select } from 'antd'
import { t } from '../../i18n.ts'
import { Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import type { ClientConditionOf, OperatorFace } from '../types.ts'
import { Count } from '../window.tsx'

type Is = ClientConditionOf<'anniversary'>['is']
const FIELDS = ['birthday', 'joinedAt', 'firstPaidAt'] as const

export const anniversary: OperatorFace<'anniversary'> = {
  entries: catalogue =>
    FIELDS.flatMap(key => {
      const field = catalogue.fields.find(one => one.key === key)
      if (!field) return []
      const label = key === 'birthday' ? fieldLabel(field) : t(`${field.zh}的周年`, `Anniversary: ${field.en}`)
      return [
        {
          key: `anniversary:${key}`,
          label,
          group: groupLabel(field.group),
          make: () => ({ kind: 'anniversary' as const, field: key, is: { op: 'inDays' as const, fromDays: 0, toDays: 7 } }),
        },
      ]
    }),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    const { is } = value
    const set = (next: Is) => onChange({ ...value, is: next })
    const setOp = (op: Is['op']) =>
      set(op === 'inDays' ? { op, fromDays: 0, toDays: 7 } : op === 'months' ? { op, months: [1] } : { op })
    return (
      <>
        <b>
          {value.field === 'birthday'
            ? t('生日', 'Birthday')
            : t(`${field?.zh ?? ''}的周年`, `Anniversary of ${field?.en ?? ''}`)}
        </b>
        <Word<Is['op']>
          value={is.op}
          options={[
            ['inDays', t('在今天之后', 'is, from today,')],
            ['thisMonth', t('在本月', 'is this month')],
            ['months', t('在这些月份', 'is in months')],
          ]}
          onChange={setOp}
        />
        {is.op === 'inDays' && (
          <>
            <Count min={-180} max={180} value={is.fromDays} onChange={fromDays => set({ ...is, fromDays })} />
            <span className="by-soft">{t('到', 'to')}</span>
            <Count min={-180} max={180} value={is.toDays} onChange={toDays => set({ ...is, toDays })} />
            <span>{t('天', 'days on')}</span>
          </>
        )}
        {is.op === 'months' && (
          <Select
            size="small"
            variant="filled"
            mode="multiple"
            style={{ minWidth: 140 }}
            value={is.months}
            options={Array.from({ length: 12 }, (_, i) => ({ value: i + 1, label: t(`${i + 1} 月`, String(i + 1)) }))}
            onChange={months => set({ ...is, months })}
          />
        )}
      </>
    )
  },
}
