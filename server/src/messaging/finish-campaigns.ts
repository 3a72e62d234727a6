import { type Ctx, run, sql } from '../core/index.ts'

/** A campaign is done when nothing of it waits any more. */
export async function finishCampaigns(ctx: Ctx, ids?: readonly number[]): Promise<void> {
  if (ids?.length === 0) return
  const only = ids ? sql`id IN (${[...ids]})` : sql`1 = 1`
  await run(
    sql`UPDATE campaigns SET status = 'done', finished_at = ${ctx.now} WHERE status = 'sending' AND ${only} AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.campaign_id = campaigns.id AND m.state IN ('waiting', 'sending'))`,
  )
}
