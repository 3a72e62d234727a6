import type { Campaign as View } from '@banyan/shared'
import { z } from 'zod'
import {
  addMs,
  type Ctx,
  eachByItself,
  enqueue,
  locked,
  now,
  RetryLater,
  refused,
  rows,
  run,
  sql,
  task,
  transaction,
} from '../core/index.ts'
import { canonicalIds, peopleOfStores } from '../identity/index.ts'
import { typeOfSegment } from '../segments/index.ts'
import { hasCaughtUp } from '../selection/index.ts'
import { Campaign, campaignView, findCampaign } from './campaign.ts'
import { finishCampaigns } from './finish-campaigns.ts'
import { checkDraft, templateFor } from './manage-campaigns.ts'
import { queueMessages } from './message.ts'
import { MessageTemplate } from './message-template.ts'
import { reachSettings } from './settings.ts'
import { contactsOfThings, countQueued, partsOf, type Recipient, recipientsOf, thingFacts } from './things.ts'

const CampaignRef = z.object({ campaignId: z.int().positive() })

/** How often we look whether rules see everybody, and how long a send is put off at most. */
const RULES_WAIT_MS = 300
const RULES_WAIT_MAX_MS = 60_000

/** Begins a held or scheduled campaign when its moment has come. */
export const startTask = task('campaigns.start', CampaignRef, (ctx, { campaignId }) => begin(ctx, campaignId), { lane: 'bulk' })

/**
 * Sends a campaign. A `once` campaign waits for its time, or for the hold when it is large, and can be taken back meanwhile; an `onEnter` one
 * listens from now on. Throws campaign.notDraft, campaign.noSegment.
 */
export async function sendCampaign(ctx: Ctx, { campaignId }: { campaignId: number }): Promise<View> {
  await findCampaign(ctx, campaignId)
  const campaign = await locked(Campaign, { id: campaignId })
  if (!campaign || campaign.status !== 'draft') throw refused('campaign.notDraft')
  if (campaign.segmentId === null) throw refused('campaign.noSegment', { field: 'segmentId' })
  checkDraft(await templateFor(ctx, campaign.templateId), campaign.content)

  if (campaign.triggerKind === 'onEnter') {
    await campaign.update({ status: 'listening', startedAt: ctx.now })
    return campaignView(campaign)
  }
  const isLater = campaign.sendAt !== null && campaign.sendAt > ctx.now
  const holdUntil = isLater ? null : await holdOf(ctx, campaign)
  const startAt = isLater ? campaign.sendAt : holdUntil
  await campaign.update({
    status: isLater ? 'scheduled' : holdUntil ? 'holding' : 'freezing',
    heldUntil: startAt,
    startedAt: startAt ? null : ctx.now,
  })
  await enqueue(ctx, startTask, { campaignId }, { ...(startAt ? { dueAt: startAt } : {}), key: `start:${campaignId}` })
  return campaignView(campaign)
}

/** Large sends are held, so that a slip of the hand can be taken back. Counting stops as soon as it is large. */
async function holdOf(ctx: Ctx, campaign: Campaign): Promise<Date | null> {
  const { largeSendMin, holdSeconds } = await reachSettings(campaign.brandId)
  if (holdSeconds === 0) return null
  let count = 0
  for await (const recipients of recipientsOf(
    { ...ctx, brandId: campaign.brandId },
    Number(campaign.segmentId),
    campaign.storeIds ?? null,
  )) {
    count += recipients.length
    if (count >= largeSendMin) return addMs(ctx.now, holdSeconds * 1000)
  }
  return null
}

/** Takes a campaign back: before it starts nobody gets it; after, whoever has not got it yet does not. Throws campaign.tooLate. */
export async function undoCampaign(ctx: Ctx, { campaignId }: { campaignId: number }): Promise<View> {
  await findCampaign(ctx, campaignId)
  const campaign = await locked(Campaign, { id: campaignId })
  if (!campaign || !['scheduled', 'holding', 'freezing', 'sending', 'listening'].includes(campaign.status))
    throw refused('campaign.tooLate')
  await campaign.update({ status: 'cancelled', heldUntil: null, finishedAt: ctx.now })
  await run(
    sql`UPDATE messages SET state = 'skipped', reason = 'cancelled', status = 'done' WHERE campaign_id = ${campaignId} AND state = 'waiting' AND status = 'due'`,
  )
  return campaignView(campaign)
}

/** Several at once; what cannot be taken back any more is named and the others are. */
export async function undoCampaigns(ctx: Ctx, { campaignIds }: { campaignIds: number[] }) {
  return eachByItself(campaignIds, campaignId => undoCampaign(ctx, { campaignId }))
}

/** Freezes the audience: from here on the campaign's people are the rows of its send log. May run twice: rows that are there stay. */
async function begin(ctx: Ctx, campaignId: number): Promise<void> {
  const campaign = await transaction(async () => {
    const one = await locked(Campaign, { id: campaignId })
    if (!one || !['scheduled', 'holding', 'freezing'].includes(one.status)) return null
    if (one.heldUntil && one.heldUntil > now()) return null
    await one.update({ status: 'freezing', startedAt: one.startedAt ?? ctx.now, heldUntil: null })
    return one
  })
  if (!campaign) return
  await waitForRules(campaign.startedAt ?? ctx.now)
  for await (const recipients of recipientsOf(
    { ...ctx, brandId: campaign.brandId },
    Number(campaign.segmentId),
    campaign.storeIds ?? null,
  )) {
    const isOn = await transaction(async () => {
      const [row] = await rows<{ status: string }>(sql`SELECT status FROM campaigns WHERE id = ${campaignId}`)
      if (row?.status !== 'freezing') return false
      await queueFor(ctx, campaign, recipients)
      return true
    })
    if (!isOn) return
  }
  await run(
    sql`UPDATE campaigns SET status = 'sending', audience = ${await countQueued(campaignId)} WHERE id = ${campaignId} AND status = 'freezing'`,
  )
  await finishCampaigns(ctx, [campaignId])
}

/** The audience is frozen once: whoever was there when the send began must be seen by then. */
async function waitForRules(startedAt: Date): Promise<void> {
  if (now() < addMs(startedAt, RULES_WAIT_MAX_MS) && !(await hasCaughtUp(startedAt)))
    throw new RetryLater('people and facts are on their way to the rules', RULES_WAIT_MS)
}

/**
 * Sends a `once` campaign now to people who were taken from its segment before: a past day's list is its audience. Everything behind it is the
 * same: the gate, the log, the receipts. Throws campaign.notDraft.
 */
export async function sendToList(ctx: Ctx, { campaignId }: { campaignId: number }, personIds: readonly number[]): Promise<void> {
  const campaign = await locked(Campaign, { id: campaignId })
  if (!campaign || campaign.status !== 'draft') throw refused('campaign.notDraft')
  const audience = await queueFor(
    ctx,
    campaign,
    personIds.map(personId => ({ personId, things: [] })),
  )
  await campaign.update({ status: 'sending', startedAt: ctx.now, audience })
}

/** Puts a campaign's message to these people in line; each gets it once, whatever id of his is named. */
export async function queueFor(ctx: Ctx, campaign: Campaign, recipients: readonly Recipient[], entry = ''): Promise<number> {
  const template = await MessageTemplate.findByPk(campaign.templateId)
  if (!template) return 0
  const canonical = await canonicalIds(recipients.map(one => one.personId))
  const people = new Map<number, Recipient>()
  for (const { personId, things } of recipients) {
    const person = canonical.get(personId) ?? personId
    people.set(person, { personId: person, things: [...(people.get(person)?.things ?? []), ...things] })
  }
  const lastMoment = addMs(ctx.now, campaign.waitHoursMax * 3_600_000)
  const isOnEnter = campaign.triggerKind === 'onEnter'
  return queueMessages(
    ctx,
    [...people.values()]
      .sort((a, b) => a.personId - b.personId)
      .flatMap(recipient =>
        partsOf(recipient, campaign.perThing, isOnEnter).map(({ things, tail }) => ({
          brandId: campaign.brandId,
          campaignId: campaign.id,
          personId: recipient.personId,
          channel: campaign.channel,
          purpose: campaign.purpose,
          templateId: template.id,
          appId: template.appId,
          sendKey: `c:${campaign.id}:${recipient.personId}${entry}${tail}`,
          facts: thingFacts(things),
          lastMoment,
        })),
      ),
  )
}

/** Who entered a segment: those campaigns that listen to it send to each of them once; for things, to their contacts. */
export async function sendOnEnter(ctx: Ctx, segmentId: number, ids: readonly number[]): Promise<void> {
  const listening = await Campaign.findAll({ where: { segmentId, status: 'listening' }, limit: 100 })
  if (listening.length === 0) return
  const areThings = (await typeOfSegment(ctx, segmentId)) !== 0
  const recipients = areThings ? await contactsOfThings(ctx, ids) : ids.map(personId => ({ personId, things: [] }))
  for (const campaign of listening) {
    const stores = campaign.storeIds ?? null
    const people = stores
      ? new Set(
          await peopleOfStores(
            recipients.map(one => one.personId),
            stores,
          ),
        )
      : null
    await queueFor(ctx, campaign, people ? recipients.filter(one => people.has(one.personId)) : recipients)
  }
}
