import { type Ctx, dayIn, insertIgnore, run, sql } from '../core/index.ts'

/** Daily counters of a code and, where one is known, of the staff member behind it. */
export type Count = 'scans' | 'adds' | 'joins' | 'claims' | 'losses' | 'orders'
export type Happened = { codeId: number; staffId: number | null; at: Date; amountFen?: number } & Partial<Record<Count, number>>

const COUNTS: readonly Count[] = ['scans', 'adds', 'joins', 'claims', 'losses', 'orders']

/** Adds to the counters, one statement per code, staff member and day. Call inside the transaction of the fact, so that a repeat counts nothing. */
export async function countHappened(ctx: Ctx, list: readonly Happened[]): Promise<void> {
  const sums = new Map<string, { codeId: number; staffId: number; day: string; amountFen: number } & Record<Count, number>>()
  for (const one of list) {
    const day = dayIn(one.at)
    const staffId = one.staffId ?? 0
    const key = `${one.codeId}|${staffId}|${day}`
    const sum = sums.get(key) ?? {
      codeId: one.codeId,
      staffId,
      day,
      amountFen: 0,
      scans: 0,
      adds: 0,
      joins: 0,
      claims: 0,
      losses: 0,
      orders: 0,
    }
    for (const name of COUNTS) sum[name] += one[name] ?? 0
    sum.amountFen += one.amountFen ?? 0
    sums.set(key, sum)
  }
  const inOrder = [...sums.values()].sort((a, b) => a.codeId - b.codeId || a.staffId - b.staffId || (a.day < b.day ? -1 : 1))
  await insertIgnore(
    'live_code_daily',
    inOrder.map(({ codeId, staffId, day }) => ({ codeId, staffId, day })),
  )
  for (const s of inOrder) {
    await run(
      sql`UPDATE live_code_daily SET scans = scans + ${s.scans}, adds = adds + ${s.adds}, joins = joins + ${s.joins}, claims = claims + ${s.claims}, losses = losses + ${s.losses}, orders = orders + ${s.orders}, amount_fen = amount_fen + ${s.amountFen} WHERE code_id = ${s.codeId} AND staff_id = ${s.staffId} AND day = ${s.day}`,
    )
  }
  await noteScans(ctx, list)
}

/** When a code was last seen to work: the alarm for stickers that fell off reads it. */
async function noteScans(_ctx: Ctx, list: readonly Happened[]): Promise<void> {
  const last = new Map<number, Date>()
  for (const { codeId, at, scans, adds } of list) {
    if (!scans && !adds) continue
    const known = last.get(codeId)
    if (!known || at > known) last.set(codeId, at)
  }
  for (const [codeId, at] of [...last].sort(([a], [b]) => a - b)) {
    await run(
      sql`UPDATE live_codes SET last_scan_at = ${at} WHERE id = ${codeId} AND (last_scan_at IS NULL OR last_scan_at < ${at})`,
    )
  }
}
