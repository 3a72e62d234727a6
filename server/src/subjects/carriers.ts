import { type Carrier, type Ctx, publishMany, rows, run, sql } from '../core/index.ts'
import { carryRows, carryRowsBack, rowsCarrier } from '../identity/index.ts'
import { relationsChanged } from './events.ts'
import { inParts } from './put-subjects.ts'

const column = { table: 'subject_relations', column: 'person_id' }

/** A person's things go with him: the relations lead to the survivor, and back after an un-merge. */
export const carriers: Carrier[] = [
  {
    ...rowsCarrier({ name: 'subjects', columns: [column] }),
    async merge(ctx, { fromId, toId, mergeId }) {
      await carryRows(column, { fromId, toId, mergeId })
      await mirrorOf(ctx, [toId])
    },
    async unmerge(ctx, { fromId, toId, mergeId }) {
      await carryRowsBack(column, { fromId, mergeId })
      await mirrorOf(ctx, [fromId, toId])
    },
    async export(_ctx, personId) {
      return {
        subjects: await rows(
          sql`SELECT subjects.title, r.relation, r.role, r.since, r.until FROM subject_relations r JOIN subjects ON subjects.id = r.subject_id WHERE r.person_id = ${personId} ORDER BY r.id LIMIT 1000`,
        ),
      }
    },
    async erase(ctx, personId) {
      await run(
        sql`UPDATE subject_relations SET is_ended = ${true}, until = COALESCE(until, ${ctx.now}) WHERE person_id = ${personId}`,
      )
      await mirrorOf(ctx, [personId])
      await run(sql`UPDATE subject_relations SET person_id = NULL WHERE person_id = ${personId}`)
    },
  },
]

async function mirrorOf(ctx: Ctx, personIds: readonly number[]): Promise<void> {
  const found = await rows<{ id: number; type_id: number }>(
    sql`SELECT id, type_id FROM subject_relations WHERE person_id IN (${[...personIds]}) ORDER BY id`,
  )
  for (const typeId of new Set(found.map(one => Number(one.type_id)))) {
    const ids = found.filter(one => Number(one.type_id) === typeId).map(one => Number(one.id))
    await publishMany(
      ctx,
      relationsChanged,
      inParts(ids, 500).map(some => ({ payload: { typeId, relationIds: some } })),
    )
  }
}
