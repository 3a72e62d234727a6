import { DownloadOutlined } from '@ant-design/icons'
import { many } from '@banyan/shared'
import { Alert, App, Button, Progress } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { call } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { dateTime, duration, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { MappingStep } from './mapping-step.tsx'
import { Rejects } from './rejects.tsx'
import { bytes, ImportPill, type ImportRun, kindLabel } from './words.tsx'

const isRunning = (status: ImportRun['status']) => status === 'queued' || status === 'running'

export function ImportPage() {
  const importId = Number(useParams().importId)
  const run = useCall(
    'imports.get',
    { importId },
    { refetchInterval: query => (query.state.data && isRunning(query.state.data.status) ? 1_000 : false) },
  )
  const kinds = useCall('imports.kinds', {}, { staleTime: 300_000 })
  return (
    <Page
      title={run.data?.fileName ?? t('导入', 'Import')}
      mark={run.data && <ImportPill status={run.data.status} />}
      text={
        run.data &&
        `${kindLabel(kinds.data, run.data.kind)} · ${bytes(run.data.sizeBytes)} · ${run.data.encoding} · ${run.data.operatorName} · ${dateTime(run.data.createdAt)}`
      }
      back={{ to: '/admin/imports', label: t('导入', 'Imports') }}
      actions={run.data && <Actions run={run.data} />}
    >
      <Loaded of={run}>{data => <Content run={data} kind={kinds.data?.find(kind => kind.name === data.kind)} />}</Loaded>
    </Page>
  )
}

function Actions({ run }: { run: ImportRun }) {
  const may = useMay()
  const confirm = useConfirm()
  const cancel = useCommand('imports.cancel')
  if (!isRunning(run.status) || !may('imports.cancel')) return null
  return (
    <Button
      onClick={() =>
        confirm({
          title: t('停止导入？', 'Stop the import?'),
          consequence: t(
            `已经导入的 ${number(run.acceptedRows)} 行会保留，剩下的不再处理。`,
            `What is taken stays (${many(run.acceptedRows, 'row')}); the rest is not read.`,
          ),
          verb: t('停止导入', 'Stop'),
          isDanger: true,
          run: () => cancel.mutateAsync({ importId: run.id }),
        })
      }
    >
      {t('停止导入', 'Stop')}
    </Button>
  )
}

function Content({ run, kind }: { run: ImportRun; kind: Parameters<typeof MappingStep>[0]['kind'] }) {
  const [isAgain, setAgain] = useState(false)
  if (run.status === 'uploaded' || isAgain) return <MappingStep run={run} kind={kind} onStarted={() => setAgain(false)} />
  const seconds = run.startedAt
    ? ((run.finishedAt ? Date.parse(run.finishedAt) : Date.now()) - Date.parse(run.startedAt)) / 1000
    : 0
  return (
    <>
      {run.error && (
        <Alert
          type="error"
          showIcon
          title={t('导入停下来了', 'The import stopped')}
          description={run.error}
          action={<Button onClick={() => setAgain(true)}>{t('重新设置并再试', 'Set it up again')}</Button>}
        />
      )}
      {isRunning(run.status) && (
        <Panel>
          <div className="by-row by-between">
            <span>
              {run.status === 'queued'
                ? t('排队中，马上开始', 'Queued')
                : t(`已读 ${number(run.readRows)} 行`, `${many(run.readRows, 'row')} read`)}
            </span>
            <span className="by-soft">
              {run.remainingSeconds != null &&
                t(`大约还需 ${duration(run.remainingSeconds)}`, `about ${duration(run.remainingSeconds)} left`)}
            </span>
          </div>
          <Progress percent={Math.round(run.progress * 1000) / 10} status="active" />
          <span className="by-small by-soft">
            {t(
              '可以离开这一页，导入会在后台继续；进度在右上角。',
              'You may leave; it goes on, with its progress at the top right.',
            )}
          </span>
        </Panel>
      )}
      <div className="by-stats">
        <Stat label={t('读到', 'Read')} value={number(run.readRows)} />
        <Stat label={t('成功', 'Accepted')} value={number(run.acceptedRows)} foot={share(run.acceptedRows, run.readRows)} />
        <Stat label={t('拒绝', 'Refused')} value={number(run.rejectedRows)} foot={share(run.rejectedRows, run.readRows)} />
        <Stat
          label={t('用时', 'Time')}
          value={duration(seconds)}
          foot={seconds > 1 ? t(`每秒 ${number(run.readRows / seconds)} 行`, `${number(run.readRows / seconds)} rows/s`) : ''}
        />
      </div>
      {run.kind === 'segmentMembers' && run.status === 'finished' && (
        <Link to="/admin/segments">{t('到人群列表查看', 'See it among the segments')}</Link>
      )}
      {run.rejectedRows > 0 && <Rejects importId={run.id} extra={<RejectsFile importId={run.id} />} />}
      {run.status === 'finished' && run.rejectedRows === 0 && (
        <Alert type="success" showIcon title={t('全部导入成功', 'Every row was taken')} />
      )}
    </>
  )
}

function RejectsFile({ importId }: { importId: number }) {
  const { message } = App.useApp()
  const download = async () => {
    try {
      const { url } = await call('imports.rejectsLink', { importId })
      location.assign(url)
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Button icon={<DownloadOutlined />} onClick={download}>
      {t('下载被拒绝的行', 'Download refused rows')}
    </Button>
  )
}
