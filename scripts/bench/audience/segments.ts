import { clickhouse, insertOne, rows, run, sql } from '../../../server/src/core/index.ts'
import { refreshSegments } from '../../../server/src/segments/index.ts'
import { readsOf } from '../../../server/src/selection/index.ts'
import { conditionsOf, Rule } from '../../../shared/src/index.ts'
import type { Row } from '../measures.ts'
import { whole } from '../measures.ts'
import { rowOf, timed } from './measures.ts'
import { hundred } from './rules.ts'
import { BRAND, TAG_SHARES } from './world.ts'

type Say = (what: string) => void
/** What the worker of tracking stores at once. */
const BATCH = 5_000

/** A hundred segments: built together, refreshed together, and brought up to date after one track in a hundred more. */
export async function measureSegments(people: number, now: Date, add: (row: Row) => void, say: Say): Promise<void> {
  await clickhouse.command('TRUNCATE TABLE segment_members', {}, { lane: 'build' })
  const ids = await makeSegments(now)
  const first = await timed(() => refreshSegments(ids, 'everybody'), 1)
  const members = await sizes(ids)
  add(rowOf('100 segments, first build together', first, 60_000, { members }))
  const again = await timed(() => refreshSegments(ids, 'everybody'), 1)
  add(rowOf('100 segments, refreshed together', again, 60_000, { members }))

  const byTracks = (
    await rows<{ id: number; reads_from: string }>(sql`SELECT id, reads_from FROM segments WHERE id IN (${ids})`)
  ).filter(row => row.reads_from.includes('track:order_paid'))
  const some = byTracks.map(row => row.id)
  const full = await timed(() => refreshSegments(some, 'everybody'), 1)
  const share = (part: { cpuMs: number }) => ((part.cpuMs / full.cpuMs) * 100).toFixed(1)
  const ofBatch = await addTracks(people, BATCH, now)
  const batch = await timed(() => refreshSegments(some, ofBatch), 1)
  add(
    rowOf(
      `${some.length} segments after a batch of ${whole(BATCH)} tracks (${share(batch)} % of the CPU of asking everybody)`,
      batch,
      1_000,
      { full },
    ),
  )
  const count = Math.floor((people * 3) / 100)
  const those = await addTracks(people, count, now)
  say(`${whole(count)} new tracks of ${whole(those.length)} people`)
  const followed = await timed(() => refreshSegments(some, those), 1)
  add({
    what: `${some.length} segments after 1 % of new tracks`,
    reached: `${whole(followed.ms)} ms, ${share(followed)} % of the CPU of asking everybody (${whole(full.ms)} ms)`,
    target: '5 %',
    isReached: followed.cpuMs < full.cpuMs * 0.05,
    detail: { followed, full, people: those.length },
  })
  const before = await sizes(ids)
  await refreshSegments(ids, 'everybody')
  const after = await sizes(ids)
  if (before !== after) throw new Error(`followed one by one there are ${before} members, asked about everybody ${after}`)
}

async function makeSegments(now: Date): Promise<number[]> {
  await run(sql`DELETE FROM segments`)
  await run(sql`DELETE FROM segment_builds`)
  await run(sql`DELETE FROM tags`)
  for (const id of Object.keys(TAG_SHARES))
    await insertOne('tags', { id, brandId: BRAND, name: `tag ${id}`, groupName: '', isExclusive: false, createdAt: now })
  const ids: number[] = []
  for (const [at, rule] of hundred.entries())
    ids.push(
      await insertOne('segments', {
        brandId: BRAND,
        name: `segment ${at}`,
        kind: 'dynamic',
        rule: JSON.stringify(Rule.encode(rule)),
        readsFrom: JSON.stringify(conditionsOf(rule).flatMap(condition => readsOf(condition))),
        refersTo: '[]',
        isTimeDependent: conditionsOf(rule).some(condition => condition.kind === 'tracks'),
        status: 'building',
        createdBy: 'bench',
        createdAt: now,
        updatedAt: now,
      }),
    )
  return ids
}

async function addTracks(people: number, count: number, now: Date): Promise<number[]> {
  const batch = 1_000_000 + Math.floor(Math.random() * 1_000_000)
  await clickhouse.command(
    `INSERT INTO tracks (brand_id, name, person_id, occurred_at, received_at, message_key, batch_id, numbers, texts)
      SELECT ${BRAND}, 'order_paid', toUInt32(1 + cityHash64(number, ${batch}) % ${people}), {at:DateTime64(3)}, {at:DateTime64(3)}, concat('n', toString(number)), ${batch},
        map('amountFen', 10000), map('channel', 'store') FROM numbers(${count})`,
    { at: new Date(now.getTime() - 60_000) },
    { lane: 'build' },
  )
  const found = await clickhouse.query<{ person_id: number }>(
    `SELECT DISTINCT coalesce(alias.to_id, home.person_id) AS person_id FROM (SELECT person_id FROM tracks WHERE batch_id = {batch:UInt64}) AS home
      LEFT JOIN (SELECT home_id, person_id AS to_id FROM person_aliases FINAL) AS alias ON alias.home_id = home.person_id`,
    { batch },
    { lane: 'build' },
  )
  return found.map(row => row.person_id)
}

async function sizes(ids: readonly number[]): Promise<number> {
  const [found] = await rows<{ n: number }>(sql`SELECT SUM(count) AS n FROM segments WHERE id IN (${ids})`)
  const failed = await rows<{ id: number; failure: string }>(
    sql`SELECT id, failure FROM segments WHERE id IN (${ids}) AND status <> 'ready'`,
  )
  if (failed.length > 0) throw new Error(`segments failed: ${JSON.stringify(failed.slice(0, 3))}`)
  return Number(found?.n ?? 0)
}
