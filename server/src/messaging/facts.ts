import { brandScope, type Ctx, dayIn, rows, type Sql, say, sql, storeScope } from '../core/index.ts'
import { inStores } from '../identity/index.ts'
import type { RunningWorkFacts } from '../platform/index.ts'

/** Numbers of this module for the overview and the running-work list. */

export async function runningCampaigns(ctx: Ctx): Promise<RunningWorkFacts[]> {
  const running = await rows<{ id: number; name: string; audience: number; started_at: Date; open_count: number }>(
    sql`SELECT c.id, c.name, c.audience, c.started_at, (SELECT COUNT(*) FROM messages m WHERE m.campaign_id = c.id AND m.state IN ('waiting', 'sending')) AS open_count FROM campaigns c WHERE c.status IN ('freezing', 'sending') AND c.started_at IS NOT NULL AND ${ofCaller(ctx)} ORDER BY c.id DESC LIMIT 20`,
  )
  return running.map(row => ({
    id: `campaign:${row.id}`,
    kind: 'campaign',
    title: say(ctx, `发送：${row.name}`, `Sending: ${row.name}`),
    progress: Number(row.audience) > 0 ? 1 - Number(row.open_count) / Number(row.audience) : null,
    remainingSeconds: null,
    startedAt: row.started_at,
    path: `/messages/${row.id}`,
  }))
}

/** Messages that left, per day of the default zone. */
export async function messagesByDay(brandIds: number[] | null, from: Date, to: Date): Promise<Map<string, number>> {
  const scope = brandIds === null ? sql`1 = 1` : sql`brand_id IN (${brandIds})`
  const found = await rows<{ hour: string; n: number }>(
    sql`SELECT SUBSTR(sent_at, 1, 13) AS hour, COUNT(*) AS n FROM messages WHERE sent_at >= ${from} AND sent_at < ${to} AND state IN ('sent', 'delivered') AND is_test = 0 AND ${scope} GROUP BY SUBSTR(sent_at, 1, 13)`,
  )
  const days = new Map<string, number>()
  for (const row of found) {
    const day = dayIn(new Date(`${row.hour.replace(' ', 'T')}:00:00Z`))
    days.set(day, (days.get(day) ?? 0) + Number(row.n))
  }
  return days
}

/** People with at least one subscribe credit in hand. */
export async function reachableBySubscribe(ctx: Ctx): Promise<number> {
  const brandIds = brandScope(ctx)
  const scope = brandIds === null ? sql`1 = 1` : sql`t.brand_id IN (${brandIds})`
  const [counted] = await rows<{ n: number }>(
    sql`SELECT COUNT(DISTINCT b.person_id) AS n FROM subscribe_balances b JOIN message_templates t ON t.app_id = b.app_id AND t.template_id = b.template_id WHERE b.balance > 0 AND ${scope} AND ${inStores(ctx, sql`b.person_id`)}`,
  )
  return Number(counted?.n ?? 0)
}

export type MessagingTrouble = { campaignId: number; name: string; failed: number; sent: number }

/** Campaigns of the last week of which more than a fifth failed. */
export async function messagingTroubles(ctx: Ctx, brandIds: number[] | null): Promise<MessagingTrouble[]> {
  const scope = brandIds === null ? sql`1 = 1` : sql`c.brand_id IN (${brandIds})`
  const since = new Date(ctx.now.getTime() - 7 * 86_400_000)
  const found = await rows<{ id: number; name: string; failed: number; sent: number }>(
    sql`SELECT c.id, c.name, SUM(CASE WHEN m.state = 'failed' THEN 1 ELSE 0 END) AS failed, SUM(CASE WHEN m.state IN ('sent', 'delivered') THEN 1 ELSE 0 END) AS sent FROM campaigns c JOIN messages m ON m.campaign_id = c.id WHERE c.started_at > ${since} AND ${scope} AND ${ofCaller(ctx)} GROUP BY c.id, c.name ORDER BY c.id DESC LIMIT 50`,
  )
  return found
    .map(row => ({ campaignId: Number(row.id), name: row.name, failed: Number(row.failed), sent: Number(row.sent) }))
    .filter(one => one.failed >= 10 && one.failed > (one.failed + one.sent) * 0.2)
}

/** Of an operator of single stores: the campaigns that he made. `c` is the campaign. */
function ofCaller(ctx: Ctx): Sql {
  const brands = brandScope(ctx)
  return sql.and([
    ...(brands ? [sql`c.brand_id IN (${brands})`] : []),
    ...(storeScope(ctx) ? [sql`c.operator_id = ${ctx.operatorId}`] : []),
  ])
}
