import { Modal } from 'antd'
import { useState } from 'react'
import { useCommand } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { useRun } from '../parts/confirm.tsx'
import { useSayOutcome } from '../parts/each-outcome.tsx'
import { CouponBatchPicker } from '../parts/pickers.tsx'

const REFRESHES = { refreshes: ['coupons.', 'couponBatches.', 'profiles.', 'desk.'] }

/** A coupon of one batch for one person, or for each of many. */
export function GrantDialog(props: { personIds: number[]; onDone?: () => void; onClose: () => void }) {
  const { personIds, onDone, onClose } = props
  const run = useRun()
  const say = useSayOutcome()
  const [batchId, setBatchId] = useState<number | null>(null)
  const grant = useCommand('coupons.grant', REFRESHES)
  const grantMany = useCommand('coupons.grantMany', REFRESHES)
  const [only] = personIds
  const isMany = personIds.length > 1
  const submit = () =>
    run(async () => {
      if (!batchId || !only) return
      if (isMany)
        say(await grantMany.mutateAsync({ batchId, personIds }), count => t(`已给 ${count} 位客户发券`, `Granted: ${count}`))
      else {
        const coupon = await grant.mutateAsync({ batchId, personId: only })
        say({ items: [], doneCount: 1 }, () => t(`已发放「${coupon.name}」`, `Granted ${coupon.name}`))
      }
      onDone?.()
      onClose()
    })
  return (
    <Modal
      open
      title={
        isMany
          ? t(`给 ${number(personIds.length)} 位客户各发一张优惠券`, `A coupon for each of ${number(personIds.length)} people`)
          : t('发一张优惠券', 'Grant a coupon')
      }
      okText={t('发放', 'Grant')}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ disabled: !batchId, loading: grant.isPending || grantMany.isPending }}
      onOk={submit}
      onCancel={onClose}
    >
      <CouponBatchPicker value={batchId} onChange={next => setBatchId(next ?? null)} isGrantable />
      <p className="by-small by-soft" style={{ marginTop: 8 }}>
        {isMany
          ? t(
              '库存和每人限领数量仍然有效，发不到的会逐一说明原因；发出的券可以在「领取与核销」里作废。',
              'Stock and the limit per person still hold; who gets none is told with the reason. Granted ones can be voided under Claims.',
            )
          : t(
              '每人限领数量仍然有效；客户会在「我的优惠券」里看到它。',
              'The limit per person still holds; he finds it under my coupons.',
            )}
      </p>
    </Modal>
  )
}
