import { View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import type { CallFailure } from '../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Notice } from '../../components/states.tsx'
import { SubscribeAsk } from '../../components/subscribe-ask.tsx'
import { CouponTicket } from '../../components/ticket.tsx'
import { useNow } from '../../hooks/use-now.ts'
import type { Claimed, Joined } from './use-join.ts'

/** In: what he has now, and where to show it. */
export function JoinDone({
  brandName,
  joined,
  claimed,
  claimError,
}: {
  brandName: string
  joined: Joined | null
  claimed: Claimed | null
  claimError: CallFailure | null
}) {
  const now = useNow(60_000)
  const isAlreadyMine = claimError?.code === 'coupon.limitReached'
  return (
    <>
      <View className="done">
        <View className="done-mark">
          <Icon name="check" size={28} />
        </View>
        <View className="done-title">{joined ? (joined.isNew ? `已加入${brandName}会员` : '您已经是会员') : '领取成功'}</View>
        {joined && (
          <View className="muted small">
            会员号 {joined.memberNo}
            {joined.joinPoints > 0 ? `，入会积分 +${joined.joinPoints}` : ''}
          </View>
        )}
      </View>
      <View className="section">
        {claimed?.coupon && (
          <CouponTicket
            coupon={claimed.coupon}
            now={now}
            onTap={() => void Taro.navigateTo({ url: `/pages/coupons/detail?id=${claimed.coupon?.id}` })}
          />
        )}
        {claimError && (
          <Notice level={isAlreadyMine ? 'info' : 'attention'}>
            {isAlreadyMine ? '这张券您之前已经领过，在「我的优惠券」里。' : `会员已开通，但券没有领到：${claimError.message}`}
          </Notice>
        )}
        {claimed?.coupon && <SubscribeAsk place="couponClaimed" reason="到时候在微信里提醒您，不错过" />}
        {!claimed?.coupon && <SubscribeAsk place="join" reason="到时候在微信里提醒您，不错过" />}
      </View>
      <View className="section">
        <Button text="查看会员码" onTap={() => void Taro.reLaunch({ url: '/pages/home/index' })} />
        <View className="foot-quiet">
          <Button text="去领券中心看看" kind="quiet" onTap={() => void Taro.redirectTo({ url: '/pages/centre/index' })} />
        </View>
      </View>
    </>
  )
}
