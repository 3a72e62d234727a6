import {
  CheckCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  MinusCircleOutlined,
  ReloadOutlined,
} from '@ant-design/icons'
import { Button } from 'antd'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'

const icons = {
  ok: <CheckCircleFilled className="by-green" />,
  warning: <ExclamationCircleFilled className="by-amber" />,
  failed: <CloseCircleFilled className="by-red" />,
  skipped: <MinusCircleOutlined className="by-faint" />,
}

const useCheck = (connectionId: number, isOn: boolean) =>
  useCall('connections.check', { connectionId }, { enabled: isOn, staleTime: 120_000, retry: false })

/** Each step with a real call: what the platform said, and what to do where. */
export function CheckSteps({ connectionId }: { connectionId: number }) {
  const may = useMay()
  const check = useCheck(connectionId, may('connections.check'))
  return (
    <Panel
      title={t('逐项检查', 'Checks')}
      extra={
        <Button
          size="small"
          icon={<ReloadOutlined spin={check.isFetching} />}
          onClick={() => void check.refetch()}
          disabled={check.isFetching}
        >
          {check.isFetching ? t('检查中…', 'Checking…') : t('再查一次', 'Check again')}
        </Button>
      }
    >
      <Loaded of={check}>
        {data => (
          <div className="by-stack" style={{ gap: 14 }} aria-live="polite">
            {data.steps.map(step => (
              <div key={step.key} className="by-row" style={{ alignItems: 'flex-start' }}>
                <span style={{ fontSize: 16, lineHeight: '22px' }}>{icons[step.status]}</span>
                <div className="by-grow by-stack-xs">
                  <span className="by-strong">{step.name}</span>
                  <span className="by-soft">
                    {step.message} {step.errcode && <code>{step.errcode}</code>}
                  </span>
                  {step.fix && step.status !== 'ok' && (
                    <span
                      style={{
                        borderLeft: '2px solid var(--by-amber)',
                        paddingLeft: 8,
                        marginTop: 2,
                        whiteSpace: 'pre-wrap',
                        overflowWrap: 'anywhere',
                      }}
                    >
                      {step.fix}
                    </span>
                  )}
                </div>
                <span className="by-small by-faint by-nowrap by-num">{step.tookMs} ms</span>
              </div>
            ))}
            <span className="by-small by-faint">
              {t('检查于', 'Checked')} <Time at={data.checkedAt} />
            </span>
          </div>
        )}
      </Loaded>
    </Panel>
  )
}

export function CheckBadge({ connectionId }: { connectionId: number }) {
  const may = useMay()
  const check = useCheck(connectionId, may('connections.check'))
  if (check.isPending && check.fetchStatus !== 'idle') return <Pill tone="info">{t('检查中…', 'Checking…')}</Pill>
  if (!check.data) return <Pill>{t('未检查', 'Not checked')}</Pill>
  const failed = check.data.steps.filter(step => step.status === 'failed').length
  const warned = check.data.steps.filter(step => step.status === 'warning').length
  if (failed > 0) return <Pill tone="bad">{t(`${failed} 项不通`, `${failed} failed`)}</Pill>
  return warned > 0 ? (
    <Pill tone="warn">{t(`可用，${warned} 项提醒`, `Usable, ${warned} warnings`)}</Pill>
  ) : (
    <Pill tone="good">{t('正常', 'Fine')}</Pill>
  )
}
