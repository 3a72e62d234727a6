import { GiftOutlined, MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { EditProfileDialog } from './edit-profile-dialog.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import type { Profile } from './types.ts'

/** What one can do for a person from his page. */
export function PersonActions({ profile }: { profile: Profile }) {
  const may = useMay()
  const [open, setOpen] = useState<'grant' | 'edit' | 'merge' | null>(null)
  const close = () => setOpen(null)
  const more = [
    may('people.update') && { key: 'edit', label: t('修改资料', 'Edit profile'), onClick: () => setOpen('edit') },
    may('identity.merge') && {
      key: 'merge',
      label: t('与另一位客户合并', 'Merge with another'),
      onClick: () => setOpen('merge'),
    },
    may('desk.find') && {
      key: 'desk',
      label: <Link to={`/admin/desk?personId=${profile.person.id}`}>{t('在客服台打开', 'Open at the desk')}</Link>,
    },
    may('orders.list') && {
      key: 'orders',
      label: <Link to={`/admin/orders?personId=${profile.person.id}`}>{t('查看全部订单', 'All orders')}</Link>,
    },
  ].filter(item => item !== false)
  return (
    <>
      {may('coupons.grant') && (
        <Button type="primary" icon={<GiftOutlined />} onClick={() => setOpen('grant')}>
          {t('发券', 'Grant a coupon')}
        </Button>
      )}
      <Dropdown trigger={['click']} menu={{ items: more }} placement="bottomRight">
        <Button icon={<MoreOutlined />} aria-label={t('更多操作', 'More')} />
      </Dropdown>
      {open === 'grant' && <GrantDialog personIds={[profile.person.id]} onClose={close} />}
      {open === 'edit' && <EditProfileDialog profile={profile} onClose={close} />}
      {open === 'merge' && <MergeDialog personId={profile.person.id} onClose={close} />}
    </>
  )
}
