import { View } from '@tarojs/components'
import type { Output } from '../../client/types.ts'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/states.tsx'
import { count, paid, signed } from '../../words.ts'
import { Fact } from '../customer/overview-tab.tsx'

/** What the purchase brought: points and, when it happened, the new tier, which the customer should hear at once. */
export function Recorded({ answer: { order, pointsEarned, tierChanged, isNew } }: { answer: Output<'orders.record'> }) {
  return (
    <>
      <View className="done">
        <View className="done-mark">
          <Icon name="check" size={28} />
        </View>
        <View className="done-title">{isNew ? `已记录 ${paid(order.amountFen)}` : '这笔订单之前已经记过'}</View>
        <View className="muted small">单号 {order.orderNo}</View>
      </View>
      {tierChanged && (
        <View className="block">
          <Notice>
            {tierChanged.isUp ? '升级了' : '等级变化'}：由「{tierChanged.fromName}」到「{tierChanged.toName}」
            {tierChanged.isUp ? '，请当面恭喜他' : ''}
          </Notice>
        </View>
      )}
      <View className="facts block">
        <Fact label="商品" value={order.summary} />
        {order.couponDiscountFen > 0 && <Fact label="优惠券" value={`-${paid(order.couponDiscountFen)}`} />}
        {order.pointsSpent > 0 && (
          <Fact label="用积分" value={`${count(order.pointsSpent)} 分，抵 ${paid(order.pointsDiscountFen)}`} />
        )}
        <Fact label="获得积分" value={signed(pointsEarned)} />
      </View>
    </>
  )
}
