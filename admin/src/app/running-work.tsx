import { SyncOutlined } from '@ant-design/icons'
import { Badge, Button, Popover, Progress } from 'antd'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { duration, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { useMay } from './me.ts'

/** What runs in the background; it goes on when the page is left. */
export function RunningWork() {
  const may = useMay()
  const work = useCall(
    'work.list',
    {},
    { enabled: may('work.list'), refetchInterval: query => (query.state.data?.length ? 2_000 : 15_000) },
  )
  const items = work.data ?? []
  if (!may('work.list')) return null
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t('正在运行', 'Running')}
      content={
        <div style={{ width: 300 }} className="by-stack">
          {items.length === 0 && <span className="by-soft">{t('没有正在运行的任务', 'Nothing is running')}</span>}
          {items.map(item => (
            <Link key={item.id} to={adminPath(item.path)} style={{ color: 'inherit' }}>
              <div className="by-row by-between">
                <span className="by-clip">{item.title}</span>
                <span className="by-small by-soft by-nowrap">
                  {item.remainingSeconds == null
                    ? relative(item.startedAt)
                    : t(`还需 ${duration(item.remainingSeconds)}`, `${duration(item.remainingSeconds)} left`)}
                </span>
              </div>
              <Progress
                percent={item.progress == null ? 100 : Math.round(item.progress * 100)}
                status="active"
                size="small"
                showInfo={item.progress != null}
              />
            </Link>
          ))}
        </div>
      }
    >
      <Badge count={items.length} size="small" color="var(--by-green)" offset={[-4, 4]}>
        <Button type="text" icon={<SyncOutlined spin={items.length > 0} />} aria-label={t('运行中的任务', 'Running work')} />
      </Badge>
    </Popover>
  )
}

/** Paths of the server may come with or without the admin's base. */
export const adminPath = (path: string) => (path.startsWith('/admin') ? path : `/admin${path.startsWith('/') ? '' : '/'}${path}`)
