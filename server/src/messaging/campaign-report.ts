import {
  BOUGHT_WITHIN_DAYS,
  type InputOf,
  type MessageStatus,
  type messaging,
  REACH_REASON_WORDS,
  type ReachReason,
} from '@banyan/shared'
import { addDays, type Ctx, orderSql, type Reader, rows, say, sql } from '../core/index.ts'
import { briefsOf, inStores, peopleMeant } from '../identity/index.ts'
import { purchasesBetween } from '../orders/index.ts'
import { type Campaign, campaignView, findCampaign } from './campaign.ts'

type Api = typeof messaging
type StateRow = { state: string; reason: ReachReason | null; n: number }

/** What became of a campaign: counted on its own send log, so it agrees with the list of recipients to the last person. */
export async function campaignReport(ctx: Ctx, { campaignId }: { campaignId: number }) {
  const campaign = await findCampaign(ctx, campaignId)
  const states = await rows<StateRow>(
    sql`SELECT state, reason, COUNT(*) AS n FROM messages WHERE campaign_id = ${campaignId} AND is_test = 0 GROUP BY state, reason`,
  )
  const total = (...wanted: string[]) =>
    states.filter(row => wanted.includes(row.state)).reduce((sum, row) => sum + Number(row.n), 0)
  const reasonsOf = (state: string) =>
    states
      .filter(row => row.state === state)
      .map(row => ({
        reason: row.reason ?? ('failed' as const),
        text: say(ctx, ...REACH_REASON_WORDS[row.reason ?? 'failed']),
        count: Number(row.n),
      }))
      .sort((a, b) => b.count - a.count)
  const [clicked] = await rows<{ people: number; clicks: number }>(
    sql`SELECT COUNT(DISTINCT message_id) AS people, COUNT(*) AS clicks FROM message_clicks WHERE campaign_id = ${campaignId}`,
  )
  return {
    campaign: await campaignView(campaign),
    sent: total('sent', 'delivered'),
    delivered: total('delivered'),
    unknown: total('unknown'),
    failed: reasonsOf('failed'),
    skipped: reasonsOf('skipped'),
    clicked: { people: Number(clicked?.people ?? 0), clicks: Number(clicked?.clicks ?? 0) },
    boughtWithin7Days: await boughtAfter(campaign),
    byHour: await hoursOf(campaignId),
  }
}

const RECIPIENTS_PER_READ = 2000

/** Purchases paid within seven days of the message, by those who got it. A correlation, not a proof: lift needs a control group. */
async function boughtAfter(campaign: Campaign): Promise<{ people: number; orders: number; amountFen: number }> {
  const result = { people: 0, orders: 0, amountFen: 0 }
  let afterId = 0
  for (;;) {
    const recipients = await rows<{ id: number; person_id: number; sent_at: Date }>(
      sql`SELECT id, person_id, sent_at FROM messages WHERE campaign_id = ${campaign.id} AND is_test = 0 AND state IN ('sent', 'delivered') AND id > ${afterId} ORDER BY id LIMIT ${RECIPIENTS_PER_READ}`,
    )
    if (recipients.length === 0) return result
    afterId = Number(recipients.at(-1)?.id)
    const sentAt = new Map(recipients.map(row => [Number(row.person_id), new Date(row.sent_at)]))
    const times = [...sentAt.values()].map(at => at.getTime())
    const purchases = await purchasesBetween(
      campaign.brandId,
      [...sentAt.keys()],
      new Date(Math.min(...times)),
      addDays(new Date(Math.max(...times)), BOUGHT_WITHIN_DAYS),
    )
    const buyers = new Set<number>()
    for (const purchase of purchases) {
      const at = sentAt.get(purchase.personId)
      if (!at || purchase.paidAt < at || purchase.paidAt > addDays(at, BOUGHT_WITHIN_DAYS)) continue
      buyers.add(purchase.personId)
      result.orders += 1
      result.amountFen += purchase.amountFen
    }
    result.people += buyers.size
  }
}

async function hoursOf(campaignId: number) {
  const found = await rows<{ sent_at: Date; delivered_at: Date | null; clicked_at: Date | null }>(
    sql`SELECT sent_at, delivered_at, clicked_at FROM messages WHERE campaign_id = ${campaignId} AND is_test = 0 AND state IN ('sent', 'delivered') ORDER BY id LIMIT 200000`,
  )
  const hours = new Map<number, { sent: number; delivered: number; clicked: number }>()
  const add = (at: Date | null, key: 'sent' | 'delivered' | 'clicked') => {
    if (!at) return
    const hour = Math.floor(new Date(at).getTime() / 3_600_000) * 3_600_000
    const counts = hours.get(hour) ?? { sent: 0, delivered: 0, clicked: 0 }
    counts[key] += 1
    hours.set(hour, counts)
  }
  for (const row of found) {
    add(row.sent_at, 'sent')
    add(row.delivered_at, 'delivered')
    add(row.clicked_at, 'clicked')
  }
  return [...hours]
    .sort(([a], [b]) => a - b)
    .slice(0, 24 * 14)
    .map(([hour, counts]) => ({ hour: new Date(hour), ...counts }))
}

type RecipientRow = {
  id: number
  person_id: number
  state: string
  reason: ReachReason | null
  platform_code: string | null
  due_at: Date
  sent_at: Date | null
  delivered_at: Date | null
  clicked_at: Date | null
}

export function recipientView(
  reader: Reader,
  row: RecipientRow,
  people: ReadonlyMap<number, { name: string | null; phoneMasked: string | null }>,
) {
  const person = people.get(Number(row.person_id))
  const code = Number(row.platform_code)
  return {
    messageId: Number(row.id),
    personId: Number(row.person_id),
    personName: person?.name ?? null,
    phoneMasked: person?.phoneMasked ?? null,
    status: row.state as MessageStatus,
    reason: row.reason,
    reasonText: row.reason ? say(reader, ...REACH_REASON_WORDS[row.reason]) : null,
    platformCode: row.platform_code !== null && Number.isSafeInteger(code) ? code : null,
    dueAt: row.due_at,
    sentAt: row.sent_at,
    deliveredAt: row.delivered_at,
    clickedAt: row.clicked_at,
  }
}

const SORTS = {
  id: 'id',
  status: 'state',
  dueAt: 'due_at',
  sentAt: 'sent_at',
  deliveredAt: 'delivered_at',
  clickedAt: 'clicked_at',
}

export async function listRecipients(ctx: Ctx, input: InputOf<Api['campaigns.recipients']>) {
  await findCampaign(ctx, input.campaignId)
  const where = sql.and([
    inStores(ctx, sql`messages.person_id`),
    sql`campaign_id = ${input.campaignId}`,
    sql`is_test = 0`,
    ...(input.status ? [sql`state = ${input.status}`] : []),
    ...(input.reason ? [sql`reason = ${input.reason}`] : []),
    ...(input.search ? [sql`messages.person_id IN (${await peopleMeant(ctx, input.search)})`] : []),
  ])
  const [counted] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM messages WHERE ${where}`)
  const found = await rows<RecipientRow>(
    sql`SELECT id, person_id, state, reason, platform_code, due_at, sent_at, delivered_at, clicked_at FROM messages WHERE ${where} ORDER BY ${orderSql(input.sort, SORTS, 'id')}, id LIMIT ${input.pageSize} OFFSET ${(input.page - 1) * input.pageSize}`,
  )
  const people = new Map((await briefsOf(found.map(row => Number(row.person_id)))).map(brief => [brief.id, brief]))
  return { items: found.map(row => recipientView(ctx, row, people)), total: Number(counted?.n ?? 0) }
}
