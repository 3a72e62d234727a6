import type { InputOf, messaging, Campaign as View } from '@banyan/shared'
import { brandOf, brandScope, type Ctx, eachByItself, findIn, Op, orderOf, refused, storeScope } from '../core/index.ts'
import { typeOfSegment } from '../segments/index.ts'
import { mustSeeSegment } from './audience.ts'
import { Campaign, campaignsSeen, campaignView, campaignViews, findCampaign } from './campaign.ts'
import { MessageTemplate, mustBeLawful } from './message-template.ts'
import { checkContent, variablesOf } from './render.ts'
import { variablesFor } from './variables.ts'

type Api = typeof messaging

const SORTS = ['name', 'startedAt', 'createdAt'] as const

export async function listCampaigns(ctx: Ctx, input: InputOf<Api['campaigns.list']>) {
  const scope = brandScope(ctx)
  const where = {
    ...(scope ? { brandId: { [Op.in]: scope } } : {}),
    ...campaignsSeen(ctx),
    ...(input.status ? { status: input.status } : {}),
    ...(input.channel ? { channel: input.channel } : {}),
    ...(input.trigger ? { triggerKind: input.trigger } : {}),
    ...(input.search ? { name: { [Op.like]: `%${input.search}%` } } : {}),
  }
  const { rows: found, count } = await Campaign.findAndCountAll({
    where,
    order: [orderOf(input.sort, SORTS, '-createdAt'), ['id', 'DESC']],
    limit: input.pageSize,
    offset: (input.page - 1) * input.pageSize,
  })
  return { items: await campaignViews(found), total: count }
}

export async function getCampaign(ctx: Ctx, { campaignId }: { campaignId: number }): Promise<View> {
  return campaignView(await findCampaign(ctx, campaignId))
}

/** Starts a draft. What cannot be sent is refused here, not when the send begins. */
export async function createCampaign(ctx: Ctx, input: InputOf<Api['campaigns.create']>): Promise<View> {
  const template = await templateFor(ctx, input.templateId)
  if (input.segmentId !== null) await mustSeeSegment(ctx, template.brandId, input.segmentId)
  checkDraft(template, input.content)
  await mustBeAboutThings(ctx, input.segmentId, input.content)
  const { trigger, ...rest } = input
  const campaign = await Campaign.create({
    ...rest,
    triggerKind: trigger,
    brandId: template.brandId,
    channel: template.channel,
    purpose: template.purpose,
    status: 'draft',
    createdBy: ctx.actor.name.slice(0, 80),
    operatorId: ctx.operatorId,
    storeIds: storeScope(ctx),
    createdAt: ctx.now,
  })
  return campaignView(campaign)
}

export async function updateCampaign(ctx: Ctx, input: InputOf<Api['campaigns.update']>): Promise<View> {
  const campaign = await findCampaign(ctx, input.campaignId)
  if (campaign.status !== 'draft') throw refused('campaign.notDraft')
  const template = await templateFor(ctx, input.templateId ?? campaign.templateId)
  if (input.segmentId) await mustSeeSegment(ctx, template.brandId, input.segmentId)
  const content = input.content ?? campaign.content
  checkDraft(template, content)
  await mustBeAboutThings(ctx, input.segmentId === undefined ? campaign.segmentId : input.segmentId, content)
  const { campaignId: _, trigger, ...rest } = input
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  await campaign.update({
    ...given,
    ...(trigger ? { triggerKind: trigger } : {}),
    channel: template.channel,
    purpose: template.purpose,
  })
  return campaignView(campaign)
}

export async function removeCampaign(ctx: Ctx, { campaignId }: { campaignId: number }) {
  const campaign = await findCampaign(ctx, campaignId)
  if (campaign.status !== 'draft') throw refused('campaign.notDraft')
  await campaign.destroy()
  return { campaignId }
}

/** Several at once; what is no draft is named and stays. */
export async function removeCampaigns(ctx: Ctx, { campaignIds }: { campaignIds: number[] }) {
  return eachByItself(campaignIds, campaignId => removeCampaign(ctx, { campaignId }))
}

/** A template of the caller's brand that may be used now. */
export async function templateFor(ctx: Ctx, templateId: number): Promise<MessageTemplate> {
  const template = await findIn(ctx, MessageTemplate, templateId)
  if (ctx.brandId !== null && template.brandId !== brandOf(ctx)) throw refused('message.noConnection', { field: 'templateId' })
  if (!template.isActive) throw refused('message.templateInactive', { field: 'templateId' })
  mustBeLawful(template.channel, template.purpose)
  return template
}

/** A message to people of a segment has no things to name. Throws message.unknownVariable. */
export async function mustBeAboutThings(ctx: Ctx, segmentId: number | null, content: View['content']): Promise<void> {
  if (segmentId === null) return
  const named = variablesOf(content).find(({ variable }) => variable.startsWith('things.'))
  if (named && (await typeOfSegment(ctx, segmentId)) === 0)
    throw refused('message.unknownVariable', { field: `content.values.${named.key}`, reason: named.variable })
}

export function checkDraft(template: MessageTemplate, content: View['content']): void {
  checkContent({
    fields: template.fields,
    purpose: template.purpose,
    variables: variablesFor(null).map(one => one.name),
    content,
  })
}
