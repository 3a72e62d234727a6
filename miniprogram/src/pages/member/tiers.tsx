import { Text, View } from '@tarojs/components'
import { type Output, useAsk } from '../../client/index.ts'
import { Icon } from '../../components/icon.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { SectionHead } from '../../components/section.tsx'
import { Loaded } from '../../components/states.tsx'
import { count, money } from '../../words.ts'

type Tiers = Output<'tiers.mine'>

const WINDOW: Record<Tiers['window'], string> = {
  rolling12Months: '最近 12 个月',
  calendarYear: '当年（1 月 1 日起）',
  anniversary: '每个入会年度',
  lifetime: '入会以来',
}

export default function TiersPage() {
  return (
    <OpenGate>
      <TierRules />
    </OpenGate>
  )
}

function TierRules() {
  const tiers = useAsk('tiers.mine', {})
  return (
    <Screen title="等级权益">
      <Loaded asked={tiers} skeleton={[120, 120, 120]}>
        {data => (
          <>
            <View className="section">
              {data.tiers.map(tier => (
                <TierPanel key={tier.id} tier={tier} isMine={tier.id === data.currentTierId} basis={data.basis} />
              ))}
            </View>
            <Rules data={data} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}

function TierPanel({ tier, isMine, basis }: { tier: Tiers['tiers'][number]; isMine: boolean; basis: Tiers['basis'] }) {
  const need =
    tier.thresholdFen === 0
      ? '入会即享'
      : basis === 'earned'
        ? `累计获得 ${count(tier.thresholdFen)} 分`
        : `消费满 ${money(tier.thresholdFen)}`
  return (
    <View className={`tier ${isMine ? 'is-mine' : ''}`}>
      <View className="tier-head">
        <View className="tier-dot" style={{ background: tier.color }} aria-hidden="true" />
        <Text className="tier-name">{tier.name}</Text>
        {isMine && <Text className="tier-mine">当前等级</Text>}
        <Text className="tier-need">{need}</Text>
      </View>
      {tier.pointsPercent > 100 && !tier.benefits.some(benefit => benefit.includes(`${tier.pointsPercent / 100} 倍`)) && (
        <Benefit text={`消费得 ${tier.pointsPercent / 100} 倍积分`} />
      )}
      {tier.benefits.map(benefit => (
        <Benefit key={benefit} text={benefit} />
      ))}
    </View>
  )
}

function Benefit({ text }: { text: string }) {
  return (
    <View className="benefit">
      <Icon name="check" size={16} />
      <Text>{text}</Text>
    </View>
  )
}

function Rules({ data: { tiers, window, basis, pointRule } }: { data: Tiers }) {
  const rising = tiers.find(tier => tier.thresholdFen > 0)
  const lines = [
    `${WINDOW[window]}${basis === 'earned' ? '获得的积分' : '的消费'}达到门槛，当时就升级。`,
    rising &&
      `等级有效期 ${rising.termMonths} 个月，到期没有达到门槛会降级${rising.graceDays > 0 ? `，之前有 ${rising.graceDays} 天保级期，我们会先提醒` : ''}。`,
    '退货会扣回对应的消费和积分。',
    pointRule.fenPerPointEarned > 0 &&
      `每消费 ${money(pointRule.fenPerPointEarned)} 得 1 积分${pointRule.pendingDays > 0 ? `，${pointRule.pendingDays} 天后可以使用` : ''}。`,
    pointRule.fenPerPointSpent > 0 &&
      `${100 / gcd(100, pointRule.fenPerPointSpent)} 积分抵 ${money((100 / gcd(100, pointRule.fenPerPointSpent)) * pointRule.fenPerPointSpent)}。`,
    EXPIRY[pointRule.expiry.kind](pointRule.expiry as never),
  ].filter(Boolean) as string[]
  return (
    <View className="section">
      <SectionHead title="规则" />
      {lines.map(line => (
        <View key={line} className="rule-line">
          {line}
        </View>
      ))}
    </View>
  )
}

type Expiry = Tiers['pointRule']['expiry']
const EXPIRY: { [K in Expiry['kind']]: (expiry: Extract<Expiry, { kind: K }>) => string } = {
  none: () => '积分长期有效。',
  fixedDate: ({ day }) => `积分在 ${day} 到期。`,
  afterDays: ({ days }) => `积分获得后 ${days} 天内有效。`,
  afterMonths: ({ months }) => `积分获得后 ${months} 个月内有效。`,
  yearEnd: ({ years }) => (years === 0 ? '积分在获得当年年底到期。' : `积分在获得后第 ${years} 年年底到期。`),
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
