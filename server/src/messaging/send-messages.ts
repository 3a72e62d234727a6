import { type ChannelShape, MESSAGE_CHANNELS, type MessageContent, type ReachReason } from '@banyan/shared'
import {
  addMs,
  type Ctx,
  counter,
  inParallel,
  isDatabaseAway,
  isDeadlock,
  log,
  now,
  ownWork,
  phrase,
  rows,
  run,
  sql,
  systemCtx,
  transaction,
  type WorkerDef,
  type WorkRow,
} from '../core/index.ts'
import { groupBy, identifiersOfMany } from '../identity/index.ts'
import { findConnection } from '../platform/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { channels } from './channels.ts'
import { clickCodeOf, clickUrlOf } from './clicks.ts'
import { type CreditUse, giveBackCredits, markNoCredit, takeCredits } from './credits.ts'
import { finishCampaigns } from './finish-campaigns.ts'
import { noteFollowings } from './followings.ts'
import type { MessageRow } from './message.ts'
import { MessageTemplate } from './message-template.ts'
import { holdGate, passGate } from './pass-gate.ts'
import { type Facts, type RenderedField, renderFields } from './render.ts'
import { type Outcome, outcomeOf } from './rules.ts'
import { commonFacts } from './variables.ts'

const sendsTotal = counter('messages_total', 'Messages by channel and outcome', ['channel', 'outcome'])

/** Calls to a platform at once, per batch; with two loops this keeps 1,000 sends a second at a latency of 60 ms. */
const CONCURRENCY = 40
/** What was certainly not carried out is tried again, ever slower, until its last moment. */
const RETRY_MAX_MS = 300_000
/** Intents written at once: what a killed worker leaves as unknown is at most this many per loop. */
const INTENTS_PER_WRITE = 100
const LEASE_SECONDS = 120

// A dead one that may have been sent comes back with its intent written, so running it again only settles it as unknown.
ownWork('messages', {
  name: 'messages.send',
  subject: 'send_key',
  at: 'created_at',
  mayDismiss: false,
  unsure: sql`status = 'unknown' AND state = 'unknown'`,
})

const noAnswer = phrase(
  '已交给平台但没有得到回音：可能已送达，不会重发',
  'Handed to the platform, which did not answer: it may have arrived, and is not sent again',
)

/**
 * Sends due messages. For each small batch: gate and intent in one transaction, the calls, then the outcomes in another. A row that comes back
 * with its intent written was in the hands of a worker that died: the platform may have got it, so it is unknown and never sent again.
 */
export const sendWorker: WorkerDef<MessageRow & WorkRow> = {
  name: 'messages.send',
  table: 'messages',
  batchSize: 200,
  concurrency: 1,
  loops: 2,
  leaseSeconds: LEASE_SECONDS,
  maxAttempts: 20,
  settlesItself: true,
  async runMany(claimed) {
    const failed = new Map<number, unknown>()
    const lost = claimed.filter(row => row.state === 'sending')
    await settleLost(lost)
    const waiting = claimed.filter(row => row.state === 'waiting')
    const others = claimed.filter(row => row.state !== 'sending' && row.state !== 'waiting')
    if (others.length > 0)
      await run(sql`UPDATE messages SET status = 'done', leased_until = NULL WHERE id IN (${others.map(row => row.id)})`)
    for (const group of groupBy(waiting, row => `${row.brand_id}|${row.template_id}`).values()) {
      for (let from = 0; from < group.length; from += INTENTS_PER_WRITE) {
        const part = group.slice(from, from + INTENTS_PER_WRITE)
        try {
          await sendPart(part)
        } catch (error) {
          // Only before any call: outcomes of calls are settled inside. The rows are due again.
          for (const row of part) failed.set(row.id, error)
        }
      }
    }
    await finishCampaigns(systemCtx({ name: 'messages.send' }), [
      ...new Set(claimed.flatMap(row => (row.campaign_id === null ? [] : [Number(row.campaign_id)]))),
    ])
    return failed
  },
}

async function settleLost(lost: readonly MessageRow[]): Promise<void> {
  if (lost.length === 0) return
  await run(
    sql`UPDATE messages SET state = 'unknown', reason = 'unknownOutcome', status = 'unknown', last_error = ${noAnswer()}, leased_until = NULL WHERE state = 'sending' AND id IN (${lost.map(row => row.id)})`,
  )
  for (const row of lost) sendsTotal.inc({ channel: row.channel, outcome: 'unknown' })
}

type Ready = { row: MessageRow; address: string; fields: RenderedField[] }

async function sendPart(part: MessageRow[]): Promise<void> {
  const [first] = part
  if (!first) return
  const ctx = systemCtx({ brandId: Number(first.brand_id), name: 'messages.send' })
  const template = await MessageTemplate.findByPk(Number(first.template_id))
  if (!template) {
    await skip(part.map(row => ({ row, reason: 'invalidContent' as const })))
    return
  }
  const contents = await contentsOf(part)
  const facts = await commonFacts({
    personIds: part.map(row => Number(row.person_id)),
    brandId: Number(first.brand_id),
    now: ctx.now,
    contents: contents.values(),
  })
  const addresses = await identifiersOfMany(
    part.map(row => Number(row.person_id)),
    channels[template.channel].identifierType,
    template.appId,
  )

  const ready = await again(() => transaction(() => letOut(ctx, template, part, contents, facts, addresses)))
  const miniProgram = await findConnection('miniProgram', { brandId: template.brandId })
  const outcomes: { ready: Ready; outcome: Outcome; msgId: string; code: string | null }[] = []
  await inParallel(
    ready.map(one => async () => {
      outcomes.push({
        ready: one,
        ...(await send(template, one, contents.get(one.row.id)?.page ?? '', miniProgram?.externalId ?? null)),
      })
    }),
    CONCURRENCY,
  )
  // What the platform answered is known to nobody else: it is worth more patience than work that can be done again.
  await again(() => transaction(() => settle(ctx, template, outcomes)), {
    tries: SETTLE_TRIES,
    isWorthATry: error => isDeadlock(error) || isDatabaseAway(error),
  })
}

/** The content each message is rendered from: its campaign's, or its notice's; a test carries its own among its facts. */
async function contentsOf(part: readonly MessageRow[]): Promise<Map<number, MessageContent>> {
  const ids = part.map(row => row.id)
  const found = await rows<{ id: number; content: string | null }>(
    sql`SELECT m.id, COALESCE(c.content, n.content) AS content FROM messages m LEFT JOIN campaigns c ON c.id = m.campaign_id LEFT JOIN notice_settings n ON n.brand_id = m.brand_id AND n.${sql.id('key')} = m.notice_key WHERE m.id IN (${ids})`,
  )
  const own = new Map(part.map(row => [row.id, (JSON.parse(row.facts) as { content?: MessageContent }).content]))
  return new Map(
    found.flatMap(row => {
      const content = own.get(Number(row.id)) ?? (row.content ? (JSON.parse(row.content) as MessageContent) : null)
      return content ? [[Number(row.id), content] as const] : []
    }),
  )
}

/** Behind the brand's gate: judges, writes what is skipped or waits, takes credits and writes the intent of the rest. */
async function letOut(
  ctx: Ctx,
  template: MessageTemplate,
  claimed: readonly MessageRow[],
  contents: ReadonlyMap<number, MessageContent>,
  facts: ReadonlyMap<number, Facts>,
  addresses: Awaited<ReturnType<typeof identifiersOfMany>>,
): Promise<Ready[]> {
  await holdGate(template.brandId)
  const mine = await stillMine(claimed)
  if (mine.size === 0) return []
  const part = claimed.filter(row => mine.has(row.id))
  const shape: ChannelShape = MESSAGE_CHANNELS[template.channel]
  const calls = part.map(row => ({
    id: row.id,
    personId: Number(row.person_id),
    isTest: Boolean(row.is_test),
    campaignId: row.campaign_id === null ? null : Number(row.campaign_id),
  }))
  const verdicts = await passGate(
    ctx,
    {
      brandId: template.brandId,
      channel: template.channel,
      purpose: template.purpose,
      appId: template.appId,
      templateId: template.templateId,
      needsCredit: shape.needsCredit,
    },
    calls,
  )
  const rules = await waitingRules(part)

  const skipped: { row: MessageRow; reason: ReachReason }[] = []
  const later: { row: MessageRow; at: Date }[] = []
  const ready: Ready[] = []
  for (const row of part) {
    const verdict = verdicts.get(row.id)
    const content = contents.get(row.id)
    const address = addresses.get(Number(row.person_id))?.[0]?.value
    if (!verdict) continue
    if (!verdict.pass) {
      const mayWait = verdict.retryAt !== null && rules.get(Number(row.campaign_id)) !== 'skip'
      if (mayWait && verdict.retryAt && verdict.retryAt <= new Date(row.last_moment)) later.push({ row, at: verdict.retryAt })
      else skipped.push({ row, reason: verdict.reason })
    } else if (ctx.now > new Date(row.last_moment)) skipped.push({ row, reason: 'expired' })
    else if (!content || !address) skipped.push({ row, reason: content ? 'noAddress' : 'invalidContent' })
    else
      ready.push({
        row,
        address,
        fields: renderFields(template.channel, template.fields, content, {
          ...(facts.get(Number(row.person_id)) ?? {}),
          ...(JSON.parse(row.facts) as Facts),
        }),
      })
  }
  await skip(skipped)
  for (const { row, at } of later)
    await run(
      sql`UPDATE messages SET status = 'due', due_at = ${at}, leased_until = NULL, attempts = attempts - 1 WHERE id = ${row.id}`,
    )
  if (ready.length > 0) {
    if (shape.needsCredit)
      await takeCredits(
        ctx,
        ready.map(one => useOf(template, one)),
      )
    const shown = sql.join(
      ready.map(one => sql`WHEN ${one.row.id} THEN ${JSON.stringify(one.fields.map(({ label, value }) => ({ label, value })))}`),
      ' ',
    )
    await run(
      sql`UPDATE messages SET state = 'sending', sent_at = ${ctx.now}, leased_until = ${addMs(now(), LEASE_SECONDS * 1000)}, has_credit = ${shape.needsCredit ? 1 : 0}, shown = CASE id ${shown} END WHERE id IN (${ready.map(one => one.row.id)})`,
    )
  }
  return ready
}

/**
 * Those that are still in our hands, locked until the intent is written. A lease may have ended while other sends of the batch took their time:
 * then another worker has the row, or may take it at any moment, and sends it.
 */
async function stillMine(claimed: readonly MessageRow[]): Promise<Set<number>> {
  const found = await rows<{ id: number; attempts: number }>(
    sql`SELECT id, attempts FROM messages WHERE id IN (${claimed.map(row => row.id)}) AND status = 'leased' AND state = 'waiting' ORDER BY id FOR UPDATE`,
  )
  const tries = new Map(claimed.map(row => [row.id, row.attempts]))
  return new Set(found.filter(row => tries.get(Number(row.id)) === Number(row.attempts)).map(row => Number(row.id)))
}

async function waitingRules(part: readonly MessageRow[]): Promise<Map<number, string>> {
  const ids = [...new Set(part.flatMap(row => (row.campaign_id === null ? [] : [Number(row.campaign_id)])))]
  const found =
    ids.length === 0
      ? []
      : await rows<{ id: number; when_quiet: string }>(sql`SELECT id, when_quiet FROM campaigns WHERE id IN (${ids})`)
  return new Map(found.map(row => [Number(row.id), row.when_quiet]))
}

async function skip(list: readonly { row: MessageRow; reason: ReachReason }[]): Promise<void> {
  for (const [reason, group] of groupBy(list, one => one.reason)) {
    await run(
      sql`UPDATE messages SET state = 'skipped', reason = ${reason}, status = 'done', leased_until = NULL WHERE id IN (${group.map(one => one.row.id)})`,
    )
    for (const { row } of group) sendsTotal.inc({ channel: row.channel, outcome: 'skipped' })
  }
}

async function send(
  template: MessageTemplate,
  { row, address, fields }: Ready,
  page: string,
  miniProgramAppId: string | null,
): Promise<{ outcome: Outcome; msgId: string; code: string | null }> {
  try {
    const { msgId } = await channels[template.channel].send({
      appId: template.appId,
      address,
      templateId: template.templateId,
      data: Object.fromEntries(fields.map(field => [field.key, field.value])),
      page,
      clickUrl: () => clickUrlOf(row.id),
      clickCode: () => clickCodeOf(row.id),
      miniProgramAppId,
      clientMsgId: `banyan-${row.id}`,
    })
    return { outcome: { state: 'sent', reason: null, keepsCredit: true }, msgId, code: null }
  } catch (error) {
    if (isGatewayError(error))
      return { outcome: outcomeOf({ class: error.class, errcode: error.errcode }), msgId: '', code: error.errcode }
    // Not an answer of the platform: whether it went out nobody knows.
    log.error({ err: error, messageId: row.id }, 'a send ended without an answer')
    return { outcome: { state: 'unknown', reason: 'unknownOutcome', keepsCredit: true }, msgId: '', code: null }
  }
}

type Settled = { ready: Ready; outcome: Outcome; msgId: string; code: string | null }

async function settle(ctx: Ctx, template: MessageTemplate, settled: readonly Settled[]): Promise<void> {
  const sent = settled.filter(one => one.outcome.state === 'sent')
  if (sent.length > 0) {
    const ids = sql.join(
      sent.map(one => sql`WHEN ${one.ready.row.id} THEN ${one.msgId || null}`),
      ' ',
    )
    // A receipt may have come before this: then the state is left as it set it. Who took us for dead has written unknown: we know better.
    await run(
      sql`UPDATE messages SET reason = CASE state WHEN 'unknown' THEN NULL ELSE reason END, state = CASE WHEN state IN ('sending', 'unknown') THEN 'sent' ELSE state END, platform_msg_id = CASE id ${ids} END, status = 'done', leased_until = NULL, last_error = NULL WHERE id IN (${sent.map(one => one.ready.row.id)})`,
    )
  }
  for (const one of settled.filter(each => each.outcome.state !== 'sent')) {
    const { row } = one.ready
    const at = new Date(now().getTime() + Math.min(RETRY_MAX_MS, 1000 * 2 ** row.attempts))
    const isRetry = one.outcome.state === 'waiting' && at <= new Date(row.last_moment)
    if (isRetry) {
      await run(
        sql`UPDATE messages SET state = 'waiting', sent_at = NULL, has_credit = 0, platform_code = ${one.code}, status = 'due', due_at = ${at}, leased_until = NULL WHERE id = ${row.id}`,
      )
    } else {
      const state = one.outcome.state === 'waiting' ? 'failed' : one.outcome.state
      await run(
        sql`UPDATE messages SET state = ${state}, reason = ${one.outcome.reason ?? 'expired'}, platform_code = ${one.code}, status = ${state === 'unknown' ? 'unknown' : 'done'}, last_error = ${state === 'unknown' ? noAnswer() : null}, leased_until = NULL WHERE id = ${row.id}`,
      )
    }
  }
  const back = settled.filter(one => !one.outcome.keepsCredit && MESSAGE_CHANNELS[template.channel].needsCredit)
  await giveBackCredits(
    ctx,
    back.map(one => useOf(template, one.ready)),
  )
  await markNoCredit(
    ctx,
    settled
      .filter(one => one.code === '43101' && MESSAGE_CHANNELS[template.channel].needsCredit)
      .map(one => useOf(template, one.ready)),
  )
  await noteFollowings(
    settled
      .filter(one => one.code === '43004')
      .map(one => ({ appId: template.appId, openid: one.ready.address, isFollowing: false, at: ctx.now })),
  )
  for (const one of settled) sendsTotal.inc({ channel: template.channel, outcome: one.outcome.state })
}

function useOf(template: MessageTemplate, { row }: Ready): CreditUse {
  return { messageId: row.id, personId: Number(row.person_id), appId: template.appId, templateId: template.templateId }
}

const DEADLOCK_TRIES = 6
/** A database that restarts is back within half a minute. */
const SETTLE_TRIES = 100

/** With pauses that grow to half a second. */
async function again<T>(work: () => Promise<T>, { tries = DEADLOCK_TRIES, isWorthATry = isDeadlock } = {}): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isWorthATry(error) || attempt >= tries) throw error
      await new Promise(resolve => setTimeout(resolve, Math.min(500, Math.random() * 20 * attempt)))
    }
  }
}
