import { type Carrier, rows, run, sql } from '../core/index.ts'
import { carryRows, carryRowsBack } from '../identity/index.ts'

const COLUMNS = [
  { table: 'messages', column: 'person_id' },
  { table: 'subscribe_credits', column: 'person_id' },
  { table: 'subscribe_balances', column: 'person_id' },
]

/** Messages and credits go with the person; two waiting messages of one campaign become one; credits add up by template. */
export const carriers: Carrier[] = [
  {
    name: 'messaging',
    columns: COLUMNS,
    async preview(_ctx, { fromId }) {
      const [messages] = await rows<{ n: number }>(sql`SELECT COUNT(*) AS n FROM messages WHERE person_id = ${fromId}`)
      const [credits] = await rows<{ n: number }>(
        sql`SELECT COALESCE(SUM(balance), 0) AS n FROM subscribe_balances WHERE person_id = ${fromId}`,
      )
      return { messages: Number(messages?.n ?? 0), credits: Number(credits?.n ?? 0) }
    },
    async merge(_ctx, { fromId, toId, mergeId }) {
      await run(
        sql`UPDATE messages SET state = 'skipped', reason = 'merged', status = 'done' WHERE person_id = ${fromId} AND state = 'waiting' AND status = 'due' AND campaign_id IS NOT NULL AND campaign_id IN (SELECT campaign_id FROM (SELECT campaign_id FROM messages WHERE person_id = ${toId} AND campaign_id IS NOT NULL) AS other)`,
      )
      await carryRows({ table: 'messages', column: 'person_id' }, { fromId, toId, mergeId })
      await carryRows({ table: 'subscribe_credits', column: 'person_id' }, { fromId, toId, mergeId })
      await sumBalances([fromId, toId])
    },
    async unmerge(_ctx, { fromId, toId, mergeId }) {
      const moved = sql`SELECT row_id FROM merge_moves WHERE merge_id = ${mergeId} AND table_name = 'messages'`
      await carryRowsBack({ table: 'messages', column: 'person_id' }, { fromId, mergeId })
      // What waited and was left out because of the merge waits again; not beside another one of the campaign, which an earlier merge had chosen.
      await run(
        sql`UPDATE messages SET state = 'waiting', reason = NULL, status = 'due' WHERE person_id = ${fromId} AND state = 'skipped' AND reason = 'merged' AND id IN (${moved}) AND campaign_id NOT IN (SELECT campaign_id FROM (SELECT campaign_id FROM messages WHERE person_id = ${fromId} AND campaign_id IS NOT NULL GROUP BY campaign_id HAVING COUNT(*) > 1) AS several)`,
      )
      await carryRowsBack({ table: 'subscribe_credits', column: 'person_id' }, { fromId, mergeId })
      await sumBalances([fromId, toId])
    },
    async export(_ctx, personId) {
      return {
        messages: await rows(
          sql`SELECT channel, purpose, state, reason, shown, sent_at, delivered_at, clicked_at FROM messages WHERE person_id = ${personId} ORDER BY id DESC LIMIT 10000`,
        ),
        credits: await rows(
          sql`SELECT template_id, delta, kind, at FROM subscribe_credits WHERE person_id = ${personId} ORDER BY id DESC LIMIT 10000`,
        ),
      }
    },
    async erase(_ctx, personId) {
      await run(sql`UPDATE messages SET shown = NULL, facts = '{}' WHERE person_id = ${personId}`)
    },
  },
]

/** Balances are computed again from the ledger, whose entries were just carried: exact both ways. */
async function sumBalances(personIds: readonly number[]): Promise<void> {
  for (const personId of [...personIds].sort((a, b) => a - b)) {
    await run(sql`DELETE FROM subscribe_balances WHERE person_id = ${personId}`)
    // Spending after the merge may exceed what one side gave: below nothing is nothing.
    await run(
      sql`INSERT INTO subscribe_balances (person_id, app_id, template_id, balance) SELECT person_id, app_id, template_id, CASE WHEN SUM(delta) < 0 THEN 0 ELSE SUM(delta) END FROM subscribe_credits WHERE person_id = ${personId} GROUP BY person_id, app_id, template_id`,
    )
  }
}
