import { t } from '../../i18n.ts'
import { SegmentPicker } from '../../parts/pickers.tsx'
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
  Sentence({ value, onChange }) {
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
          <SegmentPicker value={value.segmentId || null} onChange={next => onChange({ ...value, segmentId: next ?? 0 })} />
        </div>
      </>
    )
  },
}
