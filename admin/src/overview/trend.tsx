import { Segmented } from 'antd'
import { useState } from 'react'
import { t } from '../i18n.ts'
import { Chart } from '../parts/chart/chart.tsx'
import type { TrendDay } from './types.ts'

type Line = { key: Exclude<keyof TrendDay, 'day'>; name: string; unit?: 'fen' }

/** The same days, seen as growth, coupons, sales or messages: three lines at most, so that each can be read. */
export function Trend({ days }: { days: TrendDay[] }) {
  const views: Record<string, { label: string; lines: Line[] }> = {
    growth: {
      label: t('拉新', 'Growth'),
      lines: [
        { key: 'joins', name: t('新会员', 'Members') },
        { key: 'adds', name: t('加企微', 'Contacts') },
        { key: 'people', name: t('新客户', 'People') },
      ],
    },
    sales: {
      label: t('成交', 'Sales'),
      lines: [
        { key: 'orders', name: t('订单', 'Orders') },
        { key: 'amountFen', name: t('成交额', 'Amount'), unit: 'fen' },
      ],
    },
    coupons: {
      label: t('优惠券', 'Coupons'),
      lines: [
        { key: 'claims', name: t('领取', 'Claims') },
        { key: 'redemptions', name: t('核销', 'Redemptions') },
      ],
    },
    messages: { label: t('触达', 'Messages'), lines: [{ key: 'messages', name: t('发出消息', 'Messages') }] },
  }
  const [view, setView] = useState('growth')
  const lines = views[view]?.lines ?? []
  return (
    <div className="by-stack-s">
      <div style={{ overflowX: 'auto' }}>
        <Segmented
          size="small"
          value={view}
          onChange={setView}
          options={Object.entries(views).map(([value, { label }]) => ({ value, label }))}
        />
      </div>
      <Chart
        kind="line"
        title={t('每日趋势', 'By day')}
        height={264}
        x={days.map(day => day.day)}
        series={lines.map(line => ({
          name: line.name,
          unit: line.unit,
          kind: view === 'sales' && line.key === 'orders' ? 'bar' : 'line',
          values: days.map(day => day[line.key]),
        }))}
      />
    </div>
  )
}
