import type { MessageContent, NoticeKey, Variable } from '@banyan/shared'
import type { z } from 'zod'
import { briefsOf } from '../identity/index.ts'
import { type MemberBrief, memberBriefsOf } from '../members/index.ts'
import { brandOfId } from '../platform/index.ts'
import type { Facts } from './render.ts'

type VariableDef = z.output<typeof Variable>

const COMMON: VariableDef[] = [
  { name: 'person.name', zh: '客户称呼', example: '林女士' },
  { name: 'person.city', zh: '客户城市', example: '上海' },
  { name: 'member.tier', zh: '会员等级', example: '银卡会员' },
  { name: 'member.points', zh: '可用积分', example: '1020' },
  { name: 'member.memberNo', zh: '会员号', example: '8000100008' },
  { name: 'brand.name', zh: '品牌名', example: '枥野' },
  { name: 'today.date', zh: '今天', example: '2026年11月22日' },
]

const OF_NOTICE: Record<NoticeKey, VariableDef[]> = {
  couponExpiring: [
    { name: 'coupon.name', zh: '优惠券名称', example: '满300减40' },
    { name: 'coupon.expiresAt', zh: '到期时间', example: '2026年11月25日 23:59' },
  ],
  pointsChanged: [
    { name: 'points.change', zh: '变动积分', example: '+286' },
    { name: 'points.balance', zh: '当前积分', example: '1020' },
    { name: 'points.reason', zh: '变动原因', example: '购物获得' },
    { name: 'points.at', zh: '变动时间', example: '2026年11月22日 14:05' },
  ],
  tierEnding: [
    { name: 'tier.name', zh: '当前等级', example: '繁叶' },
    { name: 'tier.endsAt', zh: '等级到期日', example: '2026年12月21日' },
    { name: 'tier.missing', zh: '还差金额', example: '¥400.00' },
  ],
}

export function variablesFor(notice: NoticeKey | null): VariableDef[] {
  return notice ? [...COMMON, ...OF_NOTICE[notice]] : COMMON
}

/** Made-up facts for the preview. */
export function exampleFacts(notice: NoticeKey | null): Facts {
  const facts: Facts = {}
  for (const { name, example } of variablesFor(notice)) {
    const [group = '', key = ''] = name.split('.')
    facts[group] = { ...facts[group], [key]: example }
  }
  return facts
}

export type FactsCall = {
  personIds: readonly number[]
  brandId: number
  now: Date
  /** The texts to be filled: memberships are read only where one of them speaks of them. */
  contents: Iterable<MessageContent>
}

/** What is true of every reader, for a batch of messages of one brand. Who is no member has no tier, no number and 0 points. */
export async function commonFacts({ personIds, brandId, now, contents }: FactsCall): Promise<Map<number, Facts>> {
  const brand = await brandOfId(brandId)
  const shared = { brand: { name: brand?.name ?? '' }, today: { date: zhDate(now) } }
  const people = await briefsOf(personIds)
  const isMemberRead = [...contents].some(({ values }) => Object.values(values).some(text => /\{[{%][^}]*\bmember\b/.test(text)))
  const members = isMemberRead ? await memberBriefsOf(brandId, personIds, now) : new Map<number, MemberBrief>()
  return new Map(
    people.map(person => [
      person.id,
      {
        ...shared,
        person: { name: person.name && person.name !== '微信用户' ? person.name : '您好', city: person.city ?? '' },
        member: memberFacts(members.get(person.id)),
      },
    ]),
  )
}

function memberFacts(member: MemberBrief | undefined): Record<string, string | number> {
  return { tier: member?.tierName ?? '', points: member?.points ?? 0, memberNo: member?.memberNo ?? '' }
}

const dateFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})
const timeFormat = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** `2026年11月22日`: what the platforms' date and time fields take. */
export function zhDate(at: Date): string {
  const parts = Object.fromEntries(dateFormat.formatToParts(at).map(part => [part.type, part.value]))
  return `${parts.year}年${parts.month}月${parts.day}日`
}

export function zhTime(at: Date): string {
  return `${zhDate(at)} ${timeFormat.format(at)}`
}
