import { addMs, type Ctx, clickhouse, row, sql } from '../core/index.ts'

/** Fewer recent facts than this are read along for next to nothing. */
const RECENT_MIN = 20_000
/** A transaction that has drawn its version is over after this. */
const VERSIONS_SURE_MS = 3_600_000
/** No query that began before is still reading: it would miss facts that leave the recent table between its two looks. */
const QUERIES_OVER_MS = 20 * 60_000

/**
 * Moves recent facts to the settled ones and merges those, so that reading stays one scan without merging. Nothing is missing at any instant: facts are
 * in both tables until the next run, and the recent one outweighs. Only versions below which nothing can arrive any more. Answers how many were moved.
 */
export async function settleFacts(ctx: Ctx, least = RECENT_MIN): Promise<number> {
  const upTo = await sureVersion(ctx)
  if (upTo === restsAt) return 0
  if ((await dropSettled(ctx)) === 'nothing left') restsAt = upTo
  const [found] = await clickhouse.query<{ n: number; version: number }>(
    `SELECT count() AS n, max(version) AS version FROM facts_recent WHERE version <= {upTo:UInt64}
      AND version > (SELECT max(version) FROM facts_settlings)`,
    { upTo },
    { lane: 'build' },
  )
  if (!found || found.n < Math.max(1, least)) return 0
  restsAt = -1
  await moveRecent(found.version)
  await clickhouse.insert('facts_settlings', [{ version: found.version, at: ctx.now.toISOString() }])
  return found.n
}

/** Nothing has come since this version and nothing is left to do: an idle system asks ClickHouse nothing. */
let restsAt = -1

/** Repeatable: the settled table keeps the newest version. */
async function moveRecent(version: number): Promise<void> {
  await clickhouse.command(
    `INSERT INTO facts_settled SELECT brand_id, name, person_id, is_set, number, text, version FROM facts_recent FINAL
      WHERE version <= {version:UInt64} SETTINGS max_partitions_per_insert_block = 0`,
    { version },
    { lane: 'build' },
  )
  // Partitions that nothing was added to are left alone.
  await clickhouse.command(
    'OPTIMIZE TABLE facts_settled FINAL SETTINGS optimize_skip_merged_partitions = 1',
    {},
    { lane: 'build' },
  )
}

/** What was settled in an earlier run leaves the recent table. */
async function dropSettled(ctx: Ctx): Promise<'nothing left' | 'more to come'> {
  const [settled] = await clickhouse.query<{ old: number; newest: number }>(
    'SELECT maxIf(version, at < {before:DateTime64(3)}) AS old, max(version) AS newest FROM facts_settlings',
    { before: addMs(ctx.now, -QUERIES_OVER_MS) },
    { lane: 'build' },
  )
  const { old = 0, newest = 0 } = settled ?? {}
  if (old > 0) await clickhouse.command('DELETE FROM facts_recent WHERE version <= {old:UInt64}', { old }, { lane: 'build' })
  return old === newest ? 'nothing left' : 'more to come'
}

/** The highest version below which every batch has been stored. */
async function sureVersion(ctx: Ctx): Promise<number> {
  const open = await row<{ id: number | null }>(sql`SELECT MIN(id) AS id FROM fact_batches WHERE status NOT IN ('done', 'dead')`)
  const young = await row<{ id: number | null }>(
    sql`SELECT MIN(id) AS id FROM fact_batches WHERE created_at >= ${addMs(ctx.now, -VERSIONS_SURE_MS)}`,
  )
  const newest = await row<{ id: number | null }>(sql`SELECT MAX(id) AS id FROM fact_batches`)
  return Math.min(
    Number(open?.id ?? Number.MAX_SAFE_INTEGER) - 1,
    Number(young?.id ?? Number.MAX_SAFE_INTEGER) - 1,
    Number(newest?.id ?? 0),
  )
}
