import { row, sql } from '../core/index.ts'

/** Are tracks that were taken in until then still on their way to ClickHouse? Whoever asks once and for all waits for them. */
export async function areTracksWaiting(until: Date): Promise<boolean> {
  const waiting = await row(
    sql`SELECT id FROM track_batches WHERE status IN ('due', 'leased') AND received_at <= ${until} LIMIT 1`,
  )
  return waiting !== null
}
