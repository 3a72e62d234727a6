import { App, Modal } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { CouponBatchPicker } from '../parts/pickers.tsx'

export function GrantDialog({ personId, onClose }: { personId: number; onClose: () => void }) {
  const { message } = App.useApp()
  const [batchId, setBatchId] = useState<number | null>(null)
  const grant = useCommand('coupons.grant', { refreshes: ['coupons.', 'couponBatches.', 'profiles.', 'desk.'] })
  const submit = async () => {
    if (!batchId) return
    try {
      const coupon = await grant.mutateAsync({ batchId, personId })
      message.success(t(`已发放「${coupon.name}」`, `Granted ${coupon.name}`))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={t('发一张优惠券', 'Grant a coupon')}
      okText={t('发放', 'Grant')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: !batchId, loading: grant.isPending }}
      onOk={submit}
      onCancel={onClose}
    >
      <CouponBatchPicker value={batchId} onChange={next => setBatchId(next ?? null)} isGrantable />
      <p className="by-small by-soft" style={{ marginTop: 8 }}>
        {t(
          '每人限领数量仍然有效；客户会在「我的优惠券」里看到它。',
          'The limit per person still holds; he finds it under my coupons.',
        )}
      </p>
    </Modal>
  )
}
