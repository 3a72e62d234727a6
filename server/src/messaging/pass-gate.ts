import { MESSAGE_PURPOSES, type MessageChannel, type MessagePurpose } from '@banyan/shared'
import { type Answer, consentOf } from '../consent/index.ts'
import { type Ctx, insertIgnore, rows, sql } from '../core/index.ts'
import { groupBy, holdersOf } from '../identity/index.ts'
import { channels } from './channels.ts'
import { creditsOf } from './credits.ts'
import { followingOf } from './followings.ts'
import { type GateFacts, gate, type Verdict } from './rules.ts'
import { reachSettings } from './settings.ts'

/** What is to be sent, as far as the gate must know it. */
export type GateCall = { id: number; personId: number; isTest: boolean; campaignId: number | null }
export type GateOf = {
  brandId: number
  channel: MessageChannel
  purpose: MessagePurpose
  appId: string
  templateId: string
  needsCredit: boolean
}

const DAY_MS = 86_400_000

/**
 * Judges a batch for one brand and one template, everything read now. `isHolding`: the caller's transaction holds the brand's gate row, so that
 * what it lets through is counted before anybody else looks.
 */
export async function passGate(ctx: Ctx, of: GateOf, calls: readonly GateCall[]): Promise<Map<number, Verdict>> {
  const people = [...new Set(calls.map(call => call.personId))]
  const behavior = channels[of.channel]
  const settings = await reachSettings(of.brandId)
  const holders = await holdersOf(people, behavior.identifierType, of.appId)
  const following = behavior.needsFollowing ? await followingOf(people, of.appId) : null
  const purpose = MESSAGE_PURPOSES[of.purpose]
  const consents = purpose.consent ? await consentOf(people, of.brandId, purpose.consent, of.channel) : new Map<number, Answer>()
  const credits = of.needsCredit ? await creditsOf(people, of.appId, of.templateId) : new Map<number, number>()
  const sent = purpose.isCapped ? await marketingSends(people, ctx.now) : new Map<number, Date[]>()
  const cancelled = await cancelledCampaigns(calls.flatMap(call => (call.campaignId === null ? [] : [call.campaignId])))

  const verdicts = new Map<number, Verdict>()
  for (const call of calls) {
    const times = sent.get(call.personId) ?? []
    const dayTimes = times.filter(at => at.getTime() > ctx.now.getTime() - DAY_MS)
    const facts: GateFacts = {
      isCancelled: call.campaignId !== null && cancelled.has(call.campaignId),
      hasAddress: holders.has(call.personId),
      isFollowing: following ? (following.get(call.personId) ?? null) : null,
      consent: consents.get(call.personId) ?? 'none',
      purpose: of.purpose,
      sentDay: dayTimes.length,
      sentWeek: times.length,
      oldestDay: dayTimes[0] ?? null,
      oldestWeek: times[0] ?? null,
      needsCredit: of.needsCredit,
      credits: credits.get(call.personId) ?? 0,
      isTest: call.isTest,
    }
    const verdict = gate(facts, settings, ctx.now)
    verdicts.set(call.id, verdict)
    // The same person may stand in a batch twice: what was just let through counts.
    if (!verdict.pass) continue
    if (purpose.isCapped && !call.isTest) sent.set(call.personId, [...times, ctx.now])
    if (of.needsCredit) credits.set(call.personId, facts.credits - 1)
  }
  return verdicts
}

/** Only one transaction at a time lets messages of a brand out: it sees what all others have let out. */
export async function holdGate(brandId: number): Promise<void> {
  const held = await rows(sql`SELECT id FROM message_gates WHERE brand_id = ${brandId} FOR UPDATE`)
  if (held.length > 0) return
  await insertIgnore('message_gates', { brandId })
  await rows(sql`SELECT id FROM message_gates WHERE brand_id = ${brandId} FOR UPDATE`)
}

/** When marketing left for these people within seven days, over all campaigns and channels, oldest first. Intents and unknowns count. */
async function marketingSends(personIds: readonly number[], now: Date): Promise<Map<number, Date[]>> {
  if (personIds.length === 0) return new Map()
  const found = await rows<{ person_id: number; sent_at: Date }>(
    sql`SELECT person_id, sent_at FROM messages WHERE person_id IN (${[...personIds]}) AND sent_at > ${new Date(now.getTime() - 7 * DAY_MS)} AND purpose = 'marketing' AND is_test = 0 AND state IN ('sending', 'sent', 'delivered', 'unknown') ORDER BY sent_at`,
  )
  return new Map(
    [...groupBy(found, row => Number(row.person_id))].map(([id, list]) => [id, list.map(row => new Date(row.sent_at))]),
  )
}

async function cancelledCampaigns(ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const found = await rows<{ id: number }>(
    sql`SELECT id FROM campaigns WHERE id IN (${[...new Set(ids)]}) AND status = 'cancelled'`,
  )
  return new Set(found.map(row => Number(row.id)))
}
