import { t } from '../../i18n.ts'
import { purposeName } from '../../people/words.ts'
import { Word } from '../compare.tsx'
import { groupLabel } from '../groups.ts'
import type { OperatorFace } from '../types.ts'

export const consent: OperatorFace<'consent'> = {
  // People agree; things do not.
  entries: ({ typeId }) =>
    typeId === null
      ? [
          {
            key: 'consent',
            label: t('授权同意', 'Consent'),
            group: groupLabel('consent'),
            make: () => ({ kind: 'consent', purpose: 'marketing', isGranted: true }),
          },
        ]
      : [],
  Sentence({ value, onChange }) {
    return (
      <>
        <Word
          value={value.isGranted ? 'yes' : 'no'}
          options={[
            ['yes', t('同意', 'Agreed to')],
            ['no', t('未同意', 'Did not agree to')],
          ]}
          onChange={answer => onChange({ ...value, isGranted: answer === 'yes' })}
        />
        <Word
          value={value.purpose}
          options={(['marketing', 'service', 'privacy'] as const).map(purpose => [purpose, purposeName(purpose)] as const)}
          onChange={purpose => onChange({ ...value, purpose })}
        />
      </>
    )
  },
}
