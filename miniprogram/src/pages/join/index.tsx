import { View } from '@tarojs/components'
import Taro, { useRouter } from '@tarojs/taro'
import { type ReactNode, useEffect, useState } from 'react'
import { newKey } from '../../client/call.ts'
import { type CallFailure, failureOf, rememberScene, sceneOfVisit, useAsk } from '../../client/index.ts'
import { Button } from '../../components/button.tsx'
import { OpenGate } from '../../components/open-gate.tsx'
import { PhoneButton } from '../../components/phone-button.tsx'
import { Screen } from '../../components/screen.tsx'
import { Sheet } from '../../components/sheet.tsx'
import { Failure, Notice, Skeleton } from '../../components/states.tsx'
import type { CentreItem } from '../../components/ticket.tsx'
import { platform, sceneOf } from '../../platform/index.ts'
import { money } from '../../words.ts'
import { Agreement, neededTerms, TermLinks } from './agreement.tsx'
import { JoinDone } from './done.tsx'
import { PromiseCard } from './promise.tsx'
import { type Claimed, type Joined, type Opening, openScene, useJoin } from './use-join.ts'

export default function JoinPage() {
  return (
    <OpenGate>
      <Join />
    </OpenGate>
  )
}

/** First screen after a scan: the thing promised. Two taps to be in: agree, and the phone (or without it). */
function Join() {
  const scene = useSceneOfPage()
  const { opening, error: openError, reload } = useOpening(scene)
  const me = useAsk('members.me', {})
  const texts = useAsk('consent.texts', { isCurrentOnly: true, brandId: me.data?.brand.id }, { isSkipped: !me.data })
  const tiers = useAsk('tiers.mine', {})
  const promisedId = opening?.couponBatchId ?? null
  const offered = useAsk('livecodes.offer', { scene: scene ?? '' }, { isSkipped: !scene || promisedId === null })

  const [isAgreed, setAgreed] = useState(false)
  const [isMarketingAgreed, setMarketingAgreed] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [joined, setJoined] = useState<Joined | null>(null)
  const [claimed, setClaimed] = useState<Claimed | null>(null)
  const flow = useJoin({ scene, texts: texts.data?.items ?? [], storeId: opening?.storeId ?? null })

  const failure = openError ?? (me.data ? null : me.error)
  if (failure) {
    const retry = () => {
      reload()
      void me.reload()
    }
    return (
      <Screen title="加入会员" isRoot>
        <Failure error={failure} onRetry={retry} />
      </Screen>
    )
  }
  if (!me.data || opening === undefined || (promisedId !== null && offered.data === undefined && !offered.error)) {
    return (
      <Screen title="加入会员" isRoot>
        <Skeleton heights={[220, 56, 56]} />
      </Screen>
    )
  }

  const brandName = me.data.brand.name
  const offer = offered.data ?? null
  // What cannot be had any more is not promised; when that could not be asked, claiming tells.
  const whyGone = promisedId === null || offered.data === undefined ? null : goneOf(offer)
  const batchId = whyGone === null ? promisedId : null
  const joinPoints = tiers.data?.pointRule.joinPoints ?? 0
  const isMember = me.data.member !== null
  const needed = neededTerms(texts.data?.items ?? [])

  const finish = async (done: Joined | null) => {
    setAsking(false)
    if (!done) return
    if (batchId !== null) setClaimed(await flow.claimPromised(batchId))
    setJoined(done)
  }
  const claimOnly = async () => {
    if (batchId !== null) setClaimed(await flow.claimPromised(batchId))
  }
  const agree = async (value: boolean) => {
    // The platform's own authorisation comes first: before it no personal data may be asked for.
    setAgreed(value && (await platform.authorizePrivacy()))
  }

  if (joined || claimed) {
    return (
      <Screen title={brandName} isRoot>
        <JoinDone brandName={brandName} joined={joined} claimed={claimed} claimError={flow.claimError} />
      </Screen>
    )
  }

  const from = [opening?.storeName, opening?.staffName].filter(Boolean).join(' · ') || brandName
  const benefits = joinPoints === 0 ? [] : [`入会另得 ${joinPoints} 积分`]
  const memberLines = batchId === null ? ['到店出示会员码，积分和券都在'] : []
  const verb = batchId === null ? '加入会员' : '入会领券'

  const withoutPhone = () => (isAgreed ? void flow.withoutPhone(isMarketingAgreed).then(finish) : setAsking(true))
  const phoneButton = (text: string, isAllowed: boolean) => (
    <PhoneButton
      text={text}
      busyText="正在入会"
      isBusy={flow.isBusy}
      isAllowed={isAllowed}
      onHeldBack={() => setAsking(true)}
      onFailed={flow.setNote}
      onCode={code => void flow.withPhone(code, isMarketingAgreed).then(finish)}
    />
  )

  return (
    <Screen
      title={brandName}
      isRoot
      footer={
        isMember ? (
          <MemberFoot batchId={batchId} isBusy={flow.isBusy} onClaim={() => void claimOnly()} />
        ) : me.data.isPhoneKnown ? (
          <Button text={verb} busyText="正在入会" isBusy={flow.isBusy} onTap={withoutPhone} />
        ) : (
          <>
            <View className="foot-reason">手机号只用来认出您，换手机积分和券都在</View>
            {phoneButton(`手机号${verb}`, isAgreed)}
            <View className="foot-quiet">
              <Button text="先不提供手机号，直接入会" kind="quiet" isDisabled={flow.isBusy} onTap={withoutPhone} />
            </View>
          </>
        )
      }
    >
      <PromiseCard
        from={from}
        offer={batchId === null ? null : offer}
        title={opening && batchId !== null ? opening.title : isMember ? `您已是${brandName}会员` : `加入${brandName}会员`}
        lines={isMember ? memberLines : benefits}
      />
      <View className="section">
        {flow.joinError && <Notice level="danger">{flow.joinError.message}</Notice>}
        {flow.note && <Notice level="attention">{flow.note}</Notice>}
        {whyGone && <Notice level="attention">{whyGone}</Notice>}
        {scene && opening === null && <Notice level="attention">这个码已停用或过期，仍然可以正常入会。</Notice>}
        {!isMember && (
          <Agreement
            texts={texts.data?.items ?? []}
            isAgreed={isAgreed}
            isMarketingAgreed={isMarketingAgreed}
            onAgree={value => void agree(value)}
            onAgreeMarketing={setMarketingAgreed}
          />
        )}
      </View>
      <Sheet
        title={needed.length > 0 ? '请先阅读并同意条款' : '请先同意'}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        footer={
          <AgreeFoot
            isPhoneKnown={me.data.isPhoneKnown}
            phone={phoneButton('同意并用手机号入会', true)}
            isBusy={flow.isBusy}
            onPlain={() => void flow.withoutPhone(isMarketingAgreed).then(finish)}
          />
        }
      >
        {needed.length > 0 ? (
          <View>
            入会前请阅读
            <TermLinks texts={needed} />
            。我们按它们为您记积分、发券、核对身份。
          </View>
        ) : (
          <View>我们用您的会员信息为您记积分、发券、核对身份，只用于会员服务。</View>
        )}
      </Sheet>
    </Screen>
  )
}

function AgreeFoot({
  isPhoneKnown,
  phone,
  isBusy,
  onPlain,
}: {
  isPhoneKnown: boolean
  phone: ReactNode
  isBusy: boolean
  onPlain: () => void
}) {
  if (isPhoneKnown) return <Button text="同意并入会" isBusy={isBusy} busyText="正在入会" onTap={onPlain} />
  return (
    <>
      {phone}
      <View className="foot-quiet">
        <Button text="同意，先不提供手机号" kind="quiet" isDisabled={isBusy} onTap={onPlain} />
      </View>
    </>
  )
}

/** Why the promised coupon cannot be taken here, in words; null when it can, by a member or by joining. */
function goneOf(offer: CentreItem | null): string | null {
  if (offer === null) return '这次活动已经结束。会员还有别的券，在领券中心。'
  if (offer.state === 'limitReached') return `「${offer.name}」您已经领过，在「我的优惠券」里。`
  if (offer.state === 'soldOut' || offer.state === 'closed')
    return `「${offer.name}」${offer.buttonText}。会员还有别的券，在领券中心。`
  if (offer.state === 'notOpen' || offer.state === 'tierTooLow') return `「${offer.name}」${offer.buttonText}。`
  return offer.priceFen > 0 ? `「${offer.name}」${money(offer.priceFen)}，入会后在领券中心购买。` : null
}

function MemberFoot({ batchId, isBusy, onClaim }: { batchId: number | null; isBusy: boolean; onClaim: () => void }) {
  if (batchId !== null) return <Button text="立即领取" busyText="正在领取" isBusy={isBusy} onTap={onClaim} />
  return <Button text="查看会员码" onTap={() => void Taro.reLaunch({ url: '/pages/home/index' })} />
}

/** From the scanned code, the card or the link; also kept for the whole visit, so that sign-in and joining carry it. */
function useSceneOfPage(): string | undefined {
  const { params } = useRouter()
  const [scene] = useState(() => {
    const found = sceneOf(params)
    rememberScene(found)
    return found ?? sceneOfVisit()
  })
  return scene
}

/** undefined while asking; null when there is no code or it is no longer in use. */
function useOpening(scene: string | undefined) {
  const [opening, setOpening] = useState<Opening | null | undefined>(scene ? undefined : null)
  const [error, setError] = useState<CallFailure | null>(null)
  const [turn, setTurn] = useState(0)
  const [visitId] = useState(newKey)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks again
  useEffect(() => {
    if (!scene) return
    openScene(scene, visitId).then(setOpening, thrown => setError(failureOf(thrown)))
  }, [scene, visitId, turn])
  const reload = () => {
    setError(null)
    setTurn(was => was + 1)
  }
  return { opening, error, reload }
}
