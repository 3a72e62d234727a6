import { createHash } from 'node:crypto'
import type { CouponValue, OrderSource } from '@banyan/shared'
import type { z } from 'zod'
import { rows, sql } from '../core/index.ts'
import { discountOf, type UsableCoupon, whyNotUseIt } from '../coupons/index.ts'
import { splitByLargestRemainder } from './split.ts'

export type BulkLine = {
  /** Unique within the order; the place in the file. Default: counted from 1. */
  lineNo?: number
  sku: string
  name: string
  /** Negative on a return. */
  quantity: number
  unitPriceFen: number
  discountFen: number
  /** Default quantity x unitPriceFen - discountFen. */
  amountFen?: number
}
export type BulkOrder = {
  orderNo: string
  kind: 'purchase' | 'return' | 'cancellation'
  storeId: number | null
  personId: number | null
  homeId?: number | null
  staffId?: number | null
  paidAt: Date
  currency: string
  source: z.infer<typeof OrderSource>
  freightFen?: number
  lines: readonly BulkLine[]
  note?: string
  /** A coupon that was used for it; one that could not be used then refuses the order. */
  couponCode?: string
}
export type PricedLine = Required<BulkLine> & { couponShareFen: number }
export type Priced = {
  order: BulkOrder
  coupon: UsableCoupon | null
  lines: PricedLine[]
  goodsFen: number
  totalFen: number
  discountFen: number
  couponFen: number
  amountFen: number
  hash: string
  isFirst: boolean
  buyer: Buyer | null
  points: number
  pointsBack: number
}
export type Buyer = { memberId: number; tierPercent: number }
export type More = { orderId: number; priced: Priced }

/** New orders, the rest of known ones, repeats and those whose number was used for something else. */
export async function sortOut(
  brandId: number,
  list: readonly BulkOrder[],
  importRun: string | undefined,
): Promise<{ fresh: BulkOrder[]; more: More[]; repeated: number; refused: string[] }> {
  const found = await rows<{ id: number; order_no: string; body_hash: string; import_run: string | null }>(
    sql`SELECT id, order_no, body_hash, import_run FROM orders WHERE brand_id = ${brandId} AND order_no IN (${list.map(order => order.orderNo)})`,
  )
  const byNo = new Map(found.map(order => [order.order_no, order]))
  const fresh: BulkOrder[] = []
  const more: More[] = []
  const refused: string[] = []
  let repeated = 0
  for (const order of list) {
    const there = byNo.get(order.orderNo)
    if (!there) fresh.push(order)
    else if (there.body_hash === hashOf(order)) repeated += 1
    else if (importRun !== undefined && there.import_run === importRun) more.push({ orderId: there.id, priced: price(order) })
    else refused.push(order.orderNo)
  }
  return { fresh, more, repeated, refused }
}

/** What it costs, line by line, with its coupon's share. */
export function price(order: BulkOrder, coupon: UsableCoupon | null = null): Priced {
  const nets = order.lines.map(line => line.amountFen ?? line.quantity * line.unitPriceFen - line.discountFen)
  const goodsFen = nets.reduce((sum, net) => sum + net, 0)
  const discountFen = order.lines.reduce((sum, line) => sum + line.discountFen, 0)
  const freightFen = order.freightFen ?? 0
  const couponFen = coupon ? discountOf(JSON.parse(coupon.value) as CouponValue, goodsFen, freightFen) : 0
  const isOnGoods = coupon !== null && (JSON.parse(coupon.value) as CouponValue).kind !== 'freight'
  const shares = isOnGoods ? splitByLargestRemainder(couponFen, nets) : []
  const lines = order.lines.map((line, index) => ({
    ...line,
    lineNo: line.lineNo ?? index + 1,
    couponShareFen: shares[index] ?? 0,
    amountFen: (nets[index] ?? 0) - (shares[index] ?? 0),
  }))
  return {
    order,
    coupon,
    lines,
    goodsFen,
    totalFen: goodsFen + discountFen,
    discountFen,
    couponFen,
    amountFen: goodsFen - couponFen + freightFen,
    hash: hashOf(order),
    isFirst: false,
    buyer: null,
    points: 0,
    pointsBack: 0,
  }
}

/** Could its coupon be used then, there and by him? */
export function mayUse(brandId: number, { order, coupon, goodsFen }: Priced): boolean {
  return (
    coupon === null ||
    whyNotUseIt(coupon, {
      now: order.paidAt,
      brandId,
      storeId: order.storeId,
      personId: order.personId,
      orderAmountFen: goodsFen,
    }).length === 0
  )
}

/** Of the content, not of where in a file it stood. */
export function hashOf(order: Pick<BulkOrder, 'kind' | 'lines'>): string {
  const lines = order.lines.map(line => `${line.sku}\0${line.quantity}\0${line.unitPriceFen}\0${line.discountFen}`)
  return createHash('sha256')
    .update(`${order.kind}\0${lines.join('\n')}`)
    .digest('base64url')
    .slice(0, 24)
}
