import { bool, id, instant, migration, ref, text, work, workIndex } from '../core/index.ts'

export const migrations = [
  migration('corptags-001', async m => {
    // What WeCom has, as it was last read; a deleted tag keeps its row, so that a mirror can still be named.
    await m.create(
      'corp_tags',
      {
        id: id(),
        corpId: text(64),
        corpTagId: text(64),
        groupId: text(64),
        groupName: text(60, { default: '' }),
        name: text(60),
        groupOrder: ref({ default: 0 }),
        tagOrder: ref({ default: 0 }),
        /** Made by this app. The platform does not say who made a tag: we know because we did. */
        isOurs: bool({ default: false }),
        madeAt: instant({ null: true }),
        deletedAt: instant({ null: true }),
      },
      { unique: [['corpId', 'corpTagId']] },
    )
    await m.create('corp_tag_reads', { id: id(), corpId: text(64, { unique: true }), readAt: instant() })
    await m.create(
      'corp_tag_mirrors',
      {
        id: id(),
        tagId: ref(),
        /** '' for a tag that says nothing. */
        value: text(100, { default: '' }),
        /** The tag's brand; 0 is the whole group. */
        brandId: ref({ default: 0 }),
        corpId: text(64),
        corpTagId: text(64),
        direction: text(4),
        status: text(10),
        comparedAt: instant({ null: true }),
        createdBy: text(80),
        createdAt: instant(),
      },
      {
        unique: [
          ['corpId', 'corpTagId', 'brandId'],
          ['corpId', 'tagId', 'value'],
        ],
        index: [['tagId']],
      },
    )
    // One relation and one mirror: what both sides were when they last agreed. No row where neither side has the tag.
    await m.create(
      'corp_tag_links',
      {
        id: id(),
        mirrorId: ref(),
        relationId: ref(),
        isOurs: bool({ default: false }),
        isTheirs: bool({ default: false }),
        /** `inStep`, `waiting` (to be marked) or `failed`. */
        state: text(10),
        wantsOn: bool({ default: false }),
        failure: text(20, { null: true }),
        detail: text(300, { default: '' }),
        markedAt: instant({ null: true }),
        at: instant(),
      },
      {
        unique: [['mirrorId', 'relationId']],
        index: [['relationId'], ['mirrorId', 'state', 'failure']],
      },
    )
    // Relations that are to be looked at; the row goes when that is done.
    await m.create(
      'corp_tag_looks',
      { id: id(), relationId: ref({ unique: true }), askedAt: instant(), ...work() },
      { index: [workIndex] },
    )
  }),
]
