import { Drawer, Pagination, Skeleton } from 'antd'
import { useState } from 'react'
import { useCall } from '../api/hooks.ts'
import { date, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Time } from '../parts/bits.tsx'
import { Loaded } from '../parts/states.tsx'

const PAGE_SIZE = 50

type Contact = {
  staffName: string
  storeName: string | null
  remark: string
  channelName: string | null
  addedAt: string
  removedAt: string | null
}

/** Everybody who knows or knew a person, by pages. */
export function ContactsDrawer({ personId, onClose }: { personId: number; onClose: () => void }) {
  const [page, setPage] = useState(1)
  const found = useCall('contacts.of', { personId, page, pageSize: PAGE_SIZE })
  return (
    <Drawer open size={480} title={t('服务他的店员', 'Staff who know him')} onClose={onClose}>
      <Loaded of={found} skeleton={<Skeleton active />}>
        {({ items, total }) => (
          <div className="by-stack-s">
            <span className="by-small by-soft">{t(`共 ${number(total)} 位`, `${number(total)} in all`)}</span>
            {items.map(one => (
              <ContactLine key={one.id} contact={{ ...one, channelName: one.addWayName }} />
            ))}
            {total > PAGE_SIZE && (
              <Pagination
                size="small"
                current={page}
                pageSize={PAGE_SIZE}
                total={total}
                showSizeChanger={false}
                onChange={setPage}
              />
            )}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

export function ContactLine({ contact: one }: { contact: Contact }) {
  return (
    <div className="by-row by-between" style={one.removedAt ? { opacity: 0.6 } : undefined}>
      <span className="by-stack-xs by-grow">
        <span className="by-clip">
          {one.staffName} <span className="by-soft by-small">{one.storeName}</span>
        </span>
        <span className="by-small by-soft">
          {[one.remark && t(`备注「${one.remark}」`, `remark “${one.remark}”`), one.channelName].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span className="by-small by-soft">
        {one.removedAt ? (
          <>
            {t('已删除', 'Removed')} <Time at={one.removedAt} />
          </>
        ) : (
          date(one.addedAt)
        )}
      </span>
    </div>
  )
}
