import { bool, id, instant, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('tags-001', async m => {
    await m.create(
      'tags',
      {
        id: id(),
        /** 0: a tag of the whole group, so that the unique key holds it too. */
        brandId: ref({ default: 0 }),
        groupName: text(30, { default: '' }),
        name: text(30),
        color: text(7, { null: true }),
        isExclusive: bool({ default: false }),
        createdAt: instant(),
        /** A removed tag keeps its row for the history; its name is free again. */
        removedAt: instant({ null: true }),
        removedKey: ref({ default: 0 }),
      },
      { unique: [['brandId', 'groupName', 'name', 'removedKey']] },
    )
    await m.create(
      'person_tags',
      {
        id: id(),
        tagId: ref(),
        personId: ref(),
        source: text(20),
        putBy: text(80),
        why: text(100, { default: '' }),
        putAt: instant(),
      },
      { unique: [['tagId', 'personId']], index: [['personId']] },
    )
    // Who put a tag on or took it off, when and why; never changed.
    await m.create(
      'tag_history',
      {
        id: id(),
        tagId: ref(),
        personId: ref(),
        isOn: bool(),
        source: text(20),
        doneBy: text(80),
        why: text(100, { default: '' }),
        at: instant(),
      },
      {
        index: [
          ['personId', 'id'],
          ['tagId', 'id'],
        ],
      },
    )
  }),
]
