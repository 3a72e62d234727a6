import { useCall } from '../api/hooks.ts'
import { money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { Chart } from '../parts/chart/chart.tsx'
import { Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'

/** The phone component costs the brand ¥0.03 per success: asked once per person, never when the phone is known. */
export function PhoneMeter({ brandId }: { brandId: number }) {
  const meter = useCall('memberAuth.phoneMeter', { brandId })
  return (
    <Loaded of={meter}>
      {months => {
        const now = months[0]
        return months.length === 0 ? (
          <div className="by-panel">
            <EmptyState
              title={t('还没有人授权过手机号', 'Nobody was asked yet')}
              text={t(
                '微信按次收费（每次成功 0.03 元）；手机号已知的客户不会再问，没有手机号也能入会。',
                'WeChat charges per success; people whose phone is known are never asked again.',
              )}
            />
          </div>
        ) : (
          <div className="by-stack">
            <div className="by-stats">
              <Stat label={t('最近一月询问', 'Asked, latest month')} value={number(now?.askedCount)} foot={now?.month} />
              <Stat
                label={t('省下的询问', 'Not needed')}
                value={number(now?.savedCount)}
                hint={t('手机号已知，没有再问', 'The phone was known')}
              />
              <Stat label={t('费用', 'Cost')} value={money(now?.costFen)} />
            </div>
            <Panel title={t('每月', 'By month')}>
              <Chart
                kind="bar"
                title={t('每月询问次数', 'Asked by month')}
                xTitle={t('月份', 'Month')}
                x={[...months].reverse().map(one => one.month)}
                series={[
                  { name: t('询问', 'Asked'), values: [...months].reverse().map(one => one.askedCount) },
                  { name: t('不必询问', 'Not needed'), values: [...months].reverse().map(one => one.savedCount) },
                ]}
              />
            </Panel>
          </div>
        )
      }}
    </Loaded>
  )
}
