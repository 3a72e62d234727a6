import { type Carrier, rows, run, sql } from '../core/index.ts'

/**
 * Identity's own tables with a person id. A merge moves them by home before any carrier is asked (see mergePeople), so there is nothing
 * left to carry here; export and erasure are this module's to answer.
 */
export const carriers: Carrier[] = [
  {
    name: 'identity',
    columns: [
      { table: 'identifiers', column: 'person_id' },
      { table: 'person_aliases', column: 'person_id' },
      { table: 'person_fields', column: 'person_id' },
      { table: 'person_brands', column: 'person_id' },
      { table: 'person_stores', column: 'person_id' },
      { table: 'identity_decisions', column: 'person_id' },
      { table: 'identity_decisions', column: 'other_person_id' },
    ],
    preview: async () => ({}),
    merge: async () => undefined,
    unmerge: async () => undefined,
    async export(_ctx, personId) {
      return {
        person: await rows(
          sql`SELECT id, name, avatar, gender, birthday, city, country, first_source, created_at, last_seen_at FROM people WHERE id = ${personId}`,
        ),
        identifiers: await rows(
          sql`SELECT type, scope, masked, source, first_seen_at, last_seen_at FROM identifiers WHERE person_id = ${personId} LIMIT 1000`,
        ),
        fields: await rows(sql`SELECT field, source, value, at FROM person_fields WHERE person_id = ${personId} LIMIT 1000`),
        stores: await rows(
          sql`SELECT store_id, reason, since FROM person_stores WHERE person_id = ${personId} ORDER BY id LIMIT 1000`,
        ),
      }
    },
    async erase(_ctx, personId) {
      await run(sql`DELETE FROM identifiers WHERE person_id = ${personId}`)
      await run(sql`DELETE FROM person_fields WHERE person_id = ${personId}`)
      await run(sql`DELETE FROM person_stores WHERE person_id = ${personId}`)
      await run(
        sql`UPDATE people SET name = NULL, avatar = NULL, gender = 'unknown', birthday = NULL, city = NULL, country = NULL WHERE id = ${personId} OR merged_into_id = ${personId}`,
      )
    },
  },
]
