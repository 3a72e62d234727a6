import { z } from 'zod'
import { type Reader, say } from '../language.ts'

/**
 * What rules can ask about a person: facts that modules mirror into ClickHouse (`putFacts`) within a second of their commit.
 * `person` facts are one per person, `brand` facts one per person and brand.
 */
export type FieldKind = 'text' | 'number' | 'instant' | 'day' | 'flag' | 'list' | 'location'
export type Field = {
  zh: string
  en: string
  kind: FieldKind
  scope: 'person' | 'brand'
  group: 'profile' | 'member' | 'value' | 'coupon' | 'channel' | 'attribute' | 'tag'
  /** One of `fen`, `points`, `times`, `rank`, `days`, or what the admin wrote behind a number: km. */
  unit?: string
  /** The possible values, when they are known beforehand. Others come with `selection.catalogue`. */
  choices?: readonly { value: string; zh: string; en: string }[]
}

const field = <const F extends Field>(of: F): F => of

export const FIELDS = {
  name: field({ zh: '姓名', en: 'Name', kind: 'text', scope: 'person', group: 'profile' }),
  gender: field({
    zh: '性别',
    en: 'Gender',
    kind: 'text',
    scope: 'person',
    group: 'profile',
    choices: [
      { value: 'female', zh: '女', en: 'Female' },
      { value: 'male', zh: '男', en: 'Male' },
      { value: 'unknown', zh: '未知', en: 'Unknown' },
    ],
  }),
  birthday: field({ zh: '生日', en: 'Birthday', kind: 'day', scope: 'person', group: 'profile' }),
  city: field({ zh: '城市', en: 'City', kind: 'text', scope: 'person', group: 'profile' }),
  country: field({ zh: '国家', en: 'Country', kind: 'text', scope: 'person', group: 'profile' }),
  firstSource: field({ zh: '最初来源', en: 'First source', kind: 'text', scope: 'person', group: 'profile' }),
  createdAt: field({ zh: '建档时间', en: 'Known since', kind: 'instant', scope: 'person', group: 'profile' }),
  hasPhone: field({ zh: '有手机号', en: 'Has phone', kind: 'flag', scope: 'person', group: 'profile' }),
  isFriend: field({ zh: '是企微好友', en: 'WeCom contact', kind: 'flag', scope: 'brand', group: 'channel' }),
  isFollower: field({ zh: '关注服务号', en: 'Follows the official account', kind: 'flag', scope: 'brand', group: 'channel' }),
  firstCode: field({ zh: '首个渠道活码', en: 'First live code', kind: 'text', scope: 'brand', group: 'channel' }),
  lastCode: field({ zh: '最近渠道活码', en: 'Last live code', kind: 'text', scope: 'brand', group: 'channel' }),
  firstUtmSource: field({ zh: '首次 utm_source', en: 'First utm_source', kind: 'text', scope: 'brand', group: 'channel' }),
  firstUtmCampaign: field({ zh: '首次 utm_campaign', en: 'First utm_campaign', kind: 'text', scope: 'brand', group: 'channel' }),
  lastUtmSource: field({ zh: '最近 utm_source', en: 'Latest utm_source', kind: 'text', scope: 'brand', group: 'channel' }),
  lastUtmMedium: field({ zh: '最近 utm_medium', en: 'Latest utm_medium', kind: 'text', scope: 'brand', group: 'channel' }),
  lastUtmCampaign: field({ zh: '最近 utm_campaign', en: 'Latest utm_campaign', kind: 'text', scope: 'brand', group: 'channel' }),
  lastAdPlatform: field({
    zh: '最近点击的广告平台',
    en: 'Platform of the latest ad click',
    kind: 'text',
    scope: 'brand',
    group: 'channel',
    choices: [
      { value: 'tencent', zh: '腾讯广告', en: 'Tencent Ads' },
      { value: 'oceanengine', zh: '巨量引擎', en: 'Ocean Engine' },
      { value: 'baidu', zh: '百度', en: 'Baidu' },
      { value: 'kuaishou', zh: '快手', en: 'Kuaishou' },
      { value: 'xiaohongshu', zh: '小红书', en: 'Xiaohongshu' },
      { value: 'bilibili', zh: '哔哩哔哩', en: 'Bilibili' },
      { value: 'google', zh: 'Google', en: 'Google' },
      { value: 'meta', zh: 'Meta', en: 'Meta' },
      { value: 'tiktok', zh: 'TikTok', en: 'TikTok' },
    ],
  }),
  lastClickId: field({ zh: '最近广告点击 ID', en: 'Latest ad click id', kind: 'text', scope: 'brand', group: 'channel' }),
  lastClickAt: field({ zh: '最近点击广告', en: 'Latest ad click', kind: 'instant', scope: 'brand', group: 'channel' }),
  isMember: field({ zh: '是会员', en: 'Is a member', kind: 'flag', scope: 'brand', group: 'member' }),
  tier: field({ zh: '会员等级', en: 'Tier', kind: 'text', scope: 'brand', group: 'member' }),
  tierRank: field({ zh: '等级高低', en: 'Tier rank', kind: 'number', scope: 'brand', group: 'member', unit: 'rank' }),
  tierEndsAt: field({ zh: '等级到期', en: 'Tier ends', kind: 'instant', scope: 'brand', group: 'member' }),
  joinedAt: field({ zh: '入会时间', en: 'Joined', kind: 'instant', scope: 'brand', group: 'member' }),
  joinChannel: field({ zh: '入会渠道', en: 'Join channel', kind: 'text', scope: 'brand', group: 'member' }),
  /** The store's id as text; `selection.catalogue` names it. */
  storeId: field({ zh: '所属门店', en: 'Store', kind: 'text', scope: 'brand', group: 'member' }),
  points: field({ zh: '可用积分', en: 'Points', kind: 'number', scope: 'brand', group: 'member', unit: 'points' }),
  pointsExpiring: field({
    zh: '30 天内到期积分',
    en: 'Points ending in 30 days',
    kind: 'number',
    scope: 'brand',
    group: 'member',
    unit: 'points',
  }),
  ordersCount: field({ zh: '累计订单数', en: 'Orders', kind: 'number', scope: 'brand', group: 'value', unit: 'times' }),
  paidFen: field({ zh: '累计实付', en: 'Spent in all', kind: 'number', scope: 'brand', group: 'value', unit: 'fen' }),
  firstPaidAt: field({ zh: '首单时间', en: 'First order', kind: 'instant', scope: 'brand', group: 'value' }),
  lastPaidAt: field({ zh: '最近下单', en: 'Last order', kind: 'instant', scope: 'brand', group: 'value' }),
  /** The stage's id as text; `selection.catalogue` names it. */
  lifecycleStage: field({ zh: '生命周期阶段', en: 'Lifecycle stage', kind: 'text', scope: 'brand', group: 'value' }),
  lifecycleSince: field({ zh: '进入当前阶段', en: 'In the stage since', kind: 'instant', scope: 'brand', group: 'value' }),
  couponsHeld: field({ zh: '未用优惠券', en: 'Unused coupons', kind: 'number', scope: 'brand', group: 'coupon', unit: 'times' }),
  couponsUsed: field({ zh: '已核销优惠券', en: 'Used coupons', kind: 'number', scope: 'brand', group: 'coupon', unit: 'times' }),
  couponEndsAt: field({ zh: '最早到期的券', en: 'Next coupon ends', kind: 'instant', scope: 'brand', group: 'coupon' }),
} as const

/** A field in a rule: one of the table above, or an attribute of a subject type. Which of them it is, and whether it fits, the server says. */
export const FieldKey = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,59}$/)
export type FieldKey = z.output<typeof FieldKey>
/** Who shows a rule knows the fields of its subject type; people's are known to all. */
export type FieldWords = Reader & { field?: (key: string) => Field | undefined }

export function fieldOf(words: FieldWords, key: string): Field | undefined {
  return words.field ? words.field(key) : (FIELDS as Record<string, Field>)[key]
}

export type FieldName = keyof typeof FIELDS
export const FIELD_NAMES = Object.keys(FIELDS) as [FieldName, ...FieldName[]]

/** What a module may put: null takes the fact away. Instants and days are Dates and `2026-11-22`. */
export type FactValue<N extends FieldName> = {
  text: string | number
  number: number
  instant: Date
  day: string
  flag: boolean
}[(typeof FIELDS)[N]['kind']]
export type Facts = { [N in FieldName]?: FactValue<N> | null }

export function fieldWord(words: FieldWords, key: string): string {
  const field = fieldOf(words, key)
  return field ? say(words, field.zh, field.en || field.zh) : key
}

export const fenText = (fen: number): string => `¥${(fen / 100).toLocaleString('en-US')}`

const NAMED_UNITS = new Set(['fen', 'points', 'times', 'rank', 'days'])

/** Writes a number of this field as a person reads it. */
export function fieldNumberWords(words: FieldWords, key: string, value: number): string {
  const unit = fieldOf(words, key)?.unit
  if (unit === 'fen') return fenText(value)
  if (unit === 'points') return say(words, `${value} 分`, String(value))
  return unit && !NAMED_UNITS.has(unit) ? `${value} ${unit}` : String(value)
}
