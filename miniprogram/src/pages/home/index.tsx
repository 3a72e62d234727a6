import { View } from '@tarojs/components'
import Taro, { useRouter } from '@tarojs/taro'
import { useEffect, useState } from 'react'
import { type Output, rememberScene, useAsk } from '../../client/index.ts'
import { allowTracks } from '../../client/tracks.ts'
import { Button } from '../../components/button.tsx'
import { Row } from '../../components/form.tsx'
import { MemberCard } from '../../components/member-card.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { More, SectionHead } from '../../components/section.tsx'
import { Loaded } from '../../components/states.tsx'
import { CouponTicket } from '../../components/ticket.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useRefresh } from '../../hooks/use-refresh.ts'
import { sceneOf } from '../../platform/index.ts'

const SHOWN_COUPONS_MAX = 3

export default function HomePage() {
  const { params } = useRouter()
  useState(() => rememberScene(sceneOf(params)))
  return (
    <OpenGate>
      <Home />
    </OpenGate>
  )
}

function Home() {
  const me = useAsk('members.me', {}, { isKept: true })
  useRefresh(me.reload)
  return (
    <Screen title={me.data?.brand.name ?? '会员'} isRoot>
      <Loaded asked={me} skeleton={[420, 92, 92]}>
        {data => (data.member ? <MemberHome me={data} /> : <GuestHome me={data} />)}
      </Loaded>
    </Screen>
  )
}

function MemberHome({ me }: { me: Output<'members.me'> }) {
  const now = useNow(60_000)
  const coupons = useAsk('coupons.mine', { status: 'available', pageSize: SHOWN_COUPONS_MAX }, { isKept: true })
  const messages = useAsk('messages.mine', { pageSize: 1 })
  useRefresh(coupons.reload, messages.reload)
  const consents = useAsk('consent.mine', {})
  const isAgreed = consents.data?.items.some(item => item.purpose === 'privacy' && item.isGranted)
  useEffect(() => {
    if (isAgreed !== undefined) allowTracks(isAgreed)
  }, [isAgreed])
  const unread = messages.data?.unread ?? 0
  const shown = coupons.data?.items ?? []
  return (
    <>
      <MemberCard me={me} now={now} />
      <View className="section">
        <SectionHead title="我的优惠券">{shown.length > 0 && <More text="全部" url="/pages/coupons/index" />}</SectionHead>
        <Loaded asked={coupons} skeleton={[92]}>
          {data =>
            data.items.length === 0 ? (
              <View className="panel">
                <Row
                  title="还没有可用的券"
                  note="领券中心里看看有没有合适的"
                  onTap={() => void Taro.navigateTo({ url: '/pages/centre/index' })}
                />
              </View>
            ) : (
              data.items.map(coupon => (
                <CouponTicket
                  key={coupon.id}
                  coupon={coupon}
                  now={now}
                  onTap={() => void Taro.navigateTo({ url: `/pages/coupons/detail?id=${coupon.id}` })}
                />
              ))
            )
          }
        </Loaded>
        {shown.length > 0 && (
          <Button text="去领券中心" kind="plain" onTap={() => void Taro.navigateTo({ url: '/pages/centre/index' })} />
        )}
      </View>
      <View className="section panel">
        <Row
          title="消息"
          value={unread > 0 ? `${unread} 条未读` : undefined}
          isAlert={unread > 0}
          onTap={() => void Taro.navigateTo({ url: '/pages/member/messages' })}
        />
        <Row
          title="我的资料"
          value={me.isPhoneKnown ? (me.person.phoneMasked ?? undefined) : '补手机号'}
          onTap={() => void Taro.navigateTo({ url: '/pages/member/profile' })}
        />
        <Row title="授权与隐私" onTap={() => void Taro.navigateTo({ url: '/pages/member/consent' })} />
      </View>
    </>
  )
}

/** Not a member yet: what membership gives, and one button. He may look around without. */
function GuestHome({ me }: { me: Output<'members.me'> }) {
  const tiers = useAsk('tiers.mine', {})
  const joinPoints = tiers.data?.pointRule.joinPoints ?? 0
  const benefits = tiers.data?.tiers[0]?.benefits ?? []
  return (
    <>
      <View className="promise">
        <View className="promise-from">{me.brand.name}会员</View>
        <View className="promise-amount is-word">消费攒积分 到店有好券</View>
        {joinPoints > 0 && <View className="promise-line">入会即得 {joinPoints} 积分</View>}
        {benefits.slice(0, 3).map(benefit => (
          <View key={benefit} className="promise-line">
            {benefit}
          </View>
        ))}
        <View className="promise-action">
          <Button text="加入会员" onTap={() => void Taro.navigateTo({ url: '/pages/join/index' })} />
        </View>
      </View>
      <View className="section panel">
        <Row title="领券中心" note="先看看有哪些券" onTap={() => void Taro.navigateTo({ url: '/pages/centre/index' })} />
        <Row title="等级权益" onTap={() => void Taro.navigateTo({ url: '/pages/member/tiers' })} />
      </View>
    </>
  )
}
