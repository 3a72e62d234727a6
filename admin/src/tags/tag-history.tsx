import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { dateTime } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import { EmptyState } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import { changeSource, valueWords } from './words.ts'

/** Who put the tag on whom and took it off, when and why. */
export function TagHistory({ tag }: { tag: Output<'tags.get'> }) {
  const { id: tagId, typeId } = tag
  const pageOf = (id: number) => (typeId === null ? `/admin/people/${id}` : `/admin/subjects/${typeId}/${id}`)
  const nameOf = (row: { personId: number; personName: string | null }) =>
    typeId === null ? personName(row.personName) : (row.personName ?? `#${row.personId}`)
  return (
    <List
      name="tags.history"
      rowKey={row => row.id}
      input={{ tagId }}
      hasSearch={false}
      head={
        <div className="by-panel-head">
          <h2>{t('打上和取下的历史', 'Put on and taken off')}</h2>
        </div>
      }
      columns={[
        {
          key: 'person',
          title: typeId === null ? t('客户', 'Person') : t('主体', 'Subject'),
          text: nameOf,
          render: row => <Link to={pageOf(row.personId)}>{nameOf(row)}</Link>,
        },
        {
          key: 'isOn',
          title: t('变化', 'Change'),
          text: row => (row.isOn ? t('打上', 'Put on') : t('取下', 'Taken off')),
          render: row => (
            <span className="by-row">
              <Pill tone={row.isOn ? 'good' : 'plain'}>{row.isOn ? t('打上', 'Put on') : t('取下', 'Taken off')}</Pill>
              {row.value !== null && <span className="by-num">{valueWords(tag, row.value)}</span>}
            </span>
          ),
        },
        { key: 'source', title: t('来源', 'Source'), text: row => changeSource(row.source) },
        {
          key: 'doneBy',
          title: t('谁', 'Who'),
          text: row =>
            row.source === 'rule' || row.source === 'computed' || row.source === 'validity' ? t('系统', 'System') : row.doneBy,
        },
        { key: 'why', title: t('原因', 'Why'), text: row => row.why },
        { key: 'at', title: t('时间', 'When'), text: row => dateTime(row.at), render: row => <Time at={row.at} /> },
      ]}
      empty={
        <EmptyState
          title={t('还没有人有过这个标签', 'Nobody has had it yet')}
          text={t('打上和取下都会留在这里。', 'Whenever it is put on or taken off, it shows here.')}
        />
      }
    />
  )
}
