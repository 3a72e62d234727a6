import type { MessageContent, NoticeKey, Variable } from '@banyan/shared'
import type { z } from 'zod'
import { type Reader, say, type Words } from '../core/index.ts'
import { briefsOf } from '../identity/index.ts'
import { type MemberBrief, memberBriefsOf } from '../members/index.ts'
import { brandOfId } from '../platform/index.ts'
import type { Facts } from './render.ts'

/** Examples stay as a Chinese reader gets them: the message is for him. */
type VariableDef = { name: string; label: Words; example: string }

const COMMON: VariableDef[] = [
  { name: 'person.name', label: ['客户称呼', 'name'], example: '林女士' },
  { name: 'person.city', label: ['客户城市', 'city'], example: '上海' },
  { name: 'member.tier', label: ['会员等级', 'tier'], example: '银卡会员' },
  { name: 'member.points', label: ['可用积分', 'points available'], example: '1020' },
  { name: 'member.memberNo', label: ['会员号', 'member number'], example: '8000100008' },
  { name: 'brand.name', label: ['品牌名', 'brand'], example: '枥野' },
  { name: 'today.date', label: ['今天', 'today'], example: '2026年11月22日' },
]

/** Of a campaign about things. */
const OF_THINGS: VariableDef[] = [
  { name: 'things.titles', label: ['主体名称', 'what it is about'], example: '沪A10007、沪A10014' },
  { name: 'things.count', label: ['主体数量', 'how many'], example: '2' },
]

const OF_NOTICE: Record<NoticeKey, VariableDef[]> = {
  couponExpiring: [
    { name: 'coupon.name', label: ['优惠券名称', 'coupon'], example: '满300减40' },
    { name: 'coupon.expiresAt', label: ['到期时间', 'ends at'], example: '2026年11月25日 23:59' },
  ],
  pointsChanged: [
    { name: 'points.change', label: ['变动积分', 'change'], example: '+286' },
    { name: 'points.balance', label: ['当前积分', 'balance'], example: '1020' },
    { name: 'points.reason', label: ['变动原因', 'reason'], example: '购物获得' },
    { name: 'points.at', label: ['变动时间', 'changed at'], example: '2026年11月22日 14:05' },
  ],
  tierEnding: [
    { name: 'tier.name', label: ['当前等级', 'tier now'], example: '繁叶' },
    { name: 'tier.endsAt', label: ['等级到期日', 'tier ends on'], example: '2026年12月21日' },
    { name: 'tier.missing', label: ['还差金额', 'amount missing'], example: '¥400.00' },
  ],
}

export function variablesFor(notice: NoticeKey | null): VariableDef[] {
  return notice ? [...COMMON, ...OF_NOTICE[notice]] : [...COMMON, ...OF_THINGS]
}

/** For the editor's menu. */
export function variableViews(reader: Reader, notice: NoticeKey | null): z.output<typeof Variable>[] {
  return variablesFor(notice).map(one => ({ ...one, label: say(reader, ...one.label) }))
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
