import { type Carrier, rows, run, sql } from '../core/index.ts'
import { carryRows, carryRowsBack } from '../identity/index.ts'
import { notes } from './words.ts'

const purchases = { table: 'coupon_purchases', column: 'person_id' }
const coupons = { table: 'coupons', column: 'person_id' }

/**
 * Coupons move to the survivor with their number in the batch shifted past his, so that the unique key holds and the limit per
 * person counts over the whole. An un-merge gives exactly those back (semantics 1.7).
 */
export const couponsCarrier: Carrier = {
  name: 'coupons',
  columns: [coupons, purchases],
  async preview(_ctx, { fromId }) {
    const [count] = await rows<{ n: number; usable: number | null }>(
      sql`SELECT COUNT(*) AS n, SUM(CASE WHEN status = 'available' THEN 1 ELSE 0 END) AS usable FROM coupons WHERE person_id = ${fromId}`,
    )
    return { coupons: count?.n ?? 0, usable: Number(count?.usable ?? 0) }
  },
  async merge(_ctx, merge) {
    await shiftPast(merge.fromId, merge.toId)
    await carryRows(coupons, merge)
    await carryRows(purchases, merge)
  },
  async unmerge(_ctx, { fromId, mergeId }) {
    await carryRowsBack(coupons, { fromId, mergeId })
    await carryRowsBack(purchases, { fromId, mergeId })
  },
  async export(_ctx, personId) {
    return {
      coupons: await rows(
        sql`SELECT c.*, b.name FROM coupons c JOIN coupon_batches b ON b.id = c.batch_id WHERE c.person_id = ${personId} ORDER BY c.id LIMIT 10000`,
      ),
      purchases: await rows(sql`SELECT * FROM coupon_purchases WHERE person_id = ${personId} ORDER BY id LIMIT 10000`),
    }
  },
  /** Unused coupons end; what was bought and used is a bookkeeping duty. */
  async erase(ctx, personId) {
    await run(
      sql`UPDATE coupons SET status = 'void', void_reason = ${notes.erased()} WHERE person_id = ${personId} AND status = 'available' AND valid_to > ${ctx.now}`,
    )
  },
}

async function shiftPast(fromId: number, toId: number): Promise<void> {
  const taken = await rows<{ batch_id: number; top: number }>(
    sql`SELECT batch_id, MAX(seq) AS top FROM coupons WHERE person_id IN (${[fromId, toId]}) AND seq > 0 GROUP BY batch_id HAVING COUNT(DISTINCT person_id) > 1`,
  )
  // Past everything both hold in the batch: no step of the update can meet a taken number.
  for (const { batch_id: batchId, top } of taken)
    await run(sql`UPDATE coupons SET seq = seq + ${top} WHERE person_id = ${fromId} AND batch_id = ${batchId} AND seq > 0`)
}
