import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { TagEditor } from './tag-editor.tsx'

export type Tag = Output<'tags.list'>['items'][number]

export function TagsPage() {
  const may = useMay()
  const confirm = useConfirm()
  const { brandName } = useNames()
  const [editing, setEditing] = useState<Tag | 'new' | null>(null)
  const remove = useCommand('tags.remove', { refreshes: ['tags.', 'people.', 'profiles.'] })
  const columns: Column<Tag>[] = [
    {
      key: 'name',
      sort: 'name',
      title: t('标签', 'Tag'),
      text: row => row.name,
      render: row => (
        <span className="by-row">
          <i style={{ width: 10, height: 10, borderRadius: 3, background: row.color ?? 'var(--by-line)' }} />
          <span className="by-strong">{row.name}</span>
          {row.isExclusive && <Pill isDotted={false}>{t('组内单选', 'One of its group')}</Pill>}
        </span>
      ),
    },
    { key: 'groupName', sort: 'group', title: t('分组', 'Group'), text: row => row.groupName },
    { key: 'brand', title: t('范围', 'Scope'), text: row => (row.brandId ? brandName(row.brandId) : t('集团', 'Group-wide')) },
    {
      key: 'peopleCount',
      title: t('人数', 'People'),
      align: 'right',
      text: row => row.peopleCount,
      render: row => <Link to={`/admin/people?tagId=${row.id}`}>{number(row.peopleCount)}</Link>,
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
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
      {t('新建标签', 'New tag')}
    </Button>
  )
  return (
    <Page
      title={t('标签', 'Tags')}
      text={t(
        '手工、活码、导入和规则都可以打标签；谁打的、什么时候、为什么都会留下。',
        'Who put a tag on, when and why, is kept.',
      )}
      actions={create}
    >
      <List
        name="tags.list"
        rowKey={row => row.id}
        columns={columns}
        searchHint={t('标签或分组', 'Tag or group')}
        exportName={t('标签', 'tags')}
        rowActions={row => (
          <>
            {may('tags.update') && (
              <Button size="small" type="text" onClick={() => setEditing(row)}>
                {t('修改', 'Edit')}
              </Button>
            )}
            {may('tags.remove') && (
              <Button
                size="small"
                type="text"
                danger
                onClick={() =>
                  confirm({
                    title: t(`删除标签「${row.name}」？`, `Remove ${row.name}?`),
                    consequence: t(
                      `会从 ${number(row.peopleCount)} 位客户身上取下，不能恢复。用到它的人群会少掉这个条件所选的人。`,
                      `It comes off ${number(row.peopleCount)} people and cannot be brought back.`,
                    ),
                    verb: t('删除', 'Remove'),
                    isDanger: true,
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
      {editing && <TagEditor tag={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}
