import { type Ctx, notFound } from '../core/index.ts'
import type { CouponBatch } from './coupon-batch.ts'

/** Which batch the scene of a live code promises to the caller now, or null. */
export type OfferLookup = (ctx: Ctx, scene: string) => Promise<number | null>
const lookups: OfferLookup[] = []

/** Modules that stand after this one tell how to ask what they promised. */
export function declareOffers(lookup: OfferLookup): void {
  lookups.push(lookup)
}

/**
 * A batch outside the centre is taken only by whom the live code brought that promises it; to others it does not exist, so that nobody finds
 * one by trying ids. Staff give by their own command. Throws thing.notFound.
 */
export async function mustBeOffered(ctx: Ctx, batch: CouponBatch, scene: string | undefined): Promise<void> {
  if (batch.isPublic) return
  if (scene !== undefined) for (const lookup of lookups) if ((await lookup(ctx, scene)) === batch.id) return
  throw notFound('couponBatch', batch.id)
}
