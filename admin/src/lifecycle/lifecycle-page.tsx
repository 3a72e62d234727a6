import { EditOutlined, ReloadOutlined, StopOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMay } from '../app/me.ts'
import { dateTime, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { OfOneBrand } from '../parts/of-one-brand.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { RuleText } from '../segments/rule-text.tsx'
import type { ClientRule } from '../selection/types.ts'
import { MatrixPanel } from './matrix-panel.tsx'
import { StageDot } from './stage-chip.tsx'
import { StageFlow } from './stage-flow.tsx'
import { TrendPanel } from './trend-panel.tsx'
import './lifecycle.css'

type Lifecycle = Output<'lifecycle.get'>

export function LifecyclePage() {
  const brandId = useBrandId()
  const lifecycle = useCall(
    'lifecycle.get',
    {},
    {
      enabled: brandId !== null,
      refetchInterval: query => (query.state.data?.status === 'building' ? 1_500 : 30_000),
    },
  )
  const { data } = lifecycle
  return (
    <Page
      title={t('生命周期', 'Lifecycle')}
      mark={brandId !== null && data?.status === 'building' && <Pill tone="info">{t('计算中', 'Computing')}</Pill>}
      text={t(
        '每位客户在一个阶段里：从上到下，第一个符合的阶段；都不符合的在最后一个。',
        'Everybody is in one stage: the first that fits, from the top; who fits none is in the last.',
      )}
      actions={brandId !== null && data?.isSetUp && <Actions lifecycle={data} />}
    >
      <OfOneBrand>
        <Loaded of={lifecycle}>{found => (found.isSetUp ? <Content lifecycle={found} /> : <Empty lifecycle={found} />)}</Loaded>
      </OfOneBrand>
    </Page>
  )
}

function Actions({ lifecycle }: { lifecycle: Lifecycle }) {
  const may = useMay()
  const run = useRun()
  const refresh = useCommand('lifecycle.refresh')
  const cancel = useCommand('lifecycle.cancelBuild')
  if (!lifecycle.mayChange) return null
  const isBuilding = lifecycle.status === 'building'
  return (
    <>
      {isBuilding && may('lifecycle.cancelBuild') && (
        <Button
          icon={<StopOutlined />}
          loading={cancel.isPending}
          onClick={() =>
            run(() => cancel.mutateAsync({}), t('已停止，大家都留在原来的阶段', 'Stopped; everybody stays where he was'))
          }
        >
          {t('停止计算', 'Stop')}
        </Button>
      )}
      {may('lifecycle.refresh') && (
        <Button
          icon={<ReloadOutlined />}
          loading={refresh.isPending || isBuilding}
          onClick={() => run(() => refresh.mutateAsync({}))}
        >
          {t('重新计算', 'Refresh')}
        </Button>
      )}
      {may('lifecycle.put') && (
        <Link to="/admin/lifecycle/edit">
          <Button type="primary" icon={<EditOutlined />}>
            {t('修改阶段', 'Edit the stages')}
          </Button>
        </Link>
      )}
    </>
  )
}

function Empty({ lifecycle }: { lifecycle: Lifecycle }) {
  const may = useMay()
  const mayBegin = lifecycle.mayChange && may('lifecycle.put')
  return (
    <section className="by-panel">
      <EmptyState
        title={t('还没有生命周期阶段', 'No lifecycle stages yet')}
        text={t(
          '把客户按关系的远近分成几个阶段，例如 潜客、新客、活跃、沉睡、流失；系统随时把每个人放在该在的阶段，并记下每个月谁从哪里到了哪里。',
          'Divide people by how close they are: prospect, new, active, dormant, lost. Everybody is kept in his stage, and every month tells who moved from where to where.',
        )}
        action={
          mayBegin && (
            <>
              <Link to="/admin/lifecycle/edit?from=ready">
                <Button type="primary">{t('用现成的五个阶段', 'Use the five ready-made stages')}</Button>
              </Link>
              <Link to="/admin/lifecycle/edit?from=blank">
                <Button>{t('从空白开始', 'Begin with a blank page')}</Button>
              </Link>
            </>
          )
        }
      />
    </section>
  )
}

function Content({ lifecycle }: { lifecycle: Lifecycle }) {
  const matrix = useCall('lifecycle.matrix', {}, { enabled: lifecycle.startedAt !== null })
  return (
    <>
      {lifecycle.failure && (
        <Alert
          type="error"
          showIcon
          title={t('上一次计算没有完成', 'The last computation was not finished')}
          description={
            lifecycle.failure === 'lifecycle.cancelled'
              ? t('它被停止了，可以重新计算。', 'It was stopped; compute it again when you like.')
              : t(
                  `原因：${lifecycle.failure}。请修改阶段的规则。`,
                  `Because of ${lifecycle.failure}. Edit the rules of the stages.`,
                )
          }
        />
      )}
      <Panel title={t('现在', 'Now')} extra={<Freshness lifecycle={lifecycle} />}>
        {lifecycle.isBuilt || lifecycle.failure ? (
          <StageFlow lifecycle={lifecycle} matrix={matrix.data} />
        ) : (
          <span className="by-soft" aria-live="polite">
            {t(
              '正在把每个人放进阶段，过去的月份也在补算；可以离开这个页面。',
              'Everybody is being placed, and past months worked out; you may leave this page.',
            )}
          </span>
        )}
      </Panel>
      {lifecycle.startedAt !== null && (
        <>
          <MatrixPanel />
          <TrendPanel />
        </>
      )}
      <Panel title={t('阶段的规则', 'The rules')}>
        <div className="by-stack">
          {lifecycle.stages.map((stage, at) => (
            <div key={stage.id} className="by-stack-xs">
              <span className="by-row by-strong" style={{ gap: 8 }}>
                <StageDot color={stage.color} /> {at + 1}. {stage.name}
              </span>
              {stage.rule ? (
                <RuleText rule={stage.rule as ClientRule} typeId={null} />
              ) : (
                <span className="by-soft">{t('前面都不符合的人', 'Whoever fits none of these')}</span>
              )}
            </div>
          ))}
        </div>
      </Panel>
    </>
  )
}

function Freshness({ lifecycle }: { lifecycle: Lifecycle }) {
  const { refreshedAt, putAt, putBy, recheckAt } = lifecycle
  return (
    <span
      className="by-small by-soft"
      title={t(`${putBy} 于 ${dateTime(putAt)} 生效`, `In force since ${dateTime(putAt)}, by ${putBy}`)}
    >
      {refreshedAt && t(`更新于 ${relative(refreshedAt)}`, `Updated ${relative(refreshedAt)}`)}
      {recheckAt && t(` · 下次会变 ${relative(recheckAt)}`, ` · next change ${relative(recheckAt)}`)}
    </span>
  )
}
