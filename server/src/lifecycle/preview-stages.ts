import type { InputOf, lifecycle } from '@banyan/shared'
import { type Ctx, notFound } from '../core/index.ts'
import { countPlaces } from '../selection/index.ts'
import { checkRules, mustDiffer } from './check-stages.ts'
import { mustSeeWhole } from './put-stages.ts'
import { ctxOfBrand, lifecycleOf, stagesEver } from './stage.ts'
import { standingIn } from './standing.ts'

type Api = typeof lifecycle

/** New stages have no id yet: they are counted under numbers that no stage has. */
const NEW_FROM = 4_000_000_000

/** How many a draft would put into each stage, and who would move. Before the first build nobody is anywhere, so nobody moves. */
export async function previewStages(ctx: Ctx, { stages, rest }: InputOf<Api['lifecycle.preview']>) {
  const began = Date.now()
  const brandId = mustSeeWhole(ctx)
  mustDiffer([...stages.map(stage => stage.name), rest.name])
  const checked = await checkRules(
    ctxOfBrand(brandId),
    stages.map(stage => stage.rule),
  )
  const ever = await stagesEver(brandId)
  const restId = ever.find(stage => stage.rule === null)?.id
  const known = new Set(ever.map(stage => Number(stage.id)))
  const foreign = stages.find(stage => stage.id !== undefined && !known.has(stage.id))
  if (foreign) throw notFound('stage', foreign.id ?? 0)
  const numbers = [...stages.map(stage => stage.id), restId && Number(restId)].map((id, at) => id ?? NEW_FROM + at)
  const { counts, population, moves } = await countPlaces(
    {
      rules: checked.rules,
      numbers,
      others: [...known].filter(id => !numbers.includes(id)),
      standing: standingIn(brandId),
    },
    { ...checked.scope, now: ctx.now },
  )
  const isBuilt = (await lifecycleOf(brandId))?.is_built === 1
  return {
    counts,
    population,
    movedCount: isBuilt ? moves.reduce((sum, move) => sum + move.count, 0) : population,
    moves: moves.map(({ from, toAt, count }) => ({ fromId: from === 0 ? null : from, toAt, count })),
    tookMs: Date.now() - began,
  }
}
