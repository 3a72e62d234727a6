import { bool, id, instant, int, json, longText, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('identity-001', async m => {
    await m.create(
      'people',
      {
        id: id(),
        /** Random; how a bulk insert finds the ids it was given. */
        birthKey: text(24, { unique: true }),
        /** The survivor, when this person became part of another. The row stays for ever. */
        mergedIntoId: ref({ null: true }),
        name: text(60, { null: true }),
        avatar: text(500, { null: true }),
        gender: text(10, { default: 'unknown' }),
        birthday: text(10, { null: true }),
        city: text(60, { null: true }),
        country: text(60, { null: true }),
        firstSource: text(40),
        lastSeenAt: instant(),
        createdAt: instant(),
      },
      { index: [['mergedIntoId', 'createdAt'], ['mergedIntoId', 'lastSeenAt'], ['name'], ['createdAt']] },
    )
    await m.create(
      'identifiers',
      {
        id: id(),
        /** Keyed hash of type, scope and value: the only way to find an identifier. */
        keyHash: text(32, { unique: true }),
        type: text(40),
        scope: text(80),
        /** 0 only inside the transaction that inserts it. */
        personId: ref(),
        /** The permanent home: whose call brought it. canonical(home_id) = person_id always. */
        homeId: ref(),
        value: text(1300),
        /** As it was typed, encrypted, when that differs. */
        rawValue: text(1300, { null: true }),
        masked: text(80),
        /** Keyed hash of a phone's last four digits. */
        tailHash: text(32, { null: true }),
        isStrong: bool(),
        source: text(40),
        firstSeenAt: instant(),
        /** For weak identifiers this decides whose they are. */
        lastSeenAt: instant(),
        /** Breaks ties of lastSeenAt the same way in every order of arrival. */
        seenKey: text(32, { default: '' }),
      },
      { index: [['personId', 'type', 'scope'], ['homeId'], ['tailHash'], ['type', 'scope', 'personId']] },
    )
    await m.create('person_aliases', { homeId: ref({ unique: true }), personId: ref() }, { index: [['personId']] })
    await m.create(
      'person_fields',
      {
        id: id(),
        personId: ref(),
        homeId: ref(),
        field: text(40),
        source: text(40),
        value: text(500),
        at: instant(),
        firstValue: text(500),
        firstAt: instant(),
      },
      { unique: [['homeId', 'field', 'source']], index: [['personId']] },
    )
    await m.create(
      'person_brands',
      { id: id(), personId: ref(), homeId: ref(), brandId: ref(), firstSeenAt: instant() },
      {
        unique: [['homeId', 'brandId']],
        index: [
          ['personId', 'brandId'],
          ['brandId', 'personId'],
        ],
      },
    )
    await m.create(
      'merges',
      {
        id: id(),
        fromId: ref(),
        toId: ref(),
        /** The homes that came with fromId. */
        homeIds: json(),
        matchedTypes: json(),
        source: text(40, { null: true }),
        /** Both people as they were. */
        before: json(),
        actorName: text(80),
        reason: text(200, { null: true }),
        mergedAt: instant(),
        undoneAt: instant({ null: true }),
        undoneBy: text(80, { null: true }),
      },
      { index: [['fromId'], ['toId']] },
    )
    await m.create(
      'merge_moves',
      { id: id(), mergeId: ref(), tableName: text(60), columnName: text(60), rowId: ref() },
      { index: [['mergeId', 'tableName', 'columnName', 'rowId']] },
    )
    await m.create(
      'reviews',
      {
        id: id(),
        kind: text(12),
        status: text(10),
        /** The pair, lower id first: one review per pair for ever. */
        leftId: ref(),
        rightId: ref(),
        reasonType: text(40),
        matchedTypes: json(),
        source: text(40),
        openedAt: instant(),
        decidedAt: instant({ null: true }),
        decidedBy: text(80, { null: true }),
        note: text(200, { null: true }),
      },
      { unique: [['leftId', 'rightId']], index: [['status', 'kind', 'id'], ['leftId'], ['rightId']] },
    )
    await m.create(
      'never_links',
      {
        id: id(),
        leftHomeId: ref(),
        rightHomeId: ref(),
        reason: text(200, { null: true }),
        createdBy: text(80),
        createdAt: instant(),
      },
      { unique: [['leftHomeId', 'rightHomeId']], index: [['rightHomeId']] },
    )
    await m.create(
      'identity_decisions',
      {
        id: id(),
        personId: ref(),
        otherPersonId: ref({ null: true }),
        mergeId: ref({ null: true }),
        kind: text(20),
        detail: longText(),
        actorName: text(80),
        source: text(40, { null: true }),
        at: instant(),
      },
      { index: [['personId', 'id'], ['otherPersonId']] },
    )
    await m.create(
      'identifier_types',
      {
        id: id(),
        name: text(40, { unique: true }),
        zh: text(40),
        priority: int(),
        maxPerPerson: int(),
        isStrong: bool(),
        isBuiltIn: bool({ default: false }),
      },
      {},
    )
    await m.create(
      'blocked_values',
      { id: id(), type: text(40, { null: true }), value: text(200), isPattern: bool({ default: false }), createdAt: instant() },
      { index: [['value']] },
    )
  }),
  migration('identity-002-stores', async m => {
    // Whose people are whose: a store has a person for a reason, and a reason may end. Written only by setPersonStores.
    await m.create(
      'person_stores',
      { id: id(), personId: ref(), homeId: ref(), brandId: ref(), storeId: ref(), reason: text(8), since: instant() },
      {
        unique: [['homeId', 'storeId', 'reason']],
        index: [
          ['personId', 'brandId', 'storeId'],
          ['storeId', 'personId'],
        ],
      },
    )
  }),
  // A bulk insert knows its ids without it.
  migration('identity-003-no-birth-key', m => m.dropColumn('people', 'birthKey')),
  // How many people a store has is read from this alone.
  migration('identity-004-people-of-stores', m => m.addIndex('person_stores', ['storeId', 'brandId', 'personId'])),
]
