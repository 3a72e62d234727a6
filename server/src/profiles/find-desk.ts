import type { DeskAnswer, InputOf, ProfileCoupon, profiles } from '@banyan/shared'
import type { z } from 'zod'
import { statesOf } from '../consent/index.ts'
import { brandScope, type Ctx, grouped, many, type Reader, say } from '../core/index.ts'
import { whyCoupon } from '../coupons/index.ts'
import { briefOf, mustSeePerson } from '../identity/index.ts'
import { postingsOf } from '../members/index.ts'
import { couponLines, maskedCode } from './coupon-lines.ts'
import { headlineOf, membershipLines, messageLines } from './get-profile.ts'
import { personRows, whoIs } from './person-rows.ts'
import { NO_ORDERS, orderFactsOf, ordersOf } from './read-orders.ts'
import { dayWords } from './words.ts'

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
    headline: headlineOf(ctx, person.name, memberships, value),
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
    statusText: coupon.statusText,
    codeMasked: maskedCode(code),
    valueText: coupon.headline,
    claimedAt: coupon.claimedAt,
    expiresAt: coupon.validTo,
    usedAt: coupon.usedAt,
    whyNot: reasons.map(reason => reason.text),
  }
}

const KINDS: Record<string, [zh: string, en: string]> = {
  earn: ['获得', 'earned'],
  spend: ['消耗', 'spent'],
  expire: ['过期', 'expired'],
  return: ['退回', 'returned'],
  clawback: ['因退款扣回', 'clawed back for a refund'],
  adjust: ['人工调整', 'adjusted by hand'],
  freeze: ['冻结', 'frozen'],
  release: ['解冻', 'released'],
  merge: ['合并转入', 'from a merge'],
  debt: ['抵扣欠款', 'paid off a debt'],
}
const kindWord = (reader: Reader, kind: string) => say(reader, ...(KINDS[kind] ?? [kind, kind]))
const LINES_MAX = 50

/** Where the points went, in words. */
async function pointsStory(ctx: Ctx, membership: DeskAnswer['memberships'][number]): Promise<DeskAnswer['points'][number]> {
  const { items, total } = await postingsOf(ctx, membership.memberId, { page: 1, pageSize: LINES_MAX })
  const sums = new Map<string, number>()
  for (const { kind, points } of items) sums.set(kind, (sums.get(kind) ?? 0) + points)
  const { available, pending, frozen, debt, expiringSoon } = membership.points
  const parts = [
    say(ctx, `现有可用 ${grouped(available)} 分`, `${many(available, 'point')} available`),
    ...(pending > 0 ? [say(ctx, `${grouped(pending)} 分待生效`, `${grouped(pending)} pending`)] : []),
    ...(frozen > 0 ? [say(ctx, `${grouped(frozen)} 分冻结中`, `${grouped(frozen)} frozen`)] : []),
    ...(debt > 0
      ? [say(ctx, `欠 ${grouped(debt)} 分，下次获得时抵扣`, `${grouped(debt)} owed, taken from what is earned next`)]
      : []),
    ...(expiringSoon > 0
      ? [say(ctx, `${grouped(expiringSoon)} 分将在 30 天内过期`, `${grouped(expiringSoon)} expire within 30 days`)]
      : []),
  ]
  const moves = [...sums]
    .filter(([, points]) => points !== 0)
    .map(([kind, points]) => `${kindWord(ctx, kind)} ${points > 0 ? '+' : ''}${grouped(points)}`)
  return {
    memberId: membership.memberId,
    brandName: membership.brandName,
    summary: say(
      ctx,
      `${parts.join('，')}。${moves.length > 0 ? `${total > LINES_MAX ? `最近 ${LINES_MAX} 笔` : '全部流水'}：${moves.join('，')}。` : '还没有积分流水。'}`,
      `${parts.join(', ')}. ${moves.length > 0 ? `${total > LINES_MAX ? `Last ${LINES_MAX} postings` : 'In all'}: ${moves.join(', ')}.` : 'No postings yet.'}`,
    ),
    lines: items.map(({ at, points, balanceAfter, kind, reason, frozenPoints, expiresAt }) => ({
      at,
      points,
      balance: balanceAfter,
      text: lineOf(ctx, { at, points, balanceAfter, kind, reason, frozenPoints, expiresAt }),
    })),
  }
}

type Posting = Pick<
  Awaited<ReturnType<typeof postingsOf>>['items'][number],
  'at' | 'points' | 'balanceAfter' | 'kind' | 'reason' | 'frozenPoints' | 'expiresAt'
>

function lineOf(ctx: Ctx, { at, points, balanceAfter, kind, reason, frozenPoints, expiresAt }: Posting): string {
  const [day, why, change] = [dayWords(ctx, at, ctx.now), reason || kindWord(ctx, kind), changeOf(ctx, points, frozenPoints)]
  const lastDay = expiresAt && points > 0 ? dayWords(ctx, new Date(expiresAt.getTime() - 1), ctx.now) : null
  return say(
    ctx,
    `${day} ${why}，${change}，余额 ${grouped(balanceAfter)}${lastDay ? `，${lastDay}到期` : ''}`,
    `${day} ${why}: ${change}, balance ${grouped(balanceAfter)}${lastDay ? `, expires ${lastDay}` : ''}`,
  )
}

function changeOf(reader: Reader, points: number, frozenPoints: number): string {
  if (points > 0) return say(reader, `增加 ${grouped(points)} 分`, `+${grouped(points)}`)
  if (points < 0) return say(reader, `减少 ${grouped(-points)} 分`, `−${grouped(-points)}`)
  if (frozenPoints > 0) return say(reader, `冻结 ${grouped(frozenPoints)} 分`, `${grouped(frozenPoints)} frozen`)
  if (frozenPoints < 0) return say(reader, `解冻 ${grouped(-frozenPoints)} 分`, `${grouped(-frozenPoints)} released`)
  return say(reader, '分数不变', 'no change')
}
