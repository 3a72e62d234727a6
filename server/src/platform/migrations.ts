import { big, bool, id, instant, int, json, longText, migration, real, ref, text, work, workIndex } from '../core/index.ts'

export const migrations = [
  migration('platform-001-organisation', async m => {
    await m.create(
      'brands',
      {
        id: id(),
        name: text(64),
        code: text(32),
        color: text(7),
        logoUrl: text(500),
        isActive: bool({ default: true }),
        createdAt: instant(),
      },
      { unique: [['code']] },
    )
    await m.create(
      'stores',
      {
        id: id(),
        brandId: ref(),
        name: text(64),
        code: text(32),
        kind: text(10),
        city: text(64),
        address: text(200),
        phone: text(32),
        isActive: bool({ default: true }),
        createdAt: instant(),
      },
      { unique: [['brandId', 'code']] },
    )
  }),
  migration('platform-002-access', async m => {
    await m.create(
      'roles',
      { id: id(), name: text(64), permissions: json(), mayReveal: bool({ default: false }), isBuiltIn: bool({ default: false }) },
      { unique: [['name']] },
    )
    await m.create(
      'operators',
      {
        id: id(),
        username: text(64),
        passwordHash: text(200),
        name: text(64),
        roleIds: json(),
        brandIds: json({ null: true }),
        storeIds: json({ null: true }),
        isActive: bool({ default: true }),
        lastSignInAt: instant({ null: true }),
        createdAt: instant(),
      },
      { unique: [['username']] },
    )
    await m.create(
      'sessions',
      {
        id: id(),
        tokenHash: text(64),
        subjectType: text(10),
        subjectId: ref(),
        /** The person of the sign-in; subjectId follows merges, this stays. */
        homeId: ref(),
        name: text(64),
        brandId: ref({ null: true }),
        brandIds: json({ null: true }),
        storeIds: json({ null: true }),
        permissions: json(),
        createdAt: instant(),
        expiresAt: instant(),
        endedAt: instant({ null: true }),
      },
      { unique: [['tokenHash']], index: [['subjectType', 'subjectId'], ['expiresAt']] },
    )
    await m.create(
      'api_keys',
      {
        id: id(),
        name: text(64),
        prefix: text(16),
        secretHash: text(64),
        scopes: json(),
        brandIds: json({ null: true }),
        createdAt: instant(),
        lastUsedAt: instant({ null: true }),
        revokedAt: instant({ null: true }),
      },
      { unique: [['secretHash']] },
    )
  }),
  migration('platform-003-records', async m => {
    await m.create(
      'audit_entries',
      {
        id: id(),
        at: instant(),
        actorType: text(10),
        actorId: ref({ null: true }),
        actorName: text(64),
        brandId: ref({ null: true }),
        action: text(64),
        input: longText(),
        outcome: text(10),
        errorCode: text(64),
        requestId: text(40),
        ip: text(45),
        durationMs: int(),
      },
      { index: [['at'], ['actorType', 'actorId', 'id'], ['action', 'id'], ['brandId', 'id']] },
    )
    await m.create(
      'idempotency_keys',
      {
        id: id(),
        caller: text(40),
        name: text(64),
        key: text(100),
        bodyHash: text(64),
        status: text(10),
        answer: longText({ null: true }),
        createdAt: instant(),
      },
      { unique: [['caller', 'name', 'key']], index: [['createdAt']] },
    )
  }),
  migration('platform-004-configuration', async m => {
    // brandId 0 is the whole installation: a unique key does not hold for NULL.
    await m.create(
      'settings',
      { id: id(), brandId: ref(), key: text(64), value: longText(), updatedAt: instant() },
      { unique: [['brandId', 'key']] },
    )
    await m.create(
      'connections',
      {
        id: id(),
        type: text(20),
        externalId: text(64),
        brandId: ref({ null: true }),
        name: text(64),
        config: json(),
        secrets: longText(),
        isActive: bool({ default: true }),
        updatedAt: instant(),
      },
      { unique: [['type', 'externalId']] },
    )
    await m.create(
      'platform_limits',
      { id: id(), key: text(64), value: real(), unit: text(32), zh: text(200), source: text(500), checkedAt: instant() },
      { unique: [['key']] },
    )
  }),
  migration('platform-005-imports', async m => {
    await m.create(
      'imports',
      {
        id: id(),
        kind: text(32),
        brandId: ref({ null: true }),
        operatorId: ref({ null: true }),
        operatorName: text(64),
        fileName: text(200),
        filePath: text(500),
        sizeBytes: big(),
        format: text(4),
        encoding: text(20),
        delimiter: text(1),
        columns: json(),
        mapping: json(),
        options: json(),
        state: text(10),
        readRows: int({ default: 0 }),
        acceptedRows: int({ default: 0 }),
        rejectedRows: int({ default: 0 }),
        readBytes: big({ default: 0 }),
        error: text(1000),
        createdAt: instant(),
        startedAt: instant({ null: true }),
        finishedAt: instant({ null: true }),
        ...work(),
      },
      { index: [workIndex, ['state', 'id'], ['brandId', 'id']] },
    )
    await m.create(
      'import_rejects',
      { id: id(), importId: ref(), line: int(), code: text(64), reason: text(500), cells: longText() },
      { index: [['importId', 'line']] },
    )
  }),
  migration('platform-006-roles-of-brands', async m => {
    // Roles that exist stay the group's.
    await m.addColumn('roles', 'brandIds', json({ null: true }))
  }),
  migration('platform-007-keys-of-stores', async m => {
    await m.addColumn('api_keys', 'storeId', ref({ null: true }))
  }),
  migration('platform-008-demo-brands', async m => {
    await m.addColumn('brands', 'isDemo', bool({ default: false }))
  }),
  migration('platform-009-exports', async m => {
    await m.create(
      'exports',
      {
        id: id(),
        kind: text(32),
        brandId: ref({ null: true }),
        /** Whose eyes the file is written with: brands and stores of the operator, null for all. */
        brandIds: json({ null: true }),
        storeIds: json({ null: true }),
        operatorId: ref(),
        operatorName: text(64),
        language: text(2),
        title: text(120),
        format: text(4),
        /** `[{ key, name }]`, as they were chosen. */
        columns: json(),
        options: longText(),
        isRevealed: bool({ default: false }),
        state: text(10),
        totalRows: int({ null: true }),
        writtenRows: int({ default: 0 }),
        /** `[{ reason, count }]`: who was left out. */
        leftOut: longText({ null: true }),
        sizeBytes: big({ default: 0 }),
        filePath: text(500, { default: '' }),
        error: text(1000, { default: '' }),
        downloads: int({ default: 0 }),
        createdAt: instant(),
        startedAt: instant({ null: true }),
        finishedAt: instant({ null: true }),
        expiresAt: instant({ null: true }),
        ...work(),
      },
      { index: [workIndex, ['operatorId', 'id'], ['expiresAt']] },
    )
  }),
  migration('platform-010-operator-places', async m => {
    await m.create(
      'operator_places',
      { id: id(), operatorId: ref(), placeHash: text(64), seenAt: instant() },
      { unique: [['operatorId', 'placeHash']], index: [['seenAt']] },
    )
  }),
]
