import type { PlanFields, PlanProperty } from '@banyan/shared'
import { insertIgnore, now, type Reader, rows, say, sql } from '../core/index.ts'
import { ENGLISH } from './words.ts'

/** The tracking plan: which tracks there are and what they carry. Read at most every few seconds. */
export type PlannedFacts = PlanFields & {
  isBuiltIn: boolean
  version: number
  updatedAt: Date
  /** Of the properties, by key, and which must be there: asked for every track. */
  kinds: Map<string, PlanProperty['kind']>
  required: string[]
}
export type Plan = Map<string, PlannedFacts>

const property = (key: string, zh: string, kind: PlanProperty['kind'], isRequired = false): PlanProperty => ({
  key,
  zh,
  kind,
  isRequired,
  example: '',
})
const amount = property('amountFen', '金额（分）', 'number', true)
const store = property('storeId', '门店', 'text')

/** What the product itself records. Other tracks are added by operators. */
const BUILT_IN: { name: string; zh: string; properties: PlanProperty[]; isOnTimeline?: boolean; isFromClients?: boolean }[] = [
  {
    name: 'order_paid',
    zh: '支付订单',
    properties: [
      amount,
      property('orderNo', '订单号', 'text'),
      store,
      property('itemsCount', '件数', 'number'),
      property('channel', '渠道', 'text'),
      property('isFirst', '是首单', 'flag'),
      property('skus', '商品', 'text'),
      property('couponBatchId', '所用券批次', 'text'),
    ],
  },
  { name: 'order_refunded', zh: '退款', properties: [amount, property('orderNo', '订单号', 'text'), store] },
  {
    name: 'coupon_claimed',
    zh: '领取优惠券',
    properties: [
      property('batchId', '券批次', 'text'),
      property('batchName', '券名称', 'text'),
      property('channel', '渠道', 'text'),
    ],
  },
  {
    name: 'coupon_used',
    zh: '核销优惠券',
    properties: [property('batchId', '券批次', 'text'), property('batchName', '券名称', 'text'), store],
  },
  {
    name: 'coupon_expired',
    zh: '优惠券过期',
    properties: [property('batchId', '券批次', 'text'), property('batchName', '券名称', 'text')],
  },
  { name: 'member_joined', zh: '入会', properties: [property('channel', '渠道', 'text'), store] },
  { name: 'tier_changed', zh: '等级变化', properties: [property('from', '原等级', 'text'), property('to', '新等级', 'text')] },
  {
    name: 'points_changed',
    zh: '积分变动',
    properties: [property('points', '积分', 'number'), property('reason', '原因', 'text')],
  },
  {
    name: 'code_scanned',
    zh: '扫描活码',
    properties: [property('codeId', '活码', 'text'), property('codeName', '活码名称', 'text'), store],
  },
  {
    name: 'contact_added',
    zh: '添加企微',
    properties: [
      property('staffId', '店员', 'text'),
      property('staffName', '店员姓名', 'text'),
      store,
      property('codeId', '活码', 'text'),
    ],
  },
  {
    name: 'contact_removed',
    zh: '删除企微',
    properties: [property('staffId', '店员', 'text'), property('by', '由谁删除', 'text')],
  },
  {
    name: 'official_followed',
    zh: '关注服务号',
    properties: [property('appId', '账号', 'text'), property('scene', '场景', 'text')],
  },
  { name: 'official_unfollowed', zh: '取消关注', properties: [property('appId', '账号', 'text')] },
  {
    name: 'message_sent',
    zh: '收到消息',
    properties: [property('campaignId', '活动', 'text'), property('title', '标题', 'text'), property('channel', '渠道', 'text')],
  },
  {
    name: 'message_clicked',
    zh: '点击消息',
    properties: [property('campaignId', '活动', 'text'), property('title', '标题', 'text')],
  },
  {
    name: 'mini_opened',
    zh: '打开小程序',
    properties: [property('scene', '场景值', 'text'), property('path', '页面', 'text')],
    isFromClients: true,
  },
  {
    name: 'page_view',
    zh: '浏览页面',
    properties: [
      property('page', '页面', 'text', true),
      property('title', '标题', 'text'),
      property('durationMs', '停留毫秒', 'number'),
    ],
    isOnTimeline: false,
    isFromClients: true,
  },
]

/** Rows of the built-in plan; runs after every migration and leaves alone what operators added. */
export async function seedTrackPlan(): Promise<void> {
  await insertIgnore(
    'track_plan',
    BUILT_IN.map(({ name, zh, properties, isOnTimeline, isFromClients }) => ({
      name,
      zh,
      properties,
      isBuiltIn: true,
      isOnTimeline: isOnTimeline ?? true,
      isFromClients: isFromClients ?? false,
      updatedAt: now(),
    })),
  )
}

/** A track, or a property of one, in English; what operators added or renamed is called as they call it. */
export function englishOf(name: string, zh: string, key?: string): string {
  const builtIn = BUILT_IN.find(one => one.name === name)
  const own = key === undefined ? builtIn?.zh : builtIn?.properties.find(one => one.key === key)?.zh
  return own === zh ? (ENGLISH[zh] ?? zh) : zh
}

export function trackWord(reader: Reader, name: string, zh: string | undefined, key?: string): string {
  return zh === undefined ? (key ?? name) : say(reader, zh, englishOf(name, zh, key))
}

const FRESH_MS = 5_000
let known: { plan: Plan; at: number } | null = null

type Row = {
  name: string
  zh: string
  properties: string
  is_built_in: number
  is_on_timeline: number
  owner: string
  description: string
  subject_type_id: number | null
  is_from_clients: number
  version: number
  updated_at: Date
}

export async function trackPlan(): Promise<Plan> {
  if (known && Date.now() - known.at < FRESH_MS) return known.plan
  const found = await rows<Row>(sql`SELECT * FROM track_plan ORDER BY id`)
  const plan: Plan = new Map(found.map(row => [row.name, asFacts(row)]))
  known = { plan, at: Date.now() }
  return plan
}

function asFacts(row: Row): PlannedFacts {
  const properties = (JSON.parse(row.properties) as PlanProperty[]).map(one => ({ ...one, example: one.example ?? '' }))
  return {
    zh: row.zh,
    properties,
    isOnTimeline: row.is_on_timeline === 1,
    owner: row.owner,
    description: row.description,
    subjectTypeId: row.subject_type_id === null ? null : Number(row.subject_type_id),
    isFromClients: row.is_from_clients === 1,
    isBuiltIn: row.is_built_in === 1,
    version: Number(row.version),
    updatedAt: row.updated_at,
    kinds: new Map(properties.map(one => [one.key, one.kind])),
    required: properties.filter(one => one.isRequired).map(one => one.key),
  }
}

export function forgetTrackPlan(): void {
  known = null
}
