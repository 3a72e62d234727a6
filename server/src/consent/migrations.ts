import { bool, id, instant, longText, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('consent-001', async m => {
    await m.create(
      'consents',
      {
        id: id(),
        personId: ref(),
        brandId: ref(),
        purpose: text(20),
        channel: text(20),
        isGranted: bool(),
        textVersion: text(40),
        source: text(40),
        actorName: text(80),
        note: text(200, { null: true }),
        /** Set on entries that a merge wrote to keep the more restrictive answer; undoing the merge takes them back. */
        mergeId: ref({ null: true }),
        at: instant(),
      },
      { index: [['personId', 'brandId', 'purpose'], ['mergeId'], ['brandId', 'at']] },
    )
    await m.create(
      'consent_texts',
      {
        id: id(),
        brandId: ref(),
        purpose: text(20),
        version: text(40),
        title: text(80),
        body: longText(),
        publishedAt: instant(),
      },
      { unique: [['brandId', 'purpose', 'version']] },
    )
  }),
]
