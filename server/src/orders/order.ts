import type { OrderSource, OrderStatus } from '@banyan/shared'
import type { z } from 'zod'
import {
  big,
  bool,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  id,
  instant,
  int,
  Model,
  ref,
  table,
  text,
} from '../core/index.ts'

/** One purchase as it was paid. What a refund took back stands beside it; nothing here is ever recomputed. */
export class Order extends Model<InferAttributes<Order>, InferCreationAttributes<Order>> {
  declare id: CreationOptional<number>
  declare brandId: number
  declare orderNo: string
  declare storeId: number | null
  declare personId: number | null
  declare homeId: number | null
  declare memberId: number | null
  declare staffId: number | null
  declare status: z.infer<typeof OrderStatus>
  declare source: z.infer<typeof OrderSource>
  declare currency: string
  declare totalFen: number
  declare discountFen: number
  declare couponDiscountFen: number
  declare pointsDiscountFen: number
  declare freightFen: number
  declare amountFen: number
  declare refundedFen: CreationOptional<number>
  declare couponId: number | null
  declare pointsSpent: CreationOptional<number>
  declare pointsEarned: CreationOptional<number>
  declare pointsClawedBack: CreationOptional<number>
  declare lineCount: number
  declare itemCount: number
  declare summary: string
  declare isFirst: CreationOptional<boolean>
  declare bodyHash: string
  declare importRun: CreationOptional<string | null>
  declare paidAt: Date
  declare note: CreationOptional<string>
}

Order.init(
  {
    id: id(),
    brandId: ref(),
    orderNo: text(64),
    storeId: ref({ null: true }),
    personId: ref({ null: true }),
    homeId: ref({ null: true }),
    memberId: ref({ null: true }),
    staffId: ref({ null: true }),
    status: text(14),
    source: text(10),
    currency: text(3),
    totalFen: big(),
    discountFen: big(),
    couponDiscountFen: big(),
    pointsDiscountFen: big(),
    freightFen: big(),
    amountFen: big(),
    refundedFen: big({ default: 0 }),
    couponId: ref({ null: true }),
    pointsSpent: int({ default: 0 }),
    pointsEarned: int({ default: 0 }),
    pointsClawedBack: int({ default: 0 }),
    lineCount: int(),
    itemCount: int(),
    summary: text(120),
    isFirst: bool({ default: false }),
    bodyHash: text(24),
    importRun: text(24, { null: true }),
    paidAt: instant(),
    note: text(200, { default: '' }),
  },
  table('orders'),
)
