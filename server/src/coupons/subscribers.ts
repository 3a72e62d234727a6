import { on, onBatch } from '../core/index.ts'
import { personMerged, personUnmerged } from '../identity/index.ts'
import { payPaid, payRefunded } from '../pay/index.ts'
import { brandsOfHolders } from './brands-of-holders.ts'
import { couponClaimed, couponExpired, couponHoldersTouched, couponReturned, couponUsed, couponVoided } from './events.ts'
import { mirrorHolders } from './facts.ts'
import { noteRefund, settlePaid } from './settle-purchase.ts'

const mirror = [couponClaimed, couponUsed, couponReturned, couponExpired, couponVoided].map(of =>
  onBatch(of, `coupons.mirror.${of.name}`, async (ctx, facts: { brandId: number; personId: number }[]) => {
    const [first] = facts
    if (first)
      await mirrorHolders(
        ctx,
        first.brandId,
        facts.map(fact => fact.personId),
      )
  }),
)

export const subscribers = [
  on(payPaid, 'coupons.settlePaid', (ctx, paid) => settlePaid(ctx, paid), { lane: 'fast' }),
  on(payRefunded, 'coupons.noteRefund', (ctx, refund) => noteRefund(ctx, refund)),
  on(couponHoldersTouched, 'coupons.mirrorTouched', (ctx, { brandId, personIds }) => mirrorHolders(ctx, brandId, personIds), {
    lane: 'bulk',
  }),
  on(personMerged, 'coupons.mirrorMerged', async (ctx, { toId }) => {
    for (const brandId of await brandsOfHolders([toId])) await mirrorHolders(ctx, brandId, [toId])
  }),
  on(personUnmerged, 'coupons.mirrorUnmerged', async (ctx, { fromId, toId }) => {
    for (const brandId of await brandsOfHolders([fromId, toId])) await mirrorHolders(ctx, brandId, [fromId, toId])
  }),
  ...mirror,
]
