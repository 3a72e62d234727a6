import { UploadOutlined } from '@ant-design/icons'
import { Button, Progress } from 'antd'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { fieldLabel } from '../selection/groups.ts'
import { bytes, ImportPill, type ImportRun, importStatusName, kindLabel } from './words.tsx'

export function ImportsPage() {
  const kinds = useCall('imports.kinds', {}, { staleTime: 300_000 })
  const start = (
    <Link to="/admin/imports/new">
      <Button type="primary" icon={<UploadOutlined />}>
        {t('上传文件', 'Upload a file')}
      </Button>
    </Link>
  )
  const columns: Column<ImportRun>[] = [
    {
      key: 'fileName',
      sort: 'fileName',
      title: t('文件', 'File'),
      text: row => row.fileName,
      render: row => (
        <Link to={`/admin/imports/${row.id}`} className="by-stack-xs" style={{ color: 'inherit' }}>
          <b className="by-clip" style={{ maxWidth: 320 }}>
            {row.fileName}
          </b>
          <span className="by-small by-soft">
            {kindLabel(kinds.data, row.kind)} · {bytes(row.sizeBytes)}
          </span>
        </Link>
      ),
    },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => importStatusName(row.status),
      render: row => <ImportPill status={row.status} />,
    },
    {
      key: 'progress',
      title: t('进度', 'Progress'),
      width: 180,
      text: row => `${Math.round(row.progress * 100)}%`,
      render: row => (
        <Progress
          size="small"
          style={{ minWidth: 120 }}
          percent={Math.round(row.progress * 100)}
          status={row.status === 'running' ? 'active' : row.status === 'failed' ? 'exception' : 'normal'}
        />
      ),
    },
    {
      key: 'accepted',
      sort: 'acceptedRows',
      title: t('成功', 'Accepted'),
      align: 'right',
      text: row => row.acceptedRows,
      render: row => number(row.acceptedRows),
    },
    {
      key: 'rejected',
      sort: 'rejectedRows',
      title: t('拒绝', 'Refused'),
      align: 'right',
      text: row => row.rejectedRows,
      render: row => <span className={row.rejectedRows ? 'by-red' : ''}>{number(row.rejectedRows)}</span>,
    },
    { key: 'operator', title: t('操作人', 'By'), text: row => row.operatorName },
    {
      key: 'createdAt',
      sort: 'createdAt',
      title: t('上传', 'Uploaded'),
      text: row => dateTime(row.createdAt),
      render: row => <Time at={row.createdAt} />,
    },
  ]
  return (
    <Page
      title={t('导入', 'Imports')}
      text={t(
        'CSV 或 XLSX，GBK、UTF-8 都行；坏的行会挑出来告诉您为什么，不影响其他行。',
        'CSV or XLSX, GBK or UTF-8; bad rows are set aside with their reason.',
      )}
      actions={start}
    >
      <List
        name="imports.list"
        rowKey={row => row.id}
        to={row => `/admin/imports/${row.id}`}
        columns={columns}
        searchHint={t('文件名', 'File name')}
        exportName={t('导入', 'imports')}
        refetchMs={3_000}
        filters={[
          {
            key: 'kind',
            label: t('类型', 'Kind'),
            options: (kinds.data ?? []).map(kind => ({ value: kind.name, label: fieldLabel(kind) })),
          },
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['uploaded', 'queued', 'running', 'finished', 'cancelled', 'failed'] as const).map(value => ({
              value,
              label: importStatusName(value),
            })),
          },
        ]}
        empty={
          <EmptyState
            title={t('还没有导入过', 'No imports yet')}
            text={t(
              '把历史订单或客户名单上传上来，列名对不上也没关系，下一步可以一一对应。',
              'Upload orders or people; columns are matched in the next step.',
            )}
            action={start}
          />
        }
      />
    </Page>
  )
}
