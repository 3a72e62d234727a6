import { Text, View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { useState } from 'react'
import { changed, useAct, useAsk } from '../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { Screen } from '../../components/screen.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Empty, Loaded, Notice } from '../../components/states.tsx'
import { SubscribeAsk } from '../../components/subscribe-ask.tsx'
import { Tap } from '../../components/tap.tsx'
import { type CentreItem, CentreTicket, type Coupon, CouponTicket, storesInShort } from '../../components/ticket.tsx'
import { useNow } from '../../hooks/use-now.ts'
import { useRefresh } from '../../hooks/use-refresh.ts'
import { countdown, money } from '../../words.ts'
import { type BuyOutcome, useBuy } from './use-buy.ts'

export default function CentrePage() {
  return (
    <OpenGate>
      <Centre />
    </OpenGate>
  )
}

/** A flash batch counts down on its button in the last hour. */
const COUNTDOWN_SECONDS = 3600

type Got = { coupon: Coupon; place: 'couponClaimed' | 'purchasePaid' }

function Centre() {
  const centre = useAsk('coupons.centre', { pageSize: 100 })
  const claim = useAct('coupons.claim')
  const buy = useBuy()
  const now = useNow(1_000)
  const [busyId, setBusyId] = useState<number | null>(null)
  const [refusal, setRefusal] = useState<{ batchId: number; text: string } | null>(null)
  const [got, setGot] = useState<Got | null>(null)
  const [detail, setDetail] = useState<CentreItem | null>(null)
  const [pendingId, setPendingId] = useState<number | null>(null)
  const [lastTried, setLastTried] = useState<number | null>(null)
  useRefresh(centre.reload)

  const take = async (item: CentreItem) => {
    setBusyId(item.id)
    setRefusal(null)
    try {
      if (item.priceFen > 0) settle(item.id, await buy.start(item.id))
      else {
        const coupon = await claim.run({ batchId: item.id })
        if (coupon) {
          setGot({ coupon, place: 'couponClaimed' })
          changed('members.me', 'coupons.mine')
        }
      }
      await centre.reload()
    } finally {
      setBusyId(null)
    }
  }

  const giveUp = async (item: CentreItem) => {
    if (!item.unpaid) return
    setBusyId(item.id)
    setRefusal(null)
    try {
      settle(item.id, await buy.giveUp(item.unpaid.purchaseId))
    } finally {
      setBusyId(null)
    }
  }

  const settle = (batchId: number, outcome: BuyOutcome | null) => {
    if (!outcome) return
    setPendingId(outcome.kind === 'waiting' ? outcome.purchaseId : null)
    if (outcome.kind === 'issued' && outcome.purchase.coupon) setGot({ coupon: outcome.purchase.coupon, place: 'purchasePaid' })
    if (outcome.kind === 'failed') setRefusal({ batchId, text: outcome.text })
  }

  const failed = claim.error ?? buy.error
  const note = (item: CentreItem) => {
    if (refusal?.batchId === item.id) return refusal.text
    return failed && lastTried === item.id ? failed.message : null
  }

  return (
    <Screen title="领券中心">
      <Loaded asked={centre} skeleton={[96, 96, 96, 96]}>
        {data =>
          data.items.length === 0 ? (
            <Empty
              title="现在没有可领的券"
              text="有新的券会放在这里。您已有的券在「我的优惠券」里。"
              action={
                <Button
                  text="看我的优惠券"
                  kind="plain"
                  size="small"
                  onTap={() => void Taro.navigateTo({ url: '/pages/coupons/index' })}
                />
              }
            />
          ) : (
            <View className="section">
              {pendingId !== null && (
                <Notice level="attention">
                  已付款，微信还在确认，通常一分钟内到账。
                  <Text className="link" onClick={() => void buy.waitFor(pendingId).then(outcome => settle(0, outcome))}>
                    再查一次
                  </Text>
                </Notice>
              )}
              {data.items.map(item => (
                <View key={item.id}>
                  <CentreTicket
                    item={item}
                    line={item.unpaid ? unpaidLine(item.unpaid, now) : item.validityText}
                    action={
                      <TakeButton
                        item={item}
                        now={now}
                        isBusy={busyId === item.id}
                        isConfirming={item.unpaid !== null && item.unpaid.purchaseId === pendingId}
                        isWaiting={busyId !== null}
                        onTake={() => {
                          setLastTried(item.id)
                          void take(item)
                        }}
                        onGiveUp={() => {
                          setLastTried(item.id)
                          void giveUp(item)
                        }}
                        onDetail={() => setDetail(item)}
                      />
                    }
                  />
                  {note(item) && <Notice level="attention">{note(item)}</Notice>}
                </View>
              ))}
            </View>
          )
        }
      </Loaded>
      <GotSheet got={got} now={now} onClose={() => setGot(null)} />
      <DetailSheet item={detail} onClose={() => setDetail(null)} />
    </Screen>
  )
}

/** The coupon is kept while the clock runs; after that it goes back by itself. */
function unpaidLine({ payableUntil }: NonNullable<CentreItem['unpaid']>, now: Date): string {
  const seconds = (new Date(payableUntil).getTime() - now.getTime()) / 1000
  return seconds > 0 ? `待支付，为您保留 ${countdown(seconds)}` : '支付时间已过，稍后自动取消'
}

type TakeProps = {
  item: CentreItem
  /** Paid a moment ago, and WeChat Pay has not said so yet: neither pay again nor cancel. */
  isConfirming: boolean
  now: Date
  isBusy: boolean
  isWaiting: boolean
  onTake: () => void
  onGiveUp: () => void
  onDetail: () => void
}

/** The one thing to do with this batch now; a flash batch counts down to its opening on the button itself. */
function TakeButton({ item, isConfirming, now, isBusy, isWaiting, onTake, onGiveUp, onDetail }: TakeProps) {
  const secondsToOpen = (new Date(item.opensAt).getTime() - now.getTime()) / 1000
  const hasOpened = item.state === 'notOpen' && secondsToOpen <= 0
  const canPay = item.unpaid !== null && !isConfirming && new Date(item.unpaid.payableUntil) > now
  const isOpen = item.state === 'open' || hasOpened || canPay
  const text = takeText()

  function takeText(): string {
    if (isConfirming) return '确认中'
    if (hasOpened) return '立即抢'
    return item.state === 'notOpen' && secondsToOpen < COUNTDOWN_SECONDS ? countdown(secondsToOpen) : item.buttonText
  }
  if (item.state === 'membersOnly') {
    return (
      <Tap
        className="ticket-go is-open"
        label={`入会后领取 ${item.name}`}
        onTap={() => void Taro.navigateTo({ url: '/pages/join/index' })}
      >
        入会领取
      </Tap>
    )
  }
  return (
    <>
      <Tap className="ticket-go" label={`${text} ${item.name}`} isDisabled={!isOpen || isWaiting} onTap={onTake}>
        {isBusy ? <View className="spinner" /> : text}
      </Tap>
      {item.unpaid && !isConfirming ? (
        <Tap className="ticket-rules" label={`取消购买 ${item.name}`} isDisabled={isWaiting} onTap={onGiveUp}>
          取消
        </Tap>
      ) : (
        <Tap className="ticket-rules" label={`${item.name}的使用规则`} onTap={onDetail}>
          规则
        </Tap>
      )}
    </>
  )
}

function GotSheet({ got, now, onClose }: { got: Got | null; now: Date; onClose: () => void }) {
  return (
    <Sheet
      title={got?.place === 'purchasePaid' ? '购买成功' : '领取成功'}
      isOpen={got !== null}
      onClose={onClose}
      footer={<Button text="知道了，继续看" kind="plain" onTap={onClose} />}
    >
      {got && (
        <>
          <CouponTicket
            coupon={got.coupon}
            now={now}
            onTap={() => void Taro.navigateTo({ url: `/pages/coupons/detail?id=${got.coupon.id}` })}
          />
          <SubscribeAsk place={got.place} reason="到时候在微信里提醒您，不错过" />
        </>
      )}
    </Sheet>
  )
}

function DetailSheet({ item, onClose }: { item: CentreItem | null; onClose: () => void }) {
  return (
    <Sheet title={item?.name ?? ''} isOpen={item !== null} onClose={onClose}>
      {item && (
        <>
          <View>
            {item.headline}，{item.conditionText}
          </View>
          <View className="muted">{item.validityText}</View>
          <View className="muted">{storesInShort(item.storeNames)}</View>
          {item.storeNames.length > 1 && <View className="muted">{item.storeNames.join('、')}</View>}
          <View className="muted">
            每人限领 {item.perPersonLimit} 张{item.mineCount > 0 ? `，已领 ${item.mineCount} 张` : ''}
          </View>
          {item.priceFen > 0 && <View className="muted">{money(item.priceFen)} 购买，未使用可联系门店退款</View>}
          {item.rules && <View className="legal">{item.rules}</View>}
        </>
      )}
    </Sheet>
  )
}
