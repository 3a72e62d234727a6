import { Progress, Skeleton } from 'antd'
import type { Output } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall } from '../api/hooks.ts'
import { useRested } from '../app/palette.tsx'
import { number, percent } from '../format.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { emptyConditions } from '../selection/rule-check.ts'
import type { Catalogue, ClientGroup } from '../selection/types.ts'
import type { useEstimate } from '../selection/use-parts.ts'

type Estimate = Output<'segments.estimate'>

/** The exact number costs more: it is asked when the rule has been left alone for a while, and only if the fast answer was a sample's. */
const EXACT_REST_MS = 800

/** The fast answer with its margin, then the exact one in its place. */
function useExact(rule: ClientGroup, typeId: number | null, fast: Estimate | undefined) {
  const text = JSON.stringify(rule)
  const rested = useRested(text, EXACT_REST_MS)
  const isWanted = fast !== undefined && !fast.isExact && rested === text && emptyConditions(rule) === 0
  return useCall('segments.count', { rule, ...(typeId ? { typeId } : {}) }, { enabled: isWanted, retry: false })
}

export function EstimatePanel({
  estimate,
  rule,
  catalogue,
}: {
  estimate: ReturnType<typeof useEstimate>
  rule: ClientGroup
  catalogue: Catalogue
}) {
  const { error, isFetching } = estimate
  const fast = estimate.data
  const exact = useExact(rule, catalogue.typeId, estimate.isPlaceholderData ? undefined : fast)
  const data = exact.data ?? fast
  const unit = catalogue.typeId === null ? t('人', 'people') : t(`个${catalogue.name}`, catalogue.name)
  return (
    <Panel
      title={t('现在有', 'Right now')}
      extra={isFetching && <span className="by-small by-soft">{t('计算中…', 'Counting…')}</span>}
    >
      <div aria-live="polite">
        {rule.rules.length === 0 ? (
          <span className="by-soft">{t('加上条件，这里会立刻告诉您有多少。', 'Add a condition to see how many.')}</span>
        ) : error && !isFetching ? (
          <span className="by-red">{sentenceOf(error)}</span>
        ) : !data && emptyConditions(rule) > 0 ? (
          <span className="by-soft">{t('填完条件就开始算。', 'Counted once every condition is complete.')}</span>
        ) : !data ? (
          <Skeleton active title={{ width: 120 }} paragraph={{ rows: 1 }} />
        ) : (
          <div style={{ opacity: emptyConditions(rule) === 0 ? 1 : 0.5 }}>
            <div className="by-stat-value" style={{ fontSize: 34, lineHeight: '44px' }}>
              {data.isExact ? '' : '≈ '}
              {number(data.count)} <span style={{ fontSize: 16, fontWeight: 400 }}>{unit}</span>
            </div>
            <Precision data={data} isCounting={exact.isFetching} error={exact.error} />
            <Progress percent={data.population ? (data.count / data.population) * 100 : 0} showInfo={false} size="small" />
            <div className="by-small by-soft">
              {t(
                `占全部 ${number(data.population)} ${unit}的 ${percent(data.count / Math.max(1, data.population))}`,
                `${percent(data.count / Math.max(1, data.population))} of ${number(data.population)}`,
              )}{' '}
              · {number(data.tookMs)} ms
            </div>
            <div className="by-small by-faint">
              {t(
                `${data.storedCount} 个条件直接读存好的结果，${data.computedCount} 个现算`,
                `${data.storedCount} read from stored sets, ${data.computedCount} computed`,
              )}
            </div>
          </div>
        )}
      </div>
    </Panel>
  )
}

function Precision({ data, isCounting, error }: { data: Estimate; isCounting: boolean; error: unknown }) {
  if (data.isExact) return <div className="by-small by-green">{t('精确数字', 'Exact')}</div>
  const margin = number(data.sampledMargin ?? 0)
  return (
    <div className="by-soft by-small">
      {t(`抽样估计，误差 ±${margin}`, `From a sample, ±${margin}`)}
      {isCounting && t('，正在数清…', ', counting exactly…')}
      {error != null && <span className="by-amber"> {sentenceOf(error)}</span>}
    </div>
  )
}
