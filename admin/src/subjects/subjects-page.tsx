import './subjects.css'
import { EditOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMay } from '../app/me.ts'
import { dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column, Filter } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { PersonPicker, RemoteSelect } from '../parts/pickers.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { SubjectDrawer } from './subject-drawer.tsx'
import { Value, valueText } from './value.tsx'
import { reachSentence, type SubjectRow, type SubjectType, wordOf } from './words.ts'

/** How many attributes a list shows before one asks for more. */
const SHOWN = 5

export function SubjectsPage() {
  const typeId = Number(useParams().typeId)
  const types = useCall('subjectTypes.list', {})
  const type = types.data?.find(one => one.id === typeId)
  return (
    <Loaded of={types} skeleton={<Skeleton active style={{ padding: 24 }} />}>
      {() =>
        type ? (
          <Subjects key={type.id} type={type} />
        ) : (
          <EmptyState
            title={t('没有这种主体', 'No such type')}
            text={t('它可能已被删除，或不属于当前品牌。', 'It may be gone, or belong to another brand.')}
            action={<Link to="/admin/subjects">{t('看全部类型', 'All types')}</Link>}
          />
        )
      }
    </Loaded>
  )
}

function Subjects({ type }: { type: SubjectType }) {
  const may = useMay()
  const navigate = useNavigate()
  const brandId = useBrandId()
  const [isAdding, setAdding] = useState(false)
  const remove = useCommand('subjects.remove', { refreshes: ['subjects.', 'subjectTypes.'] })
  const add = may('subjects.put') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)} disabled={brandId === null}>
      {t(`添加${wordOf(type)}`, `Add ${wordOf(type)}`)}
    </Button>
  )
  return (
    <Page
      title={wordOf(type)}
      text={type.description || reachSentence(type.reach, type.attributes, type.relations)}
      back={{ to: '/admin/subjects', label: t('业务主体', 'Subject types') }}
      actions={
        <>
          {may('subjectTypes.update') && (
            <Link to={`/admin/subjects/${type.id}/edit`}>
              <Button icon={<EditOutlined />}>{t('属性与关系', 'Attributes and relations')}</Button>
            </Link>
          )}
          {may('segments.create') && (
            <Link to={`/admin/segments/new?typeId=${type.id}`}>
              <Button>{t('圈选', 'Select')}</Button>
            </Link>
          )}
          {add}
        </>
      }
    >
      <List
        name="subjects.list"
        rowKey={row => row.id}
        input={{ typeId: type.id }}
        to={row => `/admin/subjects/${type.id}/${row.id}`}
        columns={columns(type)}
        filters={filters(type)}
        searchHint={t('名称、唯一编号或整个电话', 'Title, a unique value or a whole phone')}
        exportName={wordOf(type)}
        bulk={
          may('subjects.remove')
            ? [
                {
                  label: t('删除', 'Remove'),
                  isDanger: true,
                  verb: t('删除', 'Remove'),
                  consequence: rows => removalWords(type, rows.length),
                  run: rows => remove.mutateAsync({ subjectIds: rows.map(row => row.id) }),
                  done: count => t(`已删除 ${count} 条`, `${count} removed`),
                },
              ]
            : undefined
        }
        empty={
          <EmptyState
            title={t(`还没有${wordOf(type)}`, `No ${wordOf(type)} yet`)}
            text={t(
              '一条条添加，或用接口 subjects.put 成批送来；唯一编号相同的会更新，不会重复。',
              'Add them one by one, or send them in batches with subjects.put; the same unique value updates, never doubles.',
            )}
            action={add}
          />
        }
      />
      {isAdding && (
        <SubjectDrawer
          type={type}
          onClose={() => setAdding(false)}
          onSaved={subjectId => navigate(`/admin/subjects/${type.id}/${subjectId}`)}
        />
      )}
    </Page>
  )
}

export function removalWords(type: SubjectType, count: number): string {
  return t(
    `${number(count)} 条${wordOf(type)}连同它们的关系会删除，并离开所在的人群；关联的客户不受影响。不能恢复。`,
    `${number(count)} × ${wordOf(type)} go with their relations and leave their segments; the people they lead to stay. This cannot be undone.`,
  )
}

function columns(type: SubjectType): Column<SubjectRow>[] {
  const shown = type.attributes.filter(one => one.key !== type.titleAttribute)
  return [
    {
      key: 'title',
      sort: 'title',
      title: wordOf(type.attributes.find(one => one.key === type.titleAttribute) ?? type),
      text: row => row.title,
      render: row => (
        <Link to={`/admin/subjects/${type.id}/${row.id}`} className="by-strong" style={{ color: 'inherit' }}>
          {row.title || `#${row.id}`}
        </Link>
      ),
    },
    ...shown.map(
      (attribute, index): Column<SubjectRow> => ({
        key: attribute.key,
        title: wordOf(attribute),
        align: attribute.kind === 'number' || attribute.kind === 'money' ? 'right' : undefined,
        isExtra: index >= SHOWN,
        text: row => valueText(attribute, row.values[attribute.key]),
        render: row => <Value attribute={attribute} value={row.values[attribute.key]} />,
      }),
    ),
    {
      key: 'updatedAt',
      sort: 'updatedAt',
      title: t('更新于', 'Changed'),
      text: row => dateTime(row.updatedAt),
      render: row => <Time at={row.updatedAt} />,
    },
    {
      key: 'createdAt',
      sort: 'createdAt',
      title: t('建立于', 'Added'),
      isExtra: true,
      text: row => dateTime(row.createdAt),
      render: row => <Time at={row.createdAt} />,
    },
  ]
}

function filters(type: SubjectType): Filter[] {
  const toNumber = (key: string) => (value: string) => ({ [key]: Number(value) })
  return [
    {
      key: 'segmentId',
      label: t('人群', 'Segment'),
      render: (value, set) => (
        <RemoteSelect
          name="segments.list"
          input={{ typeId: type.id }}
          choice={segment => ({ value: segment.id, label: segment.name })}
          placeholder={t('选择人群', 'Choose a segment')}
          value={Number(value) || null}
          onChange={((next: number | null) => set(next ? String(next) : undefined)) as (value: never) => void}
        />
      ),
      chip: value => <SegmentName id={Number(value)} />,
      toInput: toNumber('segmentId'),
    },
    {
      key: 'personId',
      label: t('属于谁', 'Whose'),
      render: (value, set) => (
        <PersonPicker value={Number(value) || null} onChange={next => set(next ? String(next) : undefined)} />
      ),
      chip: value => <PersonName id={Number(value)} />,
      toInput: toNumber('personId'),
    },
  ]
}

function SegmentName({ id }: { id: number }) {
  const segment = useCall('segments.get', { segmentId: id }, { staleTime: 60_000 })
  return <>{segment.data?.name ?? `#${id}`}</>
}

function PersonName({ id }: { id: number }) {
  const profile = useCall('profiles.get', { personId: id }, { staleTime: 60_000 })
  return <>{profile.data?.person.name ?? `#${id}`}</>
}
