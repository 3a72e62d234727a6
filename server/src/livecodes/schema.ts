import { big, id, instant, int, json, longText, migration, ref, text } from '../core/index.ts'
import { liveCodeColumns } from './live-code.ts'

export const migrations = [
  migration('livecodes-001', async m => {
    await m.create('live_codes', liveCodeColumns, {
      unique: [['batchId', 'batchIndex']],
      index: [['brandId', 'createdAt'], ['storeId'], ['status', 'createdAt'], ['isScheduled', 'status']],
    })
    // which codes a staff member serves, in any role: asked whenever he comes, goes or fills up
    await m.create(
      'live_code_staff',
      { id: id(), codeId: ref(), staffId: ref() },
      { unique: [['codeId', 'staffId']], index: [['staffId']] },
    )
    await m.create(
      'live_code_daily',
      {
        id: id(),
        codeId: ref(),
        // 0 = nobody in particular
        staffId: ref(),
        day: text(10),
        scans: int({ default: 0 }),
        adds: int({ default: 0 }),
        joins: int({ default: 0 }),
        claims: int({ default: 0 }),
        losses: int({ default: 0 }),
        orders: int({ default: 0 }),
        amountFen: big({ default: 0 }),
      },
      { unique: [['codeId', 'staffId', 'day']], index: [['day']] },
    )
    // append-only: first and last channel of a person are read from it, so a merge and its undoing stay exact
    await m.create(
      'live_code_touches',
      {
        id: id(),
        key: text(120, { unique: true }),
        codeId: ref(),
        staffId: ref({ null: true }),
        brandId: ref(),
        personId: ref(),
        openid: text(64, { null: true }),
        kind: text(8),
        at: instant(),
      },
      { index: [['personId', 'brandId', 'at'], ['codeId', 'at'], ['openid']] },
    )
    await m.create(
      'live_code_welcomes',
      {
        id: id(),
        codeId: ref(),
        externalUserId: text(64),
        staffUserId: text(64),
        status: text(10),
        reason: text(200, { null: true }),
        tookMs: int(),
        at: instant(),
      },
      { index: [['codeId', 'at'], ['at']] },
    )
    await m.create('live_code_images', {
      id: id(),
      brandId: ref({ null: true }),
      key: text(32, { unique: true }),
      contentType: text(32),
      base64: longText(),
      createdAt: instant(),
    })
    await m.create(
      'live_code_media',
      { id: id(), imageId: ref(), corpId: text(64), mediaId: text(200), expiresAt: instant() },
      { unique: [['imageId', 'corpId']], index: [['expiresAt']] },
    )
    await m.create(
      'live_code_batches',
      {
        id: id(),
        brandId: ref(),
        name: text(60),
        by: text(8),
        status: text(10),
        template: json(),
        targets: json(),
        total: int(),
        done: int({ default: 0 }),
        failed: int({ default: 0 }),
        failures: json(),
        createdAt: instant(),
        createdBy: text(64),
        finishedAt: instant({ null: true }),
      },
      { index: [['brandId', 'createdAt']] },
    )
  }),
  migration('livecodes-landings', async m => {
    // By what links and ads people came: the first and the latest are facts, see landings.ts.
    await m.create(
      'person_landings',
      {
        id: id(),
        key: text(80, { unique: true }),
        personId: ref(),
        brandId: ref(),
        at: instant(),
        utmSource: text(100, { null: true }),
        utmMedium: text(100, { null: true }),
        utmCampaign: text(100, { null: true }),
        utmContent: text(100, { null: true }),
        utmTerm: text(100, { null: true }),
        adPlatform: text(20, { null: true }),
        clickId: text(300, { null: true }),
      },
      { index: [['personId', 'at']] },
    )
  }),
]
