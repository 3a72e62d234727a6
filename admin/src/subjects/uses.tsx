import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'

export type Use = Output<'subjectTypes.uses'>[number]

const placeName = (place: Use['place']) =>
  ({
    segment: t('人群', 'Segment'),
    tag: t('标签', 'Tag'),
    lifecycle: t('生命周期', 'Lifecycle'),
    reach: t('触达设置', 'Who is reached'),
    title: t('称呼', 'Title'),
    relation: t('关系', 'Relation'),
  })[place]

const linkTo = ({ place, id }: Use): string | null =>
  id === null
    ? null
    : place === 'segment'
      ? `/admin/segments/${id}`
      : place === 'tag'
        ? '/admin/tags'
        : place === 'lifecycle'
          ? '/admin/lifecycle'
          : `/admin/subjects/${id}/edit`

/** The places that use something, each with the way to it. */
export function UsesList({ uses }: { uses: readonly Use[] }) {
  return (
    <ul style={{ margin: 0, paddingLeft: 18 }}>
      {uses.map(use => {
        const to = linkTo(use)
        return (
          <li key={`${use.place}:${use.id}:${use.name}`}>
            {placeName(use.place)} · {to ? <Link to={to}>{use.name}</Link> : use.name}
          </li>
        )
      })}
    </ul>
  )
}
