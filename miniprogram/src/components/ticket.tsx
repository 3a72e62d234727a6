import { Text, View } from '@tarojs/components'
import type { ReactNode } from 'react'
import type { Output } from '../client/index.ts'
import { isInWords, timeLeft } from '../words.ts'
import { Icon } from './icon.tsx'
import { Tap } from './tap.tsx'

export type Coupon = Output<'coupons.mine'>['items'][number]
export type CentreItem = Output<'coupons.centre'>['items'][number]

/** The first thing one reads: the amount, smaller when it is a word ("栀子净澈洁面"). */
function Stub({ headline, conditionText }: { headline: string; conditionText: string }) {
  const size = isInWords(headline) ? 'is-word' : headline.length > 5 ? 'is-long' : ''
  return (
    <View className="ticket-stub">
      <View className={`ticket-amount ${size}`}>{headline}</View>
      <View className="ticket-condition">{conditionText}</View>
    </View>
  )
}

const OVER: Coupon['status'][] = ['used', 'expired', 'void']

/** One coupon of mine. Its state is a word, a colour and a shape: nobody takes a used one for a usable one. */
export function CouponTicket({ coupon, now, onTap }: { coupon: Coupon; now: Date; onTap: () => void }) {
  const isOver = OVER.includes(coupon.status)
  const left = timeLeft(coupon.validTo, now)
  const canUse = coupon.status === 'available'
  const look = isOver ? 'is-over' : coupon.status === 'locked' ? 'is-locked' : ''
  return (
    <Tap className={`ticket ${look}`} label={`${coupon.name}，${coupon.headline}，${coupon.statusText}`} onTap={onTap}>
      <Stub headline={coupon.headline} conditionText={coupon.conditionText} />
      <View className="ticket-main">
        <View className="ticket-name">{coupon.name}</View>
        <View className={`ticket-line ${canUse && left.isUrgent ? 'is-urgent' : ''}`}>
          {canUse ? (
            left.text
          ) : (
            <Text className={`ticket-state ${coupon.status === 'locked' ? 'is-locked' : ''}`}>{coupon.statusText}</Text>
          )}
        </View>
        {coupon.timesTotal > 1 && (
          <View className="ticket-line">
            还可用 {coupon.timesLeft} / {coupon.timesTotal} 次
          </View>
        )}
        <View className="ticket-line">{storesInShort(coupon.storeNames)}</View>
      </View>
      <View className="ticket-side">
        {canUse ? <View className="ticket-go is-open">使用</View> : <Icon name="next" size={16} className="row-next" />}
      </View>
    </Tap>
  )
}

/** One batch in the coupon centre, with what is left of it. `action` is its button. */
export function CentreTicket({ item, line, action }: { item: CentreItem; line: string; action: ReactNode }) {
  const showsStock = item.state === 'open' && item.remainingPercent < 100
  return (
    <View className={`ticket ${item.state === 'soldOut' || item.state === 'closed' ? 'is-over' : ''}`}>
      <Stub headline={item.headline} conditionText={item.conditionText} />
      <View className="ticket-main">
        <View className="ticket-name">{item.name}</View>
        <View className="ticket-line">{line}</View>
        {showsStock && (
          <>
            <View className="stock" aria-hidden="true">
              <View
                className={`stock-left ${item.remainingPercent <= 20 ? 'is-low' : ''}`}
                style={{ width: `${Math.max(2, item.remainingPercent)}%` }}
              />
            </View>
            <View className={`ticket-line ${item.remainingPercent <= 20 ? 'is-urgent' : ''}`}>剩余 {item.remainingPercent}%</View>
          </>
        )}
      </View>
      <View className="ticket-side is-column">{action}</View>
    </View>
  )
}

export function storesInShort(names: string[]): string {
  if (names.length === 0) return '全部门店可用'
  return names.length === 1 ? `限${names[0]}` : `限${names[0]}等 ${names.length} 家门店`
}
