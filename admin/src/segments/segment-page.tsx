import {
  DownloadOutlined,
  EditOutlined,
  MoreOutlined,
  PieChartOutlined,
  ReloadOutlined,
  SendOutlined,
  StopOutlined,
} from '@ant-design/icons'
import { Alert, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { ExportDialog } from '../exports/export-dialog.tsx'
import { dateTime, number, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { PersonMark, Stat, Time } from '../parts/bits.tsx'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { List } from '../parts/list/list.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import type { ClientRule } from '../selection/types.ts'
import { AudienceDialog } from './audience-dialog.tsx'
import { ExplainPanel } from './explain-panel.tsx'
import { RuleText } from './rule-text.tsx'
import { SegmentStatus, segmentKind } from './segments-page.tsx'
import { SizeTrend } from './size-trend.tsx'
import { SourceStats } from './source-stats.tsx'
import { useSubjectTypes } from './subject-type.tsx'

type Segment = Output<'segments.get'>
type Member = Output<'segments.members'>['items'][number]

export function SegmentPage() {
  const segmentId = Number(useParams().segmentId)
  const segment = useCall(
    'segments.get',
    { segmentId },
    { refetchInterval: query => (query.state.data?.status === 'building' ? 1_500 : 30_000) },
  )
  return (
    <Page
      title={segment.data?.name ?? t('人群', 'Segment')}
      mark={segment.data && <SegmentStatus status={segment.data.status} />}
      text={segment.data?.description}
      back={{ to: '/admin/segments', label: t('人群', 'Segments') }}
      actions={segment.data && <Actions segment={segment.data} />}
    >
      <Loaded of={segment}>{data => <Content segment={data} />}</Loaded>
    </Page>
  )
}

function Actions({ segment }: { segment: Segment }) {
  const may = useMay()
  const run = useRun()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const refresh = useCommand('segments.refresh')
  const cancel = useCommand('segments.cancelBuild')
  const create = useCommand('segments.create')
  const remove = useCommand('segments.remove')
  const exportTo = useCommand('segments.export', { refreshes: ['exports.', 'work.'] })
  const [isExporting, setExporting] = useState(false)
  const [isPacking, setPacking] = useState(false)
  const isDynamic = segment.kind === 'dynamic'
  const more = [
    isDynamic &&
      may('segments.create') && {
        key: 'snapshot',
        label: t('存一份静态名单', 'Keep a fixed list'),
        onClick: () =>
          run(
            async () => {
              const name = `${segment.name} ${dateTime(new Date()).slice(5)}`.slice(0, 60)
              const made = await create.mutateAsync({ kind: 'static', name, fromSegmentId: segment.id })
              navigate(`/admin/segments/${made.id}`)
            },
            t('已存为静态名单', 'Kept as a fixed list'),
          ),
      },
    segment.typeId === null &&
      segment.brandId !== null &&
      may('segments.exportAudience') && {
        key: 'audience',
        label: t('广告人群包', 'Audience pack for ads'),
        onClick: () => setPacking(true),
      },
    may('segments.remove') && {
      key: 'remove',
      danger: true,
      label: t('删除', 'Remove'),
      onClick: () =>
        confirm({
          title: t(`删除人群「${segment.name}」？`, `Remove ${segment.name}?`),
          consequence: segment.usedBy.length
            ? t(
                `它正被 ${segment.usedBy.map(one => one.name).join('、')} 引用，需要先改它们。`,
                `It is used by ${segment.usedBy.map(one => one.name).join(', ')}.`,
              )
            : t('人群和它的成员记录会删除；客户和主体本身不受影响。', 'The segment goes; its members themselves stay.'),
          verb: t('删除', 'Remove'),
          isDanger: true,
          run: async () => {
            await remove.mutateAsync({ segmentId: segment.id })
            navigate('/admin/segments')
          },
        }),
    },
  ].filter(item => item !== false)
  return (
    <>
      {segment.status === 'building' && may('segments.cancelBuild') && (
        <Button
          icon={<StopOutlined />}
          loading={cancel.isPending}
          onClick={() =>
            run(
              () => cancel.mutateAsync({ segmentId: segment.id }),
              t('已停止，成员保持原样', 'Stopped; members stay as they were'),
            )
          }
        >
          {t('停止计算', 'Stop')}
        </Button>
      )}
      {isDynamic && may('segments.refresh') && (
        <Button
          icon={<ReloadOutlined />}
          loading={refresh.isPending || segment.status === 'building'}
          onClick={() => run(() => refresh.mutateAsync({ segmentId: segment.id }))}
        >
          {t('重新计算', 'Refresh')}
        </Button>
      )}
      {may('segments.profile') && (
        <Link to={`/admin/segments/${segment.id}/profile`}>
          <Button icon={<PieChartOutlined />}>{t('画像', 'Profile')}</Button>
        </Link>
      )}
      {may('segments.export') && segment.status !== 'building' && (
        <Button icon={<DownloadOutlined />} onClick={() => setExporting(true)}>
          {t('导出', 'Export')}
        </Button>
      )}
      {isPacking && <AudienceDialog segment={segment} onClose={() => setPacking(false)} />}
      {isExporting && (
        <ExportDialog
          kind="segmentMembers"
          options={{ segmentId: segment.id }}
          start={wishes => exportTo.mutateAsync({ segmentId: segment.id, ...wishes })}
          onClose={() => setExporting(false)}
        />
      )}
      {isDynamic && may('segments.update') && (
        <Link to={`/admin/segments/${segment.id}/edit`}>
          <Button icon={<EditOutlined />}>{t('修改', 'Edit')}</Button>
        </Link>
      )}
      {may('campaigns.create') && (
        <Link to={`/admin/messages/new?segmentId=${segment.id}`}>
          <Button type="primary" icon={<SendOutlined />}>
            {segment.typeId === null ? t('给他们发消息', 'Message them') : t('给联系人发消息', 'Message their contacts')}
          </Button>
        </Link>
      )}
      {more.length > 0 && (
        <Dropdown trigger={['click']} menu={{ items: more }}>
          <Button icon={<MoreOutlined />} aria-label={t('更多操作', 'More')} />
        </Dropdown>
      )}
    </>
  )
}

function Content({ segment }: { segment: Segment }) {
  const types = useSubjectTypes()
  const may = useMay()
  const { typeId } = segment
  const pageOf = (id: number) => (typeId === null ? `/admin/people/${id}` : `/admin/subjects/${typeId}/${id}`)
  return (
    <>
      {segment.failure && (
        <Alert type="error" showIcon title={t('上一次计算没有成功', 'The last refresh failed')} description={segment.failure} />
      )}
      <div className="by-stats">
        <Stat
          label={typeId === null ? t('人数', 'People') : types.nameOf(typeId)}
          value={number(segment.count)}
          to={typeId === null ? `/admin/people?segmentId=${segment.id}` : `/admin/subjects/${typeId}?segmentId=${segment.id}`}
        />
        <Stat
          label={t('类型', 'Kind')}
          value={`${segmentKind(segment.kind)} · ${types.nameOf(typeId)}`}
          foot={
            segment.kind === 'static'
              ? t('不会自己变化', 'Never changes by itself')
              : segment.isTimeDependent
                ? t('时间到了也会变', 'Time alone may change it')
                : t('有新行为时变化', 'Changes with new facts')
          }
        />
        {segment.kind === 'static' ? (
          <SourceStats segment={segment} />
        ) : (
          <>
            <Stat
              label={t('更新于', 'Refreshed')}
              value={relative(segment.refreshedAt)}
              foot={segment.tookMs != null ? t(`用了 ${number(segment.tookMs)} 毫秒`, `took ${number(segment.tookMs)} ms`) : ''}
            />
            <Stat label={t('下次会变', 'Next change')} value={segment.recheckAt ? relative(segment.recheckAt) : '—'} />
          </>
        )}
      </div>
      <div className="by-grid">
        <div className="span-8 by-stack">
          {segment.rule && (
            <Panel title={t('规则', 'Rule')}>
              <RuleText rule={segment.rule as ClientRule} typeId={segment.typeId} />
            </Panel>
          )}
          {segment.kind === 'dynamic' && may('segments.trend') && <SizeTrend segmentId={segment.id} />}
          <List
            name="segments.members"
            rowKey={row => row.personId}
            input={{ segmentId: segment.id }}
            to={row => pageOf(row.personId)}
            exportName={segment.name}
            searchHint={t('在成员里找', 'Find among the members')}
            columns={[
              {
                key: 'name',
                title: t('成员', 'Member'),
                text: row => (typeId === null ? personName(row.name) : (row.name ?? `#${row.personId}`)),
                render: row => (
                  <Link to={pageOf(row.personId)} className="by-row" style={{ color: 'inherit' }}>
                    {typeId === null && <PersonMark name={personName(row.name)} avatar={row.avatar} size={26} />}{' '}
                    {typeId === null ? personName(row.name) : (row.name ?? `#${row.personId}`)}
                  </Link>
                ),
              },
              ...(typeId === null ? [{ key: 'phone', title: t('手机', 'Phone'), text: (row: Member) => row.phoneMasked }] : []),
              {
                key: 'enteredAt',
                sort: 'enteredAt',
                title: t('进入时间', 'Entered'),
                text: row => dateTime(row.enteredAt),
                render: row => <Time at={row.enteredAt} />,
              },
            ]}
            empty={
              <EmptyState
                title={
                  typeId === null
                    ? t('现在没有人符合', 'Nobody fits now')
                    : t(`现在没有${types.nameOf(typeId)}符合`, `No ${types.nameOf(typeId)} fits now`)
                }
                text={t('符合条件的会自动进来。', 'What fits comes in by itself.')}
              />
            }
          />
        </div>
        <div className="span-4 by-stack">
          {segment.kind === 'dynamic' && <ExplainPanel segmentId={segment.id} typeId={segment.typeId} isReady />}
          <Panel title={t('最近的变化', 'Latest changes')}>
            {segment.builds.length === 0 && <span className="by-soft">{t('还没有变化', 'None yet')}</span>}
            <div className="by-stack-s">
              {segment.builds.map(build => (
                <div key={build.id} className="by-row by-between">
                  <Time at={build.at} />
                  <span className="by-num">
                    {build.isFirst && <span className="by-small by-soft">{t('首次 ', 'first ')}</span>}
                    <span className="by-green">+{number(build.enteredCount)}</span>{' '}
                    <span className="by-soft">−{number(build.leftCount)}</span>
                  </span>
                </div>
              ))}
            </div>
          </Panel>
          {segment.usedBy.length > 0 && (
            <Panel title={t('被这些人群引用', 'Used by')}>
              <div className="by-row by-wrap">
                {segment.usedBy.map(one => (
                  <Link key={one.id} to={`/admin/segments/${one.id}`}>
                    {one.name}
                  </Link>
                ))}
              </div>
            </Panel>
          )}
        </div>
      </div>
    </>
  )
}
