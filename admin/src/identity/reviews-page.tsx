import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { t } from '../i18n.ts'
import { PersonMark, Pill, Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { identifierName, personName } from '../people/words.ts'

type Row = Output<'reviews.list'>['items'][number]

export const reviewKind = (kind: Row['kind']) =>
  kind === 'careful' ? <Pill tone="warn">{t('谨慎', 'Careful')}</Pill> : <Pill tone="info">{t('建议合并', 'Recommended')}</Pill>

export const reviewStatus = (status: Row['status']) =>
  ({ open: t('待审核', 'Open'), merged: t('已合并', 'Merged'), rejected: t('判为两人', 'Two people') })[status]

export function ReviewsPage() {
  return (
    <Page
      title={t('身份审核', 'Identity reviews')}
      text={t(
        '这些客户可能是同一个人，但系统不敢自己合并。请您并排看一眼再决定。',
        'These may be one person, but the system would not join them by itself.',
      )}
    >
      <List
        name="reviews.list"
        rowKey={row => row.id}
        to={row => `/admin/reviews/${row.id}`}
        searchHint={t('姓名、手机号或后四位、任意标识', 'Name, phone or its last four, any identifier')}
        exportName={t('身份审核', 'reviews')}
        columns={columns()}
        filters={[
          {
            key: 'kind',
            label: t('类别', 'Class'),
            options: [
              { value: 'careful', label: t('谨慎（强标识冲突）', 'Careful: strong identifiers clash') },
              { value: 'recommended', label: t('建议合并', 'Recommended') },
            ],
          },
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['open', 'merged', 'rejected'] as const).map(value => ({ value, label: reviewStatus(value) })),
          },
        ]}
        empty={
          <EmptyState
            title={t('没有待审核的身份', 'Nothing to review')}
            text={t(
              '当两位客户的标识互相冲突时，会在这里等您判断。',
              'When identifiers of two people clash, they wait here for your decision.',
            )}
          />
        }
      />
    </Page>
  )
}

function columns(): Column<Row>[] {
  return [
    {
      key: 'people',
      title: t('可能是同一个人', 'Perhaps one person'),
      text: row => row.people.map(person => personName(person.name)).join(' / '),
      render: row => (
        <Link to={`/admin/reviews/${row.id}`} className="by-row by-wrap" style={{ color: 'inherit', gap: 12 }}>
          {row.people.map(person => (
            <span key={person.id} className="by-row">
              <PersonMark name={personName(person.name)} avatar={person.avatar} size={26} />
              <span>{personName(person.name)}</span>
              <span className="by-small by-soft">{person.phoneMasked}</span>
            </span>
          ))}
        </Link>
      ),
    },
    { key: 'kind', sort: 'kind', title: t('类别', 'Class'), text: row => row.kind, render: row => reviewKind(row.kind) },
    {
      key: 'zh',
      title: t('为什么没有自动合并', 'Why not by itself'),
      text: row => row.text,
      isWide: true,
      render: row => <span style={{ whiteSpace: 'normal', display: 'inline-block', maxWidth: 420 }}>{row.text}</span>,
    },
    {
      key: 'matched',
      title: t('相同的标识', 'In common'),
      text: row => row.matchedTypes.map(type => identifierName(type)).join(' · '),
    },
    { key: 'status', title: t('状态', 'Status'), text: row => reviewStatus(row.status) },
    {
      key: 'openedAt',
      sort: 'openedAt',
      title: t('发现时间', 'Found'),
      text: row => row.openedAt,
      render: row => <Time at={row.openedAt} />,
    },
  ]
}
