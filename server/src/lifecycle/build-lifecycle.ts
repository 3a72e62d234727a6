import { type Ctx, insertOne, publishMany, row, run, sql, transaction } from '../core/index.ts'
import {
  fewOf,
  freshSets,
  movedPeople,
  nextChangesOfRules,
  noteAsked,
  type Places,
  placePeople,
  type Scope,
} from '../selection/index.ts'
import { type Checked, checkRules } from './check-stages.ts'
import { lifecycleEntered } from './events.ts'
import { type Build, type Move, movePeople } from './move-people.ts'
import { recallPast } from './recall-past.ts'
import { ctxOfBrand, type LifecycleRow, markOf, ruleOfStage, type StageRow, stagesInForce } from './stage.ts'
import { noteSizes } from './stage-days.ts'
import { standingIn } from './standing.ts'
import { storePending } from './store-stays.ts'

/** Whom to ask about: everybody, whoever time alone may have moved since everybody was last asked about, or these. */
export type RefreshOf = 'everybody' | 'moved' | readonly number[]

/** Of each stage at most so many are moved by one query. */
const MOVES_AT_ONCE = 50_000
const PEOPLE_AT_ONCE = 50_000
const ROUNDS_MAX = 2_000
const LONG_MS = 500

/** The stages of a brand with their rules as they are computed. */
type Ready = { lifecycle: LifecycleRow; stages: readonly StageRow[]; checked: Checked; places: Places; marks: string[] }

/** Brings everybody, or some, to the stage that the rules give him now. What a crash cut off is made good first. */
export async function buildLifecycle(lifecycle: LifecycleRow, of: RefreshOf): Promise<void> {
  const brandId = Number(lifecycle.brand_id)
  const began = Date.now()
  const ctx = ctxOfBrand(brandId)
  await storePending(brandId)
  const ready = await readyOf(ctx, lifecycle)
  const isFirst = lifecycle.is_built !== 1
  if (isFirst && lifecycle.recall_months > 0 && !lifecycle.recall_from)
    await recallPast(ctx, ready.stages, ready.checked, { months: lifecycle.recall_months, askedAt: lifecycle.put_at })
  const { scope } = ready.checked
  const people = of === 'everybody' || isFirst ? null : await fewOf(of === 'moved' ? await movedOf(ready) : of, scope)
  const build = await begin(ready, scope.now, isFirst, of === 'everybody')
  for (const some of people ? inParts(people, PEOPLE_AT_ONCE) : [null])
    await placeAll(ctx, ready, build, { ...scope, candidates: some })
  const tookMs = Date.now() - began
  await finish(ctx, ready, build, { tookMs, people, isWhole: !people || of === 'moved' })
  if (!people && tookMs > LONG_MS) {
    const { missing } = await freshSets(ready.checked.rules, scope, 'build')
    await noteAsked(ctx, ready.checked.rules, scope, missing, tookMs)
  }
}

async function readyOf(ctx: Ctx, lifecycle: LifecycleRow): Promise<Ready> {
  const brandId = Number(lifecycle.brand_id)
  const stages = await stagesInForce(brandId)
  const checked = await checkRules(
    ctx,
    stages.flatMap(stage => ruleOfStage(stage) ?? []),
  )
  const places: Places = {
    rules: checked.rules,
    numbers: stages.map(stage => Number(stage.id)),
    others: [],
    standing: standingIn(brandId),
  }
  return { lifecycle, stages, checked, places, marks: [markOf(brandId)] }
}

function movedOf({ lifecycle, checked }: Ready): Promise<number[] | null> | null {
  return lifecycle.evaluated_at ? movedPeople(checked.rules, checked.scope, lifecycle.evaluated_at) : null
}

async function begin({ lifecycle, stages }: Ready, at: Date, isFirst: boolean, isWhole: boolean): Promise<Build> {
  const brandId = Number(lifecycle.brand_id)
  // The rules are new until everybody has been asked about by them once.
  const isNewRules = !isFirst && isWhole && !!lifecycle.evaluated_at && lifecycle.put_at > lifecycle.evaluated_at
  const id = await insertOne('lifecycle_builds', { brandId, isFirst, isNewRules, at, status: 'open' })
  return { id, brandId, at, isFirst, isNewRules: isNewRules && stages.length > 0 }
}

/** Asked again until nobody is left to move: one answer names only so many. */
async function placeAll(ctx: Ctx, { places, stages, marks }: Ready, build: Build, scope: Scope): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { entered, gone } = await placePeople(places, scope, MOVES_AT_ONCE, { marks })
    const moves = [
      ...entered.flatMap((ids, at) => ids.map((personId): Move => ({ personId, stageId: Number(stages[at]?.id) }))),
      ...gone.map((personId): Move => ({ personId, stageId: 0 })),
    ]
    const moved = moves.length > 0 ? await movePeople(ctx, build, moves) : 0
    const isCut = [...entered, gone].some(ids => ids.length === MOVES_AT_ONCE)
    if (!isCut || moved === 0) return
  }
}

type Done = { tookMs: number; people: readonly number[] | null; isWhole: boolean }

async function finish(ctx: Ctx, ready: Ready, build: Build, { tookMs, people, isWhole }: Done): Promise<void> {
  const { lifecycle, checked } = ready
  const scope = { ...checked.scope, candidates: people && !isWhole ? people : null }
  const instants = checked.isTimeDependent ? await nextChangesOfRules(checked.rules, scope) : []
  const next = instants.reduce<Date | null>((first, at) => (at && (!first || at < first) ? at : first), null)
  // After a part only: the others' next instant still stands.
  const recheckAt = !isWhole && lifecycle.recheck_at && (!next || lifecycle.recheck_at < next) ? lifecycle.recheck_at : next
  await transaction(async () => {
    const moved = await row<{ moved_count: number }>(sql`SELECT moved_count FROM lifecycle_builds WHERE id = ${build.id}`)
    // A look that found nothing leaves no trace.
    if (Number(moved?.moved_count ?? 0) === 0 && !build.isFirst)
      await run(sql`DELETE FROM lifecycle_builds WHERE id = ${build.id}`)
    else await run(sql`UPDATE lifecycle_builds SET status = 'stored', took_ms = ${tookMs} WHERE id = ${build.id}`)
    if (build.isFirst) await tellFirst(ctx, build)
    await noteSizes(build.brandId, build.at)
    await run(
      sql`UPDATE lifecycles SET status = CASE WHEN put_at > ${checked.scope.now} THEN status ELSE 'ready' END, failure = NULL, is_built = ${true}, refreshed_at = ${build.at},
        started_at = COALESCE(started_at, ${build.at}), took_ms = ${people ? lifecycle.took_ms : tookMs},
        evaluated_at = ${isWhole ? build.at : lifecycle.evaluated_at}, recheck_at = ${recheckAt} WHERE id = ${lifecycle.id}`,
    )
  })
}

async function tellFirst(ctx: Ctx, { id: buildId, brandId }: Build): Promise<void> {
  const stages = await stagesInForce(brandId)
  const facts = stages.map(({ id, count }) => ({
    payload: { brandId, stageId: Number(id), buildId, personIds: [], isFirst: true, isNewRules: false, count: Number(count) },
    subject: `lifecycle:${brandId}`,
  }))
  await publishMany(ctx, lifecycleEntered, facts)
}

function inParts(list: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}
