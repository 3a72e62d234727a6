import { bool, clickhouseMigration, id, instant, int, json, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('lifecycle-001', async m => {
    // One per brand: what its stages read, and how far the computation is.
    await m.create(
      'lifecycles',
      {
        id: id(),
        brandId: ref({ unique: true }),
        status: text(10),
        failure: text(60, { null: true }),
        isBuilt: bool({ default: false }),
        readsFrom: json(),
        /** Segments and tags that the rules stand on, as `segment:7` and `tag:3`. */
        standsOn: json(),
        isTimeDependent: bool({ default: false }),
        tookMs: int({ null: true }),
        refreshedAt: instant({ null: true }),
        recheckAt: instant({ null: true }),
        /** The instant at which everybody was last asked about. */
        evaluatedAt: instant({ null: true }),
        cancelledAt: instant({ null: true }),
        leasedUntil: instant({ null: true }),
        startedAt: instant({ null: true }),
        /** Of how many past months the ends are to be worked out with the first build, and from when they were. */
        recallMonths: int({ default: 0 }),
        recallFrom: instant({ null: true }),
        putAt: instant(),
        putBy: text(80),
        createdAt: instant(),
      },
      { index: [['recheckAt']] },
    )
    await m.create(
      'lifecycle_stages',
      {
        id: id(),
        brandId: ref(),
        name: text(60),
        color: text(7),
        /** Null: the rest. */
        rule: json({ null: true }),
        position: int(),
        /** How many stand in it: its open stays of people who were not merged into others. */
        count: int({ default: 0 }),
        createdAt: instant(),
        removedAt: instant({ null: true }),
      },
      { index: [['brandId', 'removedAt', 'position']] },
    )
    // Who was in which stage from when until when. At most one stay of a person in a brand is open.
    await m.create(
      'lifecycle_stays',
      {
        id: id(),
        brandId: ref(),
        personId: ref(),
        stageId: ref(),
        fromAt: instant(),
        untilAt: instant({ null: true }),
        /** What began it, and what ended it. */
        buildId: ref(),
        untilBuildId: ref({ null: true }),
      },
      {
        unique: [['brandId', 'personId', 'fromAt']],
        index: [['personId'], ['stageId', 'untilAt', 'personId'], ['buildId'], ['untilBuildId']],
      },
    )
    await m.create(
      'lifecycle_builds',
      {
        id: id(),
        brandId: ref(),
        isFirst: bool(),
        /** The first with these rules: some moved because the rules did. */
        isNewRules: bool(),
        movedCount: int({ default: 0 }),
        tookMs: int({ default: 0 }),
        at: instant(),
        /** `open` until all that it moved is in ClickHouse. */
        status: text(10),
      },
      {
        index: [
          ['brandId', 'status', 'id'],
          ['brandId', 'isNewRules', 'at'],
        ],
      },
    )
    // How many a stage held at the end of a day, or so far of today's.
    await m.create('lifecycle_days', { id: id(), stageId: ref(), day: text(10), count: int() }, { unique: [['stageId', 'day']] })
    // What a merge found in a brand where both had a stay: an un-merge puts the survivor back there.
    await m.create(
      'lifecycle_merges',
      { id: id(), mergeId: ref(), brandId: ref(), personId: ref(), stayId: ref({ null: true }), lastStayId: ref() },
      { index: [['mergeId'], ['personId']] },
    )
  }),
]

export const clickhouseMigrations = [
  clickhouseMigration('lifecycle-001', [
    // The stays as they began, so that the stage at an instant is the latest that began by then; stage 0: gone from the brand.
    `CREATE TABLE IF NOT EXISTS lifecycle_stays (brand_id UInt32, person_id UInt32 CODEC(Delta, LZ4), from_at DateTime64(3, 'UTC'), stage_id UInt32, version UInt64)
      ENGINE = ReplacingMergeTree(version) ORDER BY (brand_id, person_id, from_at) SETTINGS index_granularity = 1024`,
  ]),
]
