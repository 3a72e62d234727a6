import type { Rule } from '@banyan/shared'
import {
  addMs,
  assert,
  type Ctx,
  clickhouse,
  dayIn,
  insertOne,
  now,
  RetryLater,
  refused,
  rows,
  run,
  shiftMonth,
  sql,
  startOfDay,
} from '../core/index.ts'
import { asOf, hasCaughtUp, placePeople, type Scope, selectAmong } from '../selection/index.ts'
import { areTracksWaiting } from '../tracking/index.ts'
import type { Checked } from './check-stages.ts'
import { type Build, type Move, movePeople } from './move-people.ts'
import { markOf, type StageRow } from './stage.ts'
import { noteSizes } from './stage-days.ts'
import { standingIn } from './standing.ts'

const PEOPLE_AT_ONCE = 20_000
const LIMIT = PEOPLE_AT_ONCE
const WAIT_MS = 2_000
const WAIT_MAX_MS = 10 * 60_000

/** Only rules that read tracks alone have a past. Throws lifecycle.cannotRecall. */
export function mustRecall(ctx: Ctx, { rules, scope }: Checked): void {
  if (rules.some(rule => asOf(rule, ctx.now, scope.zone) === null))
    throw refused('lifecycle.cannotRecall', { field: 'recallMonths' })
}

/**
 * Where everybody stood at the first instant of each of the latest months, by the rules of today, asked as of then. A person is in the brand from the instant
 * at which it first saw him, or from his first track of those that the rules read. Tells nobody. Cut off, it begins anew.
 */
export async function recallPast(
  ctx: Ctx,
  stages: readonly StageRow[],
  checked: Checked,
  { months, askedAt }: { months: number; askedAt: Date },
): Promise<void> {
  await waitForTracks(askedAt)
  const brandId = Number(stages[0]?.brand_id)
  await forget(brandId)
  const thisMonth = `${dayIn(ctx.now).slice(0, 7)}-01`
  let first: Date | null = null
  for (let back = months - 1; back >= 0; back -= 1) {
    const at = startOfDay(shiftMonth(thisMonth, -back))
    const found = await recallAt(ctx, brandId, stages, checked, at)
    if (found > 0) first ??= at
  }
  if (first) await run(sql`UPDATE lifecycles SET recall_from = ${first} WHERE brand_id = ${brandId}`)
}

/** The past is asked for once and for all: whatever was there when it was asked for must be seen by then. Throws RetryLater. */
async function waitForTracks(askedAt: Date): Promise<void> {
  if (now() > addMs(askedAt, WAIT_MAX_MS)) return
  if ((await areTracksWaiting(askedAt)) || !(await hasCaughtUp(askedAt)))
    throw new RetryLater('tracks and people are on their way to the rules', WAIT_MS)
}

/** What an earlier attempt has left: nobody has been told of it. */
async function forget(brandId: number): Promise<void> {
  await run(sql`DELETE FROM lifecycle_stays WHERE brand_id = ${brandId}`)
  await run(sql`DELETE FROM lifecycle_days WHERE stage_id IN (SELECT id FROM lifecycle_stages WHERE brand_id = ${brandId})`)
  await run(sql`UPDATE lifecycle_stages SET count = 0 WHERE brand_id = ${brandId}`)
  await clickhouse.command('DELETE FROM lifecycle_stays WHERE brand_id = {brand:UInt32}', { brand: brandId }, { lane: 'build' })
}

async function recallAt(ctx: Ctx, brandId: number, stages: readonly StageRow[], checked: Checked, at: Date): Promise<number> {
  const id = await insertOne('lifecycle_builds', { brandId, isFirst: true, isNewRules: false, at, status: 'open' })
  const build: Build = { id, brandId, at, isFirst: true, isNewRules: false }
  const rules = checked.rules.flatMap(rule => asOf(rule, at, checked.scope.zone) ?? [])
  assert(rules.length === checked.rules.length, 'stages without a past')
  let found = 0
  for await (const people of peopleOf(brandId)) {
    const scope: Scope = { ...checked.scope, now: at, candidates: people.map(one => one.id) }
    const { entered } = await placePeople(
      { rules, numbers: stages.map(stage => Number(stage.id)), others: [], standing: standingIn(brandId) },
      scope,
      LIMIT,
      { marks: [markOf(brandId)] },
    )
    const known = new Set(people.flatMap(one => (one.firstSeenAt <= at ? [one.id] : [])))
    const late = people.flatMap(one => (known.has(one.id) ? [] : [one.id]))
    for (const personId of await selectAmong(hadTracks(checked.reads, at), { ...scope, candidates: null }, late))
      known.add(personId)
    const moves = entered.flatMap((ids, place) =>
      ids.flatMap((personId): Move[] => (known.has(personId) ? [{ personId, stageId: Number(stages[place]?.id) }] : [])),
    )
    await movePeople(ctx, build, moves)
    found += known.size
  }
  await run(sql`UPDATE lifecycle_builds SET status = 'stored' WHERE id = ${id}`)
  // The first instant of a month is the end of the day before.
  if (found > 0) await noteSizes(brandId, addMs(at, -1))
  return found
}

function hadTracks(reads: readonly string[], at: Date): Rule {
  return {
    kind: 'any',
    rules: reads.map(read => ({
      kind: 'tracks',
      name: read.slice('track:'.length),
      filters: [],
      window: { type: 'absolute', from: null, to: at },
      measure: { of: 'count' },
      is: { op: '>=', value: 1 },
    })),
  }
}

async function* peopleOf(brandId: number): AsyncGenerator<{ id: number; firstSeenAt: Date }[]> {
  for (let after = 0; ; ) {
    const found = await rows<{ person_id: number; first_seen_at: Date | string }>(
      sql`SELECT person_id, MIN(first_seen_at) AS first_seen_at FROM person_brands WHERE brand_id = ${brandId} AND person_id > ${after} GROUP BY person_id ORDER BY person_id LIMIT ${PEOPLE_AT_ONCE}`,
    )
    if (found.length > 0) yield found.map(one => ({ id: Number(one.person_id), firstSeenAt: new Date(one.first_seen_at) }))
    if (found.length < PEOPLE_AT_ONCE) return
    after = Number(found.at(-1)?.person_id)
  }
}
