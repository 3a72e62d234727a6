import { rows, sql } from '../core/index.ts'

/** The names of batches by id. No scope: for modules that hold the ids, such as a live code's card. */
export async function batchNames(ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const found = await rows<{ id: number; name: string }>(sql`SELECT id, name FROM coupon_batches WHERE id IN ${[...new Set(ids)]}`)
  return new Map(found.map(batch => [batch.id, batch.name]))
}
