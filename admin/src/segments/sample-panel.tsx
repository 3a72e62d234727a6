import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { useRested } from '../app/palette.tsx'
import { t } from '../i18n.ts'
import { PersonMark } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { personName } from '../people/words.ts'
import type { ClientGroup } from '../selection/types.ts'

const REST_MS = 600

/** Some whom the rule selects now: one look tells whether it means the right ones. */
export function SamplePanel({ rule, typeId, isReady }: { rule: ClientGroup; typeId: number | null; isReady: boolean }) {
  const may = useMay()
  const text = JSON.stringify(rule)
  const isRested = useRested(text, REST_MS) === text
  const sample = useCall(
    'segments.sample',
    { rule, ...(typeId ? { typeId } : {}) },
    { enabled: isReady && isRested && may('segments.sample'), keepPrevious: true, retry: false },
  )
  if (!isReady || !sample.data) return null
  const pageOf = (id: number) => (typeId === null ? `/admin/people/${id}` : `/admin/subjects/${typeId}/${id}`)
  return (
    <Panel title={t('抽几个看看', 'A few of them')}>
      {sample.data.items.length === 0 ? (
        <span className="by-soft">{t('现在没有符合的', 'Nobody fits now')}</span>
      ) : (
        <div className="by-stack-s" style={{ opacity: sample.isPlaceholderData ? 0.5 : 1 }}>
          {sample.data.items.map(one => (
            <Link key={one.personId} to={pageOf(one.personId)} className="by-row" style={{ color: 'inherit' }} target="_blank">
              {typeId === null && <PersonMark name={personName(one.name)} avatar={one.avatar} size={24} />}
              <span className="by-clip by-grow">{typeId === null ? personName(one.name) : (one.name ?? `#${one.personId}`)}</span>
              <span className="by-small by-soft by-nowrap">{[...one.notes, one.phoneMasked].filter(Boolean).join(' · ')}</span>
            </Link>
          ))}
        </div>
      )}
    </Panel>
  )
}
