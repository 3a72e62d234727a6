import { afterCommit, type Carrier, clickhouse, rows, run, sql } from '../core/index.ts'
import { homesOf, rowsCarrier } from '../identity/index.ts'

/** Tracks keep their home, so a merge moves nothing in ClickHouse; only what waits in quarantine carries the person. */
export const carriers: Carrier[] = [
  rowsCarrier({
    name: 'tracking',
    columns: [{ table: 'track_quarantine', column: 'person_id' }],
    async export(_ctx, personId) {
      return {
        tracks: await clickhouse.query(
          'SELECT name, occurred_at, numbers, texts FROM tracks WHERE person_id IN {homes:Array(UInt32)} ORDER BY occurred_at LIMIT 10000',
          { homes: await homesOf(personId) },
        ),
        quarantine: await rows(
          sql`SELECT name, reason, payload, received_at FROM track_quarantine WHERE person_id = ${personId} LIMIT 1000`,
        ),
      }
    },
    async erase(_ctx, personId) {
      await run(sql`DELETE FROM track_quarantine WHERE person_id = ${personId}`)
      const homes = await homesOf(personId)
      // A network call: after the commit.
      afterCommit(() => clickhouse.command('DELETE FROM tracks WHERE person_id IN {homes:Array(UInt32)}', { homes }))
    },
  }),
]
