import { afterCommit, type Carrier, row, run, sql } from '../core/index.ts'
import { forgetSessions } from './access/sessions.ts'

/** A person's mini-program sessions follow him when two people turn out to be one. */
const sessions: Carrier = {
  name: 'platform.sessions',
  columns: [],
  preview: async (_ctx, { fromId }) => {
    const counted = await row<{ n: number }>(
      sql`SELECT COUNT(*) AS n FROM sessions WHERE subject_type = 'person' AND subject_id = ${fromId} AND ended_at IS NULL`,
    )
    return { sessions: Number(counted?.n ?? 0) }
  },
  merge: async (_ctx, { fromId, toId }) => {
    await run(sql`UPDATE sessions SET subject_id = ${toId} WHERE subject_type = 'person' AND subject_id = ${fromId}`)
    afterCommit(forgetSessions)
  },
  // Which of them belonged to whom is known by the home; after chains of merges it is simpler and safe to let both sign in again, which is silent.
  unmerge: async (ctx, { toId }) => {
    await run(
      sql`UPDATE sessions SET ended_at = ${ctx.now} WHERE subject_type = 'person' AND subject_id = ${toId} AND home_id <> ${toId} AND ended_at IS NULL`,
    )
    afterCommit(forgetSessions)
  },
  export: async () => ({}),
  erase: async (_ctx, personId) => {
    await run(sql`DELETE FROM sessions WHERE subject_type = 'person' AND subject_id = ${personId}`)
    await run(sql`UPDATE audit_entries SET actor_name = '', input = '{}' WHERE actor_type = 'person' AND actor_id = ${personId}`)
    afterCommit(forgetSessions)
  },
}

export const carriers = [sessions]
