import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import type { Output } from '../client/index.ts'
import { count, day, money } from '../words.ts'
import { inkOn } from './colour.ts'
import { Icon } from './icon.tsx'
import { MemberCode } from './member-code.tsx'
import { Tap } from './tap.tsx'

type Me = Output<'members.me'>

/** Card, code, points and coupons in one view. */
export function MemberCard({ me, now }: { me: Me; now: Date }) {
  const { tier, points } = me
  const ground = tier?.color ?? '#1F7A4D'
  const go = (url: string) => () => void Taro.navigateTo({ url })
  return (
    <View className="card">
      <View className="card-head" style={{ background: ground, color: inkOn(ground) }}>
        <View className="card-top">
          <View>
            <View className="card-name">{me.person.name || '会员'}</View>
            <View className="card-tier">{tier?.name ?? me.member?.tierName}</View>
          </View>
          <Tap className="card-rule" role="link" onTap={go('/pages/member/tiers')}>
            <Text>等级权益</Text>
            <Icon name="next" size={16} />
          </Tap>
        </View>
        <Goal me={me} now={now} />
      </View>
      <MemberCode />
      <View className="card-figures">
        <Tap className="card-figure" role="link" onTap={go('/pages/member/points')}>
          <View className="card-figure-value">{count(points.available)}</View>
          <View className="card-figure-label">可用积分</View>
          {points.expiringSoon > 0 && <View className="card-figure-note">{count(points.expiringSoon)} 分快过期</View>}
          {points.debt > 0 && <View className="card-figure-note">待抵扣 {count(points.debt)} 分</View>}
        </Tap>
        <Tap className="card-figure" role="link" onTap={go('/pages/coupons/index')}>
          <View className="card-figure-value">{me.couponsHeld}</View>
          <View className="card-figure-label">可用优惠券</View>
        </Tap>
      </View>
    </View>
  )
}

/** What is missing to rise, or to stay. */
function Goal({ me, now }: { me: Me; now: Date }) {
  const { nextTier, member, missingToKeepFen } = me
  const keeps =
    missingToKeepFen && member?.tierEndsAt ? `再消费 ${money(missingToKeepFen)}，${day(member.tierEndsAt, now)}后继续保级` : null
  if (!nextTier) return <View className="card-goal">{keeps ?? '已是最高等级'}</View>
  return (
    <View className="card-goal">
      <Text>
        再消费 {money(nextTier.missingFen)} 升级「{nextTier.name}」
      </Text>
      <View className="card-track" aria-hidden="true">
        <View className="card-done" style={{ width: `${nextTier.progressPercent}%` }} />
      </View>
      {keeps && <View className="card-keep">{keeps}</View>}
    </View>
  )
}
