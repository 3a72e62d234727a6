import type { livecodes as contract, InputOf, LiveCodeReport, LiveCodeReportRow } from '@banyan/shared'
import { brandScope, type Ctx, refused, rows, type Sql, say, shiftDay, sql } from '../core/index.ts'
import { storesByIds } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { countsFrom } from './code-view.ts'

type Contract = typeof contract
type Input = InputOf<Contract['livecodes.report']>
const DAYS_MAX = 366
const ROWS_MAX = 1_000

const KEYS: Record<Input['by'], Sql> = {
  code: sql`d.code_id`,
  channel: sql`c.channel`,
  store: sql`COALESCE(c.store_id, 0)`,
  staff: sql`d.staff_id`,
  day: sql`d.day`,
}

/**
 * What codes brought, in one of five views. Scans are at least the adds (the platform does not tell of scans of its own pictures). People may
 * join without a scan in the period (they scanned before it, or came by a link), so these joins are said apart, and no rate exceeds the whole.
 * A code's cost is its whole cost, so cost per join is right for codes, channels and stores; days and staff members have none.
 */
export async function liveCodeReport(ctx: Ctx, input: Input): Promise<LiveCodeReport> {
  const { by, from, to } = input
  const dayCount = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1
  if (dayCount < 1 || dayCount > DAYS_MAX) throw refused('input.invalid', { field: 'to', reason: `1 to ${DAYS_MAX} days` })
  const filter = filterOf(ctx, input)
  const found = await sums(KEYS[by], filter, from, to, by === 'day' ? sql`group_key` : sql`adds DESC, scans DESC`)
  const costs = await costsOf(by, filter)
  const labels = await labelsOf(
    ctx,
    by,
    found.map(row => row.group_key),
  )
  const list = found.map(row =>
    rowOf(
      String(row.group_key),
      labels.get(String(row.group_key)) ?? String(row.group_key),
      row,
      costs.get(String(row.group_key)) ?? 0,
    ),
  )
  const isCostKnown = by === 'code' || by === 'channel' || by === 'store'
  const totalCostFen = isCostKnown ? list.reduce((sum, row) => sum + row.costFen, 0) : await wholeCost(filter)
  const whole = (start: string, end: string) => sums(sql`'total'`, filter, start, end, sql`group_key`)
  const [total] = await whole(from, to)
  const [previous] = await whole(shiftDay(from, -dayCount), shiftDay(from, -1))
  return {
    by,
    rows: list,
    totals: rowOf('total', say(ctx, '合计', 'Total'), total ?? {}, totalCostFen),
    previous: countsFrom(previous ?? {}),
  }
}

type Sums = Record<string, unknown> & { group_key: string | number }

/** Counted per code first: only there a scan and the join that follows it are of the same thing. */
function sums(key: Sql, filter: Sql, from: string, to: string, order: Sql): Promise<Sums[]> {
  const perCode = sql`SELECT ${key} AS group_key, CASE WHEN SUM(d.scans) > SUM(d.adds) THEN SUM(d.scans) ELSE SUM(d.adds) END AS scans, SUM(d.adds) AS adds, SUM(d.joins) AS joins, SUM(d.claims) AS claims, SUM(d.losses) AS losses, SUM(d.orders) AS orders, SUM(d.amount_fen) AS amount_fen FROM live_code_daily d JOIN live_codes c ON c.id = d.code_id WHERE d.day >= ${from} AND d.day <= ${to} AND ${filter} GROUP BY ${key}, d.code_id`
  return rows<Sums>(
    sql`SELECT group_key, SUM(scans) AS scans, SUM(adds) AS adds, SUM(joins) AS joins, SUM(CASE WHEN joins > scans THEN joins - scans ELSE 0 END) AS joins_without_scan, SUM(claims) AS claims, SUM(losses) AS losses, SUM(orders) AS orders, SUM(amount_fen) AS amount_fen FROM (${perCode}) per_code GROUP BY group_key ORDER BY ${order} LIMIT ${ROWS_MAX}`,
  )
}

function filterOf(ctx: Ctx, { kind, channel, storeId, codeId }: Input): Sql {
  const brands = brandScope(ctx)
  return sql.and([
    ...(brands ? [sql`c.brand_id IN ${brands}`] : []),
    ...(ctx.storeIds === 'all' ? [] : [sql`c.store_id IN ${ctx.storeIds}`]),
    ...(kind ? [sql`c.kind = ${kind}`] : []),
    ...(channel === undefined ? [] : [sql`c.channel = ${channel}`]),
    ...(storeId ? [sql`c.store_id = ${storeId}`] : []),
    ...(codeId ? [sql`c.id = ${codeId}`] : []),
  ])
}

function rowOf(key: string, label: string, sums: Record<string, unknown>, costFen: number): LiveCodeReportRow {
  const counts = countsFrom(sums)
  const joinsWithoutScan = Number(sums.joins_without_scan ?? 0)
  const per = (count: number) => (costFen > 0 && count > 0 ? Math.round(costFen / count) : null)
  return { key, label, ...counts, joinsWithoutScan, costFen, costPerJoinFen: per(counts.joins), costPerAddFen: per(counts.adds) }
}

async function costsOf(by: Input['by'], filter: Sql): Promise<Map<string, number>> {
  const keys: Partial<Record<Input['by'], Sql>> = {
    code: sql`c.id`,
    channel: sql`c.channel`,
    store: sql`COALESCE(c.store_id, 0)`,
  }
  const key = keys[by]
  if (!key) return new Map()
  const found = await rows<{ group_key: string | number; cost: number }>(
    sql`SELECT ${key} AS group_key, SUM(c.cost_fen) AS cost FROM live_codes c WHERE ${filter} GROUP BY ${key}`,
  )
  return new Map(found.map(row => [String(row.group_key), Number(row.cost)]))
}

async function wholeCost(filter: Sql): Promise<number> {
  const [row] = await rows<{ cost: number | null }>(sql`SELECT SUM(c.cost_fen) AS cost FROM live_codes c WHERE ${filter}`)
  return Number(row?.cost ?? 0)
}

async function labelsOf(ctx: Ctx, by: Input['by'], keys: (string | number)[]): Promise<Map<string, string>> {
  const ids = keys.map(Number).filter(id => id > 0)
  const named = new Map<string, string>([
    ['0', by === 'store' ? say(ctx, '未指定门店', 'No store') : say(ctx, '未指定员工', 'No staff')],
  ])
  if (by === 'code' && ids.length > 0) {
    for (const row of await rows<{ id: number; name: string }>(sql`SELECT id, name FROM live_codes WHERE id IN ${ids}`))
      named.set(String(row.id), row.name)
  } else if (by === 'store') {
    for (const [id, store] of await storesByIds(ids)) named.set(String(id), store.name)
  } else if (by === 'staff') {
    for (const [id, member] of await staffByIds(ids, ctx.now)) named.set(String(id), member.name)
  } else if (by === 'channel') {
    named.set('', say(ctx, '未填写渠道', 'No channel given'))
  }
  return named
}
