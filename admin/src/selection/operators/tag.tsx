import { t } from '../../i18n.ts'
import { TagsPicker } from '../../parts/pickers.tsx'
import { Word } from '../compare.tsx'
import { groupLabel } from '../groups.ts'
import type { OperatorFace } from '../types.ts'

export const tag: OperatorFace<'tag'> = {
  entries: () => [
    { key: 'tag', label: t('标签', 'Tags'), group: groupLabel('tag'), make: () => ({ kind: 'tag', op: 'any', tagIds: [] }) },
  ],
  Sentence({ value, onChange }) {
    return (
      <>
        <Word
          value={value.op}
          options={[
            ['any', t('有标签之一', 'Has one of the tags')],
            ['all', t('同时有标签', 'Has all the tags')],
            ['none', t('没有标签', 'Has none of the tags')],
          ]}
          onChange={op => onChange({ ...value, op })}
        />
        <div style={{ minWidth: 200, flex: '0 1 340px' }}>
          <TagsPicker value={value.tagIds} onChange={tagIds => onChange({ ...value, tagIds })} />
        </div>
      </>
    )
  },
}
