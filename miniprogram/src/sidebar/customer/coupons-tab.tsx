import { Text, View } from '@tarojs/components'
import { useState } from 'react'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Loaded, Notice } from '../../components/states.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { money, timeLeft } from '../../words.ts'
import { useAct, useAsk } from '../staff.ts'

type Coupon = Output<'coupons.of'>['items'][number]

const OPEN = ['available', 'pending', 'locked']
const OVER_SHOWN_MAX = 10

/** His coupons; redeeming is two taps: 核销, then the confirmation that names what it takes off. */
export function CouponsTab({
  personId,
  onSend,
  onChanged,
}: {
  personId: number
  onSend: () => void
  onChanged: () => Promise<void>
}) {
  const coupons = useAsk('coupons.of', { personId, pageSize: 100 })
  const [done, setDone] = useState<string | null>(null)
  return (
    <Loaded asked={coupons} skeleton={[72, 72, 72]}>
      {data => {
        const open = data.items.filter(coupon => OPEN.includes(coupon.status))
        const over = data.items.filter(coupon => !OPEN.includes(coupon.status)).slice(0, OVER_SHOWN_MAX)
        return (
          <>
            {done && <Notice>{done}</Notice>}
            {open.length === 0 && (
              <Empty
                title="没有可用的券"
                text="发一张，他在小程序里马上就能看到。"
                action={<Button text="发券" kind="plain" size="small" onTap={onSend} />}
              />
            )}
            {open.map(coupon => (
              <CouponRow
                key={coupon.id}
                coupon={coupon}
                onRedeemed={text => {
                  setDone(text)
                  void coupons.reload()
                  void onChanged()
                }}
              />
            ))}
            {over.length > 0 && <View className="field-label block">用过和过期的</View>}
            {over.map(coupon => (
              <View key={coupon.id} className="coupon-row is-over">
                <View className="coupon-row-words">
                  <Text className="coupon-row-value">{coupon.headline}</Text> <Text>{coupon.name}</Text>
                </View>
                <Text className="muted small">{coupon.statusText}</Text>
              </View>
            ))}
          </>
        )
      }}
    </Loaded>
  )
}

function CouponRow({ coupon, onRedeemed }: { coupon: Coupon; onRedeemed: (text: string) => void }) {
  const now = useNow(60_000)
  const redeem = useAct('coupons.redeem')
  const [isSure, setSure] = useState(false)
  const left = timeLeft(coupon.validTo, now)
  const canUse = coupon.status === 'available'

  const finish = async () => {
    const answer = await redeem.run({ code: coupon.code })
    if (!answer) return
    onRedeemed(`已核销「${coupon.name}」${answer.discountFen ? `，抵 ${money(answer.discountFen)}` : ''}`)
  }
  return (
    <View className="coupon-row">
      <View className="coupon-row-words">
        <View>
          <Text className="coupon-row-value">{coupon.headline}</Text> <Text className="muted small">{coupon.conditionText}</Text>
        </View>
        <View>{coupon.name}</View>
        <View className={`small ${left.isUrgent ? 'is-alert' : 'muted'}`}>{canUse ? left.text : coupon.statusText}</View>
        {coupon.timesTotal > 1 && (
          <View className="muted small">
            还可用 {coupon.timesLeft} / {coupon.timesTotal} 次
          </View>
        )}
        {redeem.error && <Notice level="danger">{redeem.error.message}</Notice>}
      </View>
      {canUse &&
        (isSure ? (
          <View className="coupon-row-sure">
            <Button
              text={`确认核销 ${coupon.headline}`}
              busyText="核销中"
              size="small"
              isBusy={redeem.isRunning}
              onTap={() => void finish()}
            />
            <Button text="先不用" kind="quiet" size="small" onTap={() => setSure(false)} />
          </View>
        ) : (
          <Button
            text="核销"
            label={`核销 ${coupon.headline} ${coupon.name}`}
            kind="plain"
            size="small"
            onTap={() => setSure(true)}
          />
        ))}
    </View>
  )
}
