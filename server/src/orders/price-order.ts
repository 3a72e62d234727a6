import type { CouponValue, PointRule } from '@banyan/shared'
import { discountOf } from '../coupons/index.ts'
import { splitByLargestRemainder } from './split.ts'
import { goods } from './words.ts'

export type LineInput = { sku: string; name: string; quantity: number; unitPriceFen: number; discountFen: number }
export type PricedLine = LineInput & { couponShareFen: number; pointsShareFen: number; amountFen: number }
export type Priced = {
  totalFen: number
  discountFen: number
  /** Goods after the lines' own discounts: what a coupon's threshold looks at. */
  goodsFen: number
  couponDiscountFen: number
  pointsDiscountFen: number
  freightFen: number
  /** Goods as paid: what earns points and counts for tiers. */
  goodsPaidFen: number
  amountFen: number
  lines: PricedLine[]
}

/** Item price -> coupon -> points -> freight (semantics 3.5); each discount is split over the lines and stored with them. */
export function priceOrder(of: {
  lines: readonly LineInput[]
  coupon: CouponValue | null
  pointsFen: number
  freightFen: number
}): Priced {
  const nets = of.lines.map(line => line.quantity * line.unitPriceFen - line.discountFen)
  const goodsFen = sum(nets)
  const couponFen = of.coupon ? discountOf(of.coupon, goodsFen, of.freightFen) : 0
  const isOnFreight = of.coupon?.kind === 'freight'
  const couponShares = splitByLargestRemainder(isOnFreight ? 0 : couponFen, nets)
  const afterCoupon = nets.map((net, index) => net - (couponShares[index] ?? 0))
  const pointsFen = Math.min(of.pointsFen, sum(afterCoupon))
  const pointsShares = splitByLargestRemainder(pointsFen, afterCoupon)
  const lines = of.lines.map((line, index) => ({
    ...line,
    couponShareFen: couponShares[index] ?? 0,
    pointsShareFen: pointsShares[index] ?? 0,
    amountFen: (afterCoupon[index] ?? 0) - (pointsShares[index] ?? 0),
  }))
  const goodsPaidFen = sum(lines.map(line => line.amountFen))
  return {
    totalFen: sum(of.lines.map(line => line.quantity * line.unitPriceFen)),
    discountFen: sum(of.lines.map(line => line.discountFen)),
    goodsFen,
    couponDiscountFen: couponFen,
    pointsDiscountFen: pointsFen,
    freightFen: of.freightFen,
    goodsPaidFen,
    amountFen: goodsPaidFen + of.freightFen - (isOnFreight ? couponFen : 0),
    lines,
  }
}

/** The most points that may pay of this much goods. */
export function pointsPayableMax(rule: Pick<PointRule, 'fenPerPointSpent' | 'spendPercentMax'>, goodsFen: number): number {
  return rule.fenPerPointSpent === 0 ? 0 : Math.floor((goodsFen * rule.spendPercentMax) / 100 / rule.fenPerPointSpent)
}

/** What a purchase earns, whole points, rounded down once for the whole order. */
export function pointsFor(rule: Pick<PointRule, 'fenPerPointEarned'>, goodsPaidFen: number, tierPercent: number): number {
  return rule.fenPerPointEarned === 0 || goodsPaidFen <= 0
    ? 0
    : Math.floor((goodsPaidFen * tierPercent) / 100 / rule.fenPerPointEarned)
}

/** "山茶籽修护精华 等 3 件", at most 120 characters. */
export function summaryOf(lines: readonly { name: string; quantity: number }[]): string {
  const count = sum(lines.map(line => Math.abs(line.quantity)))
  const first = (lines[0]?.name ?? '').slice(0, 100)
  return count > 1 || lines.length > 1 ? goods.several({ first, count }) : first
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
