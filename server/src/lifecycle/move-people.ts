import type { Facts } from '@banyan/shared'
import { bulkInsert, type Ctx, publishMany, rows, run, sql, transaction } from '../core/index.ts'
import { canonicalIds } from '../identity/index.ts'
import { putFacts } from '../selection/index.ts'
import { lifecycleEntered, lifecycleLeft } from './events.ts'
import { storeStays } from './store-stays.ts'

const PEOPLE_AT_ONCE = 5_000
const PEOPLE_PER_EVENT = 500

export type Build = { id: number; brandId: number; at: Date; isFirst: boolean; isNewRules: boolean }
/** Where somebody is to be; 0: nowhere any more. */
export type Move = { personId: number; stageId: number }
type Open = { id: number; person_id: number; stage_id: number; from_at: Date }

/**
 * Puts people where the rules put them. The relational store decides who really moves: who is there already, and who was merged meanwhile, does not. Each
 * page's stays, facts, counts and events are one transaction; ClickHouse follows. Answers how many moved.
 */
export async function movePeople(ctx: Ctx, build: Build, moves: readonly Move[]): Promise<number> {
  let moved = 0
  for (let from = 0; from < moves.length; from += PEOPLE_AT_ONCE) {
    const page = moves.slice(from, from + PEOPLE_AT_ONCE)
    moved += await transaction(() => movePage(ctx, build, page))
    await storeStays(
      build.brandId,
      page.map(one => one.personId),
    )
  }
  return moved
}

async function movePage(ctx: Ctx, build: Build, page: readonly Move[]): Promise<number> {
  const ids = page.map(one => one.personId)
  const canonical = await canonicalIds(ids)
  const open = new Map(
    (
      await rows<Open>(
        sql`SELECT id, person_id, stage_id, from_at FROM lifecycle_stays WHERE brand_id = ${build.brandId} AND person_id IN (${ids}) AND until_at IS NULL ORDER BY id FOR UPDATE`,
      )
    ).map(stay => [Number(stay.person_id), stay]),
  )
  const really = page.filter(
    ({ personId, stageId }) => canonical.get(personId) === personId && Number(open.get(personId)?.stage_id ?? 0) !== stageId,
  )
  if (really.length === 0) return 0
  await writeStays(build, really, open)
  await tellFacts(ctx, build, really)
  const left = countsOf(really.map(({ personId }) => [Number(open.get(personId)?.stage_id ?? 0), personId]))
  const entered = countsOf(really.map(({ personId, stageId }) => [stageId, personId]))
  if (!build.isFirst) {
    await publishMany(ctx, lifecycleLeft, factsOf(build, left))
    await publishMany(ctx, lifecycleEntered, factsOf(build, entered))
  }
  await run(sql`UPDATE lifecycle_builds SET moved_count = moved_count + ${really.length} WHERE id = ${build.id}`)
  // The hot rows last, and in their order.
  for (const stageId of [...new Set([...left.keys(), ...entered.keys()])].sort((a, b) => a - b)) {
    const change = (entered.get(stageId)?.length ?? 0) - (left.get(stageId)?.length ?? 0)
    if (change !== 0) await run(sql`UPDATE lifecycle_stages SET count = count + ${change} WHERE id = ${stageId}`)
  }
  return really.length
}

/** A stay that began at this very instant, or after it, is written over: there was never a moment of it. */
async function writeStays({ id, brandId, at }: Build, moves: readonly Move[], open: ReadonlyMap<number, Open>): Promise<void> {
  const isInstead = ({ personId }: Move) => (open.get(personId)?.from_at.getTime() ?? 0) >= at.getTime()
  const ending = moves.filter(move => open.has(move.personId) && !isInstead(move)).map(move => open.get(move.personId)!.id)
  await run(sql`UPDATE lifecycle_stays SET until_at = ${at}, until_build_id = ${id} WHERE id IN (${ending})`)
  for (const move of moves.filter(one => open.has(one.personId) && isInstead(one))) {
    const stay = open.get(move.personId) as Open
    await run(
      move.stageId === 0
        ? sql`UPDATE lifecycle_stays SET until_at = from_at, until_build_id = ${id} WHERE id = ${stay.id}`
        : sql`UPDATE lifecycle_stays SET stage_id = ${move.stageId}, build_id = ${id} WHERE id = ${stay.id}`,
    )
  }
  const fresh = moves.filter(move => move.stageId !== 0 && !(open.has(move.personId) && isInstead(move)))
  await bulkInsert(
    'lifecycle_stays',
    fresh.map(({ personId, stageId }) => ({ brandId, personId, stageId, fromAt: at, untilAt: null, buildId: id })),
    // He may have gone and come back within one millisecond: then his stay of that instant goes on.
    { onDuplicate: { update: ['stageId', 'untilAt', 'buildId'] } },
  )
}

function tellFacts(ctx: Ctx, { brandId, at }: Build, moves: readonly Move[]): Promise<void> {
  return putFacts(
    ctx,
    brandId,
    moves.map(({ personId, stageId }) => ({ personId, facts: factsOfStay(stageId === 0 ? null : { stageId, fromAt: at }) })),
  )
}

export function factsOfStay(stay: { stageId: number; fromAt: Date } | null): Facts {
  return { lifecycleStage: stay ? String(stay.stageId) : null, lifecycleSince: stay?.fromAt ?? null }
}

function countsOf(pairs: readonly (readonly [stageId: number, personId: number])[]): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const [stageId, personId] of pairs) {
    if (stageId === 0) continue
    const list = found.get(stageId)
    if (list) list.push(personId)
    else found.set(stageId, [personId])
  }
  return found
}

function factsOf({ id: buildId, brandId, isNewRules }: Build, byStage: ReadonlyMap<number, readonly number[]>) {
  return [...byStage].flatMap(([stageId, people]) =>
    Array.from({ length: Math.ceil(people.length / PEOPLE_PER_EVENT) }, (_, at) => {
      const personIds = people.slice(at * PEOPLE_PER_EVENT, (at + 1) * PEOPLE_PER_EVENT)
      return {
        payload: { brandId, stageId, buildId, personIds, isFirst: false, isNewRules, count: personIds.length },
        subject: `lifecycle:${brandId}`,
      }
    }),
  )
}
