import type { CampaignStatus, MessageChannel, MessageContent, MessagePurpose, Campaign as View } from '@banyan/shared'
import type { CreationOptional, InferAttributes, InferCreationAttributes } from '../core/index.ts'
import {
  bool,
  type Ctx,
  findIn,
  id,
  instant,
  int,
  json,
  Model,
  notFound,
  ref,
  rows,
  sql,
  storeScope,
  table,
  text,
} from '../core/index.ts'
import { segmentNames } from '../segments/index.ts'
import { MessageTemplate } from './message-template.ts'

/** One send to a segment, once or to each who enters it. */
export class Campaign extends Model<InferAttributes<Campaign>, InferCreationAttributes<Campaign>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare name: string
  declare templateId: number
  declare channel: MessageChannel
  declare purpose: MessagePurpose
  declare triggerKind: View['trigger']
  declare segmentId: number | null
  declare content: MessageContent
  declare sendAt: Date | null
  declare whenQuiet: View['whenQuiet']
  declare waitHoursMax: number
  declare perThing: CreationOptional<boolean>
  declare status: CampaignStatus
  declare audience: CreationOptional<number>
  declare heldUntil: CreationOptional<Date | null>
  declare startedAt: CreationOptional<Date | null>
  declare finishedAt: CreationOptional<Date | null>
  declare createdBy: string
  /** Null: not limited to stores. */
  declare storeIds: CreationOptional<number[] | null>
  declare operatorId: CreationOptional<number | null>
  declare createdAt: Date
}
Campaign.init(
  {
    id: id(),
    brandId: ref(),
    name: text(60),
    templateId: ref(),
    channel: text(20),
    purpose: text(12),
    triggerKind: text(10),
    segmentId: ref({ null: true }),
    content: json(),
    sendAt: instant({ null: true }),
    whenQuiet: text(6),
    waitHoursMax: int(),
    perThing: bool({ default: false }),
    status: text(12),
    audience: int({ default: 0 }),
    heldUntil: instant({ null: true }),
    startedAt: instant({ null: true }),
    finishedAt: instant({ null: true }),
    createdBy: text(80),
    storeIds: json<number[] | null>({ null: true }),
    operatorId: ref({ null: true }),
    createdAt: instant(),
  },
  table('campaigns'),
)

/** The campaigns whose numbers are the caller's to see: an operator of single stores sees those that he made, within his stores. */
export function campaignsSeen(ctx: Ctx): { operatorId?: number } {
  return storeScope(ctx) === null || ctx.operatorId === null ? {} : { operatorId: ctx.operatorId }
}

/** Throws thing.notFound for one that is gone or not the caller's. */
export async function findCampaign(ctx: Ctx, id: number): Promise<Campaign> {
  const campaign = await findIn(ctx, Campaign, id)
  if (storeScope(ctx) !== null && campaign.operatorId !== ctx.operatorId) throw notFound('campaign', id)
  return campaign
}

type Counts = View['counts']
const NONE: Counts = { audience: 0, waiting: 0, sent: 0, delivered: 0, failed: 0, skipped: 0, unknown: 0, clicked: 0 }

/** Counts of each campaign's send log: the same rows as its recipients. `sent` includes what was delivered. */
export async function countsOf(campaigns: readonly Campaign[]): Promise<Map<number, Counts>> {
  const ids = campaigns.map(campaign => campaign.id)
  const counts = new Map<number, Counts>(campaigns.map(campaign => [campaign.id, { ...NONE, audience: campaign.audience }]))
  if (ids.length === 0) return counts
  const found = await rows<{ campaign_id: number; state: string; n: number; clicked: number }>(
    sql`SELECT campaign_id, state, COUNT(*) AS n, SUM(CASE WHEN clicked_at IS NULL THEN 0 ELSE 1 END) AS clicked FROM messages WHERE campaign_id IN (${ids}) AND is_test = 0 GROUP BY campaign_id, state`,
  )
  for (const row of found) {
    const count = counts.get(Number(row.campaign_id))
    if (!count) continue
    const n = Number(row.n)
    if (row.state === 'sending' || row.state === 'waiting') count.waiting += n
    if (row.state === 'sent' || row.state === 'delivered') count.sent += n
    if (row.state === 'delivered') count.delivered += n
    if (row.state === 'failed') count.failed += n
    if (row.state === 'skipped') count.skipped += n
    if (row.state === 'unknown') count.unknown += n
    count.clicked += Number(row.clicked ?? 0)
    count.audience = Math.max(count.audience, count.waiting + count.sent + count.failed + count.skipped + count.unknown)
  }
  return counts
}

export async function campaignViews(campaigns: readonly Campaign[]): Promise<View[]> {
  const templates = new Map(
    (await MessageTemplate.findAll({ where: { id: [...new Set(campaigns.map(campaign => campaign.templateId))] } })).map(
      template => [template.id, template],
    ),
  )
  const segments = await segmentNames(campaigns.flatMap(campaign => (campaign.segmentId === null ? [] : [campaign.segmentId])))
  const counts = await countsOf(campaigns)
  return campaigns.map(one => ({
    id: one.id,
    brandId: one.brandId,
    name: one.name,
    templateId: one.templateId,
    trigger: one.triggerKind,
    segmentId: one.segmentId,
    content: one.content,
    sendAt: one.sendAt,
    whenQuiet: one.whenQuiet,
    waitHoursMax: one.waitHoursMax,
    perThing: one.perThing,
    status: one.status,
    channel: one.channel,
    purpose: one.purpose,
    templateTitle: templates.get(one.templateId)?.title ?? '',
    segmentName: one.segmentId === null ? null : (segments.get(one.segmentId) ?? null),
    counts: counts.get(one.id) ?? NONE,
    heldUntil: one.heldUntil,
    startedAt: one.startedAt,
    finishedAt: one.finishedAt,
    createdBy: one.createdBy,
    createdAt: one.createdAt,
  }))
}

export async function campaignView(campaign: Campaign): Promise<View> {
  const [view] = await campaignViews([campaign])
  return view as View
}
