import { SUBJECT_IDS_FROM } from '@banyan/shared'
import { bool, id, instant, json, longText, migration, ref, text } from '../core/index.ts'

export const migrations = [
  migration('subjects-001', async m => {
    await m.create(
      'subject_types',
      {
        id: id(),
        /** 0: a type of the whole group, so that the unique key holds it too. */
        brandId: ref({ default: 0 }),
        key: text(30),
        zh: text(20),
        en: text(40, { default: '' }),
        description: text(200, { default: '' }),
        attributes: json(),
        relations: json(),
        reach: json(),
        titleAttribute: text(40, { null: true }),
        createdAt: instant(),
        updatedAt: instant(),
        /** A removed type keeps its row, because tracks and audit name it; its key is free again. */
        removedAt: instant({ null: true }),
        removedKey: ref({ default: 0 }),
      },
      { unique: [['brandId', 'key', 'removedKey']] },
    )
    await m.create(
      'subjects',
      {
        id: id(),
        typeId: ref(),
        brandId: ref(),
        /** What it is called in lists, in small letters too for the search. */
        title: text(200),
        /** Attribute -> value; phones encrypted. */
        values: longText(),
        createdAt: instant(),
        updatedAt: instant(),
        birthKey: text(24, { unique: true }),
      },
      {
        index: [
          ['typeId', 'brandId', 'id'],
          ['typeId', 'title'],
        ],
      },
    )
    // The ids of people and of things are one space: facts, tags, tracks and sets of both stand in the same tables.
    await m.run(
      m.dialect === 'sqlite'
        ? `INSERT INTO sqlite_sequence (name, seq) SELECT 'subjects', ${SUBJECT_IDS_FROM - 1} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'subjects')`
        : `ALTER TABLE subjects AUTO_INCREMENT = ${SUBJECT_IDS_FROM}`,
    )
    // Unique values and phones, by which a subject is found. Of values that need not be unique, the subject's id keeps the rows apart.
    await m.create(
      'subject_keys',
      {
        id: id(),
        typeId: ref(),
        brandId: ref(),
        attribute: text(40),
        /** The value as text; a phone as a keyed hash. */
        value: text(200),
        apart: ref({ default: 0 }),
        subjectId: ref(),
      },
      { unique: [['typeId', 'brandId', 'attribute', 'value', 'apart']], index: [['subjectId']] },
    )
    await m.create(
      'subject_relations',
      {
        id: id(),
        typeId: ref(),
        brandId: ref(),
        subjectId: ref(),
        relation: text(40),
        role: text(20, { default: '' }),
        /** One of the two: a person, or another subject. */
        personId: ref({ null: true }),
        toSubjectId: ref({ null: true }),
        since: instant(),
        until: instant({ null: true }),
        isEnded: bool({ default: false }),
      },
      { index: [['subjectId', 'relation'], ['personId'], ['toSubjectId'], ['typeId', 'id']] },
    )
  }),
  migration('subjects-002-no-birth-key', m => m.dropColumn('subjects', 'birthKey')),
]
