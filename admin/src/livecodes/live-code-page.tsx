import { DownloadOutlined, EditOutlined, PrinterOutlined, RedoOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { dateTime, money, number, share } from '../format.ts'
import { t } from '../i18n.ts'
import { CopyButton, Pill, Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { fillDays } from '../parts/chart/fill-days.ts'
import { useConfirm, useRun } from '../parts/confirm.tsx'
import { dayAgo } from '../parts/fields.tsx'
import { Facts, Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { PosterDialog } from './poster-dialog.tsx'
import { PrintDialog } from './print-dialog.tsx'
import { QrThumb } from './qr.tsx'
import { AlarmPills, kindName, type LiveCode, StatusPill, weekdayName } from './words.tsx'

export function LiveCodePage() {
  const id = Number(useParams().id)
  const code = useCall(
    'livecodes.get',
    { id },
    { refetchInterval: query => (query.state.data?.status === 'creating' ? 1_500 : false) },
  )
  return (
    <Page
      title={code.data?.name ?? t('活码', 'Live code')}
      mark={code.data && <StatusPill status={code.data.status} />}
      text={code.data && [kindName(code.data.kind), code.data.storeName, code.data.channel].filter(Boolean).join(' · ')}
      back={{ to: '/admin/live-codes', label: t('渠道活码', 'Live codes') }}
      actions={code.data && <Actions code={code.data} />}
    >
      <Loaded of={code}>{data => <Content code={data} />}</Loaded>
    </Page>
  )
}

function Actions({ code }: { code: LiveCode }) {
  const may = useMay()
  const confirm = useConfirm()
  const run = useRun()
  const [open, setOpen] = useState<'poster' | 'print' | null>(null)
  const disable = useCommand('livecodes.disable')
  const enable = useCommand('livecodes.enable')
  const retry = useCommand('livecodes.retry')
  return (
    <>
      {code.status === 'failed' && may('livecodes.retry') && (
        <Button icon={<RedoOutlined />} loading={retry.isPending} onClick={() => run(() => retry.mutateAsync({ id: code.id }))}>
          {t('重新生成', 'Try again')}
        </Button>
      )}
      <Button icon={<PrinterOutlined />} onClick={() => setOpen('print')} disabled={code.status === 'failed'}>
        {t('打印', 'Print')}
      </Button>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen('poster')} disabled={code.status === 'failed'}>
        {t('海报', 'Poster')}
      </Button>
      {code.status === 'disabled'
        ? may('livecodes.enable') && (
            <Button
              onClick={() => run(() => enable.mutateAsync({ ids: [code.id] }), t('已启用', 'Enabled'))}
              loading={enable.isPending}
            >
              {t('启用', 'Enable')}
            </Button>
          )
        : may('livecodes.disable') && (
            <Button
              danger
              onClick={() =>
                confirm({
                  title: t(`停用「${code.name}」？`, `Disable ${code.name}?`),
                  consequence: t(
                    '已经贴出去的码扫了将不能加好友；历史数据保留，以后可以再启用。',
                    'Printed copies stop working; history stays, and it can be enabled again.',
                  ),
                  verb: t('停用', 'Disable'),
                  isDanger: true,
                  run: () => disable.mutateAsync({ ids: [code.id] }),
                })
              }
            >
              {t('停用', 'Disable')}
            </Button>
          )}
      {may('livecodes.update') && (
        <Link to={`/admin/live-codes/${code.id}/edit`}>
          <Button type="primary" icon={<EditOutlined />}>
            {t('修改', 'Edit')}
          </Button>
        </Link>
      )}
      {open === 'poster' && <PosterDialog code={code} onClose={() => setOpen(null)} />}
      {open === 'print' && <PrintDialog ids={[code.id]} onClose={() => setOpen(null)} />}
    </>
  )
}

function Content({ code }: { code: LiveCode }) {
  const { counts } = code
  return (
    <>
      {code.failure && (
        <Alert
          type="error"
          showIcon
          title={t('平台没有生成这个码', 'The platform did not make this code')}
          description={code.failure}
        />
      )}
      {code.alarms.length > 0 && <AlarmPills alarms={code.alarms} />}
      <div className="by-stats">
        <Stat label={t('扫码', 'Scans')} value={number(counts.scans)} />
        <Stat
          label={t('加好友', 'Adds')}
          value={number(counts.adds)}
          foot={t(`扫码的 ${share(counts.adds, counts.scans)}`, `${share(counts.adds, counts.scans)} of scans`)}
        />
        <Stat
          label={t('入会', 'Joins')}
          value={number(counts.joins)}
          foot={t(`扫码的 ${share(counts.joins, counts.scans)}`, `${share(counts.joins, counts.scans)} of scans`)}
        />
        <Stat label={t('领券', 'Claims')} value={number(counts.claims)} />
        <Stat label={t('30 天首单', 'First orders')} value={number(counts.orders)} foot={money(counts.amountFen)} />
        <Stat
          label={t('流失', 'Losses')}
          value={number(counts.losses)}
          foot={
            counts.adds > 0 && t(`加好友的 ${share(counts.losses, counts.adds)}`, `${share(counts.losses, counts.adds)} of adds`)
          }
        />
        <Stat
          label={t('单个入会成本', 'Cost per join')}
          value={money(code.costPerJoinFen)}
          foot={t(`投入 ${money(code.costFen)}`, `of ${money(code.costFen)}`)}
        />
      </div>
      <div className="by-grid">
        <div className="span-8 by-stack">
          <Daily codeId={code.id} />
          <Settings code={code} />
        </div>
        <div className="span-4 by-stack">
          <Panel title={t('二维码', 'QR code')}>
            <div style={{ display: 'grid', placeItems: 'center', gap: 12 }}>
              <QrThumb code={code} size={200} />
              <div className="by-row by-small by-soft" style={{ maxWidth: '100%' }}>
                <span className="by-clip">{code.landingUrl}</span>
                <CopyButton text={code.landingUrl} />
              </div>
            </div>
          </Panel>
          {code.kind === 'wecom' && <Receivers code={code} />}
        </div>
      </div>
    </>
  )
}

function Daily({ codeId }: { codeId: number }) {
  const [from, to] = [dayAgo(29), dayAgo(0)]
  const report = useCall('livecodes.report', { by: 'day', codeId, from, to })
  return (
    <Panel title={t('近 30 天', 'Last 30 days')}>
      <Loaded of={report}>
        {({ rows: known }) => {
          const rows = fillDays(known, from, to)
          return (
            <Chart
              kind="line"
              title={t('每日扫码与入会', 'Scans and joins by day')}
              x={rows.map(row => row.key)}
              series={[
                { name: t('扫码', 'Scans'), values: rows.map(row => row.scans) },
                { name: t('加好友', 'Adds'), values: rows.map(row => row.adds) },
                { name: t('入会', 'Joins'), values: rows.map(row => row.joins) },
              ]}
            />
          )
        }}
      </Loaded>
    </Panel>
  )
}

function Receivers({ code }: { code: LiveCode }) {
  return (
    <Panel title={t('接待员工', 'Staff')} extra={code.isOnBackup && <Pill tone="warn">{t('正在用备用员工', 'On backup')}</Pill>}>
      <div className="by-stack-s">
        {code.staff.map(one => (
          <div key={one.id} className="by-row by-between">
            <span>{one.name}</span>
            {code.currentStaffIds.includes(one.id) ? (
              <Pill tone="good">{t('此刻接待', 'Receiving now')}</Pill>
            ) : (
              <span className="by-small by-soft">{one.whyNotUsable ?? t('轮候', 'Waiting')}</span>
            )}
          </div>
        ))}
        {code.shifts.map((shift, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: shifts have no id and keep their order
          <div key={index} className="by-small by-soft">
            {t('周', '')}
            {shift.weekdays.map(weekdayName).join(t('、', ', '))} {shift.from}–{shift.to} ·{' '}
            {t(`${shift.staffIds.length} 人`, `${shift.staffIds.length} staff`)}
          </div>
        ))}
      </div>
    </Panel>
  )
}

function validWords({ validFrom, validTo }: LiveCode): string {
  if (validFrom && validTo) return `${dateTime(validFrom)} – ${dateTime(validTo)}`
  if (validFrom) return t(`${dateTime(validFrom)} 起`, `From ${dateTime(validFrom)}`)
  if (validTo) return t(`到 ${dateTime(validTo)} 为止`, `Until ${dateTime(validTo)}`)
  return t('一直有效', 'Always')
}

function Settings({ code }: { code: LiveCode }) {
  const { brandName } = useNames()
  const { welcome } = code
  return (
    <Panel title={t('设置', 'Settings')}>
      <Facts
        items={[
          [t('品牌', 'Brand'), brandName(code.brandId)],
          [t('有效时间', 'Valid'), validWords(code)],
          code.remark ? [t('客户备注', 'Remark'), <code key="r">{code.remark}</code>] : null,
          code.kind !== 'miniProgram'
            ? [
                t('欢迎语', 'Welcome'),
                welcome.text ? (
                  <span key="w" style={{ whiteSpace: 'pre-wrap' }}>
                    {welcome.text}
                  </span>
                ) : (
                  t('不发文字', 'No text')
                ),
              ]
            : null,
          [t('小程序卡片', 'Card'), welcome.card ? welcome.card.title : t('不附卡片', 'None')],
          code.kind === 'wecom'
            ? [
                t('加好友', 'Adding'),
                [
                  code.isVerifySkipped ? t('无需员工通过', 'No approval needed') : t('需员工通过', 'Staff approve'),
                  code.isExclusive ? t('同一客户只能加一位员工', 'one staff per customer') : null,
                ]
                  .filter(Boolean)
                  .join('，'),
              ]
            : null,
          [t('场景值', 'Scene'), <code key="s">{code.scene}</code>],
          [t('创建', 'Created'), `${dateTime(code.createdAt)} · ${code.createdBy}`],
        ]}
      />
    </Panel>
  )
}
