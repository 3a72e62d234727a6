import { type Ctx, rows, run, sql } from '../core/index.ts'
import { lockAccount, lotsOf, post } from './ledger.ts'
import { type Take, takeForSpend } from './lots.ts'
import { reasons } from './words.ts'

type MovedLot = {
  id: number
  account_id: number
  origin_lot_id: number
  earned: number
  remaining: number
  frozen: number
  expired: number
  clawed: number
}

/**
 * Undoes the move of lots that a merge made, wherever they are by now. What was spent of them meanwhile is charged to the survivor's
 * own lots; what these cannot cover becomes his debt. What expired or was clawed back stays gone (semantics 1.9).
 */
export async function takeBack(
  ctx: Ctx,
  of: { from: number; holder: number; key: string; debt: number },
): Promise<{ points: number; shortage: number }> {
  const holder = await lockAccount(of.holder)
  const from = await lockAccount(of.from)
  const { descendants, rootOf } = await descendantsOf(from.id)
  const movedOn = new Map<number, number>()
  for (const lot of descendants) movedOn.set(lot.origin_lot_id, (movedOn.get(lot.origin_lot_id) ?? 0) + lot.earned)

  const restored = new Map<number, number>()
  const takes: Take[] = []
  let owed = 0
  for (const lot of descendants) {
    const free = lot.account_id === holder.id ? lot.remaining - lot.frozen : 0
    const back = lot.earned - Number(lot.expired) - Number(lot.clawed) - (movedOn.get(lot.id) ?? 0)
    if (free > 0) takes.push({ lotId: lot.id, points: free })
    owed += back - free
    const root = rootOf(lot.id)
    restored.set(root, (restored.get(root) ?? 0) + back)
  }
  const points = [...restored.values()].reduce((sum, part) => sum + part, 0)
  const own = (await lotsOf(holder.id)).filter(lot => !descendants.some(one => one.id === lot.id))
  const payable = own.reduce(
    (sum, lot) => sum + (lot.expiresAt === null || lot.expiresAt > ctx.now ? lot.remaining - lot.frozen : 0),
    0,
  )
  const paid = Math.min(owed, payable)
  // Pending lots may pay too: they are his.
  takes.push(
    ...(takeForSpend(
      own.map(lot => ({ ...lot, availableFrom: new Date(0) })),
      paid,
      ctx.now,
    ) ?? []),
  )
  const taken = takes.reduce((sum, take) => sum + take.points, 0)
  const shortage = points - taken
  const debtBack = Math.min(of.debt, holder.debt)

  if (taken > 0 || shortage > 0 || debtBack > 0) {
    await post(ctx, holder, {
      kind: 'merge',
      key: of.key,
      body: [of.key, 'out'],
      reason: shortage > 0 ? reasons.unmergedOwing({ points: shortage }) : reasons.unmergedOut(),
      points: -taken,
      debtPoints: shortage - debtBack,
      takes,
      isSilent: true,
    })
    await post(ctx, from, {
      kind: 'merge',
      key: of.key,
      body: [of.key, 'in'],
      reason: reasons.unmergedBack(),
      points,
      debtPoints: debtBack,
      returns: [...restored].filter(([, part]) => part > 0).map(([lotId, part]) => ({ lotId, points: part })),
      isSilent: true,
    })
  }
  // The lineage ends here: a later merge of the same two makes lots of its own.
  await run(sql`UPDATE point_lots SET origin_lot_id = NULL WHERE id IN (${descendants.map(lot => lot.id)})`)
  return { points, shortage }
}

/** The lots that merges made of this account's lots, through however many of them. */
async function descendantsOf(accountId: number): Promise<{ descendants: MovedLot[]; rootOf: (lotId: number) => number }> {
  const roots = new Map<number, number>(
    (await rows<{ id: number }>(sql`SELECT id FROM point_lots WHERE account_id = ${accountId}`)).map(lot => [lot.id, lot.id]),
  )
  const descendants: MovedLot[] = []
  let generation = [...roots.keys()]
  for (let depth = 0; generation.length > 0 && depth < 100; depth += 1) {
    const children = await rows<MovedLot>(
      sql`SELECT l.id, l.account_id, l.origin_lot_id, l.earned, l.remaining, l.frozen, ${takenBy('expire')} AS expired, ${takenBy('clawback')} AS clawed
        FROM point_lots l WHERE l.origin_lot_id IN (${generation})`,
    )
    for (const lot of children) roots.set(lot.id, roots.get(lot.origin_lot_id) ?? lot.origin_lot_id)
    descendants.push(...children)
    generation = children.map(lot => lot.id)
  }
  return { descendants, rootOf: lotId => roots.get(lotId) ?? lotId }
}

function takenBy(kind: 'expire' | 'clawback') {
  return sql`COALESCE((SELECT SUM(t.points - t.returned) FROM point_takes t JOIN point_postings p ON p.account_id = t.account_id AND p.posting_key = t.posting_key WHERE t.lot_id = l.id AND p.kind = ${kind}), 0)`
}
