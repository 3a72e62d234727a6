import { bulkInsert, type Carrier, rows, run, sql } from '../core/index.ts'
import { carryRows, carryRowsBack, groupBy } from '../identity/index.ts'
import { entriesOf } from './consents.ts'
import { latest } from './rules.ts'

const COLUMN = { table: 'consents', column: 'person_id' }
const slot = (entry: { brandId: number; purpose: string; channel: string }) =>
  `${entry.brandId}|${entry.purpose}|${entry.channel}`

/** After a merge the more restrictive answer holds: where one side said no, an entry of the merge says no, until the person is asked again. */
export const carriers: Carrier[] = [
  {
    name: 'consent',
    columns: [COLUMN],
    async preview(_ctx, { fromId, toId }) {
      return { consents: (await entriesOf([fromId])).length, tightened: (await refusalsOf(fromId, toId)).length }
    },
    async merge(ctx, { fromId, toId, mergeId }) {
      const refusals = await refusalsOf(fromId, toId)
      await carryRows(COLUMN, { fromId, toId, mergeId })
      await bulkInsert(
        'consents',
        refusals.map(entry => ({
          personId: toId,
          brandId: entry.brandId,
          purpose: entry.purpose,
          channel: entry.channel,
          isGranted: false,
          textVersion: entry.textVersion,
          source: 'merge',
          actorName: ctx.actor.name.slice(0, 80),
          mergeId,
          at: ctx.now,
        })),
      )
    },
    async unmerge(_ctx, { fromId, mergeId }) {
      await run(sql`DELETE FROM consents WHERE merge_id = ${mergeId}`)
      await carryRowsBack(COLUMN, { fromId, mergeId })
    },
    async export(_ctx, personId) {
      return {
        consents: await rows(
          sql`SELECT brand_id, purpose, channel, is_granted, text_version, source, at FROM consents WHERE person_id = ${personId} ORDER BY id LIMIT 10000`,
        ),
      }
    },
    // What somebody agreed to is the proof that we were allowed to: the law makes us keep it.
    erase: async () => undefined,
  },
]

/** Slots where the two sides answered differently, with the refusing entry. */
async function refusalsOf(fromId: number, toId: number) {
  const [left, right] = [groupBy(await entriesOf([fromId]), slot), groupBy(await entriesOf([toId]), slot)]
  return [...left].flatMap(([key, entries]) => {
    const [mine, other] = [latest(entries), latest(right.get(key) ?? [])]
    if (!mine || !other || mine.isGranted === other.isGranted) return []
    return [mine.isGranted ? other : mine]
  })
}
