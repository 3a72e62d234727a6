import { big, id, instant, int, json, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('members-001', async m => {
    await m.create(
      'members',
      {
        id: id(),
        brandId: ref(),
        personId: ref(),
        /** Whose identifiers it was enrolled with: what an un-merge gives it back to. */
        homeId: ref(),
        memberNo: text(24),
        status: text(10, { default: 'active' }),
        tierId: ref(),
        tierRank: int({ default: 0 }),
        tierEndsAt: instant({ null: true }),
        graceUntil: instant({ null: true }),
        joinedAt: instant(),
        joinChannel: text(40),
        scene: text(64, { null: true }),
        storeId: ref({ null: true }),
        mergedIntoId: ref({ null: true }),
      },
      {
        unique: [
          ['brandId', 'personId'],
          ['brandId', 'memberNo'],
        ],
        index: [['personId'], ['brandId', 'joinedAt'], ['brandId', 'tierId'], ['tierEndsAt'], ['mergedIntoId']],
      },
    )
    await m.create(
      'tiers',
      {
        id: id(),
        brandId: ref(),
        name: text(40),
        tierRank: int(),
        thresholdFen: big(),
        termMonths: int(),
        graceDays: int(),
        pointsPercent: int(),
        benefits: json(),
        color: text(9),
        updatedAt: instant(),
      },
      { unique: [['brandId', 'tierRank']] },
    )
    await m.create('point_rules', {
      brandId: ref({ unique: true }),
      rule: json(),
      updatedAt: instant(),
      tiersEditedAt: instant({ null: true }),
      tiersRanAt: instant({ null: true }),
    })
    await m.create(
      'tier_changes',
      {
        id: id(),
        memberId: ref(),
        kind: text(10),
        fromTierId: ref({ null: true }),
        toTierId: ref(),
        fromEndsAt: instant({ null: true }),
        toEndsAt: instant({ null: true }),
        orderId: ref({ null: true }),
        reason: text(200),
        at: instant(),
      },
      { index: [['memberId', 'id'], ['orderId']] },
    )
    await m.create(
      'member_spends',
      {
        id: id(),
        memberId: ref(),
        homeMemberId: ref(),
        spendKey: text(100),
        orderId: ref({ null: true }),
        spentFen: big(),
        earnedPoints: big(),
        at: instant(),
      },
      { unique: [['homeMemberId', 'spendKey']], index: [['memberId', 'at']] },
    )
    await m.create(
      'member_merges',
      {
        id: id(),
        mergeId: ref(),
        brandId: ref(),
        fromMemberId: ref(),
        toMemberId: ref({ null: true }),
        before: json(),
        at: instant(),
        undoneAt: instant({ null: true }),
      },
      { index: [['mergeId']] },
    )
    await m.create(
      'phone_asks',
      { id: id(), brandId: ref(), appId: text(64), personId: ref(), outcome: text(10), costFen: int(), at: instant() },
      { index: [['brandId', 'at'], ['personId']] },
    )
  }),
  migration('members-002-ledger', async m => {
    await m.create(
      'point_accounts',
      {
        id: id(),
        memberId: ref(),
        currency: text(20, { default: 'points' }),
        posted: big({ default: 0 }),
        frozen: big({ default: 0 }),
        debt: big({ default: 0 }),
      },
      { unique: [['memberId', 'currency']] },
    )
    await m.create(
      'point_postings',
      {
        id: id(),
        accountId: ref(),
        memberId: ref(),
        kind: text(10),
        /** What it adds to the account's three columns. */
        points: big(),
        frozenPoints: big(),
        debtPoints: big(),
        balanceAfter: big(),
        postingKey: text(100),
        /** Of what was asked, so that the same key with another body is an error. */
        bodyHash: text(24),
        reason: text(200),
        orderId: ref({ null: true }),
        availableFrom: instant({ null: true }),
        expiresAt: instant({ null: true }),
        actorType: text(10),
        actorId: ref({ null: true }),
        at: instant(),
      },
      { unique: [['accountId', 'postingKey']], index: [['accountId', 'at', 'id'], ['orderId']] },
    )
    await m.create(
      'point_lots',
      {
        id: id(),
        accountId: ref(),
        postingKey: text(100),
        orderId: ref({ null: true }),
        originLotId: ref({ null: true }),
        earned: big(),
        remaining: big(),
        frozen: big({ default: 0 }),
        earnedAt: instant(),
        availableFrom: instant(),
        expiresAt: instant({ null: true }),
      },
      { index: [['accountId', 'expiresAt'], ['expiresAt', 'remaining'], ['availableFrom'], ['originLotId']] },
    )
    await m.create(
      'point_takes',
      { id: id(), accountId: ref(), postingKey: text(100), lotId: ref(), points: big(), returned: big({ default: 0 }) },
      { unique: [['accountId', 'postingKey', 'lotId']], index: [['lotId']] },
    )
    await m.create(
      'point_freezes',
      {
        id: id(),
        accountId: ref(),
        freezeKey: text(100),
        points: big(),
        captured: big({ default: 0 }),
        status: text(10, { default: 'held' }),
        takes: json(),
        reason: text(200),
        expiresAt: instant(),
        closedAt: instant({ null: true }),
      },
      { unique: [['accountId', 'freezeKey']], index: [['status', 'expiresAt']] },
    )
  }),
]
