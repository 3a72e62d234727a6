import type { InputOf, lifecycle } from '@banyan/shared'
import { brandOf, type Ctx, clickhouse, dayIn, refused, row, shiftMonth, sql, startOfDay } from '../core/index.ts'
import { ofStoresSql } from '../selection/index.ts'
import { type LifecycleRow, lifecycleOf, nameOfStage, stagesEver } from './stage.ts'
import { NOT_MERGED } from './standing.ts'

type Api = typeof lifecycle

/** What a month is counted between. */
export type Span = { month: string; startAt: Date; endAt: Date }

const monthOf = (at: Date) => dayIn(at).slice(0, 7)
const firstOf = (month: string) => startOfDay(`${month}-01`)
const nextMonth = (month: string) => shiftMonth(`${month}-01`, 1).slice(0, 7)

/** Where it is known from: the first recalled instant, else the first build. */
const knownFrom = ({ recall_from, started_at }: LifecycleRow): Date | null => recall_from ?? started_at

/** Throws lifecycle.notSetUp, lifecycle.noSuchMonth. */
export async function spanOf(ctx: Ctx, month = monthOf(ctx.now)): Promise<Span & { lifecycle: LifecycleRow; months: string[] }> {
  const found = await lifecycleOf(brandOf(ctx))
  const from = found && knownFrom(found)
  if (!found || !from) throw refused('lifecycle.notSetUp')
  const months: string[] = []
  for (let one = monthOf(from); one <= monthOf(ctx.now); one = nextMonth(one)) months.unshift(one)
  if (!months.includes(month)) throw refused('lifecycle.noSuchMonth', { field: 'month' })
  const startAt = new Date(Math.max(firstOf(month).getTime(), from.getTime()))
  const endAt = new Date(Math.min(firstOf(nextMonth(month)).getTime(), ctx.now.getTime()))
  return { month, startAt, endAt, lifecycle: found, months }
}

/**
 * SQL for everybody's stage at both ends of a span: `person_id`, `a` at its start and `b` at its end; 0: not there. An instant counts what began at it, so a
 * month begins as the one before ended. Who was merged counts as the survivor, by the survivor's own stays.
 */
export function endsSql(ctx: Ctx, { startAt, endAt }: Span): { sql: string; params: Record<string, unknown> } {
  const mine = ofStoresSql(ctx)
  const at = (instant: string) => `argMaxIf(stage_id, (from_at, version), from_at <= {${instant}:DateTime64(3)})`
  return {
    sql: `SELECT person_id, ${at('startAt')} AS a, ${at('endAt')} AS b FROM lifecycle_stays
      WHERE brand_id = {brand:UInt32} AND from_at <= {endAt:DateTime64(3)}${mine.sql}${NOT_MERGED} GROUP BY person_id HAVING a != 0 OR b != 0`,
    params: { brand: brandOf(ctx), startAt, endAt, ...mine.params },
  }
}

/** From which stage to which a month took its people. */
export async function lifecycleMatrix(ctx: Ctx, { month }: InputOf<Api['lifecycle.matrix']>) {
  const { lifecycle: found, months, ...span } = await spanOf(ctx, month)
  const { sql: ends, params } = endsSql(ctx, span)
  const cells = await clickhouse.query<{ a: number; b: number; n: number }>(
    `SELECT a, b, toUInt32(count()) AS n FROM (${ends}) GROUP BY a, b ORDER BY a, b`,
    params,
  )
  const named = new Set(cells.flatMap(({ a, b }) => [a, b]))
  const ever = await stagesEver(brandOf(ctx))
  const changed = await row(
    sql`SELECT id FROM lifecycle_builds WHERE brand_id = ${found.brand_id} AND is_new_rules = ${true} AND at > ${span.startAt} AND at <= ${span.endAt} LIMIT 1`,
  )
  return {
    month: span.month,
    months,
    startAt: span.startAt,
    endAt: span.endAt,
    isChanged: changed !== null,
    isRecalled: found.recall_from !== null && found.started_at !== null && span.startAt < found.started_at,
    stages: ever.filter(stage => stage.removed_at === null || named.has(Number(stage.id))).map(nameOfStage),
    cells: cells.map(({ a, b, n }) => ({ from: a || null, to: b || null, count: n })),
  }
}

/** The people of one cell, ascending, those whom the caller may see. */
export async function* cellPages(
  ctx: Ctx,
  { span, from, to, size }: { span: Span; from: number | null; to: number | null; size: number },
): AsyncGenerator<number[]> {
  const { sql: ends, params } = endsSql(ctx, span)
  for (let after = 0; ; ) {
    const found = await clickhouse.query<{ person_id: number }>(
      `SELECT person_id FROM (${ends}) WHERE a = {a:UInt32} AND b = {b:UInt32} AND person_id > {after:UInt32} ORDER BY person_id LIMIT {size:UInt32}`,
      { ...params, a: from ?? 0, b: to ?? 0, after, size },
      { lane: 'build' },
    )
    if (found.length > 0) yield found.map(one => one.person_id)
    if (found.length < size) return
    after = found.at(-1)?.person_id ?? after
  }
}

export async function cellCount(ctx: Ctx, span: Span, from: number | null, to: number | null): Promise<number> {
  const { sql: ends, params } = endsSql(ctx, span)
  const [counted] = await clickhouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM (${ends}) WHERE a = {a:UInt32} AND b = {b:UInt32}`,
    { ...params, a: from ?? 0, b: to ?? 0 },
  )
  return counted?.n ?? 0
}
