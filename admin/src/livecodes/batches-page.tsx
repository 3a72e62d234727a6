import { Button, Progress } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill, Time, type Tone } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { BatchDrawer } from './batch-drawer.tsx'
import { PrintDialog } from './print-dialog.tsx'

export type Batch = Output<'livecodes.batches'>['items'][number]
const tones: Record<Batch['status'], Tone> = { running: 'info', done: 'good', failed: 'bad', cancelled: 'plain' }
export const BatchPill = ({ status }: { status: Batch['status'] }) => (
  <Pill tone={tones[status]}>
    {
      {
        running: t('生成中', 'Running'),
        done: t('已完成', 'Done'),
        failed: t('失败', 'Failed'),
        cancelled: t('已取消', 'Cancelled'),
      }[status]
    }
  </Pill>
)
export const byName = (by: Batch['by']) =>
  ({ staff: t('每位员工', 'Per staff'), store: t('每家门店', 'Per store'), parcel: t('每个包裹', 'Per parcel') })[by]

export function LiveCodeBatchesPage() {
  const may = useMay()
  const run = useRun()
  const [params, setParams] = useSearchParams()
  const openId = Number(params.get('open')) || null
  const open = (id: number | null) => setParams(id ? { open: String(id) } : {}, { replace: true })
  const [printing, setPrinting] = useState<number | null>(null)
  const cancel = useCommand('livecodes.cancelBatch')
  const columns: Column<Batch>[] = [
    {
      key: 'name',
      title: t('批次', 'Batch'),
      text: row => row.name,
      render: row => (
        <Button type="link" style={{ padding: 0 }} onClick={() => open(row.id)}>
          {row.name}
        </Button>
      ),
    },
    { key: 'by', title: t('方式', 'By'), text: row => byName(row.by) },
    { key: 'status', title: t('状态', 'Status'), text: row => row.status, render: row => <BatchPill status={row.status} /> },
    {
      key: 'progress',
      title: t('进度', 'Progress'),
      width: 220,
      text: row => `${row.done}/${row.total}`,
      render: row => (
        <div style={{ minWidth: 140 }}>
          <Progress
            size="small"
            percent={Math.round((row.done / Math.max(1, row.total)) * 100)}
            status={row.status === 'running' ? 'active' : row.failed ? 'exception' : 'normal'}
            format={() => `${number(row.done)}/${number(row.total)}`}
          />
        </div>
      ),
    },
    { key: 'failed', title: t('失败', 'Failed'), align: 'right', text: row => row.failed },
    { key: 'createdAt', title: t('创建', 'Created'), text: row => row.createdAt, render: row => <Time at={row.createdAt} /> },
  ]
  return (
    <Page
      title={t('批量与打印', 'Batches and print')}
      actions={
        may('livecodes.createMany') && (
          <Link to="/admin/live-codes/new-batch">
            <Button type="primary">{t('批量生成', 'New batch')}</Button>
          </Link>
        )
      }
    >
      <List
        name="livecodes.batches"
        rowKey={row => row.id}
        columns={columns}
        hasSearch={false}
        refetchMs={3_000}
        onOpen={row => open(row.id)}
        rowActions={row => (
          <>
            {row.status === 'running' && may('livecodes.cancelBatch') && (
              <Button
                size="small"
                onClick={() =>
                  run(() => cancel.mutateAsync({ batchId: row.id }), t('已取消，做好的会保留', 'Cancelled; what was made stays'))
                }
              >
                {t('取消', 'Cancel')}
              </Button>
            )}
            <Link to={`/admin/live-codes?batchId=${row.id}`}>
              <Button size="small">{t('看活码', 'Codes')}</Button>
            </Link>
            <Button size="small" disabled={row.done === 0} onClick={() => setPrinting(row.id)}>
              {t('打印', 'Print')}
            </Button>
          </>
        )}
        empty={
          <EmptyState
            title={t('还没有批量生成过', 'No batches yet')}
            text={t(
              '一次为所有门店、所有员工或一批包裹做好码，直接打印。',
              'Codes for every store, every staff member or a run of parcels, ready to print.',
            )}
            action={
              <Link to="/admin/live-codes/new-batch">
                <Button type="primary">{t('批量生成', 'New batch')}</Button>
              </Link>
            }
          />
        }
      />
      {openId && <BatchDrawer batchId={openId} onClose={() => open(null)} onPrint={() => setPrinting(openId)} />}
      {printing && <PrintDialog batchId={printing} onClose={() => setPrinting(null)} />}
    </Page>
  )
}
