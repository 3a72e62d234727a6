import { big, bool, id, instant, int, json, longText, migration, ref, text, work } from '../core/index.ts'

export const migrations = [
  migration('coupons-001', async m => {
    await m.create(
      'coupon_batches',
      {
        id: id(),
        brandId: ref(),
        name: text(60),
        kind: text(12),
        value: json(),
        thresholdFen: big(),
        perPersonLimit: int(),
        opensAt: instant(),
        closesAt: instant(),
        validity: json(),
        storeIds: json(),
        priceFen: big(),
        isPublic: bool(),
        isMemberOnly: bool(),
        tierRankMin: int(),
        rules: longText(),
        bearers: json(),
        status: text(10, { default: 'draft' }),
        createdAt: instant(),
      },
      { index: [['brandId', 'status', 'closesAt']] },
    )
    /** The hot row of a batch stands alone, so that reading the batch never waits for a claim. */
    await m.create('coupon_stocks', { batchId: ref({ unique: true }), stock: int(), claimed: int({ default: 0 }) })
    await m.create(
      'coupons',
      {
        id: id(),
        batchId: ref(),
        brandId: ref(),
        personId: ref(),
        homeId: ref(),
        /** 1 to the limit per person: the unique key is what makes the limit hold. Given up (a refunded purchase): below zero. */
        seq: int(),
        code: text(16, { unique: true }),
        status: text(10),
        validFrom: instant(),
        validTo: instant(),
        claimedAt: instant(),
        /** Of the call that claimed it: its repeat gets this coupon. */
        claimKey: text(100, { null: true }),
        source: text(40),
        timesTotal: int({ default: 1 }),
        timesLeft: int({ default: 1 }),
        lockedBy: text(64, { null: true }),
        lockedUntil: instant({ null: true }),
        usedAt: instant({ null: true }),
        usedStoreId: ref({ null: true }),
        orderId: ref({ null: true }),
        voidReason: text(200, { default: '' }),
      },
      {
        unique: [['batchId', 'personId', 'seq']],
        index: [
          ['personId', 'status', 'validTo'],
          ['batchId', 'status'],
          ['status', 'validTo'],
          ['status', 'lockedUntil'],
          ['brandId', 'claimedAt'],
          ['usedStoreId', 'usedAt'],
        ],
      },
    )
    await m.create(
      'coupon_uses',
      {
        id: id(),
        couponId: ref(),
        batchId: ref(),
        brandId: ref(),
        kind: text(10),
        at: instant(),
        storeId: ref({ null: true }),
        staffId: ref({ null: true }),
        actorName: text(64),
        orderId: ref({ null: true }),
        orderAmountFen: big({ null: true }),
        discountFen: big({ null: true }),
        note: text(200, { default: '' }),
      },
      { index: [['couponId', 'id'], ['batchId', 'kind'], ['brandId', 'at'], ['storeId', 'at'], ['orderId']] },
    )
    await m.create(
      'coupon_purchases',
      {
        id: id(),
        brandId: ref(),
        batchId: ref(),
        personId: ref(),
        couponId: ref({ null: true }),
        state: text(10),
        amountFen: big(),
        merchantId: text(32),
        appId: text(64),
        openid: text(64),
        outTradeNo: text(32, { unique: true }),
        prepayId: text(64, { null: true }),
        transactionId: text(64, { null: true }),
        createdAt: instant(),
        expiresAt: instant(),
        paidAt: instant({ null: true }),
        refundNo: text(64, { null: true }),
        refundReason: text(80, { null: true }),
        refundedAt: instant({ null: true }),
        note: text(200, { default: '' }),
        ...work(),
      },
      {
        index: [
          ['personId', 'id'],
          ['batchId', 'state'],
          ['status', 'dueAt', 'id'],
          ['brandId', 'createdAt'],
        ],
      },
    )
  }),
]
