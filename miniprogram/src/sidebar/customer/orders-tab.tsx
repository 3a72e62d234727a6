import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Loaded, Notice } from '../../components/states.tsx'
import { Tap } from '../../components/tap.tsx'
import { count, exact, paid } from '../../words.ts'
import { useAsk } from '../staff.ts'
import { RefundSheet } from './refund-sheet.tsx'

type Order = Output<'orders.list'>['items'][number]

const STATUS: Record<Order['status'], string> = {
  paid: '已支付',
  partlyRefunded: '部分退款',
  refunded: '已退款',
  returned: '退货单',
  cancelled: '已取消',
}

export function OrdersTab({ personId, onChanged }: { personId: number; onChanged: () => Promise<void> }) {
  const orders = useAsk('orders.list', { personId, pageSize: 30, sort: '-paidAt' })
  const [refunding, setRefunding] = useState<number | null>(null)
  const [done, setDone] = useState<string | null>(null)
  const record = () => void Taro.navigateTo({ url: `/sidebar/order?personId=${personId}` })
  return (
    <Loaded asked={orders} skeleton={[72, 72, 72]}>
      {data => (
        <>
          {done && <Notice>{done}</Notice>}
          {data.items.length === 0 && (
            <Empty
              title="还没有订单"
              text="在店里买的，记一笔就有积分。"
              action={<Button text="记消费" kind="plain" size="small" onTap={record} />}
            />
          )}
          {data.items.map(order => (
            <View key={order.id} className="order-row">
              <View className="order-row-words">
                <View>{order.summary}</View>
                <View className="muted small figures">
                  {exact(order.paidAt)} {order.storeName ?? ''}
                </View>
                <View className="muted small">
                  {STATUS[order.status]}
                  {order.refundedFen > 0 ? ` ${paid(order.refundedFen)}` : ''}
                  {order.pointsEarned > 0 ? `，得 ${count(order.pointsEarned - order.pointsClawedBack)} 分` : ''}
                </View>
              </View>
              <View className="order-row-side">
                <Text className="order-row-amount">{paid(order.amountFen)}</Text>
                {(order.status === 'paid' || order.status === 'partlyRefunded') && (
                  <Tap className="reply-act" label={`退款 ${order.summary}`} onTap={() => setRefunding(order.id)}>
                    退款
                  </Tap>
                )}
              </View>
            </View>
          ))}
          <RefundSheet
            orderId={refunding}
            onClose={() => setRefunding(null)}
            onDone={text => {
              setRefunding(null)
              setDone(text)
              void orders.reload()
              void onChanged()
            }}
          />
        </>
      )}
    </Loaded>
  )
}
