import { type InputOf, type MessageContent, type messaging, NoticeKey } from '@banyan/shared'
import type { CreationOptional, InferAttributes, InferCreationAttributes, Words } from '../core/index.ts'
import {
  addDays,
  bool,
  brandOf,
  type Ctx,
  findIn,
  id,
  int,
  json,
  Model,
  many,
  ref,
  refused,
  rows,
  say,
  sql,
  table,
  takeOnce,
  text,
} from '../core/index.ts'
import { queueMessages } from './message.ts'
import { MessageTemplate } from './message-template.ts'
import { checkContent, type Facts } from './render.ts'
import { variablesFor, variableViews } from './variables.ts'

/** Built-in service notices: what happens by itself once the operator switched it on and chose a template. */
export class NoticeSetting extends Model<InferAttributes<NoticeSetting>, InferCreationAttributes<NoticeSetting>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare key: NoticeKey
  declare isOn: CreationOptional<boolean>
  declare templateId: CreationOptional<number | null>
  declare content: MessageContent
  declare daysBefore: CreationOptional<number>
}
NoticeSetting.init(
  {
    id: id(),
    brandId: ref(),
    key: text(20),
    isOn: bool({ default: false }),
    templateId: ref({ null: true }),
    content: json(),
    daysBefore: int({ default: 3 }),
  },
  table('notice_settings'),
)

const NOTICES: Record<NoticeKey, { name: Words; when: (days: number) => Words; page: string }> = {
  couponExpiring: {
    name: ['优惠券即将到期', 'A coupon ends soon'],
    when: days => [`到期前 ${days} 天的上午 10 点，每张券一次`, `At 10:00, ${many(days, 'day')} before the end, once per coupon`],
    page: 'pages/coupons/index',
  },
  pointsChanged: {
    name: ['积分变动', 'Points changed'],
    when: () => ['积分获得、消耗、过期或扣回后立即', 'At once when points are earned, spent, expired or clawed back'],
    page: 'pages/member/points',
  },
  tierEnding: {
    name: ['会员等级即将下降', 'A tier is about to end'],
    when: () => ['等级到期进入宽限期时，说明还差多少', 'When the grace period begins, with what is missing'],
    page: 'pages/member/tiers',
  },
}

export async function listNotices(ctx: Ctx) {
  const brandId = brandOf(ctx)
  const settings = new Map((await NoticeSetting.findAll({ where: { brandId } })).map(one => [one.key, one]))
  const sent = await rows<{ notice_key: NoticeKey; n: number }>(
    sql`SELECT notice_key, COUNT(*) AS n FROM messages WHERE brand_id = ${brandId} AND notice_key IS NOT NULL AND sent_at > ${addDays(ctx.now, -30)} AND state IN ('sent', 'delivered') GROUP BY notice_key`,
  )
  const counts = new Map(sent.map(row => [row.notice_key, Number(row.n)]))
  const items = []
  for (const key of NoticeKey.options) items.push(await viewOf(ctx, key, settings.get(key) ?? null, counts.get(key) ?? 0))
  return { items }
}

async function viewOf(ctx: Ctx, key: NoticeKey, setting: NoticeSetting | null, sentLast30Days: number) {
  const template = setting?.templateId ? await MessageTemplate.findByPk(setting.templateId) : null
  const daysBefore = setting?.daysBefore ?? 3
  return {
    key,
    name: say(ctx, ...NOTICES[key].name),
    when: say(ctx, ...NOTICES[key].when(daysBefore)),
    isOn: setting?.isOn ?? false,
    templateId: template?.id ?? null,
    templateTitle: template?.title ?? null,
    content: setting?.content ?? { values: {}, page: NOTICES[key].page },
    daysBefore,
    variables: variableViews(ctx, key),
    sentLast30Days,
    missing: template?.isActive
      ? null
      : template
        ? say(ctx, '所选模板已停用', 'The template is switched off')
        : say(ctx, '请先选择一个服务类模板并填写内容', 'Choose a service template and fill it in first'),
  }
}

/** Changes or switches a notice. Throws notice.incomplete when it is to be on without a template that fits. */
export async function updateNotice(ctx: Ctx, input: InputOf<(typeof messaging)['notices.update']>) {
  const brandId = brandOf(ctx)
  const [setting] = await takeOnce(
    NoticeSetting,
    { brandId, key: input.key },
    { content: { values: {}, page: NOTICES[input.key].page } },
  )
  const { key, ...rest } = input
  await setting.update(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)))
  if (setting.isOn) {
    if (!setting.templateId) throw refused('notice.incomplete', { field: 'templateId' })
    const template = await findIn(ctx, MessageTemplate, setting.templateId)
    if (!template.isActive || template.purpose !== 'service') throw refused('notice.incomplete', { field: 'templateId' })
    checkContent({
      fields: template.fields,
      purpose: 'service',
      variables: variablesFor(key).map(one => one.name),
      content: setting.content,
    })
  }
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM messages WHERE brand_id = ${brandId} AND notice_key = ${key} AND sent_at > ${addDays(ctx.now, -30)} AND state IN ('sent', 'delivered')`,
  )
  return viewOf(ctx, key, setting, Number(counted?.n ?? 0))
}

export type NoticeCall = {
  key: NoticeKey
  brandId: number
  personId: number /** Names the fact, so that it is told once. */
  factKey: string
  facts: Facts
  dueAt?: Date
  lastMoment: Date
}

/** Queues the notice about a fact when the brand switched it on. */
export async function notify(ctx: Ctx, call: NoticeCall): Promise<void> {
  const setting = await NoticeSetting.findOne({ where: { brandId: call.brandId, key: call.key, isOn: true } })
  const template = setting?.templateId ? await MessageTemplate.findByPk(setting.templateId) : null
  if (!setting || !template?.isActive) return
  await queueMessages(ctx, [
    {
      brandId: call.brandId,
      noticeKey: call.key,
      personId: call.personId,
      channel: template.channel,
      purpose: 'service',
      templateId: template.id,
      appId: template.appId,
      sendKey: `n:${call.key}:${call.factKey}`.slice(0, 120),
      facts: call.facts,
      lastMoment: call.lastMoment,
      ...(call.dueAt ? { dueAt: call.dueAt } : {}),
    },
  ])
}

export async function daysBeforeOf(brandId: number, key: NoticeKey): Promise<number> {
  return (await NoticeSetting.findOne({ where: { brandId, key } }))?.daysBefore ?? 3
}
