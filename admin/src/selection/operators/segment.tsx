import { useCall } from '../../api/hooks.ts'
import { t } from '../../i18n.ts'
import { RemoteSelect } from '../../parts/pickers.tsx'
import { Word } from '../compare.tsx'
import { groupLabel } from '../groups.ts'
import type { OperatorFace } from '../types.ts'

export const segment: OperatorFace<'segment'> = {
  entries: () => [
    {
      key: 'segment',
      label: t('另一个人群', 'Another segment'),
      group: groupLabel('segment'),
      make: () => ({ kind: 'segment', segmentId: 0, isIn: true }),
    },
  ],
  Sentence({ value, onChange, catalogue }) {
    const chosen = useCall(
      'segments.get',
      { segmentId: value.segmentId },
      { enabled: value.segmentId > 0, staleTime: 60_000, retry: false },
    )
    return (
      <>
        <Word
          value={value.isIn ? 'in' : 'out'}
          options={[
            ['in', t('在人群', 'Is in')],
            ['out', t('不在人群', 'Is not in')],
          ]}
          onChange={answer => onChange({ ...value, isIn: answer === 'in' })}
        />
        <div style={{ minWidth: 180, flex: '0 1 300px' }}>
          <RemoteSelect
            name="segments.list"
            // A segment of vehicles holds no people.
            input={{ typeId: catalogue.typeId }}
            extra={chosen.data ? [{ value: chosen.data.id, label: chosen.data.name }] : []}
            choice={segment => ({ value: segment.id, label: segment.name })}
            placeholder={t('选择人群', 'Choose a segment')}
            value={value.segmentId || null}
            onChange={((next: number | null) => onChange({ ...value, segmentId: next ?? 0 })) as (value: never) => void}
          />
        </div>
      </>
    )
  },
}
