import { Progress, Skeleton } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { number, percent } from '../format.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import type { useEstimate } from '../selection/use-parts.ts'

export function EstimatePanel({
  estimate,
  isComplete,
  hasRule,
}: {
  estimate: ReturnType<typeof useEstimate>
  isComplete: boolean
  hasRule: boolean
}) {
  const { data, error, isFetching } = estimate
  return (
    <Panel
      title={t('现在有', 'Right now')}
      extra={isFetching && <span className="by-small by-soft">{t('计算中…', 'Counting…')}</span>}
    >
      <div aria-live="polite">
        {!hasRule ? (
          <span className="by-soft">{t('加上条件，这里会立刻告诉您有多少人。', 'Add a condition to see how many people.')}</span>
        ) : error && !isFetching ? (
          <span className="by-red">{sentenceOf(error)}</span>
        ) : !data ? (
          <Skeleton active title={{ width: 120 }} paragraph={{ rows: 1 }} />
        ) : (
          <div style={{ opacity: isComplete ? 1 : 0.5 }}>
            <div className="by-stat-value" style={{ fontSize: 34, lineHeight: '44px' }}>
              {data.sampledMargin ? '≈ ' : ''}
              {number(data.count)} <span style={{ fontSize: 16, fontWeight: 400 }}>{t('人', 'people')}</span>
            </div>
            {data.sampledMargin != null && data.sampledMargin > 0 && (
              <div className="by-soft by-small">
                {t(`抽样估计，误差 ±${number(data.sampledMargin)}`, `From a sample, ±${number(data.sampledMargin)}`)}
              </div>
            )}
            <Progress percent={data.population ? (data.count / data.population) * 100 : 0} showInfo={false} size="small" />
            <div className="by-small by-soft">
              {t(
                `占全部 ${number(data.population)} 位客户的 ${percent(data.count / Math.max(1, data.population))}`,
                `${percent(data.count / Math.max(1, data.population))} of ${number(data.population)}`,
              )}{' '}
              · {data.tookMs} ms
            </div>
          </div>
        )}
      </div>
    </Panel>
  )
}
