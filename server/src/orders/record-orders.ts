import { bulkInsert, type Ctx, mustBeInTransaction, publishMany, rows, run, sql } from '../core/index.ts'
import { couponsOfCodes, useManyPast } from '../coupons/index.ts'
import { clawBackLoose, countSpends, earnMany, membersOfPeople, pointRuleOf, raiseMany, tiersOf } from '../members/index.ts'
import { recordTracks, type Track } from '../tracking/index.ts'
import { type BulkOrder, type Buyer, type More, mayUse, type Priced, price, sortOut } from './bulk-order.ts'
import { buyersTouched } from './events.ts'
import { isPurchase } from './facts.ts'
import { pointsFor, summaryOf } from './price-order.ts'
import { splitByLargestRemainder } from './split.ts'
import { ledger } from './words.ts'

export type BulkOptions = {
  /** Members among the buyers get points, and the purchase counts for their tier. */
  earnsPoints: boolean
  /** Of an import: a number that comes again in the same run is the rest of an order, not another one. */
  importRun?: string
  /** The caller tells rules once at the end (tellRulesOfBuyers). */
  isToldLater?: boolean
}
export type BulkOutcome = { recorded: number; repeated: number; refused: string[] }

const STATUS = { purchase: 'paid', return: 'returned', cancellation: 'cancelled' } as const

/**
 * Records past purchases of one brand with a fixed number of statements per call, in the ambient transaction: orders, lines, points and
 * tiers of members, tracks and what rules read. Nobody is notified. A number that is known with the same content is skipped, with
 * other content refused. Give at most a few thousand lines at once, oldest first.
 */
export async function recordOrders(
  ctx: Ctx,
  brandId: number,
  list: readonly BulkOrder[],
  options: BulkOptions,
): Promise<BulkOutcome> {
  mustBeInTransaction()
  const { fresh, more, repeated, refused } = await sortOut(brandId, list, options.importRun)
  if (fresh.length + more.length === 0) return { recorded: 0, repeated, refused }
  const coupons = await couponsOfCodes(fresh.flatMap(order => order.couponCode ?? []))
  const priced: Priced[] = []
  for (const order of fresh) {
    const coupon = order.couponCode === undefined ? null : coupons.get(order.couponCode)
    const one = coupon === undefined ? null : price(order, coupon)
    if (!one || !mayUse(brandId, one)) refused.push(order.orderNo)
    else priced.push(one)
  }
  const known = await buyersKnown(brandId, priced)
  const buyers = options.earnsPoints ? await membersOf(ctx, brandId, priced) : new Map<number, Buyer>()
  const rule = options.earnsPoints ? await pointRuleOf(brandId) : null
  for (const one of priced) {
    const { personId, kind } = one.order
    one.isFirst = personId !== null && kind === 'purchase' && !known.has(personId)
    if (one.isFirst && personId !== null) known.add(personId)
    one.buyer = personId === null ? null : (buyers.get(personId) ?? null)
    one.points = rule && one.buyer && kind === 'purchase' ? pointsFor(rule, one.amountFen, one.buyer.tierPercent) : 0
    // A return takes back what its amount would have earned without a tier's bonus: which order it belongs to is not known.
    one.pointsBack = rule && one.buyer && kind !== 'purchase' ? pointsFor(rule, -one.amountFen, 100) : 0
  }
  const ids = await insertOrders(brandId, priced, options.importRun ?? null)
  await insertLines(priced, ids)
  await appendLines(more)
  await useCoupons(ctx, brandId, priced, ids)
  if (rule) await giveToMembers(ctx, brandId, priced, ids, options.isToldLater ?? false)
  await track(ctx, brandId, [...priced, ...more.map(one => one.priced)], priced.length)
  if (!options.isToldLater) await tellRulesOfBuyers(ctx, brandId, personIdsOf([...priced, ...more.map(one => one.priced)]))
  return { recorded: priced.length, repeated, refused }
}

async function useCoupons(ctx: Ctx, brandId: number, priced: readonly Priced[], ids: ReadonlyMap<string, number>): Promise<void> {
  const uses = priced.flatMap(({ order, coupon, goodsFen, couponFen }) =>
    coupon
      ? [
          {
            coupon,
            orderId: ids.get(order.orderNo) ?? 0,
            storeId: order.storeId,
            at: order.paidAt,
            orderAmountFen: goodsFen,
            discountFen: couponFen,
          },
        ]
      : [],
  )
  if (uses.length > 0) await useManyPast(ctx, brandId, uses)
}

async function buyersKnown(brandId: number, priced: readonly Priced[]): Promise<Set<number>> {
  const personIds = personIdsOf(priced)
  if (personIds.length === 0) return new Set()
  return new Set(
    (
      await rows<{ person_id: number }>(
        sql`SELECT DISTINCT person_id FROM orders WHERE person_id IN (${personIds}) AND brand_id = ${brandId} AND ${isPurchase}`,
      )
    ).map(one => one.person_id),
  )
}

async function membersOf(ctx: Ctx, brandId: number, priced: readonly Priced[]): Promise<Map<number, Buyer>> {
  const personIds = personIdsOf(priced)
  if (personIds.length === 0) return new Map()
  const tiers = await tiersOf(brandId, ctx.now)
  const members = await membersOfPeople(brandId, personIds)
  return new Map(
    members
      .filter(member => member.status === 'active')
      .map(member => [
        member.personId,
        { memberId: member.id, tierPercent: tiers.find(tier => tier.id === member.tierId)?.pointsPercent ?? 100 },
      ]),
  )
}

function personIdsOf(priced: readonly Priced[]): number[] {
  return [...new Set(priced.flatMap(one => (one.order.personId === null ? [] : [one.order.personId])))].sort((a, b) => a - b)
}

async function insertOrders(brandId: number, priced: readonly Priced[], importRun: string | null): Promise<Map<string, number>> {
  await bulkInsert(
    'orders',
    priced.map(({ order, coupon, lines, totalFen, discountFen, couponFen, amountFen, hash, isFirst, buyer, points }) => ({
      brandId,
      orderNo: order.orderNo,
      storeId: order.storeId,
      personId: order.personId,
      homeId: order.homeId ?? order.personId,
      memberId: buyer?.memberId ?? null,
      staffId: order.staffId ?? null,
      status: STATUS[order.kind],
      source: order.source,
      currency: order.currency,
      totalFen,
      discountFen,
      couponDiscountFen: couponFen,
      couponId: coupon?.id ?? null,
      pointsDiscountFen: 0,
      freightFen: order.freightFen ?? 0,
      amountFen,
      pointsEarned: points,
      lineCount: lines.length,
      itemCount: lines.reduce((sum, line) => sum + line.quantity, 0),
      summary: summaryOf(lines),
      isFirst,
      bodyHash: hash,
      importRun,
      paidAt: order.paidAt,
      note: order.note ?? '',
    })),
  )
  const written = await rows<{ id: number; order_no: string }>(
    sql`SELECT id, order_no FROM orders WHERE brand_id = ${brandId} AND order_no IN (${priced.map(one => one.order.orderNo)})`,
  )
  return new Map(written.map(order => [order.order_no, order.id]))
}

async function insertLines(priced: readonly Priced[], ids: ReadonlyMap<string, number>): Promise<void> {
  const list: Record<string, unknown>[] = []
  for (const { order, lines, points } of priced) {
    const orderId = ids.get(order.orderNo)
    const shares =
      points > 0
        ? splitByLargestRemainder(
            points,
            lines.map(line => Math.max(0, line.amountFen)),
          )
        : []
    lines.forEach((line, index) => {
      list.push({
        orderId,
        lineNo: line.lineNo,
        sku: line.sku,
        name: line.name,
        quantity: line.quantity,
        unitPriceFen: line.unitPriceFen,
        discountFen: line.discountFen,
        couponShareFen: line.couponShareFen,
        amountFen: line.amountFen,
        pointsEarned: shares[index] ?? 0,
      })
    })
  }
  await bulkInsert('order_lines', list)
}

/** The rest of an order whose lines do not stand together in the file. */
async function appendLines(more: readonly More[]): Promise<void> {
  for (const { orderId, priced } of more) {
    await bulkInsert(
      'order_lines',
      priced.lines.map(line => ({ orderId, ...line })),
      { onDuplicate: 'ignore' },
    )
    await run(
      sql`UPDATE orders SET total_fen = total_fen + ${priced.totalFen}, discount_fen = discount_fen + ${priced.discountFen}, amount_fen = amount_fen + ${priced.amountFen}, line_count = line_count + ${priced.lines.length},
        item_count = item_count + ${priced.lines.reduce((sum, line) => sum + line.quantity, 0)} WHERE id = ${orderId}`,
    )
  }
}

async function giveToMembers(
  ctx: Ctx,
  brandId: number,
  priced: readonly Priced[],
  ids: ReadonlyMap<string, number>,
  isToldLater: boolean,
): Promise<void> {
  const bought = priced.flatMap(one =>
    one.buyer ? [{ ...one, memberId: one.buyer.memberId, orderId: ids.get(one.order.orderNo) ?? 0 }] : [],
  )
  const earnings = bought
    .filter(one => one.points > 0)
    .map(one => ({
      memberId: one.memberId,
      points: one.points,
      key: `order:${one.orderId}`,
      reason: ledger.earned({ orderNo: one.order.orderNo }),
      orderId: one.orderId,
      at: one.order.paidAt,
    }))
  await earnMany(ctx, earnings, { isHistorical: true, isToldLater })
  for (const one of bought)
    if (one.pointsBack > 0)
      await clawBackLoose(ctx, {
        memberId: one.memberId,
        points: one.pointsBack,
        key: `order:${one.orderId}`,
        reason: ledger.returned({ orderNo: one.order.orderNo }),
        at: one.order.paidAt,
      })
  await countSpends(
    bought.map(one => ({
      memberId: one.memberId,
      key: `order:${one.orderId}`,
      spentFen: one.amountFen,
      earnedPoints: one.points - one.pointsBack,
      orderId: one.orderId,
      at: one.order.paidAt,
    })),
  )
  await raiseMany(ctx, brandId, [...new Set(bought.map(one => one.memberId))])
}

async function track(ctx: Ctx, brandId: number, all: readonly Priced[], wholeCount: number): Promise<void> {
  const tracks = all.flatMap((one, index) => {
    const { order } = one
    if (order.personId === null) return []
    const part = index >= wholeCount ? (one.lines[0]?.lineNo ?? 0) : 0
    return [
      trackOf(
        { ...order, personId: order.homeId ?? order.personId },
        { amountFen: one.amountFen, isFirst: one.isFirst, couponBatchId: one.coupon?.batch_id ?? null, part },
      ),
    ]
  })
  await recordTracks(ctx, brandId, tracks)
}

/** What rules read about these buyers follows within a moment. */
export async function tellRulesOfBuyers(ctx: Ctx, brandId: number, personIds: readonly number[]): Promise<void> {
  for (let from = 0; from < personIds.length; from += 1000)
    await publishMany(ctx, buyersTouched, [{ payload: { brandId, personIds: personIds.slice(from, from + 1000) }, brandId }])
}

/** `order_paid`, or `order_refunded` with a positive amount for documents that take back. */
export function trackOf(
  order: {
    orderNo: string
    kind: BulkOrder['kind']
    personId: number
    storeId: number | null
    paidAt: Date
    source: string
    lines: readonly { sku: string; quantity: number }[]
  },
  of: { amountFen: number; isFirst: boolean; part?: number; couponBatchId?: number | null },
): Track {
  const base = {
    personId: order.personId,
    occurredAt: order.paidAt,
    messageId: `order:${order.orderNo}${of.part ? `:${of.part}` : ''}`,
  }
  const store: Record<string, string> = order.storeId === null ? {} : { storeId: String(order.storeId) }
  if (order.kind !== 'purchase')
    return {
      ...base,
      name: 'order_refunded',
      properties: { amountFen: Math.abs(of.amountFen), orderNo: order.orderNo, ...store },
    }
  const coupon: Record<string, string> = of.couponBatchId ? { couponBatchId: String(of.couponBatchId) } : {}
  return {
    ...base,
    name: 'order_paid',
    properties: {
      amountFen: of.amountFen,
      orderNo: order.orderNo,
      ...store,
      itemsCount: order.lines.reduce((sum, line) => sum + line.quantity, 0),
      channel: order.source,
      isFirst: of.isFirst,
      skus: order.lines
        .slice(0, 20)
        .map(line => line.sku)
        .join(',')
        .slice(0, 400),
      ...coupon,
    },
  }
}
