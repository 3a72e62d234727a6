import { Button, Drawer, Pagination } from 'antd'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { date, dateTime, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Stat } from '../parts/bits.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { AdjustPointsDialog } from './adjust-points-dialog.tsx'

/** The ledger of one member: every posting with the balance after it. */
export function PointsDrawer({
  personId,
  brandId,
  brandName,
  onClose,
}: {
  personId: number
  brandId: number
  brandName: string
  onClose: () => void
}) {
  const may = useMay()
  const [page, setPage] = useState(1)
  const [isAdjusting, setAdjusting] = useState(false)
  const points = useCall('points.of', { personId, brandId, page, pageSize: 20 }, { keepPrevious: true })
  return (
    <Drawer
      open
      size={520}
      title={t(`${brandName} · 积分明细`, `${brandName} · points`)}
      onClose={onClose}
      extra={may('points.adjust') && <Button onClick={() => setAdjusting(true)}>{t('调整积分', 'Adjust')}</Button>}
    >
      <Loaded of={points}>
        {({ balance, items, total }) => (
          <div className="by-stack">
            <div className="by-stats">
              <Stat label={t('可用', 'Available')} value={number(balance.available)} />
              <Stat label={t('待生效', 'Pending')} value={number(balance.pending)} />
              <Stat label={t('冻结', 'Frozen')} value={number(balance.frozen)} />
              <Stat
                label={t('30 天内到期', 'Expiring in 30 days')}
                value={number(balance.expiringSoon)}
                foot={balance.expiringAt ? date(balance.expiringAt) : ''}
              />
              {balance.debt > 0 && (
                <Stat
                  label={t('欠积分', 'Debt')}
                  value={number(balance.debt)}
                  hint={t(
                    '退款扣回时余额不足的部分，下次获得积分时先抵扣',
                    'Not covered at a refund; the next earnings settle it',
                  )}
                />
              )}
            </div>
            {items.length === 0 ? (
              <EmptyState title={t('还没有积分记录', 'No postings yet')} />
            ) : (
              <ul className="by-list">
                {items.map(one => (
                  <li key={one.id} style={{ paddingInline: 0 }} className="by-row by-between">
                    <span className="by-stack-xs by-grow">
                      <span style={{ overflowWrap: 'anywhere' }}>{one.reason}</span>
                      <span className="by-small by-soft">
                        {dateTime(one.at)}
                        {one.expiresAt && t(` · ${date(one.expiresAt)} 到期`, ` · expires ${date(one.expiresAt)}`)}
                        {one.frozenPoints !== 0 &&
                          t(` · 冻结 ${number(one.frozenPoints)}`, ` · ${number(one.frozenPoints)} frozen`)}
                      </span>
                    </span>
                    <span style={{ textAlign: 'right' }} className="by-num">
                      <b className={one.points > 0 ? 'by-green' : ''}>
                        {one.points > 0 ? '+' : ''}
                        {number(one.points)}
                      </b>
                      <span className="by-small by-faint" style={{ display: 'block' }}>
                        {t('余额', 'balance')} {number(one.balanceAfter)}
                      </span>
                    </span>
                  </li>
                ))}
              </ul>
            )}
            {total > 20 && <Pagination simple current={page} pageSize={20} total={total} onChange={setPage} />}
          </div>
        )}
      </Loaded>
      {isAdjusting && <AdjustPointsDialog personId={personId} brandId={brandId} onClose={() => setAdjusting(false)} />}
    </Drawer>
  )
}
