import { t } from '../../i18n.ts'
import { Word } from '../compare.tsx'
import { fieldLabel, groupLabel } from '../groups.ts'
import { presenceOps } from '../presence.ts'
import type { ClientConditionOf, OperatorFace } from '../types.ts'
import { Count, units, WindowWords } from '../window.tsx'

type Is = ClientConditionOf<'date'>['is']

export const date: OperatorFace<'date'> = {
  entries: catalogue =>
    catalogue.fields
      .filter(field => field.kind === 'instant')
      .map(field => ({
        key: `date:${field.key}`,
        label: fieldLabel(field),
        group: groupLabel(field.group),
        make: () => ({
          kind: 'date',
          field: field.key,
          is: /EndsAt$|endsAt/.test(field.key)
            ? { op: 'ahead', next: 30, unit: 'days' }
            : { op: 'within', window: { type: 'rolling', last: 90, unit: 'days' } },
        }),
      })),
  Sentence({ value, onChange, catalogue }) {
    const field = catalogue.fields.find(one => one.key === value.field)
    const { is } = value
    const set = (next: Is) => onChange({ ...value, is: next })
    const setOp = (op: Is['op']) => {
      if (op === 'isSet' || op === 'isNotSet') set({ op })
      else if (op === 'ahead' || op === 'notAhead')
        set({ op, next: 'next' in is ? is.next : 30, unit: 'next' in is ? is.unit : 'days' })
      else set({ op, window: 'window' in is ? is.window : { type: 'rolling', last: 90, unit: 'days' } })
    }
    return (
      <>
        <b>{field ? fieldLabel(field) : value.field}</b>
        <Word<Is['op']>
          value={is.op}
          options={[
            ['within', t('在', 'is')],
            ['notWithin', t('不在', 'is not')],
            ['ahead', t('在未来', 'is in the next')],
            ['notAhead', t('不在未来', 'is not in the next')],
            ...presenceOps(),
          ]}
          onChange={setOp}
        />
        {'window' in is && <WindowWords value={is.window} onChange={window => set({ ...is, window })} />}
        {'next' in is && (
          <>
            <Count value={is.next} max={100_000} onChange={next => set({ ...is, next })} />
            <Word value={is.unit} options={units()} onChange={unit => set({ ...is, unit })} />
            <span>{t('内', '')}</span>
          </>
        )}
      </>
    )
  },
}
