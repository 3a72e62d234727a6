import type { Ctx } from '../core/index.ts'
import { recordTracks } from '../tracking/index.ts'

/** What happened to coupons, as behaviour of their holders: timelines show it and rules ask for it. In the caller's transaction. */
export type CouponTrack = {
  kind: 'claimed' | 'used' | 'expired'
  couponId: number
  batchId: number
  batchName: string
  personId: number
  at: Date
  channel?: string
  storeId?: number | null
  times?: number
}

export async function trackCoupons(ctx: Ctx, brandId: number, list: readonly CouponTrack[]): Promise<void> {
  await recordTracks(
    ctx,
    brandId,
    list.map(({ kind, couponId, batchId, batchName, personId, at, channel, storeId, times }) => {
      const where: Record<string, string> =
        kind === 'claimed' ? { channel: channel ?? '' } : kind === 'used' && storeId ? { storeId: String(storeId) } : {}
      return {
        personId,
        name: `coupon_${kind}`,
        occurredAt: at,
        messageId: `coupon:${couponId}:${kind}${times ? `:${times}` : ''}`,
        properties: { batchId: String(batchId), batchName, ...where },
      }
    }),
  )
}
