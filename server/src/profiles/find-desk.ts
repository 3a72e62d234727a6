import type { DeskAnswer, InputOf, ProfileCoupon, profiles } from '@banyan/shared'
import type { z } from 'zod'
import { statesOf } from '../consent/index.ts'
import { brandScope, type Ctx } from '../core/index.ts'
import { whyCoupon } from '../coupons/index.ts'
import { briefOf, mustSeePerson } from '../identity/index.ts'
import { postingsOf } from '../members/index.ts'
import { couponLines, maskedCode } from './coupon-lines.ts'
import { headlineOf, membershipLines, messageLines } from './get-profile.ts'
import { personRows, whoIs } from './person-rows.ts'
import { NO_ORDERS, orderFactsOf, ordersOf } from './read-orders.ts'
import { count, dayWords } from './words.ts'

const CANDIDATES_MAX = 20

/** One desk for customer service: any identifier, order number or coupon code in; the story in words out. */
export async function findAtDesk(ctx: Ctx, { q, personId }: InputOf<(typeof profiles)['desk.find']>) {
  const found =
    personId === undefined
      ? await whoIs(ctx, q, CANDIDATES_MAX)
      : { personIds: [await mustSeePerson(ctx, personId)], matchedBy: null }
  const [only] = found.personIds
  return {
    candidates: await personRows(ctx, found.personIds),
    answer: found.personIds.length === 1 && only !== undefined ? await answerFor(ctx, only) : null,
    coupon: found.matchedBy === 'couponCode' ? await couponOf(ctx, q) : null,
  }
}

async function answerFor(ctx: Ctx, personId: number): Promise<DeskAnswer> {
  const person = await briefOf(personId)
  const memberships = await membershipLines(ctx, personId)
  const value = (await orderFactsOf(ctx, [personId])).get(personId) ?? NO_ORDERS
  const points = []
  for (const membership of memberships) points.push(await pointsStory(ctx, membership))
  return {
    person,
    headline: headlineOf(person.name, memberships, value, ctx.now),
    memberships,
    coupons: await couponLines(ctx, personId, 50),
    points,
    orders: await ordersOf(ctx, personId, { limit: 20 }),
    messages: await messageLines(ctx, personId, 20),
    consents: await statesOf(personId, brandScope(ctx)),
  }
}

async function couponOf(ctx: Ctx, code: string): Promise<z.output<typeof ProfileCoupon>> {
  const { coupon, reasons } = await whyCoupon(ctx, { code })
  return {
    id: coupon.id,
    batchId: coupon.batchId,
    name: coupon.name,
    status: coupon.status,
    statusZh: coupon.statusText,
    codeMasked: maskedCode(code),
    valueText: coupon.headline,
    claimedAt: coupon.claimedAt,
    expiresAt: coupon.validTo,
    usedAt: coupon.usedAt,
    whyNot: reasons.map(reason => reason.text),
  }
}

const KIND_ZH: Record<string, string> = {
  earn: '获得',
  spend: '消耗',
  expire: '过期',
  return: '退回',
  clawback: '因退款扣回',
  adjust: '人工调整',
  freeze: '冻结',
  release: '解冻',
  merge: '合并转入',
  debt: '抵扣欠款',
}
const LINES_MAX = 50

/** Where the points went, in words. */
async function pointsStory(ctx: Ctx, membership: DeskAnswer['memberships'][number]): Promise<DeskAnswer['points'][number]> {
  const { items, total } = await postingsOf(membership.memberId, { page: 1, pageSize: LINES_MAX })
  const sums = new Map<string, number>()
  for (const { kind, points } of items) sums.set(kind, (sums.get(kind) ?? 0) + points)
  const { available, pending, frozen, debt, expiringSoon } = membership.points
  const parts = [
    `现有可用 ${count(available)} 分`,
    ...(pending > 0 ? [`${count(pending)} 分待生效`] : []),
    ...(frozen > 0 ? [`${count(frozen)} 分冻结中`] : []),
    ...(debt > 0 ? [`欠 ${count(debt)} 分，下次获得时抵扣`] : []),
    ...(expiringSoon > 0 ? [`${count(expiringSoon)} 分将在 30 天内过期`] : []),
  ]
  const moves = [...sums]
    .filter(([, points]) => points !== 0)
    .map(([kind, points]) => `${KIND_ZH[kind] ?? kind} ${points > 0 ? '+' : ''}${count(points)}`)
  return {
    memberId: membership.memberId,
    brandName: membership.brandName,
    summary: `${parts.join('，')}。${moves.length > 0 ? `${total > LINES_MAX ? `最近 ${LINES_MAX} 笔` : '全部流水'}：${moves.join('，')}。` : '还没有积分流水。'}`,
    lines: items.map(({ at, points, balanceAfter, kind, reason, frozenPoints, expiresAt }) => ({
      at,
      points,
      balance: balanceAfter,
      zh: `${dayWords(at, ctx.now)} ${reason || KIND_ZH[kind] || kind}，${wordsOf(points, frozenPoints)}，余额 ${count(balanceAfter)}${expiresAt && points > 0 ? `，${dayWords(new Date(expiresAt.getTime() - 1), ctx.now)}到期` : ''}`,
    })),
  }
}

function wordsOf(points: number, frozenPoints: number): string {
  if (points > 0) return `增加 ${count(points)} 分`
  if (points < 0) return `减少 ${count(-points)} 分`
  if (frozenPoints !== 0) return frozenPoints > 0 ? `冻结 ${count(frozenPoints)} 分` : `解冻 ${count(-frozenPoints)} 分`
  return '分数不变'
}
