import { Segmented } from 'antd'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Chart } from '../parts/chart/chart.tsx'
import { Panel } from '../parts/page.tsx'

/** How large the stages were at the end of each day. */
export function TrendPanel() {
  const [days, setDays] = useState(30)
  const trend = useCall('lifecycle.trend', { days }, { keepPrevious: true })
  if (!trend.data || trend.data.isWithheld) return null
  const { stages, days: list } = trend.data
  return (
    <Panel
      title={t('规模走势', 'Sizes')}
      extra={
        <Segmented
          size="small"
          value={days}
          onChange={setDays}
          options={[30, 90, 365].map(value => ({
            value,
            label: value === 365 ? t('1 年', '1 year') : t(`${value} 天`, `${value} days`),
          }))}
        />
      }
    >
      {list.filter(day => day.counts !== null).length < 2 ? (
        <span className="by-soft">
          {t('从今天开始记录，明天起能看到变化。', 'Kept from today on; a change shows from tomorrow.')}
        </span>
      ) : (
        <Chart
          kind="line"
          title={t('每天结束时各阶段的人数', 'People in each stage at the end of the day')}
          height={240}
          x={list.map(day => day.day)}
          series={stages.map((stage, at) => ({
            name: stage.isRemoved ? t(`${stage.name}（已取消）`, `${stage.name} (removed)`) : stage.name,
            values: list.map(day => day.counts?.[at] ?? null),
            isBridged: true,
            color: stage.color,
          }))}
        />
      )}
    </Panel>
  )
}
