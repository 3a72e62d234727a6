import { bool, id, instant, int, json, longText, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('segments-001', async m => {
    await m.create(
      'segments',
      {
        id: id(),
        /** Null: over all brands of the group. */
        brandId: ref({ null: true }),
        name: text(60),
        description: text(300, { default: '' }),
        kind: text(10),
        /** The rule of a dynamic segment, or what a static one was once taken from. */
        rule: json({ null: true }),
        /** What the rule reads, segments inside it included: a change of these is looked at. */
        readsFrom: json(),
        /** Segments that the rule refers to. */
        refersTo: json(),
        isTimeDependent: bool({ default: false }),
        status: text(10),
        failure: text(300, { null: true }),
        /** False until the first build has been stored. */
        isBuilt: bool({ default: false }),
        count: int({ null: true }),
        tookMs: int({ null: true }),
        refreshedAt: instant({ null: true }),
        recheckAt: instant({ null: true }),
        /** One build of a segment at a time. */
        leasedUntil: instant({ null: true }),
        createdBy: text(80),
        createdAt: instant(),
        updatedAt: instant(),
        removedAt: instant({ null: true }),
      },
      { index: [['brandId', 'removedAt', 'id'], ['recheckAt']] },
    )
    await m.create(
      'segment_builds',
      {
        id: id(),
        segmentId: ref(),
        isFirst: bool(),
        enteredCount: int(),
        leftCount: int(),
        tookMs: int(),
        at: instant(),
        /** `announced` with its events, then `stored` in ClickHouse. */
        status: text(10),
        /** `{ entered, left }`; kept for a static segment, whose truth it is. Null for a first build, which is computed again. */
        changes: longText({ null: true }),
      },
      {
        index: [
          ['segmentId', 'id'],
          ['status', 'segmentId'],
        ],
      },
    )
  }),
  migration('segments-002-stores', async m => {
    // Made by an operator of single stores: it holds people of these stores only, whoever uses it. Null: no such limit.
    await m.addColumn('segments', 'storeIds', json({ null: true }))
    // Who made it may change it, also when he sees single stores only.
    await m.addColumn('segments', 'operatorId', ref({ null: true }))
  }),
  migration('segments-003-builds', async m => {
    // The instant at which everybody was last asked about: whom time moves is counted from here.
    await m.addColumn('segments', 'evaluatedAt', instant({ null: true }))
    // Somebody has stopped the build that was asked for.
    await m.addColumn('segments', 'cancelledAt', instant({ null: true }))
  }),
  migration('segments-004-types', async m => {
    // Of what it is a selection: a subject type, 0 for people.
    await m.addColumn('segments', 'typeId', ref({ default: 0 }))
  }),
  migration('segments-005-sources', async m => {
    // What a static one was taken from, and the instant at which.
    await m.addColumn('segments', 'source', json({ null: true }))
    await m.addColumn('segments', 'takenAt', instant({ null: true }))
  }),
  migration('segments-006-days', async m => {
    // How many members a segment had at the end of a day, or so far of today's.
    await m.create(
      'segment_days',
      { id: id(), segmentId: ref(), day: text(10), count: int(), at: instant() },
      { unique: [['segmentId', 'day']] },
    )
  }),
  migration('segments-007-trend', async m => {
    // How many came and went on that day, the first build apart.
    await m.addColumn('segment_days', 'enteredCount', int({ default: 0 }))
    await m.addColumn('segment_days', 'leftCount', int({ default: 0 }))
  }),
]
