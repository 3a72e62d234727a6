import { Text, View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { useEffect, useState } from 'react'
import { type Output, useAsk } from '../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { Fold } from '../../components/form.tsx'
import { Digits, Picture } from '../../components/member-code.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { Loaded, Notice } from '../../components/states.tsx'
import { storesInShort } from '../../components/ticket.tsx'
import { useNow, useShown } from '../../hooks/use-now.ts'
import { platform } from '../../platform/index.ts'
import { exact, grouped, isInWords, lastMoment, money, timeLeft } from '../../words.ts'

type Shown = Output<'coupons.qr'>

/** While the code is on the screen the page looks this often whether the counter has taken it. */
const LOOK_MS = 4_000

export default function CouponPage() {
  return (
    <OpenGate>
      <CouponDetail />
    </OpenGate>
  )
}

function CouponDetail() {
  const couponId = Number(useRouter().params.id)
  const shown = useAsk('coupons.qr', { couponId })
  const isSeen = useShown()
  const status = shown.data?.coupon.status
  const { reload } = shown

  useEffect(() => {
    if (!isSeen || status !== 'available') return
    const timer = setInterval(() => void reload(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isSeen, status, reload])

  return (
    <Screen title="优惠券">
      <Loaded asked={shown} skeleton={[360, 160]}>
        {data => <Detail data={data} />}
      </Loaded>
    </Screen>
  )
}

function Detail({ data: { coupon, code, svg } }: { data: Shown }) {
  const now = useNow(30_000)
  const [open, setOpen] = useState<'rules' | 'stores' | null>(null)
  const left = timeLeft(coupon.validTo, now)
  const canUse = coupon.status === 'available'
  const isOver = ['used', 'expired', 'void'].includes(coupon.status)
  useEffect(() => (canUse ? platform.brighten() : undefined), [canUse])
  const toggle = (key: 'rules' | 'stores') => () => setOpen(open === key ? null : key)

  return (
    <>
      <View className="coupon-code">
        <View className={`promise-amount ${isInWords(coupon.headline) ? 'is-word' : ''} ${isOver ? 'is-over' : ''}`}>
          {coupon.headline}
        </View>
        <View className="promise-name">{coupon.name}</View>
        <View className="promise-line">{coupon.conditionText}</View>
        {canUse ? (
          <>
            <View className="coupon-plate">
              <Picture svg={svg} />
            </View>
            <Digits text={grouped(code)} />
            <View className="code-note">请店员扫码，或报这串券码</View>
            <Button text="复制券码" kind="quiet" size="small" onTap={() => void platform.copy(code)} />
          </>
        ) : (
          <View className={`big-state ${coupon.status === 'locked' ? 'is-locked' : ''}`} role="status">
            {coupon.statusText}
          </View>
        )}
        {coupon.status === 'locked' && <Notice level="attention">正被一笔订单占用，订单取消后会自动放回。</Notice>}
        {coupon.status === 'used' && coupon.usedAt && (
          <View className="promise-line">
            {exact(coupon.usedAt)}
            {coupon.usedStoreName ? ` 在${coupon.usedStoreName}使用` : ' 使用'}
          </View>
        )}
        {coupon.status === 'void' && coupon.priceFen > 0 && (
          <View className="promise-line">购买时支付 {money(coupon.priceFen)}，退款原路退回微信零钱或银行卡</View>
        )}
      </View>
      <View className="section panel coupon-facts">
        <View className="fact">
          <Text className="muted">有效期</Text>
          <View className="fact-value">
            <View>
              <Text className="moment">{exact(coupon.validFrom)}</Text>{' '}
              <Text className="moment">至 {lastMoment(coupon.validTo)}</Text>
            </View>
            {canUse && <View className={`ticket-line ${left.isUrgent ? 'is-urgent' : ''}`}>{left.text}</View>}
          </View>
        </View>
        {coupon.timesTotal > 1 && (
          <View className="fact">
            <Text className="muted">次数</Text>
            <View className="fact-value">
              还可用 {coupon.timesLeft} 次，共 {coupon.timesTotal} 次
            </View>
          </View>
        )}
        <View className="folds">
          <Fold title={storesInShort(coupon.storeNames)} isOpen={open === 'stores'} onToggle={toggle('stores')}>
            {coupon.storeNames.length === 0 ? '本品牌全部门店都可以使用。' : coupon.storeNames.join('\n')}
          </Fold>
          <Fold title="使用规则" isOpen={open === 'rules'} onToggle={toggle('rules')}>
            {coupon.rules || '没有其他限制。'}
          </Fold>
        </View>
      </View>
    </>
  )
}
