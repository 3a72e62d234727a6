import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { useSubjectTypes } from '../segments/subject-type.tsx'
import { MirrorState, together } from './mirror-state.tsx'
import { directionArrow } from './mirror-words.ts'
import { removal } from './removal.ts'
import { TagStatus } from './tag-status.tsx'
import { kindName } from './words.ts'

type Tag = Output<'tags.list'>['items'][number]

export function TagsPage() {
  const may = useMay()
  const confirm = useConfirm()
  const { brandName } = useNames()
  const types = useSubjectTypes()
  const remove = useCommand('tags.remove', { refreshes: ['tags.', 'people.', 'profiles.'] })
  const mirrors = useCall('corpTags.mirrors', {}, { enabled: may('corpTags.mirrors'), staleTime: 30_000 })
  const mirrorsOf = (tagId: number) => (mirrors.data ?? []).filter(one => one.tagId === tagId)
  const columns: Column<Tag>[] = [
    {
      key: 'name',
      sort: 'name',
      title: t('标签', 'Tag'),
      text: row => row.name,
      render: row => (
        <span className="by-row">
          <i style={{ width: 10, height: 10, borderRadius: 3, background: row.color ?? 'var(--by-line)' }} />
          <Link to={`/admin/tags/${row.id}`} className="by-strong">
            {row.name}
          </Link>
          {row.isExclusive && <Pill isDotted={false}>{t('分类内单选', 'One of its category')}</Pill>}
          <TagStatus tag={row} />
        </span>
      ),
    },
    { key: 'groupName', sort: 'group', title: t('分类', 'Category'), text: row => row.groupName },
    { key: 'kind', title: t('来源', 'Comes'), text: row => kindName(row.kind) },
    ...(types.all.length > 0 ? [{ key: 'typeId', title: t('用于', 'For'), text: (row: Tag) => types.nameOf(row.typeId) }] : []),
    ...(mirrors.data?.length
      ? [
          {
            key: 'wecom',
            title: t('企业微信', 'WeCom'),
            text: (row: Tag) =>
              mirrorsOf(row.id)
                .map(one => `${directionArrow(one.direction)} ${one.corpTagName}`)
                .join(t('、', ', ')) || '—',
            render: (row: Tag) => {
              const mirror = together(mirrorsOf(row.id))
              return mirror ? <MirrorState mirror={mirror} /> : <span className="by-faint">—</span>
            },
          },
        ]
      : []),
    { key: 'owner', title: t('负责人', 'Owner'), text: row => row.owner, isWide: true },
    { key: 'brand', title: t('范围', 'Scope'), text: row => (row.brandId ? brandName(row.brandId) : t('集团', 'Group-wide')) },
    {
      key: 'peopleCount',
      title: t('人数', 'People'),
      align: 'right',
      text: row => row.peopleCount,
      render: row =>
        row.typeId === null ? (
          <Link to={`/admin/people?tagId=${row.id}`}>{number(row.peopleCount)}</Link>
        ) : (
          number(row.peopleCount)
        ),
    },
    {
      key: 'createdAt',
      sort: 'createdAt',
      title: t('创建', 'Created'),
      text: row => row.createdAt,
      render: row => <Time at={row.createdAt} />,
    },
  ]
  const create = may('tags.create') && (
    <Link to="/admin/tags/new">
      <Button type="primary" icon={<PlusOutlined />}>
        {t('新建标签', 'New tag')}
      </Button>
    </Link>
  )
  return (
    <Page
      title={t('标签', 'Tags')}
      text={t(
        '手工打上、按规则自动维护，或从行为算出一个值；谁打的、什么时候、为什么都会留下。',
        'Put on by hand, kept by a rule, or worked out from what people did; who, when and why is kept.',
      )}
      actions={
        <>
          {may('corpTags.catalogue') && (
            <Link to="/admin/tags/wecom">
              <Button>{t('企业标签', 'Corp tags')}</Button>
            </Link>
          )}
          {create}
        </>
      }
    >
      <List
        name="tags.list"
        rowKey={row => row.id}
        columns={columns}
        to={row => `/admin/tags/${row.id}`}
        filters={[
          {
            key: 'kind',
            label: t('来源', 'Comes'),
            options: (['manual', 'rule', 'computed'] as const).map(value => ({ value, label: kindName(value) })),
          },
        ]}
        searchHint={t('标签或分类', 'Tag or category')}
        exportName={t('标签', 'tags')}
        rowActions={row => (
          <>
            {may('tags.update') && (
              <Link to={`/admin/tags/${row.id}/edit`}>
                <Button size="small" type="text">
                  {t('修改', 'Edit')}
                </Button>
              </Link>
            )}
            {may('tags.remove') && (
              <Button
                size="small"
                type="text"
                danger
                onClick={() =>
                  confirm({
                    ...removal(row),
                    run: () => remove.mutateAsync({ tagId: row.id }),
                    done: t('已删除', 'Removed'),
                  })
                }
              >
                {t('删除', 'Remove')}
              </Button>
            )}
          </>
        )}
        empty={
          <EmptyState
            title={t('还没有标签', 'No tags yet')}
            text={t('从一个常用的开始，例如「护肤达人」「送礼」。', 'Begin with one you use every day.')}
            action={create}
          />
        }
      />
    </Page>
  )
}
