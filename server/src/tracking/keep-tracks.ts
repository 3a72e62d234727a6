import { clickhouse, config } from '../core/index.ts'

/**
 * Lets ClickHouse forget tracks by itself once they are older than TRACKS_KEEP_DAYS; without the setting they are kept for ever. Whole months go at once. Rules without
 * a window then see what is left; the archive stays, and a rebuild brings back no track that is too old.
 */
export async function keepTracks(days: number | null = config.tracksKeepDays): Promise<void> {
  const [table] = await clickhouse.query<{ engine_full: string }>(
    `SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name IN ('tracks', 'tracks_local') AND engine LIKE '%MergeTree'`,
  )
  const kept = Number(/TTL toDateTime\(occurred_at\) \+ toIntervalDay\((\d+)\)/.exec(table?.engine_full ?? '')?.[1] ?? 0)
  if (kept === (days ?? 0)) return
  if (!days) return clickhouse.command('ALTER TABLE tracks REMOVE TTL')
  await clickhouse.command('ALTER TABLE tracks MODIFY SETTING ttl_only_drop_parts = 1')
  await clickhouse.command(`ALTER TABLE tracks MODIFY TTL toDateTime(occurred_at) + INTERVAL ${Math.floor(days)} DAY`)
}
