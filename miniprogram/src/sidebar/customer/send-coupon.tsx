import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import { failureOf } from '../../client/failure.ts'
import { Button } from '../../components/button.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Empty, Loaded, Notice } from '../../components/states.tsx'
import { useAct, useAsk } from '../staff.ts'
import { wecom } from '../wecom.ts'

type SendCouponProps = {
  person: { id: number; name: string }
  isOpen: boolean
  isInChat: boolean
  onClose: () => void
  onSent: () => void
}
/** The contract's texts speak to the consumer; here staff read them. */
const FOR_STAFF: Record<string, string> = {
  'coupon.limitReached': '他已经有过这张券，达到每人限领数量',
  'coupon.membersOnly': '会员专享，请他先入会',
  'coupon.tierTooLow': '他的等级还不够领这张券',
}

type Sent = { headline: string; name: string; isTold: boolean; note: string | null }

/** One tap on a batch puts it into his pocket; a second tells him in the chat. */
export function SendCoupon({ person, isOpen, isInChat, onClose, onSent }: SendCouponProps) {
  const batches = useAsk('couponBatches.list', { status: 'published', isGrantable: true, pageSize: 50 }, { isSkipped: !isOpen })
  const grant = useAct('coupons.grant')
  const [busyId, setBusyId] = useState<number | null>(null)
  const [triedId, setTriedId] = useState<number | null>(null)
  const [sent, setSent] = useState<Sent | null>(null)

  const send = async (batchId: number) => {
    setBusyId(batchId)
    setTriedId(batchId)
    const coupon = await grant.run({ batchId, personId: person.id })
    setBusyId(null)
    if (!coupon) return
    setSent({ headline: coupon.headline, name: coupon.name, isTold: false, note: null })
    onSent()
  }
  const tell = async (one: Sent) => {
    try {
      await wecom.sendText(
        `${person.name}，给您放了一张${one.headline}「${one.name}」，打开小程序「我的优惠券」就能看到，到店结账时出示。`,
      )
      setSent({ ...one, isTold: true, note: null })
    } catch (error) {
      setSent({ ...one, note: failureOf(error).message })
    }
  }
  const close = () => {
    setSent(null)
    grant.clear()
    onClose()
  }

  return (
    <Sheet title={`发券给 ${person.name}`} isOpen={isOpen} onClose={close}>
      {sent && (
        <View className="sent">
          <Notice>
            已发「{sent.name}」，他现在就能用{sent.isTold ? '，也已在聊天里告诉他' : ''}
          </Notice>
          {sent.note && <Notice level="attention">消息没有发出：{sent.note}</Notice>}
          {isInChat && !sent.isTold && <Button text="在聊天里告诉他" kind="plain" size="small" onTap={() => void tell(sent)} />}
        </View>
      )}
      <Loaded asked={batches} skeleton={[64, 64, 64]}>
        {data =>
          data.items.length === 0 ? (
            <Empty title="没有可以发的券" text="总部发布批次后会出现在这里。" />
          ) : (
            data.items.map(batch => (
              <View key={batch.id} className="coupon-row">
                <View className="coupon-row-words">
                  <View>
                    <Text className="coupon-row-value">{batch.headline}</Text>{' '}
                    <Text className="muted small">{batch.conditionText}</Text>
                  </View>
                  <View>{batch.name}</View>
                  <View className="muted small">剩 {Math.max(0, batch.stock - batch.claimedCount)} 张</View>
                  {grant.error && triedId === batch.id && (
                    <Notice level="attention">{FOR_STAFF[grant.error.code] ?? grant.error.message}</Notice>
                  )}
                </View>
                <Button
                  text="发送"
                  label={`发送 ${batch.headline} ${batch.name}`}
                  size="small"
                  isBusy={busyId === batch.id}
                  isDisabled={busyId !== null || batch.stock <= batch.claimedCount}
                  onTap={() => void send(batch.id)}
                />
              </View>
            ))
          )
        }
      </Loaded>
    </Sheet>
  )
}
