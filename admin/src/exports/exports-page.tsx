import { DeleteOutlined, DownloadOutlined, StopOutlined } from '@ant-design/icons'
import { Button, Progress, Tooltip } from 'antd'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, number, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { bytes } from '../imports/words.tsx'
import { Pill, Time } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import type { Column } from '../parts/list/types.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState } from '../parts/states.tsx'
import { ExportPill, type ExportRun, exportStatusName } from './words.tsx'

/** The files one has asked for: how far they are, what is in them, and until when they can be had. */
export function ExportsPage() {
  const columns: Column<ExportRun>[] = [
    {
      key: 'title',
      title: t('文件', 'File'),
      text: row => row.title,
      render: row => (
        <span className="by-stack-xs">
          <b className="by-clip" style={{ maxWidth: 320 }}>
            {row.title}
          </b>
          <span className="by-small by-soft by-row by-wrap">
            {row.kindName} · {row.format.toUpperCase()}
            {row.sizeBytes > 0 && ` · ${bytes(row.sizeBytes)}`}
            {row.isRevealed && (
              <Pill tone="warn" isDotted={false}>
                {t('含完整个人信息', 'Personal data in full')}
              </Pill>
            )}
          </span>
        </span>
      ),
    },
    {
      key: 'status',
      title: t('状态', 'Status'),
      text: row => exportStatusName(row.status),
      render: row => <State run={row} />,
    },
    {
      key: 'rows',
      title: t('行数', 'Rows'),
      align: 'right',
      text: row => row.writtenRows,
      render: row => <Rows run={row} />,
    },
    {
      key: 'columns',
      title: t('列', 'Columns'),
      text: row => row.columns.join(', '),
      render: row => (
        <Tooltip title={row.columns.join('、')}>
          <span className="by-soft by-clip" style={{ maxWidth: 180, display: 'inline-block' }}>
            {row.columns.join('、')}
          </span>
        </Tooltip>
      ),
    },
    {
      key: 'createdAt',
      title: t('导出时间', 'Exported'),
      text: row => dateTime(row.createdAt),
      render: row => <Time at={row.createdAt} />,
    },
    {
      key: 'actions',
      title: t('操作', 'Actions'),
      text: () => '',
      render: row => <Actions run={row} />,
    },
  ]
  return (
    <Page
      title={t('导出', 'Exports')}
      text={t(
        '您导出的文件都在这里，只有您自己能下载；保留 7 天后自动删除。',
        'The files you exported; only you can download them. They are deleted after 7 days.',
      )}
    >
      <List
        name="exports.list"
        rowKey={row => row.id}
        columns={columns}
        searchHint={t('文件名', 'File name')}
        refetchMs={2_000}
        filters={[
          {
            key: 'status',
            label: t('状态', 'Status'),
            options: (['queued', 'running', 'finished', 'cancelled', 'failed', 'expired'] as const).map(value => ({
              value,
              label: exportStatusName(value),
            })),
          },
        ]}
        empty={
          <EmptyState
            title={t('还没有导出过', 'No exports yet')}
            text={t('打开一个人群，点「导出」，文件会出现在这里。', 'Open a segment and press Export: its file appears here.')}
          />
        }
      />
    </Page>
  )
}

function State({ run }: { run: ExportRun }) {
  if (run.status !== 'running' || run.progress === null)
    return (
      <span className="by-stack-xs" style={{ justifyItems: 'start' }}>
        <ExportPill status={run.status} />
        {run.error && <span className="by-small by-red">{run.error}</span>}
        {run.status === 'finished' && run.expiresAt && (
          <span className="by-small by-soft">{t(`${relative(run.expiresAt)}删除`, `deleted ${relative(run.expiresAt)}`)}</span>
        )}
      </span>
    )
  return <Progress size="small" style={{ minWidth: 120 }} percent={Math.round(run.progress * 100)} status="active" />
}

function Rows({ run }: { run: ExportRun }) {
  const left = run.leftOut.reduce((sum, one) => sum + one.count, 0)
  return (
    <span className="by-stack-xs by-num" style={{ justifyItems: 'end' }}>
      {number(run.writtenRows)}
      {left > 0 && (
        <Tooltip
          title={run.leftOut.map(one => (
            <div key={one.reason}>
              {one.reason}：{number(one.count)}
            </div>
          ))}
        >
          <span className="by-small by-amber">{t(`另有 ${number(left)} 未写入`, `${number(left)} left out`)}</span>
        </Tooltip>
      )}
    </span>
  )
}

function Actions({ run }: { run: ExportRun }) {
  const may = useMay()
  const start = useRun()
  const confirm = useConfirm()
  const cancel = useCommand('exports.cancel')
  const remove = useCommand('exports.remove')
  const link = useCommand('exports.link', { refreshes: ['exports.list'] })
  if (run.status === 'queued' || run.status === 'running')
    return may('exports.cancel') ? (
      <Button size="small" icon={<StopOutlined />} onClick={() => start(() => cancel.mutateAsync({ exportId: run.id }))}>
        {t('取消', 'Cancel')}
      </Button>
    ) : null
  if (run.status !== 'finished') return null
  return (
    <span className="by-row">
      {may('exports.link') && (
        <Button
          size="small"
          icon={<DownloadOutlined />}
          loading={link.isPending}
          onClick={() =>
            start(async () => {
              const { url } = await link.mutateAsync({ exportId: run.id })
              location.assign(url)
            })
          }
        >
          {t('下载', 'Download')}
        </Button>
      )}
      {may('exports.remove') && (
        <Button
          size="small"
          icon={<DeleteOutlined />}
          aria-label={t('删除文件', 'Delete the file')}
          onClick={() =>
            confirm({
              title: t('删除这个文件？', 'Delete this file?'),
              consequence: t('文件马上删除，需要时可以再导出一次。', 'The file goes at once; it can be exported again.'),
              verb: t('删除文件', 'Delete'),
              isDanger: true,
              run: () => remove.mutateAsync({ exportId: run.id }),
            })
          }
        />
      )}
    </span>
  )
}
