import { big, bool, id, instant, int, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('orders-001', async m => {
    await m.create(
      'orders',
      {
        id: id(),
        brandId: ref(),
        orderNo: text(64),
        storeId: ref({ null: true }),
        personId: ref({ null: true }),
        /** The home of the identifier the purchase came by. */
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
        /** Of what was asked: the same number with other content is an error. */
        bodyHash: text(24),
        /** Of an imported order: the run it came with. */
        importRun: text(24, { null: true }),
        paidAt: instant(),
        note: text(200, { default: '' }),
      },
      {
        unique: [['brandId', 'orderNo']],
        index: [
          ['personId', 'paidAt'],
          ['brandId', 'paidAt'],
          ['storeId', 'paidAt'],
        ],
      },
    )
    await m.create(
      'order_lines',
      {
        id: id(),
        orderId: ref(),
        lineNo: int(),
        sku: text(64),
        name: text(200),
        quantity: int(),
        unitPriceFen: big(),
        discountFen: big({ default: 0 }),
        couponShareFen: big({ default: 0 }),
        pointsShareFen: big({ default: 0 }),
        amountFen: big(),
        pointsEarned: int({ default: 0 }),
        refundedQuantity: int({ default: 0 }),
        refundedFen: big({ default: 0 }),
        pointsClawedBack: int({ default: 0 }),
        pointsReturned: int({ default: 0 }),
      },
      { unique: [['orderId', 'lineNo']] },
    )
    await m.create(
      'order_refunds',
      {
        id: id(),
        orderId: ref(),
        brandId: ref(),
        storeId: ref({ null: true }),
        refundNo: text(64),
        amountFen: big(),
        pointsClawedBack: int(),
        pointsReturned: int(),
        debtPoints: int(),
        isCouponReturned: bool(),
        reason: text(200),
        actorName: text(64),
        refundedAt: instant(),
      },
      {
        unique: [['orderId', 'refundNo']],
        index: [
          ['brandId', 'refundedAt'],
          ['storeId', 'refundedAt'],
        ],
      },
    )
    await m.create(
      'order_refund_lines',
      { id: id(), refundId: ref(), lineId: ref(), quantity: int(), amountFen: big() },
      { index: [['refundId']] },
    )
  }),
]
