import { Alert, App, Input, InputNumber, Modal } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { money } from '../format.ts'
import { t } from '../i18n.ts'
import type { OrderDetail } from './words.tsx'

/** Whole or by lines; what it takes back is said before. */
export function RefundDialog({ order, onClose }: { order: OrderDetail; onClose: () => void }) {
  const { message } = App.useApp()
  const left = (line: OrderDetail['lines'][number]) => line.quantity - line.refundedQuantity
  const [quantities, setQuantities] = useState<Record<number, number>>(
    Object.fromEntries(order.lines.map(line => [line.id, Math.max(0, left(line))])),
  )
  const [reason, setReason] = useState('')
  const refund = useCommand('orders.refund', { refreshes: ['orders.', 'profiles.', 'points.', 'coupons.', 'desk.'] })
  const lines = order.lines.filter(line => (quantities[line.id] ?? 0) > 0)
  const isWhole = order.lines.every(line => quantities[line.id] === left(line))
  const amount = lines.reduce((sum, line) => sum + Math.round((line.amountFen / line.quantity) * (quantities[line.id] ?? 0)), 0)
  const run = async () => {
    try {
      const { refund: done } = await refund.mutateAsync({
        orderId: order.id,
        reason,
        ...(isWhole ? {} : { lines: lines.map(line => ({ lineId: line.id, quantity: quantities[line.id] ?? 0 })) }),
      })
      message.success(t(`已退款 ${money(done.amountFen)}`, `${money(done.amountFen)} refunded`))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={t('退款', 'Refund')}
      okText={t(`退款约 ${money(amount)}`, `Refund about ${money(amount)}`)}
      cancelText={t('先不', 'Not now')}
      okButtonProps={{ danger: true, disabled: lines.length === 0 || !reason.trim(), loading: refund.isPending }}
      onOk={run}
      onCancel={onClose}
    >
      <div className="by-stack">
        <div className="by-stack-s">
          {order.lines.map(line => (
            <div key={line.id} className="by-row by-between">
              <span className="by-clip by-grow">{line.name}</span>
              <InputNumber
                size="small"
                min={0}
                max={Math.max(0, left(line))}
                precision={0}
                value={quantities[line.id] ?? 0}
                disabled={left(line) <= 0}
                onChange={value => setQuantities({ ...quantities, [line.id]: Number(value ?? 0) })}
                suffix={`/ ${Math.max(0, left(line))}`}
                style={{ width: 110 }}
                aria-label={line.name}
              />
            </div>
          ))}
        </div>
        <Input
          value={reason}
          maxLength={60}
          placeholder={t('退款原因（必填）', 'Reason (required)')}
          onChange={event => setReason(event.target.value)}
        />
        <Alert
          type="info"
          showIcon
          title={t(
            '这笔订单给的积分会按比例扣回；全部退款时，用掉的积分和券会退还。',
            'Points it gave are taken back in proportion; a full refund returns points and coupon spent.',
          )}
        />
      </div>
    </Modal>
  )
}
