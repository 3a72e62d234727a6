import { many } from '@banyan/shared'
import { useCall } from '../api/hooks.ts'
import { number, percent } from '../format.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'

/** Before sending: how many can be reached, how many not and why, and the lawful ways to the rest. */
export function ReachPanel({ segmentId, templateId }: { segmentId: number | null | undefined; templateId: number | undefined }) {
  const reach = useCall(
    'campaigns.reach',
    { segmentId: segmentId ?? 0, templateId: templateId ?? 0 },
    { enabled: Boolean(segmentId && templateId), retry: false },
  )
  if (!segmentId || !templateId)
    return (
      <Panel title={t('能发到多少人', 'Reach')}>
        <span className="by-soft">{t('选好人群和模板后告诉您', 'Choose a segment and a template')}</span>
      </Panel>
    )
  return (
    <Panel title={t('能发到多少人', 'Reach')}>
      <Loaded of={reach}>
        {data => (
          <div className="by-stack-s">
            <div>
              <span className="by-stat-value" style={{ fontSize: 28 }}>
                {number(data.reachable)}
              </span>
              <span className="by-soft">
                {' '}
                / {t(`${data.things ? '联系人' : '人群'} ${number(data.audience)}`, `${number(data.audience)} in all`)} ·{' '}
                {data.audience ? percent(data.reachable / data.audience) : '—'}
              </span>
            </div>
            <div style={{ height: 8, borderRadius: 4, background: 'var(--by-line)', overflow: 'hidden' }}>
              <div
                style={{
                  height: 8,
                  background: 'var(--by-green)',
                  width: `${data.audience ? (data.reachable / data.audience) * 100 : 0}%`,
                }}
              />
            </div>
            {data.things && (
              <div className="by-small by-soft">
                {t(
                  `共 ${number(data.things.count)} 个主体，发给它们的联系人；${number(data.things.withoutContact)} 个没有联系人`,
                  `${many(data.things.count, 'thing')}, sent to their contacts; ${number(data.things.withoutContact)} without any`,
                )}
              </div>
            )}
            {data.byReason.length > 0 && (
              <div className="by-small by-soft">{t('其余的人发不到，因为', 'The rest cannot be reached:')}</div>
            )}
            {data.byReason.map(one => (
              <div key={one.reason} className="by-row by-between">
                <span>{one.text}</span>
                <span className="by-num by-soft">{number(one.count)}</span>
              </div>
            ))}
            {data.advice.length > 0 && (
              <ul style={{ margin: 0, paddingLeft: 18 }} className="by-small by-soft">
                {data.advice.map(line => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
          </div>
        )}
      </Loaded>
    </Panel>
  )
}
