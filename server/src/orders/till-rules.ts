import { z } from 'zod'
import { addDays, type Ctx, canSeeStore, refused } from '../core/index.ts'
import { declareSetting, settingOf } from '../platform/index.ts'

/** How far back another system may date a purchase: enough for a till that was offline over a holiday. Imports have their own permission and no limit. */
const TillRules = declareSetting('orders.tills', z.object({ backdateDaysMax: z.int().min(0).max(3650).default(7) }))

/** Points, tiers and reports follow the day of payment, so a leaked key must not write history. Throws order.tooOld. */
export async function mustBeRecent(ctx: Ctx, brandId: number, paidAt: Date | undefined): Promise<void> {
  if (ctx.actor.type !== 'apiKey' || !paidAt) return
  const { backdateDaysMax } = await settingOf(brandId, 'orders.tills', TillRules)
  if (paidAt < addDays(ctx.now, -backdateDaysMax)) throw refused('order.tooOld', { field: 'paidAt', backdateDaysMax })
}

/** A key bound to a store knows this store's purchases only, not even those of no store. Staff and operators find the latter. */
export function seesOrderOf(ctx: Ctx, storeId: number | null): boolean {
  if (storeId !== null) return canSeeStore(ctx, storeId)
  return ctx.actor.type !== 'apiKey' || ctx.storeIds === 'all'
}
