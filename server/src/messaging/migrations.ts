import { bool, id, instant, int, json, migration, ref, sql, text, work, workIndex } from '../core/index.ts'

export const migrations = [
  migration('messaging-001', async m => {
    await m.create(
      'message_templates',
      {
        id: id(),
        brandId: ref(),
        channel: text(20),
        connectionId: ref(),
        appId: text(64),
        templateId: text(64),
        purpose: text(12),
        title: text(60),
        fields: json(),
        places: json(),
        isActive: bool({ default: true }),
        createdAt: instant(),
      },
      { unique: [['appId', 'templateId']], index: [['brandId', 'channel']] },
    )
    await m.create(
      'campaigns',
      {
        id: id(),
        brandId: ref(),
        name: text(60),
        templateId: ref(),
        channel: text(20),
        purpose: text(12),
        triggerKind: text(10),
        segmentId: ref({ null: true }),
        content: json(),
        sendAt: instant({ null: true }),
        whenQuiet: text(6),
        waitHoursMax: int(),
        status: text(12),
        audience: int({ default: 0 }),
        heldUntil: instant({ null: true }),
        startedAt: instant({ null: true }),
        finishedAt: instant({ null: true }),
        createdBy: text(80),
        createdAt: instant(),
      },
      { index: [['brandId', 'id'], ['status'], ['segmentId', 'status']] },
    )
    await m.create(
      'messages',
      {
        id: id(),
        brandId: ref(),
        campaignId: ref({ null: true }),
        noticeKey: text(20, { null: true }),
        isTest: bool({ default: false }),
        personId: ref(),
        channel: text(20),
        purpose: text(12),
        templateId: ref(),
        appId: text(64),
        /** One send per key, for ever: `c:<campaign>:<person>`, `n:<notice>:<fact>`. */
        sendKey: text(120, { unique: true }),
        /** Facts of this very message for its variables. */
        facts: json(),
        /** What the reader sees, kept from the moment of sending. */
        shown: json({ null: true }),
        /** waiting, sending (the intent, written before the call), sent, delivered, failed, skipped, unknown. */
        state: text(10),
        reason: text(20, { null: true }),
        platformCode: text(20, { null: true }),
        platformMsgId: text(40, { null: true }),
        hasCredit: bool({ default: false }),
        /** Waiting past this moment is given up. */
        lastMoment: instant(),
        sentAt: instant({ null: true }),
        deliveredAt: instant({ null: true }),
        clickedAt: instant({ null: true }),
        readAt: instant({ null: true }),
        createdAt: instant(),
        ...work(),
      },
      {
        index: [
          workIndex,
          ['campaignId', 'state', 'id'],
          ['personId', 'sentAt'],
          ['appId', 'platformMsgId'],
          ['brandId', 'sentAt'],
          ['noticeKey', 'brandId', 'sentAt'],
        ],
      },
    )
    await m.create(
      'message_clicks',
      { id: id(), messageId: ref(), campaignId: ref({ null: true }), clickedAt: instant() },
      { index: [['messageId'], ['campaignId', 'clickedAt']] },
    )
    // One row per brand: whoever lets messages out holds it, so that two workers cannot both see the last place under a cap.
    await m.create('message_gates', { id: id(), brandId: ref({ unique: true }) }, {})
    await m.create(
      'subscribe_credits',
      {
        id: id(),
        personId: ref(),
        appId: text(64),
        templateId: text(64),
        delta: int(),
        kind: text(12),
        source: text(20),
        entryKey: text(120, { unique: true }),
        matchedBy: text(120, { null: true }),
        at: instant(),
      },
      {
        index: [
          ['personId', 'appId', 'templateId', 'at'],
          ['appId', 'templateId', 'at'],
        ],
      },
    )
    await m.create(
      'subscribe_balances',
      { id: id(), personId: ref(), appId: text(64), templateId: text(64), balance: int({ default: 0 }) },
      { unique: [['appId', 'templateId', 'personId']], index: [['personId']] },
    )
    await m.create(
      'notice_settings',
      {
        id: id(),
        brandId: ref(),
        key: text(20),
        isOn: bool({ default: false }),
        templateId: ref({ null: true }),
        content: json(),
        daysBefore: int({ default: 3 }),
      },
      { unique: [['brandId', 'key']] },
    )
  }),
  migration('messaging-002-followers', async m => {
    // By identifier, not by person: a follower is known by his openid before anybody knows who he is, and a merge changes nothing here.
    await m.create(
      'followers',
      { id: id(), keyHash: text(32, { unique: true }), appId: text(64), isFollowing: bool(), changedAt: instant() },
      { index: [['appId', 'isFollowing']] },
    )
  }),
  migration('messaging-003-stores', async m => {
    // Made by an operator of single stores: it reaches people of these stores only, and of such operators only he sees it.
    await m.addColumn('campaigns', 'storeIds', json({ null: true }))
    await m.addColumn('campaigns', 'operatorId', ref({ null: true }))
  }),
  migration('messaging-004-unknown', async m => {
    // Found by the index of work among the dead letters, where an operator sees them.
    await m.run(sql`UPDATE messages SET status = 'unknown' WHERE state = 'unknown'`)
  }),
  migration('messaging-005-things', async m => {
    // Of a segment of things: a message for each, instead of one that names all of a person's.
    await m.addColumn('campaigns', 'perThing', bool({ default: false }))
  }),
]
