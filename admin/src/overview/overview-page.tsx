import { Skeleton } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { adminPath } from '../app/running-work.tsx'
import { compact, delta, money, moneyCompact, number, percent, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { DayRange, dayAgo } from '../parts/fields.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { Attention } from './attention.tsx'
import { FirstSteps } from './first-steps.tsx'
import { Trend } from './trend.tsx'
import type { Metric, Overview } from './types.ts'

/** What happened since yesterday, what needs me, is anything broken: in five seconds. */
export function OverviewPage() {
  const [range, setRange] = useState<[string, string]>([dayAgo(29), dayAgo(0)])
  const overview = useCall('overview.get', { from: range[0], to: range[1] }, { keepPrevious: true, refetchInterval: 60_000 })
  return (
    <Page
      title={t('概览', 'Overview')}
      text={
        overview.data
          ? t(`数据更新于 ${relative(overview.data.generatedAt)}`, `Updated ${relative(overview.data.generatedAt)}`)
          : ' '
      }
      actions={<DayRange value={range} onChange={setRange} />}
    >
      <Loaded of={overview} skeleton={<Skeleton active paragraph={{ rows: 12 }} />}>
        {data => <Content data={data} />}
      </Loaded>
    </Page>
  )
}

function Content({ data }: { data: Overview }) {
  return (
    <>
      {data.totals.people === 0 && <FirstSteps />}
      <div>
        <SectionTitle text={t('今天到现在', 'Today so far')} note={t('较昨天同一时刻', 'against yesterday at this hour')} />
        <div className="by-stats is-fives">
          {data.today.map(metric => (
            <MetricStat key={metric.key} metric={metric} period={t('较昨日', 'vs yesterday')} />
          ))}
        </div>
      </div>
      <div className="by-grid">
        <div className="span-8 by-stack">
          <Panel title={t('趋势', 'Trend')}>
            <Trend days={data.trend} />
          </Panel>
          <div>
            <SectionTitle text={t('所选时间', 'Chosen span')} note={t('较上一个同样长的时段', 'against the same span before')} />
            <div className="by-stats is-fives">
              {data.deltas.map(metric => (
                <MetricStat key={metric.key} metric={metric} period={t('较上期', 'vs before')} />
              ))}
            </div>
          </div>
        </div>
        <div className="span-4 by-stack by-first-narrow">
          <Attention alarms={data.alarms} needs={data.needs} />
          <Panel title={t('家底', 'In hand')}>
            <Base totals={data.totals} />
          </Panel>
        </div>
      </div>
      <Panel
        title={t('门店', 'Stores')}
        extra={<span className="by-soft by-small">{t('按所选时间的成交额', 'By sales in the span')}</span>}
      >
        {data.topStores.length === 0 ? (
          <EmptyState
            title={t('这段时间还没有门店成交', 'No sales in this span')}
            text={t(
              '店员在侧边栏记录购买、或在「数据 · 导入」上传订单后，这里会出现门店排行。',
              'Record purchases in the sidebar or import orders.',
            )}
          />
        ) : (
          <Chart
            kind="rows"
            title={t('门店成交额', 'Sales by store')}
            xTitle={t('门店', 'Store')}
            x={data.topStores.map(store => store.name)}
            series={[{ name: t('成交额', 'Sales'), unit: 'fen', values: data.topStores.map(store => store.amountFen) }]}
          />
        )}
      </Panel>
    </>
  )
}

function SectionTitle({ text, note }: { text: string; note: string }) {
  return (
    <div className="by-row" style={{ marginBottom: 8 }}>
      <h2 style={{ fontSize: 14, fontWeight: 600, margin: 0 }}>{text}</h2>
      <span className="by-small by-faint">{note}</span>
    </div>
  )
}

export const metricText = (metric: Metric) =>
  metric.unit === 'fen' ? moneyCompact(metric.value) : metric.unit === 'ratio' ? percent(metric.value) : compact(metric.value)

function MetricStat({ metric, period }: { metric: Metric; period: string }) {
  const before =
    metric.unit === 'fen' ? money(metric.previous) : metric.unit === 'ratio' ? percent(metric.previous) : number(metric.previous)
  return (
    <Stat
      label={metric.name}
      value={metricText(metric)}
      now={metric.value}
      before={metric.previous}
      isInverse={/loss|refund|fail/i.test(metric.key)}
      period={period}
      foot={delta(metric.value, metric.previous) ? null : `${period} ${before}`}
      to={metric.link ? adminPath(metric.link) : undefined}
    />
  )
}

function Base({ totals }: { totals: Overview['totals'] }) {
  const rows: [string, string, string][] = [
    [t('客户', 'People'), number(totals.people), '/admin/people'],
    [t('会员', 'Members'), number(totals.members), '/admin/members'],
    [t('企业微信好友', 'WeCom contacts'), number(totals.contacts), '/admin/contact-scale'],
    [t('订阅消息可触达', 'Reachable by subscribe message'), number(totals.reachableBySubscribe), '/admin/messages'],
    [
      t('好友中有 UnionID 的', 'Contacts with a UnionID'),
      percent(totals.contacts > 0 ? totals.linkedUnionidRatio : null),
      '/admin/connections',
    ],
  ]
  return (
    <dl style={{ margin: 0 }} className="by-stack-s">
      {rows.map(([label, value, to]) => (
        <div key={label} className="by-row by-between">
          <dt className="by-soft">{label}</dt>
          <dd style={{ margin: 0 }} className="by-strong by-num">
            <Link to={to}>{value}</Link>
          </dd>
        </div>
      ))}
    </dl>
  )
}
