import { type InputOf, type lifecycle, Rule } from '@banyan/shared'
import {
  afterCommit,
  brandOf,
  type Ctx,
  clickhouse,
  enqueue,
  insertOne,
  mustSeeBrand,
  notFound,
  refused,
  run,
  sql,
  storeScope,
} from '../core/index.ts'
import { checkRules, mustDiffer } from './check-stages.ts'
import { getLifecycle } from './read-stages.ts'
import { mustRecall } from './recall-past.ts'
import { refreshTask } from './refresh-lifecycle.ts'
import { ctxOfBrand, lifecycleOf, markOf, type StageRow, stagesInForce } from './stage.ts'

type Api = typeof lifecycle

/** The stages are of the whole brand: only who sees all its people may change them. Throws access.outOfScope. */
export function mustSeeWhole(ctx: Ctx): number {
  const brandId = brandOf(ctx)
  mustSeeBrand(ctx, brandId)
  if (storeScope(ctx) !== null) throw refused('access.outOfScope')
  return brandId
}

/**
 * Puts a draft in force: stages that it keeps stay what they are, new ones are made, the others are taken away; what they were called is kept. Everybody is
 * placed at once. Throws lifecycle.nameTaken, lifecycle.emptyRule, lifecycle.cycle, lifecycle.cannotRecall, selection.*.
 */
export async function putStages(ctx: Ctx, { stages, rest, recallMonths }: InputOf<Api['lifecycle.put']>) {
  const brandId = mustSeeWhole(ctx)
  mustDiffer([...stages.map(stage => stage.name), rest.name])
  const checked = await checkRules(
    ctxOfBrand(brandId),
    stages.map(stage => stage.rule),
  )
  if (recallMonths > 0) mustRecall(ctx, checked)
  const known = await lifecycleOf(brandId)
  const before = await stagesInForce(brandId)
  await writeStages(ctx, brandId, before, { stages, rest })
  const facts = {
    readsFrom: JSON.stringify(checked.reads),
    standsOn: JSON.stringify(checked.standsOn),
    isTimeDependent: checked.isTimeDependent,
  }
  if (known)
    await run(
      sql`UPDATE lifecycles SET status = 'building', failure = NULL, cancelled_at = NULL, reads_from = ${facts.readsFrom}, stands_on = ${facts.standsOn},
        is_time_dependent = ${facts.isTimeDependent}, put_at = ${ctx.now}, put_by = ${ctx.actor.name} WHERE id = ${known.id}`,
    )
  else
    await insertOne('lifecycles', {
      brandId,
      status: 'building',
      ...facts,
      recallMonths,
      putAt: ctx.now,
      putBy: ctx.actor.name,
      createdAt: ctx.now,
    })
  await enqueue(ctx, refreshTask, { brandId, of: 'everybody' })
  return getLifecycle(ctx)
}

type Draft = Pick<InputOf<Api['lifecycle.put']>, 'stages' | 'rest'>

async function writeStages(ctx: Ctx, brandId: number, before: readonly StageRow[], { stages, rest }: Draft): Promise<void> {
  const byId = new Map(before.map(stage => [Number(stage.id), stage]))
  const kept = new Set(stages.flatMap(stage => stage.id ?? []))
  const foreign = [...kept].find(id => !byId.has(id) || byId.get(id)?.rule === null)
  if (foreign !== undefined) throw notFound('stage', foreign)
  const restBefore = before.find(stage => stage.rule === null)
  const gone = before.filter(stage => stage.rule !== null && !kept.has(Number(stage.id))).map(stage => stage.id)
  await run(sql`UPDATE lifecycle_stages SET removed_at = ${ctx.now} WHERE id IN (${gone})`)
  const wanted = [
    ...stages.map(({ id, name, color, rule }) => ({ id, name, color, rule: JSON.stringify(Rule.encode(rule)) as string | null })),
    { id: restBefore && Number(restBefore.id), ...rest, rule: null },
  ]
  for (const [position, { id, name, color, rule }] of wanted.entries()) {
    if (id === undefined) await insertOne('lifecycle_stages', { brandId, name, color, rule, position, createdAt: ctx.now })
    else
      await run(
        sql`UPDATE lifecycle_stages SET name = ${name}, color = ${color}, rule = ${rule}, position = ${position} WHERE id = ${id}`,
      )
  }
}

/** Throws lifecycle.notSetUp. */
export async function requestRefresh(ctx: Ctx) {
  const brandId = mustSeeWhole(ctx)
  const changed = await run(sql`UPDATE lifecycles SET status = 'building', cancelled_at = NULL WHERE brand_id = ${brandId}`)
  if (changed === 0) throw refused('lifecycle.notSetUp')
  await enqueue(ctx, refreshTask, { brandId, of: 'everybody' })
  return getLifecycle(ctx)
}

/** Stops the computation for good: one that waits does not begin, one that runs is ended in ClickHouse. Everybody stays where he was. */
export async function cancelBuild(ctx: Ctx) {
  const brandId = mustSeeWhole(ctx)
  const changed = await run(
    sql`UPDATE lifecycles SET cancelled_at = ${ctx.now} WHERE brand_id = ${brandId} AND status = 'building'`,
  )
  if (changed === 0) throw refused('lifecycle.notBuilding')
  afterCommit(() => clickhouse.cancel(markOf(brandId)))
  return getLifecycle(ctx)
}
