import { CheckCircleOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { adminPath } from '../app/running-work.tsx'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import type { Overview } from './types.ts'

const colour = { danger: 'var(--by-red)', attention: 'var(--by-amber)', info: 'var(--by-blue)' }

/** `isFirstLine`: stands beside the first of several lines. */
const Dot = ({ level, isFirstLine }: { level: keyof typeof colour; isFirstLine?: boolean }) => (
  <i style={{ width: 8, height: 8, borderRadius: 4, background: colour[level], flex: 'none', marginTop: isFirstLine ? 7 : 0 }} />
)

/** Alarms shown before one asks for all. */
const SHOWN = 4

/** What is broken first, then what waits for a decision. */
export function Attention({ alarms, needs }: Pick<Overview, 'alarms' | 'needs'>) {
  const [isAll, setAll] = useState(false)
  return (
    <>
      <Panel
        title={t('系统与渠道', 'Health')}
        isFlush
        extra={
          alarms.length > 0 && <span className="by-red by-small">{t(`${alarms.length} 处异常`, `${alarms.length} alarms`)}</span>
        }
      >
        {alarms.length === 0 ? (
          <div className="by-row" style={{ padding: 16 }}>
            <CheckCircleOutlined className="by-green" /> {t('一切正常', 'All is well')}
          </div>
        ) : (
          <ul className="by-list">
            {(isAll ? alarms : alarms.slice(0, SHOWN)).map(alarm => (
              <li key={alarm.key}>
                <Link to={adminPath(alarm.link)} className="by-row" style={{ color: 'inherit', alignItems: 'flex-start' }}>
                  <Dot level={alarm.level} isFirstLine />
                  <span className="by-grow">
                    <span>{alarm.text}</span>
                    <span className="by-small by-soft" style={{ display: 'block' }}>
                      {alarm.detail} {alarm.since && <Time at={alarm.since} />}
                    </span>
                  </span>
                  <RightOutlined className="by-faint" style={{ fontSize: 11, marginTop: 6 }} />
                </Link>
              </li>
            ))}
            {alarms.length > SHOWN && (
              <li style={{ padding: '8px' }}>
                <Button type="link" size="small" onClick={() => setAll(!isAll)}>
                  {isAll ? t('收起', 'Less') : t(`还有 ${alarms.length - SHOWN} 处`, `${alarms.length - SHOWN} more`)}
                </Button>
              </li>
            )}
          </ul>
        )}
      </Panel>
      <Panel title={t('等您处理', 'Waiting for you')} isFlush>
        {needs.length === 0 ? (
          <div className="by-soft" style={{ padding: 16 }}>
            {t('没有待处理的事项', 'Nothing waits')}
          </div>
        ) : (
          <ul className="by-list">
            {needs.map(need => (
              <li key={need.key}>
                <Link to={adminPath(need.link)} className="by-row" style={{ color: 'inherit' }}>
                  <Dot level={need.level} />
                  <span className="by-grow">{need.text}</span>
                  <RightOutlined className="by-faint" style={{ fontSize: 11 }} />
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  )
}
