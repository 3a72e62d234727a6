import type { InputOf, lifecycle } from '@banyan/shared'
import { brandOf, type Ctx, dayIn, rows, shiftDay, sql, storeScope, upsert } from '../core/index.ts'
import { lifecycleOf, nameOfStage, stagesEver, stagesInForce } from './stage.ts'

type Api = typeof lifecycle

/** How many each stage holds after a computation: the latest of a day is that day's size. */
export async function noteSizes(brandId: number, at: Date): Promise<void> {
  const day = dayIn(at)
  const stages = await stagesInForce(brandId)
  await upsert(
    'lifecycle_days',
    stages.map(({ id, count }) => ({ stageId: Number(id), day, count: Number(count) })),
  )
}

/**
 * How large the stages were at the end of each of the latest days, from the day on which they began. Nobody moves but by a computation, so a day
 * without one ends as the day before; of the past that was worked out afterwards, the ends of months alone are known. The numbers are of everybody: an operator of single stores does not get them.
 */
export async function lifecycleTrend(ctx: Ctx, { days }: InputOf<Api['lifecycle.trend']>) {
  const brandId = brandOf(ctx)
  const found = await lifecycleOf(brandId)
  if (!found?.started_at) return { isWithheld: false, stages: [], days: [] }
  if (storeScope(ctx) !== null) return { isWithheld: true, stages: [], days: [] }
  const to = dayIn(ctx.now)
  const from = shiftDay(to, 1 - days)
  const ever = await stagesEver(brandId)
  const noted = await rows<{ stage_id: number; day: string; count: number }>(
    sql`SELECT stage_id, day, count FROM lifecycle_days WHERE stage_id IN (${ever.map(stage => stage.id)}) ORDER BY day`,
  )
  const shown = ever.filter(
    stage =>
      stage.removed_at === null ||
      noted.some(one => Number(one.stage_id) === Number(stage.id) && one.day >= from && one.count > 0),
  )
  const current = new Map<number, number>()
  const list = []
  let at = 0
  const kept = dayIn(found.started_at)
  for (let day = noted[0]?.day ?? to; day <= to; day = shiftDay(day, 1)) {
    const isKnown = day >= kept || noted[at]?.day === day
    for (; noted[at]?.day === day; at += 1) current.set(Number(noted[at]!.stage_id), Number(noted[at]!.count))
    if (day < from) continue
    // A stage that is in force no more holds nobody, whatever it held when it was last noted.
    const isThere = (stage: (typeof shown)[number]) => stage.removed_at === null || day < dayIn(stage.removed_at)
    if (!isKnown) list.push({ day, counts: null })
    else list.push({ day, counts: shown.map(stage => (isThere(stage) ? (current.get(Number(stage.id)) ?? 0) : 0)) })
  }
  return { isWithheld: false, stages: shown.map(nameOfStage), days: list }
}
