import { t } from '../../i18n.ts'
import { Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import type { OperatorFace } from '../types.ts'

export const flag: OperatorFace<'flag'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'flag')
      .map(field => ({
        key: `flag:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({ kind: 'flag', field: field.key, isTrue: true }),
      })),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    return (
      <>
        <Word
          value={value.isTrue ? 'yes' : 'no'}
          options={[
            ['yes', t('满足', 'Yes:')],
            ['no', t('不满足', 'No:')],
          ]}
          onChange={answer => onChange({ ...value, isTrue: answer === 'yes' })}
        />
        <b>{field ? fieldLabel(field) : value.field}</b>
      </>
    )
  },
}
