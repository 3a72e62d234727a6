import type { CouponValue } from '@banyan/shared'
import { rows, sql } from '../core/index.ts'
import { CouponBatch } from './coupon-batch.ts'

/** The names of batches by id; of these brands only, null for all of them: for modules that hold the ids, such as a live code's card. */
export async function batchNames(
  ids: readonly number[],
  brandIds: readonly number[] | null = null,
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const inBrands = brandIds ? sql`brand_id IN ${[...brandIds]}` : sql`1 = 1`
  const found = await rows<{ id: number; name: string }>(
    sql`SELECT id, name FROM coupon_batches WHERE id IN ${[...new Set(ids)]} AND ${inBrands}`,
  )
  return new Map(found.map(batch => [batch.id, batch.name]))
}

/** What a coupon of this batch is worth; null when there is no such batch. */
export async function batchValue(batchId: number): Promise<CouponValue | null> {
  return (await CouponBatch.findByPk(batchId, { attributes: ['value'] }))?.value ?? null
}
