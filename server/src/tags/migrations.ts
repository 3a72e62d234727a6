import { bool, id, instant, int, json, longText, migration, ref, text } from '../core/index.ts'

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
  migration('tags-002-kinds', async m => {
    await m.addColumn('tags', 'kind', text(10, { default: 'manual' }))
    await m.addColumn('tags', 'valueKind', text(10, { default: 'plain' }))
    await m.addColumn('tags', 'choices', json({ null: true }))
    await m.addColumn('tags', 'validDays', int({ null: true }))
    await m.addColumn('tags', 'owner', text(60, { default: '' }))
    await m.addColumn('tags', 'description', text(300, { default: '' }))
    // 0: people.
    await m.addColumn('tags', 'typeId', ref({ default: 0 }))
    // Of rule and computed tags: what they follow, when, and how far they are.
    await m.addColumn('tags', 'rule', longText({ null: true }))
    await m.addColumn('tags', 'computation', longText({ null: true }))
    await m.addColumn('tags', 'readsFrom', longText({ null: true }))
    await m.addColumn('tags', 'dailyHour', int({ null: true }))
    await m.addColumn('tags', 'dueAt', instant({ null: true }))
    await m.addColumn('tags', 'status', text(10, { default: 'ready' }))
    await m.addColumn('tags', 'failure', text(60, { null: true }))
    await m.addColumn('tags', 'refreshedAt', instant({ null: true }))
    await m.addColumn('tags', 'evaluatedAt', instant({ null: true }))
    await m.addColumn('tags', 'leasedUntil', instant({ null: true }))
    // Where the fifths of everybody were cut when they were last computed: whoever changes is placed by these.
    await m.addColumn('tags', 'cuts', longText({ null: true }))
    await m.addIndex('tags', ['dueAt'])
    await m.addColumn('person_tags', 'value', text(100, { null: true }))
    await m.addColumn('person_tags', 'expiresAt', instant({ null: true }))
    await m.addColumn('person_tags', 'reasonId', ref({ null: true }))
    await m.addIndex('person_tags', ['expiresAt', 'id'])
    await m.addIndex('person_tags', ['tagId', 'value'])
    await m.addColumn('tag_history', 'value', text(100, { null: true }))
    await m.addColumn('tag_history', 'reasonId', ref({ null: true }))
    // A rule's sentence, written once however many people it put the tag on.
    await m.create(
      'tag_reasons',
      { id: id(), tagId: ref(), zh: longText(), en: longText(), createdAt: instant() },
      { index: [['tagId', 'id']] },
    )
  }),
]
