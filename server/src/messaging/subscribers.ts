import { addDays, on, onBatch } from '../core/index.ts'
import { couponExpiring } from '../coupons/index.ts'
import { canonicalId, resolve } from '../identity/index.ts'
import { memberTierEnding, pointsChanged } from '../members/index.ts'
import { findConnection } from '../platform/index.ts'
import { segmentEntered } from '../segments/index.ts'
import {
  wechatFollowed,
  wechatSubscribeChoice,
  wechatSubscribeSent,
  wechatTemplateFinished,
  wechatUnfollowed,
} from '../wechat/index.ts'
import { addCredits } from './credits.ts'
import { noteFollowings } from './followings.ts'
import { daysBeforeOf, notify } from './notices.ts'
import { subscribeReceipts, takeReceipts, templateReceipt } from './receipts.ts'
import { sendOnEnter } from './start-campaign.ts'
import { zhDate, zhTime } from './variables.ts'

const yuan = (fen: number) => `¥${(fen / 100).toFixed(2)}`
const signed = (points: number) => (points > 0 ? `+${points}` : String(points))

export const subscribers = [
  on(wechatFollowed, 'messaging.noteFollowed', (_ctx, { appId, openid, createdAt }) =>
    noteFollowings([{ appId, openid, isFollowing: true, at: createdAt }]),
  ),
  on(wechatUnfollowed, 'messaging.noteUnfollowed', (_ctx, { appId, openid, createdAt }) =>
    noteFollowings([{ appId, openid, isFollowing: false, at: createdAt }]),
  ),
  on(wechatSubscribeChoice, 'messaging.addCredits', async (ctx, { appId, openid, from, list, createdAt }) => {
    if (from !== 'popup') return
    const { personId } = await resolve(ctx, {
      identifiers: [{ type: 'openid', scope: appId, value: openid }],
      source: 'miniProgram',
      occurredAt: createdAt,
      brandId: await brandOfApp('miniProgram', appId),
    })
    await addCredits(
      list
        .filter(one => one.choice === 'accept')
        .map(({ templateId }) => ({
          personId,
          appId,
          templateId,
          entryKey: `callback:${openid}:${templateId}:${createdAt.getTime()}`.slice(0, 120),
          source: 'callback' as const,
          at: createdAt,
        })),
    )
  }),
  onBatch(wechatSubscribeSent, 'messaging.takeSubscribeReceipt', (ctx, list) =>
    takeReceipts(ctx, list.flatMap(subscribeReceipts)),
  ),
  onBatch(wechatTemplateFinished, 'messaging.takeReceipt', (ctx, list) => takeReceipts(ctx, list.map(templateReceipt))),

  on(segmentEntered, 'messaging.sendOnEnter', async (ctx, { segmentId, personIds, isFirst }) => {
    // Whoever was there when the segment was first built did not enter it.
    if (!isFirst) await sendOnEnter(ctx, segmentId, personIds)
  }),

  on(couponExpiring, 'messaging.noticeCouponExpiring', async (ctx, { couponId, personId, brandId, batchName, validTo }) => {
    const dueAt = addDays(validTo, -(await daysBeforeOf(brandId, 'couponExpiring')))
    await notify(ctx, {
      key: 'couponExpiring',
      brandId,
      personId: await canonicalId(personId),
      factKey: String(couponId),
      facts: { coupon: { name: batchName, expiresAt: zhTime(new Date(validTo.getTime() - 1)) } },
      lastMoment: validTo,
      ...(dueAt > ctx.now ? { dueAt } : {}),
    })
  }),
  on(
    pointsChanged,
    'messaging.noticePointsChanged',
    async (ctx, { memberId, personId, brandId, points, balance, reason, at, kind }) => {
      // A merge moves points between two records of one person: nothing changed for him.
      if (points === 0 || kind === 'merge') return
      await notify(ctx, {
        key: 'pointsChanged',
        brandId,
        personId: await canonicalId(personId),
        factKey: `${memberId}:${kind}:${at.getTime()}:${points}:${balance}`,
        facts: { points: { change: signed(points), balance, reason, at: zhTime(at) } },
        lastMoment: addDays(ctx.now, 1),
      })
    },
  ),
  on(
    memberTierEnding,
    'messaging.noticeTierEnding',
    async (ctx, { memberId, personId, brandId, tierName, missingFen, graceUntil }) =>
      notify(ctx, {
        key: 'tierEnding',
        brandId,
        personId: await canonicalId(personId),
        factKey: `${memberId}:${graceUntil.getTime()}`,
        facts: { tier: { name: tierName, endsAt: zhDate(graceUntil), missing: yuan(missingFen) } },
        lastMoment: graceUntil,
      }),
  ),
]

async function brandOfApp(type: 'miniProgram' | 'officialAccount', appId: string): Promise<number | null> {
  return (await findConnection(type, { externalId: appId }))?.brandId ?? null
}
