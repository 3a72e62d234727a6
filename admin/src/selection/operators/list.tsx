import { Select } from 'antd'
import { t } from '../../i18n.ts'
import { Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { presenceOps } from '../presence.ts'
import type { ClientConditionOf, OperatorFace } from '../types.ts'
import { renderValue, valueOptions } from '../values.tsx'

type Is = ClientConditionOf<'list'>['is']

/** "配置 有其中之一 天窗、拖钩" */
export const list: OperatorFace<'list'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'list')
      .map(field => ({
        key: `list:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({ kind: 'list', field: field.key, is: { op: 'any', values: [] } }),
      })),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    const { is } = value
    const set = (next: Is) => onChange({ ...value, is: next })
    const setOp = (op: Is['op']) =>
      set(op === 'isSet' || op === 'isNotSet' ? { op } : { op, values: 'values' in is ? is.values : [] })
    return (
      <>
        <b>{field ? fieldLabel(field) : value.field}</b>
        <Word<Is['op']>
          value={is.op}
          options={[
            ['any', t('有其中之一', 'has any of')],
            ['all', t('同时有', 'has all of')],
            ['none', t('没有', 'has none of')],
            ...presenceOps(),
          ]}
          onChange={setOp}
        />
        {'values' in is && (
          <Select
            size="small"
            variant="filled"
            mode={field?.choices ? 'multiple' : 'tags'}
            value={is.values}
            style={{ minWidth: 140, maxWidth: 360 }}
            placeholder={t('选择或输入', 'Choose or type')}
            options={valueOptions(field?.choices ?? null)}
            optionRender={renderValue}
            popupMatchSelectWidth={false}
            onChange={values => set({ ...is, values })}
            aria-label={t('值', 'Values')}
          />
        )}
      </>
    )
  },
}
