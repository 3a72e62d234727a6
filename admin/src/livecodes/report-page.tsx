import { Segmented } from 'antd'
import { Link, useSearchParams } from 'react-router'
import type { Input, Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { money, number, percent, share } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { fillDays } from '../parts/chart/fill-days.ts'
import { DayRange, dayAgo } from '../parts/fields.tsx'
import { Sheet } from '../parts/list/sheet.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { StorePicker } from '../parts/pickers.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { Funnel } from './funnel.tsx'

type By = Input<'livecodes.report'>['by']
type Report = Output<'livecodes.report'>
type Row = Report['rows'][number]

const byOptions = (): { value: By; label: string }[] => [
  { value: 'channel', label: t('按渠道', 'Channel') },
  { value: 'store', label: t('按门店', 'Store') },
  { value: 'staff', label: t('按员工', 'Staff') },
  { value: 'code', label: t('按活码', 'Code') },
  { value: 'day', label: t('按天', 'Day') },
]

/** Scans to joins to claims to losses, by whatever one asks, and what each join cost. */
export function LiveCodeReportPage() {
  const [params, setParams] = useSearchParams()
  const by = (params.get('by') as By | null) ?? 'channel'
  const range: [string, string] = [params.get('from') ?? dayAgo(29), params.get('to') ?? dayAgo(0)]
  const storeId = Number(params.get('storeId')) || undefined
  const change = (patch: Record<string, string | undefined>) =>
    setParams(
      before => {
        const next = new URLSearchParams(before)
        for (const [key, value] of Object.entries(patch)) value ? next.set(key, value) : next.delete(key)
        return next
      },
      { replace: true },
    )
  const report = useCall('livecodes.report', { by, from: range[0], to: range[1], storeId }, { keepPrevious: true })
  return (
    <Page
      title={t('渠道报表', 'Live code report')}
      text={t(
        '从扫码到入会、领券、首单，每一步剩下多少人，每个入会花了多少钱。',
        'From scan to join to first order, and what each join cost.',
      )}
      actions={
        <>
          <div style={{ width: 180 }}>
            <StorePicker value={storeId ?? null} onChange={next => change({ storeId: next ? String(next) : undefined })} />
          </div>
          <DayRange value={range} onChange={([from, to]) => change({ from, to })} />
        </>
      }
    >
      <Loaded of={report}>
        {data => <Content report={data} by={data.by} range={range} onBy={next => change({ by: next })} />}
      </Loaded>
    </Page>
  )
}

function Content({ report, by, range, onBy }: { report: Report; by: By; range: [string, string]; onBy: (by: By) => void }) {
  const { totals, previous } = report
  const rows = by === 'day' ? fillDays(report.rows, range[0], range[1]) : report.rows
  const period = t('较上期', 'vs before')
  return (
    <>
      <div className="by-stats">
        <Stat
          label={t('扫码', 'Scans')}
          value={number(totals.scans)}
          now={totals.scans}
          before={previous.scans}
          period={period}
        />
        <Stat label={t('加好友', 'Adds')} value={number(totals.adds)} now={totals.adds} before={previous.adds} period={period} />
        <Stat
          label={t('入会', 'Joins')}
          value={number(totals.joins)}
          now={totals.joins}
          before={previous.joins}
          period={period}
        />
        <Stat
          label={t('领券', 'Claims')}
          value={number(totals.claims)}
          now={totals.claims}
          before={previous.claims}
          period={period}
        />
        <Stat
          label={t('流失', 'Losses')}
          value={number(totals.losses)}
          now={totals.losses}
          before={previous.losses}
          isInverse
          period={period}
        />
        <Stat
          label={t('单个入会成本', 'Cost per join')}
          value={money(totals.costPerJoinFen)}
          foot={t(`共投入 ${money(totals.costFen)}`, `of ${money(totals.costFen)}`)}
        />
      </div>
      <div className="by-grid">
        <Panel className="span-4" title={t('漏斗', 'Funnel')}>
          <Funnel counts={totals} />
        </Panel>
        <Panel className="span-8" title={by === 'day' ? t('每天', 'By day') : t('入会最多的', 'Most joins')}>
          {rows.length === 0 ? (
            <EmptyState title={t('这段时间没有数据', 'Nothing in this span')} />
          ) : by === 'day' ? (
            <Chart
              kind="line"
              title={t('每天', 'By day')}
              x={rows.map(row => row.key)}
              series={[
                { name: t('扫码', 'Scans'), values: rows.map(row => row.scans) },
                { name: t('加好友', 'Adds'), values: rows.map(row => row.adds) },
                { name: t('入会', 'Joins'), values: rows.map(row => row.joins) },
              ]}
            />
          ) : (
            <Chart
              kind="rows"
              title={t('入会', 'Joins')}
              x={best(rows).map(row => row.label || t('未填', 'None'))}
              series={[{ name: t('入会', 'Joins'), values: best(rows).map(row => row.joins) }]}
            />
          )}
        </Panel>
      </div>
      <Panel
        isFlush
        title={
          <div style={{ overflowX: 'auto', fontWeight: 400 }}>
            <Segmented value={by} onChange={onBy} options={byOptions()} />
          </div>
        }
      >
        <Sheet<Row>
          locale={{
            emptyText: (
              <EmptyState
                title={t('这段时间没有人扫码', 'Nobody scanned in this span')}
                text={t('换一段时间看看，或者先做一张活码贴出去。', 'Try another span, or put up a live code first.')}
                action={<Link to="/admin/live-codes/new">{t('新建活码', 'New live code')}</Link>}
              />
            ),
          }}
          rowKey={row => row.key || '-'}
          dataSource={rows}
          pagination={rows.length > 50 ? { pageSize: 50 } : false}
          columns={[
            {
              title: t('名称', 'Name'),
              key: 'label',
              fixed: 'left',
              sorter: (a, b) => a.label.localeCompare(b.label, 'zh'),
              render: (_v, row) =>
                by === 'code' ? <Link to={`/admin/live-codes/${row.key}`}>{row.label}</Link> : row.label || t('未填', 'None'),
            },
            ...(['scans', 'adds', 'joins', 'claims', 'orders', 'losses'] as const).map(key => ({
              title: names()[key],
              key,
              align: 'right' as const,
              sorter: (a: Row, b: Row) => a[key] - b[key],
              render: (_v: unknown, row: Row) => number(row[key]),
            })),
            {
              title: t('扫码→入会', 'Scan→join'),
              key: 'rate',
              align: 'right',
              sorter: (a, b) => scannedJoins(a) / Math.max(1, a.scans) - scannedJoins(b) / Math.max(1, b.scans),
              render: (_v, row) => share(scannedJoins(row), row.scans),
            },
            {
              title: t('流失率', 'Loss'),
              key: 'lossRate',
              align: 'right',
              sorter: (a, b) => a.losses / Math.max(1, a.adds) - b.losses / Math.max(1, b.adds),
              render: (_v, row) => (row.adds ? percent(row.losses / row.adds) : '—'),
            },
            {
              title: t('首单金额', 'Amount'),
              key: 'amountFen',
              align: 'right',
              sorter: (a, b) => a.amountFen - b.amountFen,
              render: (_v, row) => money(row.amountFen),
            },
            {
              title: t('投入', 'Cost'),
              key: 'costFen',
              align: 'right',
              sorter: (a, b) => a.costFen - b.costFen,
              render: (_v, row) => money(row.costFen),
            },
            {
              title: t('单个入会成本', 'Cost per join'),
              key: 'costPerJoinFen',
              align: 'right',
              sorter: (a, b) => (a.costPerJoinFen ?? 0) - (b.costPerJoinFen ?? 0),
              render: (_v, row) => money(row.costPerJoinFen),
            },
          ]}
        />
      </Panel>
    </>
  )
}

const scannedJoins = (row: Row) => row.joins - row.joinsWithoutScan

const names = () => ({
  scans: t('扫码', 'Scans'),
  adds: t('加好友', 'Adds'),
  joins: t('入会', 'Joins'),
  claims: t('领券', 'Claims'),
  orders: t('首单', 'First orders'),
  losses: t('流失', 'Losses'),
})
const best = (rows: Row[]) => [...rows].sort((a, b) => b.joins - a.joins).slice(0, 10)
