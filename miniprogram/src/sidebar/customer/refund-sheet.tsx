import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/form.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Loaded, Notice } from '../../components/states.tsx'
import { count, paid } from '../../words.ts'
import { useAct, useAsk } from '../staff.ts'
import { Stepper } from '../stepper.tsx'

type Refunded = Output<'orders.refund'>

/** Takes goods back: which and how many, why, and then in words what went back and what was taken back. */
export function RefundSheet({
  orderId,
  onClose,
  onDone,
}: {
  orderId: number | null
  onClose: () => void
  onDone: (text: string) => void
}) {
  const order = useAsk('orders.get', { orderId: orderId ?? 1 }, { isSkipped: orderId === null })
  const refund = useAct('orders.refund')
  const [quantities, setQuantities] = useState<Record<number, number>>({})
  const [reason, setReason] = useState('')
  const isMine = order.data?.id === orderId

  const left = (isMine ? (order.data?.lines ?? []) : [])
    .map(line => ({ ...line, max: line.quantity - line.refundedQuantity }))
    .filter(line => line.max > 0)
  const chosen = left.flatMap(line => (quantities[line.id] ? [{ lineId: line.id, quantity: quantities[line.id] as number }] : []))
  const aboutFen = left.reduce(
    (sum, line) => sum + Math.floor(((line.amountFen - line.refundedFen) * (quantities[line.id] ?? 0)) / line.max),
    0,
  )
  const isWhole = chosen.length === left.length && left.every(line => quantities[line.id] === line.max)

  const close = () => {
    setQuantities({})
    setReason('')
    refund.clear()
    onClose()
  }
  const run = async () => {
    if (!orderId) return
    const answer = await refund.run({ orderId, lines: isWhole ? undefined : chosen, reason: reason.trim() || '顾客退货' })
    if (!answer) return
    setQuantities({})
    setReason('')
    onDone(wordsOf(answer))
  }
  return (
    <Sheet
      title="退款"
      isOpen={orderId !== null}
      onClose={close}
      footer={
        <Button
          text={chosen.length > 0 ? `退款约 ${paid(aboutFen)}` : '选择要退的商品'}
          busyText="正在退款"
          kind="danger"
          isBusy={refund.isRunning}
          isDisabled={chosen.length === 0}
          onTap={() => void run()}
        />
      }
    >
      {refund.error && <Notice level="danger">{refund.error.message}</Notice>}
      <Loaded asked={isMine ? order : { ...order, data: undefined }} skeleton={[56, 56]}>
        {() => (
          <>
            <Button
              text="全部退"
              kind="quiet"
              size="small"
              onTap={() => setQuantities(Object.fromEntries(left.map(line => [line.id, line.max])))}
            />
            {left.map(line => (
              <View key={line.id} className="line-row">
                <View className="line-words">
                  <View>{line.name}</View>
                  <Text className="muted small">
                    实付 {paid(line.amountFen)}，可退 {line.max} 件
                  </Text>
                </View>
                <Stepper
                  label={line.name}
                  value={quantities[line.id] ?? 0}
                  min={0}
                  max={line.max}
                  onChange={value => setQuantities({ ...quantities, [line.id]: value })}
                />
              </View>
            ))}
            <Field label="原因" value={reason} onChange={setReason} maxLength={100} placeholder="例如：尺码不合适" />
            <View className="muted small">退款会收回这些商品得到的积分；整单退时，用掉的券会还给客人。</View>
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function wordsOf({ refund, tierChanged }: Refunded): string {
  const parts = [`已退 ${paid(refund.amountFen)}`]
  if (refund.pointsClawedBack > 0) parts.push(`扣回 ${count(refund.pointsClawedBack)} 分`)
  if (refund.pointsReturned > 0) parts.push(`还给客人 ${count(refund.pointsReturned)} 分`)
  if (refund.debtPoints > 0) parts.push(`还差 ${count(refund.debtPoints)} 分，下次获得时抵扣`)
  if (refund.isCouponReturned) parts.push('券已还给客人')
  if (tierChanged) parts.push(`等级由「${tierChanged.fromName}」变为「${tierChanged.toName}」`)
  return parts.join('，')
}
