import { useState } from 'react'
import { call, changed, failureOf, type Output, personSession, useAct } from '../../client/index.ts'
import { allowTracks } from '../../client/tracks.ts'
import { platform } from '../../platform/index.ts'

export type Opening = Output<'livecodes.open'>
export type Joined = { memberNo: string; joinPoints: number; isNew: boolean }
export type Claimed = { coupon: Output<'coupons.claim'> | null }
type ConsentText = Output<'consent.texts'>['items'][number]

/** Joining and taking what was promised, in the order the law and the platform want: privacy, phone (if any), membership, coupon. */
export function useJoin({ scene, texts, storeId }: { scene: string | undefined; texts: ConsentText[]; storeId: number | null }) {
  const phone = useAct('memberAuth.phone')
  const join = useAct('members.join')
  const claim = useAct('coupons.claim')
  const [note, setNote] = useState<string | null>(null)

  /** Null when it did not work; `join.error` says why. */
  async function joinNow(isMarketingAgreed: boolean): Promise<Joined | null> {
    const purposes = isMarketingAgreed ? (['privacy', 'service', 'marketing'] as const) : (['privacy', 'service'] as const)
    const answer = await join.run({
      consents: purposes.map(purpose => ({
        purpose,
        isGranted: true,
        textVersion: texts.find(text => text.purpose === purpose)?.version,
      })),
      storeId: storeId ?? undefined,
      liveCodeScene: scene,
    })
    if (!answer) return null
    allowTracks(true)
    changed('members.', 'coupons.', 'tiers.', 'consent.')
    return { memberNo: answer.member.memberNo, joinPoints: answer.joinPoints, isNew: answer.isNew }
  }

  return {
    isBusy: phone.isRunning || join.isRunning || claim.isRunning,
    joinError: join.error,
    note,
    setNote,

    /** `code` null: the person said no to WeChat's prompt. He joins all the same when he then asks to go on without. */
    async withPhone(code: string | null, isMarketingAgreed: boolean): Promise<Joined | null> {
      if (!code) {
        setNote('没有拿到手机号也没关系，可以先直接入会，之后在「我的资料」里补上。')
        return null
      }
      const answer = await phone.run({ code })
      if (!answer) {
        setNote('手机号这次没有验证成功。可以再试一次，或先直接入会。')
        return null
      }
      if (answer.token) personSession.replace(answer.token)
      return joinNow(isMarketingAgreed)
    },

    async withoutPhone(isMarketingAgreed: boolean): Promise<Joined | null> {
      if (!(await platform.authorizePrivacy())) {
        setNote('没有同意微信的隐私提示，暂时不能入会。可以先浏览，想好了再来。')
        return null
      }
      setNote(null)
      return joinNow(isMarketingAgreed)
    },

    async claimPromised(batchId: number): Promise<Claimed> {
      const coupon = await claim.run({ batchId, scene })
      changed('coupons.', 'members.me')
      return { coupon }
    },

    claimError: claim.error,
  }
}

/** What was promised behind a scanned code. Counts the scan once per visit, so `visitId` is the key. */
export async function openScene(scene: string, visitId: string): Promise<Opening | null> {
  try {
    return await call('livecodes.open', { scene, visitId }, { key: `open-${visitId}` })
  } catch (error) {
    const failure = failureOf(error)
    if (failure.status === 404 || failure.status === 409) return null // an old or stopped code: joining still works
    throw failure
  }
}
