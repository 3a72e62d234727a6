import { Button, Collapse } from 'antd'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Pill, Time } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { ConsentDialog } from './consent-dialog.tsx'
import { consentChannelName, purposeName, sourceName } from './words.ts'

/** What he agreed to, now and before; the newest word counts. */
export function ConsentPanel({ personId }: { personId: number }) {
  const may = useMay()
  const { brandName } = useNames()
  const consent = useCall('consent.of', { personId })
  const [isOpen, setOpen] = useState(false)
  return (
    <Panel
      title={t('授权与同意', 'Consent')}
      extra={
        may('consent.record') && (
          <Button size="small" type="link" onClick={() => setOpen(true)}>
            {t('补录', 'Record')}
          </Button>
        )
      }
    >
      <Loaded of={consent}>
        {data => (
          <div className="by-stack-s">
            {data.items.length === 0 && (
              <span className="by-soft">
                {t('没有任何授权记录；不能向他发送营销信息。', 'Nothing agreed; no marketing may go to him.')}
              </span>
            )}
            {data.items.map(one => (
              <div key={`${one.brandId}${one.purpose}${one.channel}`} className="by-row by-between">
                <span className="by-stack-xs">
                  {purposeName(one.purpose)}
                  <span className="by-small by-soft">
                    {brandName(one.brandId)} · {consentChannelName(one.channel)}
                  </span>
                </span>
                <Pill tone={one.isGranted ? 'good' : 'bad'}>{one.isGranted ? t('同意', 'Granted') : t('拒绝', 'Refused')}</Pill>
              </div>
            ))}
            {data.history.length > 0 && (
              <Collapse
                ghost
                size="small"
                items={[
                  {
                    key: 'history',
                    label: (
                      <span className="by-soft by-small">
                        {t(`历史 ${data.history.length} 条`, `${data.history.length} entries before`)}
                      </span>
                    ),
                    children: data.history.map(one => (
                      <div key={one.id} className="by-small by-soft" style={{ padding: '2px 0' }}>
                        {one.isGranted ? t('同意', 'Granted') : t('撤回', 'Withdrawn')} {purposeName(one.purpose)} ·{' '}
                        {t('版本', 'version')} {one.textVersion} · {sourceName(one.source)} · {one.actorName} ·{' '}
                        <Time at={one.at} />
                      </div>
                    )),
                  },
                ]}
              />
            )}
          </div>
        )}
      </Loaded>
      {isOpen && <ConsentDialog personId={personId} onClose={() => setOpen(false)} />}
    </Panel>
  )
}
