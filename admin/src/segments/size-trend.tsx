import { many } from '@banyan/shared'
import { Segmented } from 'antd'
import { useState } from 'react'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Chart } from '../parts/chart/chart.tsx'
import { Panel } from '../parts/page.tsx'

type Day = Output<'segments.trend'>['days'][number]

/** How large the segment was at the end of each day. A day without a refresh is bridged by a dashed line, and counted below. */
export function SizeTrend({ segmentId }: { segmentId: number }) {
  const [days, setDays] = useState(30)
  const trend = useCall('segments.trend', { segmentId, days }, { keepPrevious: true })
  if (!trend.data || trend.data.isWithheld) return null
  const list = trend.data.days
  const known = list.filter(day => day.count !== null)
  return (
    <Panel
      title={t('规模走势', 'Size')}
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
      {known.length < 2 ? (
        <span className="by-soft">
          {t('从今天开始记录，明天起能看到变化。', 'Kept from today on; a change shows from tomorrow.')}
        </span>
      ) : (
        <>
          <Chart
            kind="line"
            title={t('每天结束时的人数', 'Size at the end of each day')}
            height={180}
            x={list.map(day => day.day)}
            series={[{ name: t('人数', 'Size'), values: list.map(day => day.count), isBridged: true }]}
          />
          <Words list={list} known={known} />
        </>
      )}
    </Panel>
  )
}

function Words({ list, known }: { list: Day[]; known: Day[] }) {
  const [first, last] = [known[0], known.at(-1)]
  const change = (last?.count ?? 0) - (first?.count ?? 0)
  const entered = list.reduce((sum, day) => sum + day.enteredCount, 0)
  const left = list.reduce((sum, day) => sum + day.leftCount, 0)
  const gaps = list.length - known.length
  return (
    <div className="by-small by-soft" style={{ marginTop: 8 }}>
      {t(
        `从 ${first?.day} 的 ${number(first?.count)} 到现在的 ${number(last?.count)}：`,
        `From ${number(first?.count)} on ${first?.day} to ${number(last?.count)}: `,
      )}
      <b className={change >= 0 ? 'by-green' : 'by-red'}>{change >= 0 ? `+${number(change)}` : `−${number(-change)}`}</b>
      {t(`，进入 ${number(entered)}，离开 ${number(left)}。`, `, ${number(entered)} entered, ${number(left)} left.`)}
      {gaps > 0 &&
        t(`其中 ${gaps} 天没有计算，用虚线连过。`, ` ${many(gaps, 'day')} without a refresh: bridged by a dashed line.`)}
    </div>
  )
}
