import { Button, Drawer, Progress } from 'antd'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { Loaded } from '../parts/states.tsx'
import { BatchPill, byName } from './batches-page.tsx'

export function BatchDrawer({ batchId, onClose, onPrint }: { batchId: number; onClose: () => void; onPrint: () => void }) {
  const batch = useCall(
    'livecodes.batch',
    { batchId },
    { refetchInterval: query => (query.state.data?.status === 'running' ? 1_000 : false) },
  )
  return (
    <Drawer
      open
      size={480}
      title={batch.data?.name ?? t('批次', 'Batch')}
      onClose={onClose}
      extra={
        batch.data?.status === 'done' && (
          <Button type="primary" onClick={onPrint}>
            {t('打印', 'Print')}
          </Button>
        )
      }
    >
      <Loaded of={batch}>
        {data => (
          <div className="by-stack">
            <div className="by-row">
              <BatchPill status={data.status} /> <span className="by-soft">{byName(data.by)}</span>
            </div>
            <Progress
              percent={Math.round((data.done / Math.max(1, data.total)) * 100)}
              status={data.status === 'running' ? 'active' : data.failed ? 'exception' : 'success'}
            />
            <p>
              {t(`已生成 ${number(data.done)} / ${number(data.total)}`, `${number(data.done)} of ${number(data.total)} made`)}
              {data.failed > 0 && t(`，失败 ${number(data.failed)}`, `, ${number(data.failed)} failed`)}
              {data.status === 'running' && (
                <span className="by-soft">{t('。离开这一页也会继续。', '. It goes on when you leave.')}</span>
              )}
            </p>
            {data.failures.length > 0 && (
              <ul className="by-list">
                {data.failures.map(one => (
                  <li key={one.name} style={{ paddingInline: 0 }}>
                    <b>{one.name}</b> <span className="by-red">{one.reason}</span>
                  </li>
                ))}
              </ul>
            )}
            <Link to={`/admin/live-codes?batchId=${data.id}`}>{t('查看这批活码', 'Show these codes')}</Link>
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}
