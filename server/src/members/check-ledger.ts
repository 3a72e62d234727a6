import { brandScope, type Ctx, log, mustSeeBrand, rows, sql } from '../core/index.ts'

type Difference = { accountId: number; memberId: number; expected: number; found: number }

/** Proves that every account equals the sum of its postings and of its lots (semantics 2.1). Answers those that differ. */
export async function checkLedger(
  ctx: Ctx,
  { brandId }: { brandId?: number | undefined } = {},
): Promise<{ checkedCount: number; differing: Difference[] }> {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const brands = brandId === undefined ? brandScope(ctx) : [brandId]
  const inScope = brands ? sql`m.brand_id IN (${brands})` : sql.raw('1 = 1')
  const [count] = await rows<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM point_accounts a JOIN members m ON m.id = a.member_id WHERE ${inScope}`,
  )
  const found = await rows<{
    id: number
    member_id: number
    posted: number
    frozen: number
    debt: number
    points: number
    frozen_points: number
    debt_points: number
    remaining: number
    lot_frozen: number
  }>(
    sql`SELECT * FROM (
      SELECT a.id, a.member_id, a.posted, a.frozen, a.debt,
        COALESCE((SELECT SUM(p.points) FROM point_postings p WHERE p.account_id = a.id), 0) AS points,
        COALESCE((SELECT SUM(p.frozen_points) FROM point_postings p WHERE p.account_id = a.id), 0) AS frozen_points,
        COALESCE((SELECT SUM(p.debt_points) FROM point_postings p WHERE p.account_id = a.id), 0) AS debt_points,
        COALESCE((SELECT SUM(l.remaining) FROM point_lots l WHERE l.account_id = a.id), 0) AS remaining,
        COALESCE((SELECT SUM(l.frozen) FROM point_lots l WHERE l.account_id = a.id), 0) AS lot_frozen
      FROM point_accounts a JOIN members m ON m.id = a.member_id WHERE ${inScope}) x
      WHERE x.posted <> x.points OR x.frozen <> x.frozen_points OR x.debt <> x.debt_points OR x.posted <> x.remaining OR x.frozen <> x.lot_frozen ORDER BY x.id LIMIT 200`,
  )
  const differing = found.map(one => ({
    accountId: one.id,
    memberId: one.member_id,
    expected: Number(one.points),
    found: Number(one.posted) === Number(one.points) ? Number(one.remaining) : Number(one.posted),
  }))
  if (differing.length > 0)
    log.error({ differing: differing.slice(0, 10), count: differing.length }, 'the points ledger does not sum')
  return { checkedCount: count?.n ?? 0, differing }
}
