import { many } from '@banyan/shared'
import { useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { money, number, share, zoned } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { CampaignActions, HoldBanner } from './hold-banner.tsx'
import { Recipients } from './recipients.tsx'
import { type Campaign, CampaignPill, channelName, PurposePill } from './words.tsx'

const LIVE: Campaign['status'][] = ['scheduled', 'holding', 'freezing', 'sending', 'listening']

export function CampaignPage() {
  const campaignId = Number(useParams().campaignId)
  const report = useCall(
    'campaigns.report',
    { campaignId },
    { refetchInterval: query => (LIVE.includes(query.state.data?.campaign.status ?? 'done') ? 2_000 : 30_000) },
  )
  const campaign = report.data?.campaign
  return (
    <Page
      title={campaign?.name ?? t('群发', 'Campaign')}
      mark={
        campaign && (
          <>
            <CampaignPill status={campaign.status} /> <PurposePill purpose={campaign.purpose} />
          </>
        )
      }
      text={
        campaign &&
        [channelName(campaign.channel), campaign.templateTitle, campaign.segmentName, campaign.createdBy]
          .filter(Boolean)
          .join(' · ')
      }
      back={{ to: '/admin/messages', label: t('消息群发', 'Campaigns') }}
      actions={campaign && <CampaignActions campaign={campaign} />}
    >
      <Loaded of={report}>{data => <Content report={data} />}</Loaded>
    </Page>
  )
}

function Content({ report }: { report: Output<'campaigns.report'> }) {
  const { campaign, boughtWithin7Days: bought, clicked } = report
  const { counts } = campaign
  return (
    <>
      <HoldBanner campaign={campaign} />
      <div className="by-stats">
        <Stat
          label={t('人群', 'Audience')}
          value={number(counts.audience)}
          foot={counts.waiting ? t(`待发 ${number(counts.waiting)}`, `${number(counts.waiting)} waiting`) : ''}
        />
        <Stat label={t('已发送', 'Sent')} value={number(report.sent)} foot={share(report.sent, counts.audience)} />
        <Stat
          label={t('送达', 'Delivered')}
          value={number(report.delivered)}
          foot={t(`占已发 ${share(report.delivered, report.sent)}`, `${share(report.delivered, report.sent)} of sent`)}
        />
        <Stat
          label={t('点击', 'Clicked')}
          value={number(clicked.people)}
          foot={t(
            `${number(clicked.clicks)} 次，点击率 ${share(clicked.people, report.delivered || report.sent)}`,
            `${number(clicked.clicks)} clicks`,
          )}
        />
        <Stat
          label={t('7 天内购买', 'Bought in 7 days')}
          value={t(`${number(bought.people)} 人`, number(bought.people))}
          foot={t(
            `${number(bought.orders)} 单 ${money(bought.amountFen)}`,
            `${many(bought.orders, 'order')}, ${money(bought.amountFen)}`,
          )}
        />
        {report.unknown > 0 && (
          <Stat
            label={t('结果未知', 'Unknown')}
            value={number(report.unknown)}
            hint={t(
              '平台没有给出明确结果；为了不重复打扰，不会重发',
              'The platform gave no clear answer; they are not sent again',
            )}
          />
        )}
      </div>
      <div className="by-grid">
        <Panel className="span-8" title={t('每小时', 'By hour')}>
          {report.byHour.length === 0 ? (
            <EmptyState title={t('还没有开始发送', 'Not started')} />
          ) : (
            <Chart
              kind="line"
              title={t('每小时', 'By hour')}
              xTitle={t('时间', 'Hour')}
              x={report.byHour.map(hour => zoned(hour.hour).format('M-DD HH:mm'))}
              series={[
                { name: t('发送', 'Sent'), values: report.byHour.map(hour => hour.sent) },
                { name: t('送达', 'Delivered'), values: report.byHour.map(hour => hour.delivered) },
                { name: t('点击', 'Clicked'), values: report.byHour.map(hour => hour.clicked) },
              ]}
            />
          )}
        </Panel>
        <Panel className="span-4" title={t('没有发到的', 'Not reached')}>
          <Reasons title={t('没有发送', 'Skipped')} items={report.skipped} />
          <Reasons title={t('发送失败', 'Failed')} items={report.failed} isBad />
          {report.skipped.length + report.failed.length === 0 && <span className="by-soft">{t('没有', 'None')}</span>}
        </Panel>
      </div>
      <Recipients campaignId={campaign.id} reasons={[...report.failed, ...report.skipped]} />
    </>
  )
}

function Reasons({ title, items, isBad }: { title: string; items: Output<'campaigns.report'>['failed']; isBad?: boolean }) {
  if (items.length === 0) return null
  return (
    <div style={{ marginBottom: 12 }}>
      <div className="by-small by-soft" style={{ marginBottom: 4 }}>
        {title}
      </div>
      {items.map(one => (
        <div key={one.reason} className="by-row by-between" style={{ padding: '2px 0' }}>
          <span>{one.text}</span>
          <span className={`by-num ${isBad ? 'by-red' : 'by-soft'}`}>{number(one.count)}</span>
        </div>
      ))}
    </div>
  )
}
