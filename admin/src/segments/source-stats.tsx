import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { dateTime, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'

type Segment = Output<'segments.get'>

/** When a static segment was taken, and from what. */
export function SourceStats({ segment }: { segment: Segment }) {
  const { takenAt, source } = segment
  return (
    <>
      <Stat label={t('名单取于', 'Taken')} value={relative(takenAt)} foot={takenAt && dateTime(takenAt)} />
      <Stat label={t('来源', 'From')} value={source ? sourceName[source.of]() : '—'} foot={<SourceNames segment={segment} />} />
    </>
  )
}

const sourceName: Record<NonNullable<Segment['source']>['of'], () => string> = {
  people: () => t('逐个选的', 'Chosen by hand'),
  file: () => t('文件', 'A file'),
  rule: () => t('当时的规则', 'A rule at that time'),
  segment: () => t('另一个人群', 'Another segment'),
  sets: () => t('人群组合', 'Segments combined'),
}

function SourceNames({ segment: { source, sourceNames } }: { segment: Segment }) {
  if (source?.of === 'segment') return <Names ids={[source.segmentId]} of={sourceNames} />
  if (source?.of !== 'sets') return null
  return (
    <>
      {source.inside.length > 1 && (source.match === 'all' ? t('都在 ', 'in all of ') : t('在任意一个 ', 'in any of '))}
      <Names ids={source.inside} of={sourceNames} />
      {source.outside.length > 0 && (
        <>
          {t('，不在 ', ', not in ')}
          <Names ids={source.outside} of={sourceNames} />
        </>
      )}
    </>
  )
}

/** A segment that is gone has no name any more. */
function Names({ ids, of }: { ids: number[]; of: Segment['sourceNames'] }) {
  return ids.map((id, at) => {
    const name = of.find(one => one.id === id)?.name
    return (
      <span key={id}>
        {at > 0 && t('、', ', ')}
        {name ? <Link to={`/admin/segments/${id}`}>{name}</Link> : t('已删除的人群', 'a removed segment')}
      </span>
    )
  })
}
