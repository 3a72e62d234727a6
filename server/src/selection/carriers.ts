import { afterCommit, type Carrier, clickhouse, rows, run, sql } from '../core/index.ts'
import { putBatch } from './put-facts.ts'

/** Facts belong to whoever computes them; after a merge the owning modules put the survivor's again, and a merged person is in no population. */
export const carriers: Carrier[] = [
  {
    name: 'selection',
    columns: [{ table: 'facts', column: 'person_id' }],
    preview: async () => ({}),
    merge: async () => undefined,
    unmerge: async () => undefined,
    async export(_ctx, personId) {
      return { facts: await rows(sql`SELECT brand_id, name, value FROM facts WHERE person_id = ${personId} LIMIT 1000`) }
    },
    async erase(ctx, personId) {
      await run(sql`DELETE FROM facts WHERE person_id = ${personId}`)
      await putBatch(ctx, { facts: [[0, personId, 'exists', null]] })
      // A network call: after the commit. The fact above already takes the person out of every population.
      afterCommit(async () => {
        for (const table of ['facts_settled', 'facts_recent', 'segment_members'])
          await clickhouse.command(`DELETE FROM ${table} WHERE person_id = {id:UInt32}`, { id: personId })
      })
    },
  },
]
