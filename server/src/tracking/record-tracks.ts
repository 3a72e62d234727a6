import type { Ctx } from '../core/index.ts'
import { putBatches, type Track } from './batch.ts'

export type { Track }

/**
 * Tracks of our own making: an order was paid, a coupon was used. Written in the caller's transaction, stored in ClickHouse within a
 * second. `personId` is the home of the identifier it came by, else the person; `messageId` makes a repeat harmless (for example `order:7`).
 * They are business facts, so they may be of any age.
 */
export async function recordTracks(ctx: Ctx, brandId: number | null, tracks: readonly Track[]): Promise<void> {
  await putBatches(ctx, brandId, tracks)
}
