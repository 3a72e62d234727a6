import { BellOutlined } from '@ant-design/icons'
import { Badge, Button, Popover } from 'antd'
import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { useMay } from './me.ts'
import { adminPath } from './running-work.tsx'

type Overview = Output<'overview.get'>
const colour = { danger: 'var(--by-red)', attention: 'var(--by-amber)', info: 'var(--by-blue)' }

/** What is broken and what waits, from every page: the same lists as on the overview. */
export function Alerts() {
  const may = useMay()
  const overview = useCall('overview.get', {}, { enabled: may('overview.get'), staleTime: 60_000, refetchInterval: 120_000 })
  if (!may('overview.get')) return null
  const alarms = overview.data?.alarms ?? []
  const needs = overview.data?.needs ?? []
  const urgent = [...alarms, ...needs].filter(one => one.level !== 'info').length
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div style={{ width: 320, maxWidth: '80vw', maxHeight: '60vh', overflowY: 'auto' }} className="by-stack-s">
          {alarms.length + needs.length === 0 && (
            <span className="by-soft">{t('没有异常，也没有待处理的事项', 'Nothing is wrong and nothing waits')}</span>
          )}
          {alarms.map(alarm => (
            <Line key={alarm.key} level={alarm.level} text={alarm.text} note={alarm.detail} link={alarm.link} />
          ))}
          {needs.map(need => (
            <Line key={need.key} level={need.level} text={need.text} note={number(need.count)} link={need.link} />
          ))}
        </div>
      }
    >
      <Badge
        dot={urgent > 0}
        color={alarms.some(one => one.level === 'danger') ? 'var(--by-red)' : 'var(--by-amber)'}
        offset={[-6, 6]}
      >
        <Button type="text" icon={<BellOutlined />} aria-label={t(`提醒 ${urgent} 条`, `${urgent} alerts`)} />
      </Badge>
    </Popover>
  )
}

function Line({
  level,
  text,
  note,
  link,
}: {
  level: Overview['alarms'][number]['level']
  text: string
  note: string
  link: string
}) {
  return (
    <Link to={adminPath(link)} className="by-row" style={{ color: 'inherit', alignItems: 'flex-start' }}>
      <i style={{ width: 8, height: 8, borderRadius: 4, background: colour[level], flex: 'none', marginTop: 7 }} />
      <span className="by-grow">
        {text} <span className="by-small by-soft">{note}</span>
      </span>
    </Link>
  )
}
