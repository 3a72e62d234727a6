import { haveHeard, rows, sql } from '../core/index.ts'
import { subscribers as subjectSubscribers } from './mirror-subjects.ts'
import { subscribers as peopleSubscribers } from './subscribers.ts'

const names = [...peopleSubscribers, ...subjectSubscribers].map(one => one.name)

/**
 * Do rules see everything that was true until then of people and things? What is written reaches them within a second, on a busy machine later; whoever
 * asks once and for all, as a campaign that freezes its audience, waits for it.
 */
export async function hasCaughtUp(until: Date): Promise<boolean> {
  if (!(await haveHeard(names, until))) return false
  const waiting = await rows(
    sql`SELECT id FROM fact_batches WHERE status IN ('due', 'leased') AND created_at <= ${until} LIMIT 1`,
  )
  return waiting.length === 0
}
