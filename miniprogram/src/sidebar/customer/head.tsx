import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import type { Output } from '../../client/types.ts'
import { Button } from '../../components/button.tsx'
import { Tap } from '../../components/tap.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { count, money, since } from '../../words.ts'
import type { Tab } from '../index.tsx'

type Profile = Output<'profiles.get'>
type Hint = Profile['hints'][number]

const HINTS_SHOWN_MAX = 3

/** Where a hint leads: the thing to do about it. */
const LEADS: Partial<Record<Hint['kind'], { text: string; to: Tab | 'send' }>> = {
  birthday: { text: '发券', to: 'send' },
  couponExpiring: { text: '去提醒', to: 'replies' },
  tierUp: { text: '告诉他', to: 'replies' },
  tierEnding: { text: '告诉他', to: 'replies' },
  lapsed: { text: '发券', to: 'send' },
  newcomer: { text: '打招呼', to: 'replies' },
}

/** Who, why he matters, what to do now: all within the first 400 px. */
export function Head({ profile, onSend, onTab }: { profile: Profile; onSend: () => void; onTab: (tab: Tab) => void }) {
  const now = useNow(60_000)
  const { person, value, hints } = profile
  const membership = profile.memberships[0]
  const openCoupons = profile.coupons.filter(coupon => coupon.status === 'available').length
  return (
    <View className="head">
      <View className="head-who">
        <Text className="head-name">{person.name ?? '未留名客户'}</Text>
        {membership ? (
          <Text className="badge is-brand">{membership.tierName ?? '会员'}</Text>
        ) : (
          <Text className="badge">未入会</Text>
        )}
        {profile.stages.map(stage => (
          <Text key={stage.brandId} className="badge">
            {stage.name}
          </Text>
        ))}
        <Text className="head-phone figures">{person.phoneMasked ?? '无手机号'}</Text>
      </View>
      <View className="head-line">{profile.headline}</View>
      <View className="head-figures">
        <Figure value={money(value.paidFen)} label={`累计 ${value.ordersCount} 单`} />
        <Figure value={value.lastPaidAt && value.ordersCount > 0 ? since(value.lastPaidAt, now) : '还没买过'} label="上次购买" />
        <Figure value={membership ? count(membership.points.available) : '—'} label="积分" />
        <Figure value={String(openCoupons)} label="可用券" />
      </View>
      {hints.slice(0, HINTS_SHOWN_MAX).map(hint => (
        <HintRow key={`${hint.kind}${hint.text}`} hint={hint} onSend={onSend} onTab={onTab} />
      ))}
      <View className="head-actions">
        <Button text="发券" kind="main" size="small" onTap={onSend} />
        <Button
          text="记消费"
          kind="plain"
          size="small"
          onTap={() => void Taro.navigateTo({ url: `/sidebar/order?personId=${person.id}` })}
        />
        <Button text="核销" kind="plain" size="small" onTap={() => onTab('coupons')} />
      </View>
    </View>
  )
}

function Figure({ value, label }: { value: string; label: string }) {
  return (
    <View className="head-figure">
      <View className={`head-value ${value.length > 7 ? 'is-long' : ''}`}>{value}</View>
      <View className="head-label">{label}</View>
    </View>
  )
}

function HintRow({ hint, onSend, onTab }: { hint: Hint; onSend: () => void; onTab: (tab: Tab) => void }) {
  const lead = LEADS[hint.kind]
  return (
    <View className={`hint is-${hint.level}`}>
      <Text className="hint-text">{hint.text}</Text>
      {lead && (
        <Tap
          className="hint-go"
          label={`${hint.text}：${lead.text}`}
          onTap={() => (lead.to === 'send' ? onSend() : onTab(lead.to))}
        >
          {lead.text}
        </Tap>
      )}
    </View>
  )
}
